"""A report as XLSX: a sheet that says what it is, and one for each section's tables; the same bytes each time.

Numbers are numbers. Excel keeps 15 digits; where that would lose some, the exact number stands as text in a column
of its own beside it. Text is always text: nothing is taken for a formula or a link.
"""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsxwriter import Workbook

from app.domain.errors import InputError
from app.domain.money import EXACT, btc_of
from app.reports.csv_file import exact_text, front_matter, heading_of, tables_of
from app.services.report_ports import Column, Kind, Missing, Money, Paragraph, Report, Section, Table, Value

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_MOST_ROWS: Final = 1_048_576
_MOST_LETTERS: Final = 32_767
_MOST_NAME: Final = 31
_WIDEST: Final = 60
_FORBIDDEN: Final = frozenset("[]:*?/\\'")
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}


class _Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, bool], Format] = {}

    def of(self, pattern: str = "", *, bold: bool = False) -> "Format":
        """Return the format with that number pattern."""
        key = pattern, bold
        if key not in self._made:
            said: dict[str, str | bool] = {"bold": bold, "valign": "top"}
            if pattern:
                said["num_format"] = pattern
            self._made[key] = self._book.add_format(said)
        return self._made[key]


def xlsx_bytes(report: Report) -> bytes:
    """Return a report as XLSX.

    Raises:
        InputError: a table has more rows than a spreadsheet can hold.
    """
    out = io.BytesIO()
    book = Workbook(out, dict(_OPTIONS))
    book.set_properties({
        "title": report.title,
        "author": "Plimsoll",
        "comments": f"SHA-256 of book and price: {report.state_hash}",
        "created": report.as_of.astimezone(UTC).replace(tzinfo=None),
    })  # fmt: skip
    styles = _Styles(book)
    _front(book, report, styles)
    names = {"about"}
    for section in report.sections:
        _section(book, section, styles, names)
    book.close()
    return out.getvalue()


def _front(book: Workbook, report: Report, styles: _Styles) -> None:
    sheet = book.add_worksheet("About")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    row = 0
    for name, text in front_matter(report):
        sheet.write_string(row, 0, name, styles.of(bold=True))
        sheet.write_string(row, 1, text.removeprefix("'"), styles.of())
        row += 1
    for section in report.sections:
        words = [block.text for block in section.blocks if isinstance(block, Paragraph)]
        for text in (*words, *section.notes):
            sheet.write_string(row + 1, 0, section.heading, styles.of(bold=True))
            sheet.write_string(row + 1, 1, text[:_MOST_LETTERS], styles.of())
            row += 1


def _section(book: Workbook, section: Section, styles: _Styles, names: set[str]) -> None:
    for block in section.blocks:
        table = tables_of(block)
        if table is None:
            continue
        if len(table.rows) + len(table.totals) >= _MOST_ROWS:
            msg = f"it has {len(table.rows):,} rows, more than a spreadsheet holds; write it as CSV"
            raise InputError(msg, section.heading)
        sheet = book.add_worksheet(_name(table.caption or section.heading or "Summary", names))
        _table(sheet, table, styles)


def _table(sheet: "Worksheet", table: Table, styles: _Styles) -> None:
    rows = (*table.rows, *table.totals)
    exact = [place for place, column in enumerate(table.columns) if _loses(rows, place, column)]
    places = [place + sum(1 for other in exact if other < place) for place in range(len(table.columns))]
    for place, column in enumerate(table.columns):
        sheet.write_string(0, places[place], heading_of(column), styles.of(bold=True))
        widest = max((len(exact_text(row[place], column)) for row in rows[:1000]), default=0)
        sheet.set_column(places[place], places[place], min(max(widest, len(heading_of(column))) + 2, _WIDEST))
        if place in exact:
            sheet.write_string(0, places[place] + 1, f"{heading_of(column)}, exact", styles.of(bold=True))
            sheet.set_column(places[place] + 1, places[place] + 1, 24)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows):
        bold = number in table.strong or number >= len(table.rows)
        for place, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            _cell(sheet, (number + 1, places[place]), value, column, styles, bold=bold)
            if place in exact and _is_number(value):
                text = exact_text(value, column)
                sheet.write_string(number + 1, places[place] + 1, text, styles.of(bold=bold))
    if not rows:
        sheet.write_string(1, 0, table.empty, styles.of())


def _cell(
    sheet: "Worksheet", at: tuple[int, int], value: Value, column: Column, styles: _Styles, *, bold: bool
) -> None:
    if value is None:
        return
    if isinstance(value, Missing):
        sheet.write_string(*at, f"not known: {value.reason}"[:_MOST_LETTERS], styles.of(bold=bold))
    elif isinstance(value, str):
        sheet.write_string(*at, value[:_MOST_LETTERS], styles.of(bold=bold))
    elif isinstance(value, datetime):
        moment = value.astimezone(UTC).replace(tzinfo=None)
        sheet.write_datetime(*at, moment, styles.of("yyyy-mm-dd hh:mm:ss", bold=bold))
    elif isinstance(value, date):
        midnight = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a day has no zone
        sheet.write_datetime(*at, midnight, styles.of("yyyy-mm-dd", bold=bold))
    else:
        sheet.write_number(*at, float(_number(value, column)), styles.of(_pattern(column), bold=bold))


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, Decimal, Money))


def _number(value: int | Decimal | Money, column: Column) -> Decimal:
    if isinstance(value, Money):
        return value.amount
    if isinstance(value, Decimal):
        return value
    return btc_of(value) if column.kind is Kind.BTC else Decimal(value)


def _loses(rows: Sequence[Sequence[Value]], place: int, column: Column) -> bool:
    """Whether a column has a number that does not come back from a spreadsheet as it went in."""
    for row in rows:
        value = row[place]
        if isinstance(value, (int, Decimal, Money)):
            number = _number(value, column)
            if Decimal(f"{float(number):.15g}") != EXACT.plus(number):
                return True
    return False


def _pattern(column: Column) -> str:
    if column.kind is Kind.BTC:
        return "#,##0.00000000"
    if column.kind is Kind.MONEY:
        return "#,##0.00"
    return "0.00%" if column.kind is Kind.PERCENT else "#,##0"


def _name(heading: str, taken: set[str]) -> str:
    """Return a sheet's name that no other has, as short as they must be and without what they must not hold."""
    plain = (
        "".join(" " if letter in _FORBIDDEN else letter for letter in heading).strip()[:_MOST_NAME].strip() or "Table"
    )
    name, number = plain, 2
    while name.lower() in taken:
        end = f" {number}"
        name, number = f"{plain[: _MOST_NAME - len(end)]}{end}", number + 1
    taken.add(name.lower())
    return name
