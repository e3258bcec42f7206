"""Files into a book, for a command that needs neither desk nor network."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from app.bootstrap.books import Place
from app.bootstrap.desk import take_lock
from app.importers.reading import read_import
from app.importers.registry import formats
from app.services.import_ports import Answers, Reading
from app.services.import_preview import ImportPreview
from app.services.imports import import_edit, preview
from app.services.ports import Clock
from app.store.book_store import BookStore
from app.system.clock import SystemClock
from app.system.files import open_file


def preview_files(
    place: Place, paths: Sequence[Path], answers: Answers, *, leave_out_refused: bool = False
) -> ImportPreview:
    """Return what files would bring into the book at ``place``; nothing is stored.

    Raises:
        BookError: the book cannot be opened.
        InputError: a file cannot be read, or an answer cannot be.
    """
    store = BookStore.open(place, readonly=True)
    try:
        return preview(store.read(), read_files(paths, answers), answers, leave_out_refused=leave_out_refused)
    finally:
        store.close()


def import_files(
    place: Place,
    paths: Sequence[Path],
    answers: Answers,
    *,
    leave_out_refused: bool = False,
    clock: Clock | None = None,
) -> ImportPreview:
    """Put files into the book at ``place`` in one transaction; what is refused or asked about leaves it as it was.

    Raises:
        BookError: the book cannot be opened or written, or another Plimsoll has it.
        InputError: a file cannot be read, or an answer cannot be.
    """
    lock = take_lock(place, clock or SystemClock())
    try:
        store = BookStore.open(place)
        try:
            found = preview(store.read(), read_files(paths, answers), answers, leave_out_refused=leave_out_refused)
            if not found.refused and found.after is not found.before:
                store.apply(found.before, import_edit(found).change(found.before))
            return found
        finally:
            store.close()
    finally:
        if lock is not None:
            lock.release()


def read_files(paths: Sequence[Path], answers: Answers) -> Iterator[Reading]:
    """Yield the files one after the other, each open until the next is asked for.

    Raises:
        InputError: a file cannot be read.
    """
    for path in paths:
        with open_file(path) as file:
            yield read_import(file, str(path), answers)


def format_names() -> tuple[tuple[str, str], ...]:
    """Return key and name of each format."""
    return tuple((each.key, each.name) for each in formats())
