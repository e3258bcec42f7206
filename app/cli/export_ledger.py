"""``plimsoll export``: the ledger in the format of another program."""

import os
import sys
from argparse import Namespace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from app.bootstrap import books
from app.cli.outcome import SUCCESS, write_bytes, write_text
from app.domain.errors import BookExistsError, InputError
from app.services.ledger_export.slice import slice_of
from app.services.ledger_export.targets import TARGETS
from app.services.ledger_export.told import told


def start(arguments: Namespace) -> int:
    """Write the file; return the exit code."""
    target = TARGETS[arguments.to]
    begins, ends = arguments.day_from, arguments.day_until
    if begins is not None and ends is not None and ends < begins:
        raise InputError("lies before --from; correct one of the days", "--until")
    path = None if arguments.file == "-" else Path(arguments.file)
    if path is not None and os.path.lexists(path) and not arguments.overwrite:
        raise BookExistsError(f"{path} is there already; say --overwrite, or choose another name.")
    if path is not None and path.exists() and not path.is_file():
        raise BookExistsError(f"{path} is no file; choose another name, or - for stdout.")
    book = books.read_book(books.book_place(arguments.book))
    part = slice_of(book, tuple(arguments.account or ()), _midnight(begins), _midnight(ends, days=1))
    data = "".join(target.lines(part)).encode()
    left = told(part.left_out)
    if path is None:
        write_bytes(data)
        if left:
            sys.stderr.write(f"{left}\n")
        return SUCCESS
    books.write_file(path, data)
    write_text(f"Exported “{book.name}” to {path} ({target.name}).\n{left}".rstrip())
    return SUCCESS


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=days)
