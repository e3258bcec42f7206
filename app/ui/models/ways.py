"""The ways out of a loan as rows: when, at what price, and any one of three things to do."""

from typing import NamedTuple

from app.domain.money import btc_text as exact_btc
from app.services.ways_out import Moment, WayOut
from app.ui.formats import (
    NOT_KNOWN,
    UP,
    Display,
    btc_text,
    danger_price_text,
    fiat_text,
    hours_text,
    money_text,
    percent_text,
)
from app.ui.models.rows import RowColumn, RowsModel

NOTHING = "nothing needed"


class WayRow(NamedTuple):
    """A way out with the loan's currency, the drop test's fall and the hours that bitcoin takes to get there."""

    way: WayOut
    currency: str
    fall: str
    delivery_hours: int
    place: int


def ways_model() -> RowsModel[WayRow]:
    """Return the model of the ways-out table, in the order given."""
    return RowsModel(
        (
            RowColumn("moment", "When", lambda row, _d: moment_words(row), lambda row: row.place),
            RowColumn("price", "Price", _price, lambda row: row.way.price, lambda row: f"{row.way.price:.2f}", True),
            RowColumn("target", "Back to", _target, lambda row: row.way.target_ltv, None, True),
            RowColumn("add", "Add", _add, lambda row: row.way.cure.top_up_sats, _raw_add, True, True),
            RowColumn("repay", "or repay", _repay, lambda row: row.way.cure.repay, _raw_repay, True, True),
            RowColumn("sell", "or sell pledged", _sell, lambda row: row.way.cure.sell_sats or 0, _raw_sell, True, True),
            RowColumn("time", "In time?", lambda row, _d: time_words(row), lambda row: row.way.deadline_hours or 0),
        ),
        way_words,
        sort_key="moment",
    )


def moment_words(row: WayRow) -> str:
    """Return when."""
    return {
        Moment.NOW: "Now",
        Moment.AT_CALL: "At the margin call",
        Moment.AFTER_DROP: f"After a fall of {row.fall}",
    }[row.way.moment]


def time_words(row: WayRow) -> str:
    """Return whether bitcoin gets there before the deadline that would run, and what that rests on."""
    hours, needed = row.way.deadline_hours, row.delivery_hours
    if not row.way.needed or hours is None:
        return "" if not row.way.needed else "no clock runs"
    if not needed:
        return f"{hours_text(hours)} to do it"
    if needed > hours:
        return f"▲ too late: takes {hours_text(needed)} of {hours_text(hours)}"
    return f"yes: takes {hours_text(needed)} of {hours_text(hours)}"


def way_words(row: WayRow, display: Display) -> str:
    """Return a way out as a sentence."""
    start = f"{moment_words(row)}, at {_price(row, display)}, to be back at {_target(row, display)}"
    if not row.way.needed:
        return f"{start}: {NOTHING}"
    return f"{start}: add {_add(row, display)}, or repay {_repay(row, display)}, or sell {_sell(row, display)}"


def _price(row: WayRow, _display: Display) -> str:
    return danger_price_text(row.way.price, row.currency)


def _target(row: WayRow, _display: Display) -> str:
    return percent_text(row.way.target_ltv) + (" (yours)" if row.way.typed else "")


def _add(row: WayRow, display: Display) -> str:
    return btc_text(row.way.cure.top_up_sats, display, UP, 8) if row.way.needed else NOTHING


def _repay(row: WayRow, display: Display) -> str:
    if not row.way.needed:
        return NOT_KNOWN
    if display.hidden:
        return money_text(row.way.cure.repay, row.currency, display)
    return fiat_text(row.way.cure.repay, row.currency, UP, cents=True)


def _sell(row: WayRow, display: Display) -> str:
    if not row.way.needed:
        return NOT_KNOWN
    return "no sale cures it" if row.way.cure.sell_sats is None else btc_text(row.way.cure.sell_sats, display, UP, 8)


def _raw_add(row: WayRow) -> str:
    return exact_btc(row.way.cure.top_up_sats)


def _raw_repay(row: WayRow) -> str:
    return f"{row.way.cure.repay:f}"


def _raw_sell(row: WayRow) -> str:
    return "" if row.way.cure.sell_sats is None else exact_btc(row.way.cure.sell_sats)
