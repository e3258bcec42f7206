"""Edits of a book's alarm from the command line, beside a watcher but not beside a window."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from app.bootstrap import books
from app.services.desk import Desk
from app.services.edits import Edit


@contextmanager
def opened(arguments: Namespace) -> Iterator[Desk]:
    """Open the book for an edit; nobody is told of anything.

    Raises:
        BookLockedError: a window has it.
        BookError: it cannot be opened.
    """
    from app.bootstrap.desk import open_desk  # noqa: PLC0415 - brings the store with it

    stand = open_desk(books.book_place(arguments.book), books.config_file(arguments.config))
    try:
        yield stand.desk
    finally:
        stand.close()


def edited(desk: Desk, edit: Edit) -> None:
    """Make one edit.

    Raises:
        InputError: it cannot be true; nothing was stored.
        BookError: it could not be stored; nothing was.
    """
    desk.edit(edit.label, edit.change)
