"""A file as a table: delimiter and header found, then rows as lists of cells with their line numbers."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from app.domain.errors import InputError
from app.importers.signatures import folded

HEADER_WITHIN: Final = 20
MAX_COLUMNS: Final = 300
MAX_ROWS: Final = 3_000_000
DELIMITERS: Final = (",", ";", "\t")
_LINES_OF_A_ROW: Final = 200
_PEEKED: Final = 1 << 16

Row = list[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that may be the header, read with one delimiter."""

    line: int
    delimiter: str
    cells: tuple[str, ...]


class Table:
    """The rows below a header.

    Attributes:
        name: the file's, for messages.
        header: the columns' names as they stand.
        currency: the code that the header names, or empty.
        generation: which of the format's layouts it is.
        delimiter: between cells.
        rows: line and cells of each row that is not blank; can be taken once.
    """

    def __init__(
        self,
        name: str,
        header: Sequence[str],
        rows: Iterator[tuple[int, Row]],
        *,
        currency: str = "",
        generation: str = "",
        delimiter: str = ",",
    ) -> None:
        self.name = name
        self.header = tuple(header)
        self.currency = currency
        self.generation = generation
        self.delimiter = delimiter
        self.rows = rows
        self._places: dict[str, list[int]] = {}
        for place, column in enumerate(self.header):
            self._places.setdefault(folded(column), []).append(place)

    def at(self, *names: str, nth: int = 0) -> int:
        """Return where a column stands; of several names the first that is there, of equal ones the ``nth``.

        ``{cur}`` in a name is the header's currency.

        Raises:
            KeyError: there is none, so the signature does not ask for it; use ``find``.
        """
        place = self.find(*names, nth=nth)
        if place is None:
            raise KeyError(names[0])
        return place

    def find(self, *names: str, nth: int = 0) -> int | None:
        """Return as ``at``, or None where the file has no such column."""
        for name in names:
            places = self._places.get(folded(name.replace("{cur}", self.currency)), [])
            if len(places) > nth:
                return places[nth]
        return None


def candidates(lines: Iterable[str]) -> Iterator[Candidate]:
    """Yield the first lines of a file, each read with every delimiter that makes several cells of it."""
    for number, line in enumerate(islice(lines, HEADER_WITHIN), 1):
        for delimiter in DELIMITERS:
            if delimiter not in line or len(line) > _PEEKED:
                continue
            try:
                cells = next(csv.reader([line], delimiter=delimiter), [])
            except csv.Error:
                continue
            if len(cells) > 1:
                yield Candidate(number, delimiter, tuple(cell.strip().strip("\ufeff") for cell in cells))


def rows_below(lines: Iterable[str], name: str, header: Candidate) -> Iterator[tuple[int, Row]]:
    """Yield line and cells of each row below the header; ``lines`` start with the file.

    Raises:
        InputError: a row that no export has: hundreds of lines, thousands of columns, a quotation mark without end.
    """
    guarded = _Guarded(islice(lines, header.line, None))
    reader = csv.reader(guarded, delimiter=header.delimiter)
    first = header.line + 1
    start = first
    count = 0
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            raise InputError("has a cell without end; check the quotation marks", f"{name}, line {start}") from None
        except _RowTooLongError:
            raise InputError("begins a row without end; check the quotation marks", f"{name}, line {start}") from None
        if row is None:
            return
        line, start = start, first + reader.line_num
        guarded.left = _LINES_OF_A_ROW
        if len(row) > MAX_COLUMNS:
            raise InputError(f"has {len(row):,} cells; no export has so many", f"{name}, line {line}")
        if any(row):
            count += 1
            if count > MAX_ROWS:
                raise InputError(f"is beyond {MAX_ROWS:,} rows; split the file by years", f"{name}, line {line}")
            yield line, row


class _RowTooLongError(Exception):
    """One row goes on and on."""


class _Guarded:
    """Lines, of which one row may take so many."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.left = _LINES_OF_A_ROW

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.left -= 1
        if self.left < 0:
            raise _RowTooLongError
        return next(self._lines)
