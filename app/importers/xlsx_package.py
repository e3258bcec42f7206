"""The parts of an XLSX file, each looked at before it is unpacked: what a bomb or a damaged file would cost is known.

Sizes come from the zip's directory; ``zipfile`` never unpacks more of a part than the directory says.
"""

import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Final

from app.domain.errors import InputError

if TYPE_CHECKING:
    from app.importers.xlsx_handlers import CountingHandler

MAX_PACKED: Final = 100 << 20
MAX_PARTS: Final = 2_000
MAX_PART: Final = 160 << 20
MAX_ALL: Final = 400 << 20
MAX_RATIO: Final = 200
MAX_DIRECTORY: Final = 1 << 20
MAX_ELEMENTS: Final = 5_000_000
_MAX_DEPTH: Final = 1_000
_MAX_TOKEN: Final = 2 << 20
_END: Final = b"PK\x05\x06"
_TAIL: Final = (1 << 16) + 98
_SMALL: Final = 4 << 20
_CHUNK: Final = 1 << 16
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DAMAGED: Final = "is a damaged XLSX file; open it in a spreadsheet program and save it again"
_UNSAFE: Final = "defines entities, which no table needs; open it in a spreadsheet program and save it again"


def is_workbook(file: BinaryIO, name: str) -> bool:
    """Return whether a file begins as an XLSX file does; it stands at its beginning afterwards.

    Raises:
        InputError: it is one that cannot be read: encrypted, or of the time before XLSX.
    """
    if not file.seekable():
        return False  # told with the other reasons why it cannot be read
    start = file.read(len(_OLE))
    file.seek(0)
    if start == _OLE:
        raise InputError("is encrypted, or an old XLS file; save it as XLSX without a password, or as CSV", name)
    return start.startswith(_ZIP)


class Package:
    """An XLSX file whose directory has been looked at.

    Attributes:
        name: the file's, for messages.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        """Look at the directory.

        Raises:
            InputError: no zip, too large, or a bomb.
        """
        self.name = name
        size = file.seek(0, 2)
        file.seek(0)
        if size > MAX_PACKED:
            msg = f"has {size >> 20} MB, and an XLSX file may have {MAX_PACKED >> 20} MB; save it as CSV"
            raise InputError(msg, name)
        if _directory_size(file, size) > MAX_DIRECTORY:
            raise InputError("has more parts than any table needs; save it as CSV", name)
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise InputError(_DAMAGED, name) from None
        self._parts = {info.filename.lstrip("/").casefold(): info for info in self._zip.infolist()}
        self._look_through()

    def __contains__(self, part: str) -> bool:
        """Return whether the file has that part."""
        return part.lstrip("/").casefold() in self._parts

    @contextmanager
    def open(self, part: str, most: int = MAX_PART) -> Iterator[IO[bytes]]:
        """Open a part for reading.

        Raises:
            InputError: it is not there, damaged, or larger than ``most``.
        """
        info = self._parts.get(part.lstrip("/").casefold())
        if info is None:
            raise InputError("is no XLSX file, or a damaged one; save it as XLSX or CSV", self.name)
        if info.file_size > most:
            msg = f"unpacks a part of {info.file_size >> 20} MB, and {most >> 20} MB can be read; save it as CSV"
            raise InputError(msg, self.name)
        try:
            with self._zip.open(info) as stream:
                yield stream
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
            raise InputError(_DAMAGED, self.name) from None
        except Exception as error:
            if type(error).__module__ != "zlib":  # its error is no class that can be named without importing it
                raise
            raise InputError(_DAMAGED, self.name) from None

    def parse(self, part: str, handler: "CountingHandler", most: int = MAX_PART) -> Iterator[None]:
        """Hand a part to a handler, piece by piece; whoever takes the pieces decides how far it goes.

        Raises:
            InputError: damaged, too large, or with definitions that no table needs.
        """
        from defusedxml.expatreader import create_parser  # noqa: PLC0415 - for XLSX alone

        parser = create_parser(forbid_dtd=True)
        parser.setContentHandler(handler)
        fed = 0
        with self.open(part, most) as stream:
            while data := stream.read(_CHUNK):
                self._fed(parser.feed, data)
                fed += len(data)
                # One tag that goes on and on, or tags within tags, would be kept whole in memory.
                expat: Any = parser._parser  # type: ignore[attr-defined] # noqa: SLF001 - nothing else tells how far it is
                behind = fed - expat.CurrentByteIndex
                if behind > _MAX_TOKEN or handler.begun - handler.ended > _MAX_DEPTH:
                    raise InputError(_DAMAGED, self.name)
                if handler.begun > MAX_ELEMENTS:
                    raise InputError(f"has more than {MAX_ELEMENTS:,} elements in a part; save it as CSV", self.name)
                yield
            self._fed(parser.close)
            yield

    def _fed(self, feed: Callable[..., None], *data: bytes) -> None:
        from xml.sax import SAXException  # noqa: PLC0415 - for XLSX alone

        from defusedxml.common import DefusedXmlException  # noqa: PLC0415 - as above

        try:
            feed(*data)
        except DefusedXmlException:
            raise InputError(_UNSAFE, self.name) from None
        except SAXException:
            raise InputError(_DAMAGED, self.name) from None

    def _look_through(self) -> None:
        infos = self._zip.infolist()
        if len(infos) > MAX_PARTS:
            raise InputError(f"has {len(infos):,} parts, and no table needs so many; save it as CSV", self.name)
        if any(info.flag_bits & 1 for info in infos):
            raise InputError("is encrypted; save it without a password", self.name)
        for info in infos:
            if info.file_size > _SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1):
                msg = (
                    f"unpacks {info.file_size >> 20} MB out of {max(info.compress_size >> 10, 1):,} KB, as only files "
                    "made to hurt do; nothing was unpacked"
                )
                raise InputError(msg, self.name)
        total = sum(info.file_size for info in infos if _matters(info.filename))
        if total > MAX_ALL:
            msg = f"unpacks {total >> 20} MB, and {MAX_ALL >> 20} MB can be read; save the sheet as CSV"
            raise InputError(msg, self.name)


def _directory_size(file: BinaryIO, size: int) -> int:
    """Return the largest size that a zip's end claims for its directory, which is read as a whole."""
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    file.seek(0)
    sizes = [0]
    place = tail.find(_END)
    while place >= 0:
        told = int.from_bytes(tail[place + 12 : place + 16], "little")
        # A large zip says it in a record of its own, 76 bytes before.
        wide = tail[place - 76 : place - 72] == b"PK\x06\x06" if place >= 76 else False  # noqa: PLR2004 - its length
        sizes.append(int.from_bytes(tail[place - 36 : place - 28], "little") if wide else told)
        place = tail.find(_END, place + 1)
    return max(sizes)


def _matters(part: str) -> bool:
    """Return whether a part is ever looked at; pictures are not."""
    return re.search(r"\.(?:xml|rels)$", part, re.IGNORECASE) is not None
