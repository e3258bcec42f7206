"""The first rows of a file whose header nobody knows, and what they become by a map of its columns."""

import csv
import io
from collections import Counter
from itertools import islice
from typing import BinaryIO, Final

from app.domain.errors import InputError
from app.importers.reading import read_import
from app.importers.tables import DELIMITERS, HEADER_WITHIN, MAX_COLUMNS
from app.importers.text_source import open_text
from app.importers.xlsx_package import is_workbook
from app.services.import_ports import Answers, Outcome, TableStart

ROWS: Final = 40
_LONGEST: Final = 200
_LINE: Final = 1 << 16
_Rows = list[tuple[int, tuple[str, ...]]]


def beginning(file: BinaryIO, name: str, answers: Answers) -> TableStart:
    """Return the first rows of a file as they stand.

    Args:
        file: open for reading.
        name: for messages.
        answers: may name a sheet or an encoding.

    Raises:
        FileDoubt: it needs an answer first.
        InputError: it is no table.
    """
    sheet, sheets, only = "", tuple[str, ...](), tuple[str, ...](DELIMITERS)
    if is_workbook(file, name):
        from app.importers.xlsx_source import Workbook  # noqa: PLC0415 - a workbook's libraries are for it alone

        workbook = Workbook(file, name, comma=answers.decimal == "comma")
        sheets = tuple(workbook.titles())
        starts = {title: workbook.start(title, ROWS).read() for title in workbook.titles(answers.sheet)}
        sheet = max(starts, key=lambda title: _width(_rows(starts[title], ",")))
        lines, only = starts[sheet], (",",)
    else:
        text, _encoding = open_text(file, name, answers.encoding)
        lines = "".join(line[:_LINE] for line in islice(text, ROWS))
    rows = max((_rows(lines, delimiter) for delimiter in only), key=_width)
    if _width(rows) < 2:  # noqa: PLR2004 - a date and an amount
        raise InputError("has no table: no row of several cells among the first; save it as CSV", name)
    return TableStart(name, tuple(rows), _header(rows), sheet, sheets)


def sample(start: TableStart, answers: Answers) -> tuple[Outcome, ...]:
    """Return what first rows become by the map in ``answers``; their lines are those of the file.

    Raises:
        InputError: the map does not fit them.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    line = 0
    for number, cells in start.rows:
        text.write("\n" * (number - line - 1))
        writer.writerow(cells)
        line = number
    data = io.BytesIO(text.getvalue().encode("utf-8", "replace"))
    return tuple(read_import(data, start.name, answers).outcomes)


def _rows(lines: str, delimiter: str) -> _Rows:
    """Return rows read with one delimiter; a damaged one ends them."""
    reader = csv.reader(io.StringIO(lines, newline=""), delimiter=delimiter)
    rows: _Rows = []
    before = 0
    try:
        for cells in reader:
            number, before = before + 1, reader.line_num
            if any(cells):
                flat = (" ".join(cell.split())[:_LONGEST] for cell in cells[:MAX_COLUMNS])
                rows.append((number, tuple(flat)))
    except csv.Error:
        return rows
    return rows


def _width(rows: _Rows) -> int:
    """Return how many cells most rows of several cells have; more of them decide where two are alike."""
    widths = Counter(len(cells) for _line, cells in rows if len(cells) > 1)
    return max((width for width in widths), key=lambda width: (widths[width], width), default=0)


def _header(rows: _Rows) -> int:
    """Return which row seems to name the columns: the first whose cells are names."""
    width = _width(rows)
    for place, (line, cells) in enumerate(rows):
        named = [cell for cell in cells if cell]
        if line > HEADER_WITHIN:
            break
        if len(cells) >= width and len(named) > len(cells) // 2 and not any(_figure(cell) for cell in named):
            return place
    return 0


def _figure(cell: str) -> bool:
    """Return whether a cell is an amount or a date rather than a name."""
    digits = sum(char.isdigit() for char in cell)
    return digits * 2 > len(cell.replace(" ", ""))
