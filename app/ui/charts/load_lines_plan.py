"""What the load-line chart shows, before anything is drawn: columns, prices, range, words (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.domain.figures import LoanFigures
from app.domain.money import EXACT
from app.domain.quotes import NoQuote, Quote
from app.domain.terms import TriggerKind
from app.services.danger import last_known, nearest_loans
from app.services.desk import DeskSnapshot
from app.ui.formats import (
    MINUS,
    UP,
    age_text,
    danger_price_text,
    headroom_text,
    hours_text,
    ltv_text,
    number_text,
    percent_text,
    price_text,
    seconds_between,
)
from app.ui.levels import SHAPES, Level, standing_of

MOST: Final = 12
_ROOM_ABOVE: Final = Decimal("1.10")
_ROOM_BELOW: Final = Decimal("0.94")
_DEEPEST: Final = Decimal("0.40")
_HIGHEST: Final = Decimal("1.60")
_THOUSAND: Final = Decimal(1000)
_LEVELS: Final = (
    (TriggerKind.WARNING, Level.WATCH),
    (TriggerKind.MARGIN_CALL, Level.CALL),
    (TriggerKind.LIQUIDATION, Level.SALE),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across a column: its level, its price on the axis, and the label beside it, also in few digits."""

    level: Level
    price: float
    label: str
    short: str


@dataclass(frozen=True, slots=True)
class LoanLines:
    """One loan's column.

    Attributes:
        marks: warning, call and sale, where the contract has them, highest price first.
        words: its lines as sentences, for the tooltip and a screen reader.
    """

    name: str
    figures: LoanFigures
    marks: tuple[Mark, ...]
    words: str


@dataclass(frozen=True, slots=True)
class LoadLines:
    """The whole picture.

    Attributes:
        currency: of the axis, the book's base currency.
        price: today's price, or the last one; None where there never was one.
        fresh: whether it may be relied on.
        now_label, after_label: what stands at today's line and at the line after the fall.
        after: the price after the drop test's fall.
        low, high: the axis.
        subtitle: how many of how many loans, and from where the prices come.
        description: everything in words.
        reserve: the price at which the free bitcoin ends, with its words; None where it does not, or is not known.
    """

    currency: str
    columns: tuple[LoanLines, ...]
    price: float | None
    fresh: bool
    now_label: str
    after: float | None
    after_label: str
    low: float
    high: float
    subtitle: str
    description: str
    reserve: float | None = None
    reserve_label: str = ""

    @property
    def reserve_short(self) -> str:
        """The words of the reserve's line where there is little room."""
        return self.reserve_label.replace(" ends", "")


def load_lines(
    snapshot: DeskSnapshot, most: int = MOST, reserve: float | None = None, reserve_label: str = ""
) -> LoadLines:
    """Return the picture of a snapshot: the loans that a falling price reaches first, nearest first."""
    figures, base = snapshot.figures, snapshot.book.base_currency
    quote = last_known(figures.prices[base])
    shown = nearest_loans(figures, most)
    columns = tuple(
        column for column in (_column(figures.loans[index], quote, base) for index in shown) if column is not None
    )
    price = None if quote is None else quote.value
    after = None if price is None else EXACT.multiply(price, EXACT.subtract(Decimal(1), figures.drop))
    marks = [mark.price for column in columns for mark in column.marks]
    low, high = axis_range(price, after, [*marks, *([reserve] if reserve is not None and marks else [])])
    fresh = isinstance(figures.prices[base], Quote)
    fall = percent_text(figures.drop)
    subtitle = _subtitle(snapshot, len(columns), fresh=fresh)
    now_label = _now_label(snapshot, quote, fresh=fresh)
    after_label = "" if after is None else f"{MINUS}{fall} week {number_text(after, 0)}"
    return LoadLines(
        base,
        columns,
        None if price is None else float(price),
        fresh,
        now_label,
        None if after is None else float(after),
        after_label,
        low,
        high,
        subtitle,
        _description(columns, now_label, after_label, subtitle, reserve_label),
        reserve if reserve is not None and low < reserve < high else None,
        reserve_label,
    )


def axis_range(price: Decimal | None, after: Decimal | None, marks: Sequence[float]) -> tuple[float, float]:
    """Return the axis' ends: all lines within reach, but never so far that the neighbourhood of today is lost."""
    if price is None or after is None:
        return (min(marks) * float(_ROOM_BELOW), max(marks) * float(_ROOM_ABOVE)) if marks else (0.0, 1.0)
    low = max(min([float(after), *marks]) * float(_ROOM_BELOW), float(price * _DEEPEST))
    high = min(max([float(price * _ROOM_ABOVE), *(mark * 1.04 for mark in marks)]), float(price * _HIGHEST))
    return low, high


