"""What a command ends with, and how it says what it found."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final

from app.domain.errors import PlimsollError

SUCCESS: Final = 0
FAILED: Final = 1
USAGE: Final = 2
NO_PRICE: Final = 3
INTERRUPTED: Final = 130
_BATCH: Final = 100


def write_json(document: Any) -> None:
    """Write one JSON document to stdout and nothing else; large ones on one line.

    A field of the outermost object may be an iterator: it is written as a list whose items are made some at a time,
    because ten thousand of them at once take far more memory, and so time, than their text.
    """
    plain = _encoding().lower().replace("-", "") != "utf8"
    encode = json.JSONEncoder(ensure_ascii=plain, check_circular=False).encode
    if isinstance(document, dict):
        fields = (
            f"{encode(key)}: {_list(value, encode) if isinstance(value, Iterator) else encode(value)}"
            for key, value in document.items()
        )
        _write(f"{{{', '.join(fields)}}}\n")
    else:
        _write(encode(document) + "\n")


def _list(items: Iterator[Any], encode: Callable[[Any], str]) -> str:
    pieces = []
    while batch := list(islice(items, _BATCH)):
        pieces.append(encode(batch)[1:-1])
    return f"[{', '.join(pieces)}]"


def write_text(text: str) -> None:
    """Write lines for a person to stdout; what the terminal cannot show becomes a question mark."""
    encoding = _encoding()
    _write(text.encode(encoding, "replace").decode(encoding) + "\n")


def complain(sentence: str) -> None:
    """Write one line to stderr."""
    print(f"plimsoll: {' '.join(sentence.split())}", file=sys.stderr)


def refuse(reason: str, document: Any | None) -> None:
    """Say on stderr, in one line, why there is no answer; a script gets its document on stdout all the same.

    Args:
        reason: one sentence.
        document: the answer without figures, where one was asked for.
    """
    if document is not None:
        write_json(document)
    complain(reason)


def write_bytes(data: bytes) -> None:
    """Write a file's content to stdout, byte for byte."""
    if sys.stdout is not None:
        with _told():
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()


def flush() -> None:
    """Hand over to the system what was written so far."""
    if sys.stdout is not None:
        with _told():
            sys.stdout.flush()


def _write(text: str) -> None:
    # Started with its output closed, a process has no stdout at all.
    if sys.stdout is not None:
        with _told():
            sys.stdout.write(text)


def _encoding() -> str:
    return getattr(sys.stdout, "encoding", None) or "utf-8"


@contextmanager
def _told() -> Iterator[None]:
    """Turn a refusal of the drive that takes our output into a sentence; a reader that left is no failure."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        abandon_output()
        msg = f"The output cannot be written ({error.strerror}); make room, or send it somewhere else."
        raise PlimsollError(msg) from None


def abandon_output() -> None:
    """Let what is still to be written go nowhere: Python would try, and complain, once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
