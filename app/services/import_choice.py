"""Files that somebody chose in the window: each read as it was answered, those that cannot be read kept apart."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from app.domain.book import Book
from app.domain.column_map import parse_mapping
from app.domain.errors import InputError
from app.services.edits import Edit
from app.services.import_ports import Answers, FileDoubt, ImportReader, Outcome, Reading
from app.services.import_preview import FilePreview, ImportPreview
from app.services.imports import import_edit, preview
from app.services.profile_edits import profile_of, with_profile

_STEP: Final = 2_000


@dataclass(frozen=True, slots=True)
class ChosenFile:
    """A file with what was said about it.

    Attributes:
        keep_as: the name under which its map of columns is kept in the book, or empty.
    """

    path: Path
    answers: Answers
    keep_as: str = ""


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A file that cannot be read, or not yet.

    Attributes:
        why: as a clause.
        key: which answer it needs, or empty where none helps.
        options: what can be answered, where that is known.
    """

    path: Path
    why: str
    key: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What chosen files would bring.

    Attributes:
        files: one entry for each that was chosen, in their order.
        found: those that can be read, together; None where there is none.
    """

    files: tuple[FilePreview | UnreadFile, ...]
    found: ImportPreview | None


def look_at(
    book: Book,
    reader: ImportReader,
    chosen: Sequence[ChosenFile],
    whole: Answers,
    *,
    leave_out_refused: bool,
    told: Callable[[str], None],
) -> LookedAt:
    """Return what files would bring; nothing is stored.

    Args:
        book: to look at.
        reader: reads files.
        chosen: the files.
        whole: what was said about all of them: account, loan, duplicates.
        leave_out_refused: whether the rest is looked at without the refused rows.
        told: is told how far it is, and may raise ``CancelledError``.

    Raises:
        InputError: an answer about the whole cannot be.
    """
    unread: dict[int, UnreadFile] = {}
    at = -1

    def readings() -> Iterator[Reading]:
        nonlocal at
        for number, each in enumerate(chosen):
            if number not in unread:
                at = number
                told(f"Reading {each.path.name}")
                with reader.reading(each.path, each.answers, book.profiles) as reading:
                    name = each.path.name
                    head = replace(reading.head, name=name)
                    yield replace(reading, head=head, outcomes=_watched(reading.outcomes, name, told))

    while True:
        at = -1
        try:
            found = preview(book, readings(), whole, leave_out_refused=leave_out_refused)
        except InputError as error:
            if at < 0:
                raise
            unread[at] = _unread(chosen[at].path, error)
            continue
        rest = iter(found.files)
        files = tuple(unread[number] if number in unread else next(rest) for number in range(len(chosen)))
        return LookedAt(files, found if found.files else None)


def choice_edit(looked: LookedAt, chosen: Sequence[ChosenFile]) -> Edit:
    """Return the edit that puts everything new into the book, and keeps the maps that were named.

    Raises:
        InputError: a file is not read, a row is refused or asked about, or a profile cannot be.
    """
    for each in looked.files:
        if isinstance(each, UnreadFile):
            raise InputError(each.why, each.path.name)
    if looked.found is None:
        raise InputError("there is nothing to import; choose a file")
    after = looked.found.after
    for file, read in zip(chosen, looked.files, strict=True):
        if file.keep_as and file.answers.mapping and isinstance(read, FilePreview):
            columns = replace(parse_mapping(file.answers.mapping), header=read.notes.header)
            after = with_profile(after, profile_of(file.keep_as, columns))
    return import_edit(replace(looked.found, after=after))


def _watched(outcomes: Iterable[Outcome], name: str, told: Callable[[str], None]) -> Iterator[Outcome]:
    """Yield outcomes, telling now and then how many there were."""
    rest, count = iter(outcomes), 0
    while part := tuple(islice(rest, _STEP)):
        yield from part
        count += len(part)
        told(f"Reading {name}: {count:,} rows")


def _unread(path: Path, error: InputError) -> UnreadFile:
    where = error.place.removeprefix(str(path)).lstrip(", ")
    why = f"{where} {error.problem}" if where and where != error.place else error.problem
    if isinstance(error, FileDoubt):
        return UnreadFile(path, why, error.key, error.options)
    return UnreadFile(path, why)