def spread(wanted: Sequence[float], height: float, fixed: Sequence[float] = ()) -> list[float]:
    """Return where labels stand so that none covers another or a fixed line: pixels, growing downwards.

    ``wanted`` grows; each label gives way downwards from the one above, and first to the nearer side of a fixed line.
    """
    placed: list[float] = []
    for place in wanted:
        y = place
        for line in sorted(fixed):
            if abs(y - line) < height * 0.75:
                y = line - height * 0.75 if y <= line else line + height * 0.75
        if placed and y < placed[-1] + height:
            y = placed[-1] + height
        placed.append(y)
    return placed


def _column(loan: LoanFigures, base: Quote | None, currency: str) -> LoanLines | None:
    own = last_known(loan.lookup)
    foreign = loan.loan.currency != currency or (own is not None and base is not None and own.value != base.value)
    if foreign and (own is None or base is None):
        return None  # nothing ties its prices to the axis
    factor = EXACT.divide(base.value, own.value) if foreign and own is not None and base is not None else Decimal(1)
    marks = []
    for kind, level in _LEVELS:
        line = loan.first(kind)
        if line is not None and line.price is not None:
            price = EXACT.multiply(line.price, factor)
            told = level is not Level.WATCH
            label = number_text(price, 0, UP) if told else ""
            short = f"{number_text(EXACT.divide(price, _THOUSAND), 1, UP)}k" if told and price >= _THOUSAND else label
            marks.append(Mark(level, float(price), label, short))
    marks.sort(key=lambda mark: -mark.price)
    return LoanLines(loan.loan.name, loan, tuple(marks), _words(loan, currency if foreign else ""))


def _words(loan: LoanFigures, axis: str) -> str:
    standing = standing_of(loan)
    lines = [f"{loan.loan.name} · {loan.loan.lender}", f"{SHAPES[standing.level]} {standing.word}: {standing.sentence}"]
    if loan.ltv is not None:
        lines.append(f"LTV {ltv_text(loan.ltv)}")
    told = {TriggerKind.WARNING: "Warning", TriggerKind.MARGIN_CALL: "Called", TriggerKind.LIQUIDATION: "Forced sale"}
    for line in loan.triggers:
        if line.price is None:
            continue
        room = (
            ""
            if line.headroom is None
            else f", {headroom_text(line.headroom)} below"
            if line.headroom > 0
            else ", passed"
        )
        hours = f", {hours_text(line.trigger.cure_hours)} to cure" if line.trigger.cure_hours is not None else ""
        lines.append(f"{told[line.trigger.kind]} at {danger_price_text(line.price, loan.loan.currency)}{room}{hours}")
    if axis:
        lines.append(f"Drawn in {axis} by the ratio of today's prices")
    return "\n".join(lines)


def _subtitle(snapshot: DeskSnapshot, shown: int, *, fresh: bool) -> str:
    total = len(snapshot.figures.ledger.balances)
    parts = []
    if shown < total and shown:
        parts.append(f"{shown} nearest of {total:,} loans")
    else:
        parts.append("each loan's warning, call and forced-sale price")
    if snapshot.book.demo:
        parts.append("demo: recorded prices")
    elif not fresh:
        parts.append("old price, nothing is judged by it")
    return " · ".join(parts)


def _now_label(snapshot: DeskSnapshot, quote: Quote | None, *, fresh: bool) -> str:
    if quote is None:
        return ""
    number = number_text(quote.value, 0)
    if quote.origin == "demo":
        return f"demo {number}"
    return f"now {number}" if fresh else f"{number} · {age_text(seconds_between(quote.at, snapshot.judged_at))}"


def _description(
    columns: Sequence[LoanLines], now_label: str, after_label: str, subtitle: str, reserve_label: str
) -> str:
    if not columns:
        return "No loan with a margin call or a forced sale to draw."
    head = ". ".join(part for part in (subtitle.capitalize(), now_label, after_label, reserve_label) if part)
    return f"{head}. " + " ".join(column.words.replace("\n", "; ") + "." for column in columns)


def price_tick(value: float, currency: str) -> str:
    """Return a price on the axis in thousands (``$65k``), or in full below ten thousand."""
    whole = Decimal(round(value))
    if abs(whole) >= 10_000 and whole % 500 == 0:  # noqa: PLR2004 - where thousands read better
        return (
            f"{price_text(whole / 1000, currency)}k"
            if whole % 1000 == 0
            else f"{price_text(whole // 1000, currency)}.5k"
        )
    return price_text(whole, currency)


def why_empty(snapshot: DeskSnapshot) -> str:
    """Return what stands in the picture's place when there is nothing to draw."""
    if not snapshot.book.loans:
        return "The lines appear with the first loan."
    lookup = snapshot.figures.prices[snapshot.book.base_currency]
    if isinstance(lookup, NoQuote) and lookup.last is None and not snapshot.figures.ledger.dangers:
        return f"No price yet: {lookup.reason}."
    return "No loan that owes something names a margin call or a forced sale."
