"""A report as CSV: what it is and rests on, then each table with its heading, an empty line between two.

Values are not rounded to what people read: bitcoin has eight decimals, money and fractions have all their digits up to
eight decimals (a quotient has no end), rounded as their column is. Moments are UTC. Text that a
spreadsheet would run is written so that none does. A figure that is not known is an empty cell; why stands below.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from app.domain.money import EXACT, btc_text, minor_digits
from app.domain.plain_cells import plain_cell
from app.services.report_ports import (
    ROUNDINGS,
    Bars,
    Block,
    Column,
    Figures,
    Kind,
    Lines,
    Missing,
    Money,
    Paragraph,
    PriceRuler,
    Report,
    Table,
    Value,
    missing_reasons,
    price_text,
)

_MOST_DIGITS: Final = 8
_LEAST: Final = Decimal("0.00000001")


def csv_bytes(report: Report) -> bytes:
    """Return a report as UTF-8 with a mark of its encoding, which spreadsheets need."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows(front_matter(report))
    for section in report.sections:
        writer.writerow([])
        if section.heading:
            writer.writerow([plain_cell(section.heading)])
        for block in section.blocks:
            writer.writerows(_rows(block))
        writer.writerows([plain_cell(note)] for note in section.notes)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def front_matter(report: Report) -> list[list[str]]:
    """Return what a report is and rests on, a row each."""
    rows = [["Report", report.title], ["About", report.subtitle], ["Book", report.book]]
    rows += [["Demo", "invented figures"]] if report.demo else []
    rows.append(["As of (UTC)", exact_text(report.as_of, Column(""))])
    rows += [["Price", price_text(line, report.as_of)] for line in report.prices]
    rows += [["Source", text] for text in report.sources]
    rows += [["Note", report.warning], ["SHA-256 of book and price", report.state_hash]]
    return [[plain_cell(cell) for cell in row] for row in rows if row[1]]


def exact_text(value: Value, column: Column) -> str:
    """Return a value with all its digits; text as it stands."""
    if value is None or isinstance(value, (Missing, str)):
        return value if isinstance(value, str) else ""
    if isinstance(value, Money):
        return _decimal_text(value.amount, column, value.currency)
    if isinstance(value, date):
        text = value.isoformat()
        return f"{text.removesuffix('+00:00')}Z" if isinstance(value, datetime) else text
    if isinstance(value, Decimal):
        return _decimal_text(value, column, column.currency)
    return btc_text(value) if column.kind is Kind.BTC else str(value)


def _decimal_text(value: Decimal, column: Column, currency: str) -> str:
    """Return a number with all its digits up to eight decimals; of money at least those of its minor unit."""
    number = EXACT.plus(value).normalize(EXACT)
    if -int(number.as_tuple().exponent) > _MOST_DIGITS:
        number = number.quantize(_LEAST, ROUNDINGS[column.rounding], EXACT).normalize(EXACT)
    least = minor_digits(currency) if column.kind is Kind.MONEY and currency else 0
    digits = max(-int(number.as_tuple().exponent), least, 0)
    return f"{number:.{digits}f}" if number else f"{Decimal(0):.{digits}f}"


def with_currencies(table: Table) -> Table:
    """Return a table in which each money column that mixes currencies is followed by one that names them."""
    mixed = [
        place
        for place, column in enumerate(table.columns)
        if any(isinstance(row[place], Money) for row in (*table.rows, *table.totals))
    ]
    if not mixed:
        return table

    def row_of(row: tuple[Value, ...]) -> tuple[Value, ...]:
        cells: list[Value] = []
        for place, value in enumerate(row):
            cells.append(value)
            if place in mixed:
                named = value.currency if isinstance(value, Money) else table.columns[place].currency
                cells.append(named if value is not None and not isinstance(value, (Missing, str)) else None)
        return tuple(cells)

    columns: list[Column] = []
    for place, column in enumerate(table.columns):
        columns.append(column)
        if place in mixed:
            columns.append(Column(f"{column.heading}, currency"))
    rows, totals = tuple(map(row_of, table.rows)), tuple(map(row_of, table.totals))
    return Table(tuple(columns), rows, totals, table.strong, table.empty, table.caption)


def heading_of(column: Column) -> str:
    """Return a column's heading with its unit where the values do not show it."""
    if column.kind is Kind.MONEY and column.currency and column.currency not in column.heading:
        return f"{column.heading} ({column.currency})"
    if column.kind is Kind.BTC and "BTC" not in column.heading:
        return f"{column.heading} (BTC)"
    if column.kind is Kind.PERCENT:
        return f"{column.heading} (fraction)"
    return column.heading


def tables_of(block: Block) -> Table | None:
    """Return a block's values as a table; None for sentences."""
    if isinstance(block, Table):
        return with_currencies(block)
    if isinstance(block, Figures):
        columns = (Column("Figure"), Column("Value"), Column("Note"))
        return Table(columns, tuple((i.column.heading, exact_figure(i.value, i.column), i.note) for i in block.items))
    if isinstance(block, PriceRuler):
        return _ruler(block)
    if isinstance(block, Bars):
        named = Column(block.part_name or "of it", block.column.kind, currency=block.column.currency)
        headings = (Column("Name"), block.column, named, Column("Words"))
        part = [bar.part if block.part_name else None for bar in block.bars]
        return Table(headings, tuple((b.label, b.value, p, b.words) for b, p in zip(block.bars, part, strict=True)))
    if isinstance(block, Lines):
        columns = (Column("Line"), Column("Day", Kind.DATE), block.column)
        return Table(columns, tuple((line.name, p.day, p.value) for line in block.lines for p in line.points))
    return None


def exact_figure(value: Value, column: Column) -> str:
    """Return a figure with its unit, or why it is not known."""
    if isinstance(value, Missing):
        return f"not known: {value.reason}"
    unit = {Kind.BTC: " BTC", Kind.MONEY: f" {column.currency}"}.get(column.kind, "")
    text = exact_text(value, column)
    return f"{text}{unit}" if not isinstance(value, str) and text else text


def _ruler(ruler: PriceRuler) -> Table:
    code = ruler.currency
    columns = (
        Column("Line"),
        Column("Margin call", Kind.MONEY, currency=code),
        Column("Forced sale", Kind.MONEY, currency=code),
        Column("Price", Kind.MONEY, currency=code),
        Column("State"),
    )
    named = (
        ("Price now", ruler.price),
        ("Last known price, judges nothing", ruler.last),
        ("Price after the drop test's fall", ruler.dropped),
        ("Reserve ends", ruler.reserve),
    )
    rows: list[tuple[Value, ...]] = [(name, None, None, price, "") for name, price in named if price is not None]
    rows += [(mark.name, mark.call, mark.sale, None, mark.words) for mark in ruler.marks]
    return Table(columns, tuple(rows))


def _rows(block: Block) -> Iterator[Sequence[str]]:
    if isinstance(block, Paragraph):
        yield [plain_cell(block.text)]
    table = tables_of(block)
    if table is None:
        return
    if not table.rows:
        yield [plain_cell(table.empty)]
        return
    yield [plain_cell(heading_of(column)) for column in table.columns]
    for row in (*table.rows, *table.totals):
        yield [_cell(value, column) for value, column in zip(row, table.columns, strict=True)]
    for reason in missing_reasons(table):
        yield [plain_cell(f"Empty: {reason}")]


def _cell(value: Value, column: Column) -> str:
    text = exact_text(value, column)
    return plain_cell(text) if isinstance(value, str) else text
