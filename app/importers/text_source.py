"""The text of a file: its encoding found out, and all that no table of transactions has refused before it is read."""

import codecs
import io
from contextlib import suppress
from typing import BinaryIO, Final

from app.domain.errors import InputError
from app.services.import_ports import FileDoubt

MAX_BYTES: Final = 400 << 20
_CHUNK: Final = 1 << 18
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NAMES: Final = {"utf-8": "utf-8-sig", "utf-16": "utf-16", "cp1252": "cp1252"}


class BorrowedText(io.TextIOWrapper):
    """Text of a file that somebody else closes."""

    def __del__(self) -> None:
        with suppress(ValueError):  # it is closed already
            self.detach()


def open_text(file: BinaryIO, name: str, encoding: str = "") -> tuple[io.TextIOWrapper, str]:
    """Return a file's text from its beginning, and the name of its encoding.

    The file is looked through once, in pieces: nothing after this can fail for its encoding or take much memory.

    Args:
        file: open for reading at its beginning.
        name: for messages.
        encoding: what somebody said it is, or empty.

    Raises:
        InputError: too large, no text, a line that is far too long, or an encoding that has to be asked about.
    """
    if not file.seekable():
        raise InputError("is a stream; save it as a file first", name)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > MAX_BYTES:
        raise InputError(f"has {size >> 20} MB, and {MAX_BYTES >> 20} MB can be read; split it by years", name)
    start = file.read(4)
    codec = next((codec for mark, codec in _MARKS if start.startswith(mark)), None) or _NAMES.get(encoding, "utf-8-sig")
    _look_through(file, name, codec)
    file.seek(0)
    shown = next(shown for shown, known in _NAMES.items() if known == codec)
    return BorrowedText(file, codec, errors="strict", newline=""), shown


def _look_through(file: BinaryIO, name: str, codec: str) -> None:
    """Refuse what is no text of lines.

    Raises:
        InputError: as ``open_text``.
    """
    file.seek(0)
    decoder = codecs.getincrementaldecoder(codec)()
    line = 1
    while True:
        data = file.read(_CHUNK)
        try:
            text = decoder.decode(data, final=not data)
        except UnicodeError as error:
            line += data[: getattr(error, "start", 0)].count(b"\n")
            raise _undecodable(name, codec, line) from None
        if "\0" in text:
            line += text[: text.index("\0")].count("\n")
            raise InputError(
                "holds a NUL character, so it is no table; save it as CSV in UTF-8", f"{name}, line {line}"
            )
        if not data:
            return
        breaks = text.count("\n")
        if not breaks and "\r" not in text and len(data) == _CHUNK:
            raise InputError("is far longer than a row can be; check the file", f"{name}, line {line}")
        line += breaks


def _undecodable(name: str, codec: str, line: int) -> InputError:
    place = f"{name}, line {line}"
    if codec == "utf-8-sig":
        problem = "is not text in UTF-8; if it is Windows text, say --encoding cp1252"
        return FileDoubt(problem, place, "encoding", ("cp1252", "utf-16"))
    return InputError("is not text in the encoding it is said to have; save the file as CSV in UTF-8", place)
