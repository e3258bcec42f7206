"""What a file's rows become, before anything of it is in the book. Readers of files make these values.

Every row of a file ends in exactly one outcome, so that the counts add up: rows read = moved + lent + aside + refused +
skipped + asked. Moved and lent ones are then found to be new or already there.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol

from app.domain.book import AccountKind, LoanEvent, Transaction
from app.domain.errors import InputError
from app.domain.import_profiles import ImportProfile


class AsideKind(StrEnum):
    """Why a row is kept aside; neither kind stops an import."""

    OTHER_ASSET = "other_asset"
    UNRECOGNISED = "unrecognised"


class Moved(NamedTuple):
    """Rows that become transactions of one account.

    Attributes:
        line: the first row's line in the file, from 1.
        transactions: each with an ``external_id``; mostly one, and a second for a fee in bitcoin. The ``to_account`` of
            a transfer is a wallet as the file names it.
        wallet: the account as the file names it, or empty where the file is about one account.
        rows: how many rows of the file they come from (the two legs of a trade: 2).
    """

    line: int
    transactions: tuple[Transaction, ...]
    wallet: str = ""
    rows: int = 1


class Lent(NamedTuple):
    """Rows that become events of one loan.

    Attributes:
        line: the first row's line in the file.
        events: each with an ``external_id``; their ``account`` stays None here.
        loan: the loan as the file names it, or empty.
        wallet: which account of the file gave or got the bitcoin of ``post`` and ``release`` (empty: its one
            account); None for outside the book.
        rows: how many rows of the file they come from.
        currency: of their amounts, where the file tells it; a loan in another one cannot take them.
    """

    line: int
    events: tuple[LoanEvent, ...]
    loan: str = ""
    wallet: str | None = None
    rows: int = 1
    currency: str = ""


class Aside(NamedTuple):
    """A row that is kept aside and counted: another coin, or a type that is not known.

    Attributes:
        what: the coin (``ETH``) or the type, by which they are counted.
        row: the cells, where the type is not known.
    """

    line: int
    kind: AsideKind
    what: str
    row: tuple[str, ...] = ()
    rows: int = 1


class Refused(NamedTuple):
    """A row that cannot be taken, and why; as long as there is one, nothing is stored."""

    line: int
    reason: str
    rows: int = 1


class Skipped(NamedTuple):
    """A row that is left out for a reason that lies in the file (pending, rejected, a total)."""

    line: int
    reason: str
    rows: int = 1


class Asked(NamedTuple):
    """A row with two readings.

    Attributes:
        key: which answer it needs (a field of ``Answers``).
        question: what is doubtful, as a sentence; how to answer is told by key.
    """

    line: int
    key: str
    question: str
    rows: int = 1


Outcome = Moved | Lent | Aside | Refused | Skipped | Asked


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person said about a file.

    Attributes:
        decimal: ``point`` or ``comma``, or empty where nobody said.
        zone: an IANA name for times without a zone, or empty.
        encoding: ``utf-8``, ``utf-16`` or ``cp1252``, or empty.
        day_first: ``yes`` (31/12/2025) or ``no`` (12/31/2025), or empty.
        unit: ``btc`` or ``sats`` for amounts without a unit, or empty.
        duplicates: ``keep`` or ``drop`` rows that occur twice and have no id, or empty.
        format: the key of a format, or empty for the one that the header tells.
        account: the account for everything in the file, or empty.
        loan: the loan for everything in the file, or empty.
        sheet: of a workbook with several, or empty for the first with a header that is known.
        profile: the name of a profile of the book that says how the columns are read, or empty.
        mapping: the JSON text of a map of the columns that is not kept (``domain.column_map``), or empty.
    """

    decimal: str = ""
    zone: str = ""
    encoding: str = ""
    day_first: str = ""
    unit: str = ""
    duplicates: str = ""
    format: str = ""
    account: str = ""
    loan: str = ""
    sheet: str = ""
    profile: str = ""
    mapping: str = ""


