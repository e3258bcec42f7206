"""What happens in a fall, as rows in their true order: when, at which price, to whom, how much, in time or not."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Final, NamedTuple

from app.domain.money import EXACT, SATS_PER_BTC
from app.domain.money import btc_text as exact_btc
from app.risk.stress_result import StressEvent, StressKind
from app.services.stress_words import event_sentence, why
from app.ui.formats import (
    DOWN,
    NOT_KNOWN,
    UP,
    Display,
    btc_text,
    danger_price_text,
    hours_text,
    ltv_text,
    money_text,
)
from app.ui.models.rows import RowColumn, RowsModel

WHAT: Final = {
    StressKind.MARGIN_CALL: "◆ Called",
    StressKind.TOP_UP: "+ Topped up",
    StressKind.LIQUIDATION: "■ Forced sale",
}
HIDDEN_WHY: Final = "Amounts are hidden; Ctrl+Shift+H shows them and how they come about."


class StressRow(NamedTuple):
    """An event, its place in the order, and the base currency of its price."""

    number: int
    event: StressEvent
    base: str


def stress_rows(events: Sequence[StressEvent], base: str) -> tuple[StressRow, ...]:
    """Return the events as rows."""
    return tuple(StressRow(number, event, base) for number, event in enumerate(events))


def stress_model() -> RowsModel[StressRow]:
    """Return the model of the order of events."""
    return RowsModel(
        (
            RowColumn("day", "Day", lambda row, _d: day_words(row.event.day), lambda row: row.number, _raw_day, True),
            RowColumn(
                "price", "Price", _price, lambda row: row.event.price, lambda row: f"{row.event.price:.2f}", True
            ),
            RowColumn("loan", "Loan", lambda row, _d: row.event.loan, lambda row: row.event.loan.casefold()),
            RowColumn("what", "What", lambda row, _d: WHAT[row.event.kind], lambda row: row.event.kind.value),
            RowColumn(
                "btc", "Bitcoin", _btc, lambda row: row.event.sats, lambda r: exact_btc(r.event.sats), True, True
            ),
            RowColumn(
                "amount", "Money", _amount, lambda row: row.event.amount, lambda r: f"{r.event.amount:.2f}", True, True
            ),
            RowColumn("time", "In time?", in_time_words, lambda row: str(row.event.in_time)),
            RowColumn("free", "Free after", _free, lambda row: row.event.free_sats, _raw_free, True, True),
            RowColumn("ltv", "LTV", lambda row, _d: ltv_text(row.event.ltv), _ltv_order, _raw_ltv, True),
        ),
        stress_words,
        sort_key="day",
    )


def stress_words(row: StressRow, display: Display) -> str:
    """Return an event as a sentence."""
    return event_sentence(row.event, row.base, display)


def explained(row: StressRow, display: Display) -> str:
    """Return an event with how its figures come about; without the formulas where amounts are hidden."""
    sentence = stress_words(row, display)
    if display.hidden:
        return f"{sentence} {HIDDEN_WHY}"
    return "\n".join((sentence, *why(row.event, row.base)))


def in_time_words(row: StressRow, display: Display) -> str:
    """Return whether what is needed is there in time, as a shape and words."""
    event = row.event
    if event.kind is StressKind.TOP_UP:
        return "✓ yes" if event.in_time else "✗ too late"
    if event.kind is StressKind.LIQUIDATION:
        return "call ran out" if event.uncured else "line reached"
    if event.short_sats:
        return f"✗ lacks {short_btc_text(event.short_sats, display, UP)}"
    return "no clock" if event.cure_hours is None else f"{hours_text(event.cure_hours)} to cure"


def day_words(day: Decimal) -> str:
    """Return a day since the start, with one decimal (``2.4``)."""
    return f"{day.quantize(Decimal('0.1'), ROUND_FLOOR, EXACT):f}"


def short_btc_text(sats: int, display: Display, rounding: str) -> str:
    """Return an amount with about four figures; satoshis in full. The row's explanation has every digit."""
    size = abs(sats) // SATS_PER_BTC
    digits = 1 if size >= 100 else 2 if size >= 1 else 4  # noqa: PLR2004 - about four figures
    return btc_text(sats, display, rounding, digits)


def _price(row: StressRow, _display: Display) -> str:
    return danger_price_text(row.event.price, row.base)


def _btc(row: StressRow, display: Display) -> str:
    return short_btc_text(row.event.sats, display, UP)


def _amount(row: StressRow, display: Display) -> str:
    return money_text(row.event.amount, row.event.currency, display, UP)


def _free(row: StressRow, display: Display) -> str:
    return short_btc_text(row.event.free_sats, display, DOWN)


def _raw_free(row: StressRow) -> str:
    return exact_btc(row.event.free_sats)


def _raw_day(row: StressRow) -> str:
    return f"{row.event.day.quantize(Decimal('0.0001'), ROUND_FLOOR, EXACT):f}"


def _ltv_order(row: StressRow) -> Decimal:
    return row.event.ltv or Decimal(0)


def _raw_ltv(row: StressRow) -> str:
    ltv = row.event.ltv
    return NOT_KNOWN if ltv is None else f"{ltv.quantize(Decimal('0.000001'), ROUND_HALF_EVEN, EXACT):f}"
