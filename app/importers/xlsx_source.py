"""A sheet of an XLSX file as the table that every format reads.

The sheet is read once and written as lines of text, row by row at its own line, so that line 7 of a refusal is row 7 of
the sheet. What is wider, longer or larger than an export is refused before it costs room or time.
"""

import csv
import io
import tempfile
from collections.abc import Iterator
from typing import BinaryIO, Final

from app.domain.errors import InputError
from app.importers.tables import HEADER_WITHIN, MAX_COLUMNS
from app.importers.xlsx_book import MAX_CELL, SheetPlace, Style, WorkbookFacts, facts_of
from app.importers.xlsx_handlers import RawCell, RowsHandler, SheetError
from app.importers.xlsx_package import Package, is_workbook
from app.importers.xlsx_text import NO_RESULT, date_text, number_text

__all__ = ["MAX_CELLS", "Workbook", "is_workbook"]

MAX_CELLS: Final = 1_200_000
_FORMULAS: Final = "formula without a result; open the file in a spreadsheet program and save it again"
_DIGITS: Final = "number of more than 15 digits, of which a spreadsheet keeps 15; compare it with the source"
_IN_MEMORY: Final = 8 << 20
_PLAIN: Final = Style()
_BREAKS: Final = str.maketrans(dict.fromkeys("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029", " ") | {"\0": ""})


class _Spool(tempfile.SpooledTemporaryFile[bytes]):
    """Room for a sheet's text; it closes with whoever reads it, also where somebody stops in the middle."""

    def __del__(self) -> None:
        self.close()


class Workbook:
    """An XLSX file.

    Attributes:
        name: the file's, for messages.
    """

    def __init__(self, file: BinaryIO, name: str, *, comma: bool = False) -> None:
        """Look at what the file says about itself.

        Args:
            file: open for reading, and left open as long as this is used.
            name: for messages.
            comma: whether numbers are written with a decimal comma, as somebody said of the file's texts.

        Raises:
            InputError: encrypted, damaged, too large, or no XLSX file.
        """
        self.name = name
        self._comma = comma
        self._package = Package(file, name)
        self._facts: WorkbookFacts = facts_of(self._package)

    def titles(self, wanted: str = "") -> list[str]:
        """Return the sheets to look at in their order: the one wanted, or those that are not hidden.

        Raises:
            InputError: there is none of that name.
        """
        titles = [sheet.title for sheet in self._facts.sheets]
        if wanted:
            chosen = [title for title in titles if title.strip().casefold() == wanted.strip().casefold()]
            if not chosen:
                known = ", ".join(f"“{title[:40]}”" for title in titles[:10])
                raise InputError(f"has no sheet “{wanted[:40]}”; it has {known}", self.name)
            return chosen[:1]
        return [sheet.title for sheet in self._facts.sheets if not sheet.hidden] or titles

    def start(self, title: str, rows: int = HEADER_WITHIN) -> io.StringIO:
        """Return the first rows of a sheet as lines of text."""
        text = io.StringIO(newline="")
        self._write(title, text, {}, rows)
        text.seek(0)
        return text

    def text(self, title: str, remarks: dict[str, int]) -> io.TextIOWrapper:
        """Return a whole sheet as lines of text, at its beginning; large ones lie in a nameless file meanwhile.

        Args:
            title: the sheet's.
            remarks: gets what cells lost or left open, with how many.

        Raises:
            InputError: damaged or too large.
        """
        raw = _Spool(_IN_MEMORY)
        text = io.TextIOWrapper(raw, "utf-8", errors="replace", newline="")
        try:
            self._write(title, text, remarks, None)
        except BaseException:
            text.close()
            raise
        text.seek(0)
        return text

    def _write(self, title: str, text: io.TextIOBase, remarks: dict[str, int], most: int | None) -> None:
        place = next(sheet for sheet in self._facts.sheets if sheet.title == title)
        writer = csv.writer(text, lineterminator="\n")
        line, cells = 0, 0
        for row, found in self._rows(place):
            if most is not None and row > most:
                return
            text.write("\n" * (row - line - 1))
            line, cells = row, cells + len(found)
            if cells > MAX_CELLS:
                msg = f"has more than {MAX_CELLS:,} cells; save the sheet as CSV, which may have more"
                raise InputError(msg, f"{self.name}, sheet “{title[:40]}”, line {row}")
            values: list[str] = [""] * (found[-1].column + 1)
            for cell in found:
                values[cell.column] = self._value(cell, remarks)
            writer.writerow(values)

    def _rows(self, place: SheetPlace) -> Iterator[tuple[int, list[RawCell]]]:
        handler = RowsHandler(MAX_COLUMNS, MAX_CELL)
        try:
            for _ in self._package.parse(place.part, handler):
                while handler.rows:
                    yield handler.rows.popleft()
        except SheetError as error:
            where = f"{self.name}, sheet “{place.title[:40]}”, line {error.row}"
            raise InputError(str(error), where) from None

    def _value(self, cell: RawCell, remarks: dict[str, int]) -> str:
        """Return what a cell says."""
        if not cell.valued:
            if cell.formula and cell.kind != "str":
                remarks[_FORMULAS] = remarks.get(_FORMULAS, 0) + 1
                return NO_RESULT
            return ""
        text = cell.text
        if cell.kind == "n":
            return self._number(cell, remarks)
        if cell.kind == "b":
            return "TRUE" if text.strip() in {"1", "true"} else "FALSE"
        if cell.kind == "s":
            text = self._shared(text)
        elif cell.kind == "d":
            text = text.replace("T", " ")
        return text.translate(_BREAKS)

    def _number(self, cell: RawCell, remarks: dict[str, int]) -> str:
        style = self._facts.styles[cell.style] if cell.style < len(self._facts.styles) else _PLAIN
        if style.date:
            return date_text(cell.text, self._facts.epoch, with_time=style.time)
        shown, lost = number_text(cell.text, comma=self._comma, percent=style.percent)
        if lost:
            remarks[_DIGITS] = remarks.get(_DIGITS, 0) + 1
        return shown

    def _shared(self, text: str) -> str:
        if text.isascii() and text.isdigit() and len(text) < 9 and int(text) < len(self._facts.texts):  # noqa: PLR2004
            return self._facts.texts[int(text)]
        raise InputError(
            "refers to a text that it has not; open it in a spreadsheet program and save it again", self.name
        )