@dataclass(frozen=True, slots=True)
class FileHead:
    """What is known of a file before its rows are read.

    Attributes:
        name: the file's.
        key: of the format.
        format: its name, for people.
        generation: which of its layouts.
        place: the account's name where nobody gives another.
        place_kind: what kind of account that is.
        encoding: ``utf-8``, ``utf-16`` or ``cp1252``.
        delimiter: between cells; empty in a file that is no table.
        header_line: where the columns are named, from 1.
        zone: what times without a zone are taken for.
    """

    name: str
    key: str
    format: str
    generation: str
    place: str
    place_kind: AccountKind
    encoding: str = "utf-8"
    delimiter: str = ","
    header_line: int = 1
    zone: str = "UTC"


@dataclass(slots=True)
class ReadNotes:
    """What a reader found on the way, complete when its outcomes have been taken.

    Attributes:
        rounded: amounts finer than a satoshi, rounded to one.
        zones: the zones that times were read in, with how many rows.
        remarks: what a workbook lost or left open, with how many cells.
        header: the columns' names as they stand.
        sheet: of a workbook, or empty.
        sheets: which ones it has.
    """

    rounded: int = 0
    zones: dict[str, int] = field(default_factory=dict)
    remarks: dict[str, int] = field(default_factory=dict)
    header: tuple[str, ...] = ()
    sheet: str = ""
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that is being read; its outcomes can be taken once."""

    head: FileHead
    outcomes: Iterable[Outcome]
    notes: ReadNotes


class FileDoubt(InputError):  # noqa: N818 - a question is no failure
    """A file cannot be read before somebody has answered.

    Attributes:
        key: which answer it needs (a field of ``Answers``).
        options: what can be answered, where that is known: formats, profiles, sheets.
    """

    def __init__(self, problem: str, place: str = "", key: str = "", options: tuple[str, ...] = ()) -> None:
        super().__init__(problem, place)
        self.key = key
        self.options = options


@dataclass(frozen=True, slots=True)
class TableStart:
    """The first rows of a file whose header nobody knows, for a person to say what the columns mean.

    Attributes:
        rows: line and cells of each.
        header: which of the rows seems to name the columns.
        sheet: of a workbook, or empty.
        sheets: all of them.
    """

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    header: int = 0
    sheet: str = ""
    sheets: tuple[str, ...] = ()


class ImportReader(Protocol):
    """Reads files that somebody chose. All of it may take seconds, except ``sample``."""

    def formats(self) -> tuple[tuple[str, str], ...]:
        """Return key and name of each format."""
        ...

    def reading(
        self, path: Path, answers: Answers, profiles: Sequence[ImportProfile]
    ) -> AbstractContextManager[Reading]:
        """Open a file as rows; it is closed at the end.

        Raises:
            FileDoubt: it needs an answer first.
            InputError: it cannot be read; also while rows are taken.
        """
        ...

    def beginning(self, path: Path, answers: Answers) -> TableStart:
        """Return the first rows of a file as they stand.

        Raises:
            FileDoubt: it needs an answer first.
            InputError: it is no table.
        """
        ...

    def sample(self, start: TableStart, answers: Answers) -> tuple[Outcome, ...]:
        """Return what first rows become by the map in ``answers``.

        Raises:
            InputError: the map does not fit them.
        """
        ...


HOW_TO_ANSWER: Mapping[str, str] = {
    "decimal": "--decimal point or --decimal comma",
    "zone": "--zone NAME, like --zone Europe/Berlin",
    "encoding": "--encoding cp1252",
    "day_first": "--day-first yes or --day-first no",
    "unit": "--unit btc or --unit sats",
    "duplicates": "--duplicates keep or --duplicates drop",
    "format": "--format KEY",
    "account": "--account NAME",
    "loan": "--loan NAME",
}
