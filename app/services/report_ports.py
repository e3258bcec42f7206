"""A report as its writers know it: exact values with their kinds, no layout and no text of numbers.

``app.reports`` turns one into PDF, CSV or XLSX. Whoever makes a report hands over figures as they were reckoned
(``Decimal``, satoshis, dates); rounding happens where they are shown, by what the column says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Final, NamedTuple, Protocol, TypeAlias

from app.domain.money import EXACT, btc_of
from app.services.wording import age, danger_price, money

DASH: Final = "—"


class Kind(StrEnum):
    """What a column or figure holds, and so how it is written.

    Attributes:
        TEXT: ``str``.
        BTC: satoshis, an ``int``.
        MONEY: ``Decimal`` in the column's currency, or ``Money``.
        PERCENT: a fraction, ``Decimal``.
        DATE: ``date``, or an aware UTC ``datetime``, shown to the minute.
        COUNT: a whole number, ``int``.
    """

    TEXT = "text"
    BTC = "btc"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    COUNT = "count"


class Rounding(StrEnum):
    """Which way what is shown is rounded: against the reader's risk where a loan is concerned."""

    NEAREST = "nearest"
    UP = "up"
    DOWN = "down"


class Align(StrEnum):
    """Where a column's cells stand; ``AUTO`` is left for text and dates, right for numbers."""

    AUTO = "auto"
    LEFT = "left"
    RIGHT = "right"


class Missing(NamedTuple):
    """A figure that is not known: shown as “—”, its reason told below the table and kept in every file."""

    reason: str


class Money(NamedTuple):
    """An amount in a currency of its own, for columns that mix them."""

    amount: Decimal
    currency: str


Value: TypeAlias = str | int | Decimal | date | datetime | Money | Missing | None
"""A cell; None is one that has nothing to say (an empty one), ``Missing`` one that should have had something."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        heading: unique in its table; spreadsheets name it by that.
        currency: of a money column's ``Decimal`` cells.
        digits: decimals shown; None for all eight of bitcoin, the currency's own of money, and one of per cent.
        wide: takes what room is left over; else a column is as wide as its cells.
    """

    heading: str
    kind: Kind = Kind.TEXT
    align: Align = Align.AUTO
    currency: str = ""
    digits: int | None = None
    rounding: Rounding = Rounding.NEAREST
    wide: bool = False

    @property
    def at_right(self) -> bool:
        """Whether cells stand at the right."""
        return self.align is Align.RIGHT or (self.align is Align.AUTO and self.kind not in (Kind.TEXT, Kind.DATE))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of values, as many in each row as there are columns.

    Attributes:
        totals: rows set apart at the foot; a total is reckoned by whoever made the report, from exact values.
        strong: numbers of the rows that are set in bold (a state that is grave, an opening, a closing).
        empty: the sentence that stands where there are no rows.
        caption: names the table in a spreadsheet; without one, its section's heading does.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    totals: tuple[tuple[Value, ...], ...] = ()
    strong: frozenset[int] = frozenset()
    empty: str = "Nothing to show."
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its name, and what it rests on.

    ``column`` says how it is written; its heading is the figure's name.
    """

    column: Column
    value: Value
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """A few figures side by side."""

    items: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences; ``strong`` for the one that a reader must not miss."""

    text: str
    strong: bool = False


class PriceMarks(NamedTuple):
    """One loan on the price ruler; a mark that there is none of is None.

    Attributes:
        price: what its own contract judges it by now, where that is not the ruler's; else None.
        words: its state, in a word or two.
    """

    name: str
    call: Decimal | None
    sale: Decimal | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class PriceRuler:
    """The load lines: a ruler of prices with each loan's margin call and forced sale on it, nearest first.

    Attributes:
        price: today's, or None; then the last known one may stand in ``last``, which judges nothing.
        dropped: the price after the drop test's fall, and ``drop`` the fall, a fraction.
        reserve: down to which price the free bitcoin cures every call, or None.
        more: how many loans are left out.
    """

    currency: str
    price: Decimal | None
    marks: tuple[PriceMarks, ...]
    dropped: Decimal | None = None
    drop: Decimal | None = None
    reserve: Decimal | None = None
    last: Decimal | None = None
    more: int = 0


class Bar(NamedTuple):
    """One bar; ``value`` in the chart's kind, ``part`` of it hatched (a restricted share), ``words`` beside it."""

    label: str
    value: int | Decimal
    part: int | Decimal = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars from nothing to the largest, told apart by hatching and by words, never by colour.

    ``part_name`` says what is hatched; empty where nothing is.
    """

    column: Column
    bars: tuple[Bar, ...]
    part_name: str = ""


class Point(NamedTuple):
    """A value on a day."""

    day: date
    value: int | Decimal


class Line(NamedTuple):
    """One line of a chart over time, oldest point first."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines over time, told apart by their strokes (solid, dashed, dotted) and named where they end. At most four."""

    column: Column
    lines: tuple[Line, ...]


