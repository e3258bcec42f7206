"""Chosen files and the rows to look at, as rows of tables (pure)."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from app.services.import_choice import LookedAt, UnreadFile
from app.services.import_ports import AsideKind
from app.services.import_preview import FilePreview
from app.ui.formats import NOT_KNOWN, Display
from app.ui.models.rows import RowColumn, RowsModel

MOST_LINES: Final = 2_000
_CELLS: Final = 160
_KNOWN: Final = 20
_DIGIT: Final = re.compile(r"[0-9]")
_NEEDS: Final = {
    "mapping": "▲ say what its columns mean",
    "encoding": "▲ say how its letters are written",
    "format": "▲ say which format it is",
    "profile": "▲ say which profile it is",
}


class FileRow(NamedTuple):
    """A chosen file.

    Attributes:
        state: a shape and words.
        rows, new, known, aside, skipped, asked, refused: counts; None where it is not read.
    """

    number: int
    name: str
    state: str
    found_as: str = ""
    zone: str = ""
    rows: int | None = None
    new: int | None = None
    known: int | None = None
    aside: int | None = None
    skipped: int | None = None
    asked: int | None = None
    refused: int | None = None


class LineRow(NamedTuple):
    """A row of a file to look at; ``line`` is 0 where it is about the whole file."""

    order: int
    file: str
    line: int
    what: str
    why: str


def file_rows(names: Sequence[str], looked: LookedAt | None) -> tuple[FileRow, ...]:
    """Return a row for each file; before they were looked at, only their names."""
    if looked is None or len(looked.files) != len(names):
        return tuple(FileRow(number, name, "not read yet") for number, name in enumerate(names))
    fault = looked.found.fault if looked.found is not None else ""
    return tuple(_file_row(number, name, looked.files[number], fault) for number, name in enumerate(names))


def line_rows(names: Sequence[str], looked: LookedAt | None) -> tuple[LineRow, ...]:
    """Return what there is to look at, the gravest first: what stops an import, then what is left out of it."""
    if looked is None:
        return ()
    rows: list[LineRow] = []
    if looked.found is not None and looked.found.fault:
        rows.append(LineRow(0, "", 0, "■ Cannot be", looked.found.fault))
    for name, file in zip(names, looked.files, strict=True):
        found = _unread_lines(name, file) if isinstance(file, UnreadFile) else _lines(name, file)
        for order, line, what, why in found:
            if len(rows) < MOST_LINES:
                rows.append(LineRow(order, name, line, what, why))
    return tuple(sorted(rows, key=lambda row: (row.order, row.file, row.line)))


def files_model() -> RowsModel[FileRow]:
    """Return the model of the table of files."""
    return RowsModel(
        (
            RowColumn("file", "File", lambda row, _d: row.name, lambda row: row.number),
            RowColumn("state", "State", lambda row, _d: row.state, lambda row: row.state),
            RowColumn("format", "Read as", lambda row, _d: row.found_as, lambda row: row.found_as),
            *(_count(key, title) for key, title in _COUNTS),
            RowColumn("zone", "Times in", lambda row, _d: row.zone, lambda row: row.zone),
        ),
        lambda row, _d: file_words(row),
    )


def lines_model() -> RowsModel[LineRow]:
    """Return the model of the rows to look at."""
    return RowsModel(
        (
            RowColumn("what", "What", lambda row, _d: row.what, lambda row: (row.order, row.file, row.line)),
            RowColumn("file", "File", lambda row, _d: row.file, lambda row: (row.file, row.line)),
            RowColumn("line", "Line", _line, lambda row: row.line, right=True),
            RowColumn("why", "Why", lambda row, d: masked(row.why, d), lambda row: row.why),
        ),
        lambda row, d: f"{row.what[2:]}, {row.file}{f', line {row.line}' if row.line else ''}: {masked(row.why, d)}",
    )


def file_words(row: FileRow) -> str:
    """Return a file in one sentence for a screen reader."""
    if row.rows is None:
        return f"{row.name}: {row.state.lstrip('●▲■ ')}"
    counts = ", ".join(f"{getattr(row, key)} {title.lower()}" for key, title in _COUNTS if getattr(row, key))
    return f"{row.name}, {row.found_as}: {row.state.lstrip('●▲■ ')}; {counts or 'no rows'}"


_COUNTS: Final = (
    ("rows", "Rows"),
    ("new", "New"),
    ("known", "There"),
    ("aside", "Aside"),
    ("skipped", "Skipped"),
    ("asked", "Asked"),
    ("refused", "Refused"),
)


def _count(key: str, title: str) -> RowColumn[FileRow]:
    def value(row: FileRow) -> int | None:
        number: int | None = getattr(row, key)
        return number

    def text(row: FileRow) -> str:
        number = value(row)
        return NOT_KNOWN if number is None else f"{number:,}"

    return RowColumn(key, title, lambda row, _d: text(row), lambda row: value(row) or 0, right=True)


def _line(row: LineRow, _display: Display) -> str:
    return f"{row.line:,}" if row.line else ""


def _file_row(number: int, name: str, file: FilePreview | UnreadFile, fault: str) -> FileRow:
    if isinstance(file, UnreadFile):
        return FileRow(number, name, _NEEDS.get(file.key, "■ cannot be read"))
    asked = sum(counted.rows for _question, counted in file.asked.values())
    sheet = f" · sheet {file.notes.sheet}" if file.notes.sheet else ""
    state = "● ready"
    if asked:
        state = f"▲ {len(file.asked)} question{'' if len(file.asked) == 1 else 's'}"
    elif file.refused_rows:
        state = f"■ {file.refused_rows:,} row{'' if file.refused_rows == 1 else 's'} refused"
    elif fault.startswith(f"{name}, "):
        state = "■ does not fit the history"
    elif not file.new:
        state = "● nothing new"
    return FileRow(
        number,
        name,
        state,
        f"{file.head.format} {file.head.generation}".strip() + sheet,
        file.head.zone,
        file.rows,
        file.new,
        file.known,
        sum(each.rows for each in file.aside.values()),
        sum(each.rows for each in file.skipped.values()),
        asked,
        file.refused_rows,
    )


_Line = tuple[int, int, str, str]


def _unread_lines(_name: str, file: UnreadFile) -> Iterator[_Line]:
    what = "▲ Asked" if file.key else "■ Cannot be read"
    yield 0, 0, what, spoken(file.why)


def _lines(_name: str, file: FilePreview) -> Iterator[_Line]:
    for question, counted in file.asked.values():
        yield 1, counted.line, "▲ Asked", f"{question} ({_rows(counted.rows)})"
    for refused in file.refused:
        yield 2, refused.line, "■ Refused" if file.refused_rows else "○ Left out", refused.reason
    if file.refused_rows > len(file.refused):
        yield 2, 0, "■ Refused", f"{file.refused_rows - len(file.refused):,} more rows"
    for remark, count in file.notes.remarks.items():
        yield 3, 0, "▲ Look", f"{count:,} × {remark}"
    for unknown in file.unrecognised[:_KNOWN]:
        cells = " | ".join(cell for cell in unknown.row if cell)[:_CELLS]
        yield 4, unknown.line, "○ Not known", f"“{unknown.what}” is kept aside: {cells}"
    for (kind, what), counted in file.aside.items():
        if kind is AsideKind.UNRECOGNISED and counted.rows <= sum(
            each.what == what for each in file.unrecognised[:_KNOWN]
        ):
            continue  # each of them stands above
        why = "is another coin, or money alone" if kind is AsideKind.OTHER_ASSET else "is a type that nobody knows"
        yield 5, counted.line, "○ Aside", f"“{what}” {why} ({_rows(counted.rows)})"
    for reason, counted in file.skipped.items():
        yield 6, counted.line, "○ Skipped", f"{reason} ({_rows(counted.rows)})"
    if file.notes.rounded:
        yield 7, 0, "○ Rounded", f"{file.notes.rounded:,} amounts that the file writes finer than a satoshi"


def spoken(why: str) -> str:
    """Return a refusal without what is said to the command line."""
    before = why.partition("--")[0] if "--" in why else ""
    if not before:
        return why
    for mark in ("; ", " (", ", "):
        if mark in before:
            return before.rpartition(mark)[0].rstrip()
    return why


def masked(text: str, display: Display) -> str:
    """Return a file's own words with its figures covered while amounts are hidden."""
    return _DIGIT.sub("•", text) if display.hidden else text


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
