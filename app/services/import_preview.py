"""What files would bring into a book, row by row counted: the picture that is shown before anything is stored."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from app.domain.book import Book
from app.services.import_ports import HOW_TO_ANSWER, Aside, AsideKind, Asked, FileHead, ReadNotes, Refused

MOST_KEPT: Final = 1_000


@dataclass(slots=True)
class Counted:
    """Rows of one sort.

    Attributes:
        rows: how many.
        line: of the first.
    """

    rows: int = 0
    line: int = 0

    def add(self, line: int, rows: int) -> None:
        """Count rows."""
        self.rows += rows
        self.line = self.line or line


@dataclass(slots=True)
class FilePreview:
    """What a file would bring; its counts add up to ``rows``.

    Attributes:
        head: which format it is, and how it is read.
        rows: read.
        new, known: rows whose transactions or events are not in the book yet, or are.
        aside: by kind and coin or type.
        skipped: by reason.
        refused: the first ones, with their lines; ``refused_rows`` counts all.
        asked: by answer that is needed, with the first question.
        unrecognised: the first rows of an unknown type, with their cells.
        notes: rounding and zones, from the reader.
    """

    head: FileHead
    notes: ReadNotes
    rows: int = 0
    new: int = 0
    known: int = 0
    aside: dict[tuple[AsideKind, str], Counted] = field(default_factory=lambda: defaultdict(Counted))
    skipped: dict[str, Counted] = field(default_factory=lambda: defaultdict(Counted))
    refused: list[Refused] = field(default_factory=list)
    refused_rows: int = 0
    asked: dict[str, tuple[str, Counted]] = field(default_factory=dict)
    unrecognised: list[Aside] = field(default_factory=list)

    @property
    def obstacles(self) -> bool:
        """Whether a row is refused or asked about."""
        return bool(self.refused_rows or self.asked)

    def refuse(self, line: int, reason: str, rows: int) -> None:
        """Count a refused row; the first thousand are kept with their reasons."""
        self.refused_rows += rows
        if len(self.refused) < MOST_KEPT:
            self.refused.append(Refused(line, reason, rows))

    def ask(self, asked: Asked) -> None:
        """Count a row that is asked about."""
        _question, counted = self.asked.setdefault(asked.key, (asked.question, Counted()))
        counted.add(asked.line, asked.rows)


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What files would bring into a book.

    Attributes:
        files: each with its counts.
        accounts: name -> transactions that are new.
        loans: name -> events that are new.
        made: accounts that the book has not yet.
        fault: why the history cannot be true, with the place in a file where it shows, or empty.
        before: the book that was looked at.
        after: the book with everything new in it; ``before`` where that is nothing, or cannot be.
    """

    files: tuple[FilePreview, ...]
    accounts: dict[str, int]
    loans: dict[str, int]
    made: tuple[str, ...]
    fault: str
    before: Book
    after: Book

    @property
    def new(self) -> int:
        """How many rows are new."""
        return sum(file.new for file in self.files)

    @property
    def refused(self) -> bool:
        """Whether nothing can be stored as it is."""
        return bool(self.fault) or any(file.obstacles for file in self.files)


def asked_lines(file: FilePreview) -> list[str]:
    """Return each question of a file with how to answer it."""
    lines = []
    for key, (question, counted) in file.asked.items():
        rows = "1 row" if counted.rows == 1 else f"{counted.rows:,} rows"
        lines.append(f"line {counted.line}: {question} ({rows}); say {HOW_TO_ANSWER[key]}")
    return lines
