"""Files into a book, for a command that needs neither desk nor network."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.bootstrap.books import Place
from app.bootstrap.stores import to_change, to_read
from app.domain.import_profiles import ImportProfile
from app.importers.beginning import beginning, sample
from app.importers.reading import read_import
from app.importers.registry import formats
from app.services.import_ports import Answers, Outcome, Reading, TableStart
from app.services.import_preview import ImportPreview
from app.services.imports import import_edit, preview
from app.services.ports import Clock
from app.services.profile_edits import keep_profile, remove_profile
from app.system.files import open_file


def preview_files(
    place: Place, paths: Sequence[Path], answers: Answers, *, leave_out_refused: bool = False
) -> ImportPreview:
    """Return what files would bring into the book at ``place``; nothing is stored.

    Raises:
        BookError: the book cannot be opened.
        InputError: a file cannot be read, or an answer cannot be.
    """
    with to_read(place) as store:
        book = store.read()
        files = read_files(paths, answers, book.profiles)
        return preview(book, files, answers, leave_out_refused=leave_out_refused)


def import_files(
    place: Place,
    paths: Sequence[Path],
    answers: Answers,
    *,
    leave_out_refused: bool = False,
    save_profile: str = "",
    clock: Clock | None = None,
) -> ImportPreview:
    """Put files into the book at ``place`` in one transaction; what is refused or asked about leaves it as it was.

    With ``save_profile`` the map of columns in ``answers`` is kept under that name, in the same transaction.

    Raises:
        BookError: the book cannot be opened or written, or another Plimsoll has it.
        InputError: a file cannot be read, or an answer cannot be.
    """
    with to_change(place, clock) as store:
        book = store.read()
        files = read_files(paths, answers, book.profiles)
        found = preview(book, files, answers, leave_out_refused=leave_out_refused)
        if save_profile:
            found = keep_profile(found, save_profile, answers.mapping)
        if not found.refused and found.after is not found.before:
            store.apply(found.before, import_edit(found).change(found.before))
        return found


def drop_profile(place: Place, name: str, clock: Clock | None = None) -> None:
    """Take a profile out of the book at ``place``.

    Raises:
        BookError: the book cannot be opened or written, or another Plimsoll has it.
        InputError: it has no such profile.
    """
    with to_change(place, clock) as store:
        before = store.read()
        store.apply(before, remove_profile(name).change(before))


def read_files(paths: Sequence[Path], answers: Answers, profiles: Sequence[ImportProfile] = ()) -> Iterator[Reading]:
    """Yield the files one after the other, each open until the next is asked for.

    Args:
        paths: the files.
        answers: what a person said about them.
        profiles: the book's maps of columns.

    Raises:
        InputError: a file cannot be read.
    """
    for path in paths:
        with open_file(path) as file:
            yield read_import(file, str(path), answers, profiles)


def format_names() -> tuple[tuple[str, str], ...]:
    """Return key and name of each format."""
    return tuple((each.key, each.name) for each in formats())


class FileReader:
    """Reads files that somebody chose in the window; implements ``services.import_ports.ImportReader``."""

    def formats(self) -> tuple[tuple[str, str], ...]:
        """Return key and name of each format."""
        return format_names()

    @contextmanager
    def reading(self, path: Path, answers: Answers, profiles: Sequence[ImportProfile]) -> Iterator[Reading]:
        """Open a file as rows."""
        with open_file(path) as file:
            yield read_import(file, str(path), answers, profiles)

    def beginning(self, path: Path, answers: Answers) -> TableStart:
        """Return the first rows of a file."""
        with open_file(path) as file:
            return beginning(file, str(path), answers)

    def sample(self, start: TableStart, answers: Answers) -> tuple[Outcome, ...]:
        """Return what first rows become."""
        return sample(start, answers)
