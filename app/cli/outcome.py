"""What a command ends with, and how it says what it found."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from app.domain.errors import PlimsollError

SUCCESS: Final = 0
FAILED: Final = 1
USAGE: Final = 2
NO_PRICE: Final = 3
INTERRUPTED: Final = 130


def write_json(document: Any) -> None:
    """Write one JSON document to stdout and nothing else; large ones on one line."""
    plain = _encoding().lower().replace("-", "") != "utf8"
    _write(json.dumps(document, ensure_ascii=plain, check_circular=False) + "\n")


def write_text(text: str) -> None:
    """Write lines for a person to stdout; what the terminal cannot show becomes a question mark."""
    encoding = _encoding()
    _write(text.encode(encoding, "replace").decode(encoding) + "\n")


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