Block: TypeAlias = Table | Figures | Paragraph | PriceRuler | Bars | Lines


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report.

    Attributes:
        notes: small print below the blocks, one sentence or more each.
        beside: stands at the right of the section before it, where the paper is wide enough; for short ones.
    """

    heading: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
    beside: bool = False


class PriceLine(NamedTuple):
    """A price that a report rests on, or why there is none.

    Attributes:
        value: of one bitcoin; None where there is none to rely on.
        origin: where it comes from, in words (``consensus, 4 of 5 sources``).
        at: when it was told, UTC.
        reason: why there is none; empty where there is one.
        last: the last one known, which judges nothing.
    """

    currency: str
    value: Decimal | None
    origin: str = ""
    at: datetime | None = None
    reason: str = ""
    last: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report, ready to be written; the same one gives the same bytes.

    Attributes:
        key: names it in commands and file names (``board``).
        as_of: the moment it looks at, UTC.
        prices: what it was judged by; empty where no price of now is in it.
        sources: what else it rests on, one sentence each (histories, files, contracts).
        state_hash: ``services.book_state_hash``.
        subtitle: what it is about (a loan, a year), or empty.
        warning: what a reader must know before any figure (no price to rely on), or empty.
        one_page: is set to fit on one page.
    """

    key: str
    title: str
    book: str
    as_of: datetime
    state_hash: str
    sections: tuple[Section, ...]
    prices: tuple[PriceLine, ...] = ()
    sources: tuple[str, ...] = ()
    subtitle: str = ""
    warning: str = ""
    one_page: bool = False
    demo: bool = field(default=False)


class Paper(StrEnum):
    """What a PDF is laid out for."""

    A4 = "a4"
    LETTER = "letter"


class Format(StrEnum):
    """What a report may be written as."""

    PDF = "pdf"
    CSV = "csv"
    XLSX = "xlsx"


ROUNDINGS: Final = {Rounding.NEAREST: ROUND_HALF_EVEN, Rounding.UP: ROUND_CEILING, Rounding.DOWN: ROUND_FLOOR}
_BTC_DIGITS: Final = 8
_WHOLE_FROM: Final = Decimal(100)


def value_text(value: Value, column: Column) -> str:
    """Return a value as people read it in that column: ``$63,250.00``, ``64.2 %``, ``1.25000000``; “—” where missing.

    Raises:
        TypeError: the value is not of the column's kind.
    """
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, Missing):
        return DASH
    if isinstance(value, Money):
        return money(value.amount, value.currency, column.digits, ROUNDINGS[column.rounding])
    if isinstance(value, date):
        return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value.isoformat()
    return _number_text(value, column)


def _number_text(value: int | Decimal, column: Column) -> str:
    if column.kind is Kind.BTC and isinstance(value, int):
        step = Decimal(1).scaleb(-(_BTC_DIGITS if column.digits is None else column.digits))
        number = btc_of(value).quantize(step, ROUNDINGS[column.rounding], EXACT)
        return f"{'−' if number < 0 else ''}{abs(number):,f}"
    if column.kind is Kind.COUNT and isinstance(value, int):
        return f"{value:,}".replace("-", "−")
    if isinstance(value, Decimal):
        if column.kind is Kind.MONEY:
            return money(value, column.currency, column.digits, ROUNDINGS[column.rounding])
        if column.kind is Kind.PERCENT:
            return _percent(value, column)
    msg = f"{value!r} cannot stand in a column of {column.kind}"
    raise TypeError(msg)


def _percent(value: Decimal, column: Column) -> str:
    step = Decimal(1).scaleb(-(1 if column.digits is None else column.digits))
    number = EXACT.multiply(value, Decimal(100)).quantize(step, ROUNDINGS[column.rounding], EXACT)
    return f"{'−' if number < 0 else ''}{abs(number)} %"


def mark_text(price: Decimal, currency: str, *, danger: bool = False) -> str:
    """Return a price on a ruler, in whole units where it has enough of them; one that is a danger is rounded up."""
    if danger:
        return danger_price(price, currency)
    return money(price, currency, 0 if price >= _WHOLE_FROM else None)


def price_text(line: PriceLine, as_of: datetime) -> str:
    """Return a price with where it is from and how old it is, or that there is none and why."""
    if line.value is None:
        known = "" if line.last is None else f"; the last one known, {money(line.last, line.currency)}, judges nothing"
        return f"BTC in {line.currency}: no price ({line.reason}{known})"
    seconds = 0 if line.at is None else max(int((as_of - line.at).total_seconds()), 0)
    return f"BTC {money(line.value, line.currency)}, {line.origin}, {age(seconds)} old"


def missing_reasons(table: Table) -> Sequence[str]:
    """Return why figures of a table are not known, each reason once, in the order they are met."""
    cells = (cell for row in (*table.rows, *table.totals) for cell in row)
    return list(dict.fromkeys(cell.reason for cell in cells if isinstance(cell, Missing)))


class ReportWriter(Protocol):
    """Turns reports into files (``app.reports``)."""

    def write(self, report: Report, form: Format, paper: Paper) -> bytes:
        """Return the file; the same report gives the same bytes.

        Raises:
            PlimsollError: it cannot be written that way (too many rows for a spreadsheet, too much for one page).
        """
        ...

    def picture(self, report: Report, paper: Paper, width: int) -> bytes:
        """Return the first page as a PNG of that many pixels across."""
        ...
