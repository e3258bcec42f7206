"""A loan's events as rows: when, what, how much, where."""

from decimal import Decimal
from typing import NamedTuple

from app.domain.book import EventKind, Loan, LoanEvent
from app.domain.money import btc_text as exact_btc
from app.ui.formats import MINUS, Display, btc_text, day_text, fiat_text, money_text, percent_text
from app.ui.models.rows import RowColumn, RowsModel
from app.ui.words import EVENT_WORDS


class EventRow(NamedTuple):
    """An event, its place in the file, and the loan's currency."""

    event: LoanEvent
    number: int
    currency: str


def event_rows(loan: Loan) -> tuple[EventRow, ...]:
    """Return a loan's events, in the order of the file."""
    return tuple(EventRow(event, number, loan.currency) for number, event in enumerate(loan.events))


def events_model() -> RowsModel[EventRow]:
    """Return the model of the events table, the newest first."""
    return RowsModel(
        (
            RowColumn(
                "at", "When (UTC)", _when, lambda row: (row.event.at, row.number), lambda row: row.event.at.isoformat()
            ),
            RowColumn("kind", "What", lambda row, _d: EVENT_WORDS[row.event.kind], lambda row: row.event.kind.value),
            RowColumn("amount", "Money", _money, lambda row: row.event.amount or Decimal(0), _raw_money, True, True),
            RowColumn("btc", "Bitcoin", _btc, lambda row: _sign(row) * (row.event.sats or 0), _raw_btc, True, True),
            RowColumn("account", "Account", _account, _account_order),
            RowColumn("detail", "Detail", _detail, lambda row: row.event.rate or row.event.price or Decimal(0)),
            RowColumn("note", "Note", lambda row, _d: row.event.note, lambda row: row.event.note.casefold()),
        ),
        event_words,
        sort_key="at",
        descending=True,
    )


def event_words(row: EventRow, display: Display) -> str:
    """Return an event as a sentence."""
    event = row.event
    parts = [f"{EVENT_WORDS[event.kind]} of {day_text(event.at.date())}", _money(row, display), _btc(row, display)]
    parts += [_account(row, display), _detail(row, display), event.note]
    return ", ".join(part for part in parts if part)


def _when(row: EventRow, _display: Display) -> str:
    return f"{day_text(row.event.at.date())} {row.event.at:%H:%M}"


def _money(row: EventRow, display: Display) -> str:
    amount = row.event.amount
    if amount is None:
        return ""
    return money_text(amount, row.currency, display) if display.hidden else fiat_text(amount, row.currency, cents=True)


def _raw_money(row: EventRow) -> str:
    return "" if row.event.amount is None else f"{row.event.amount:f}"


def _sign(row: EventRow) -> int:
    return 1 if row.event.kind is EventKind.POST else -1


def _btc(row: EventRow, display: Display) -> str:
    if row.event.sats is None:
        return ""
    return f"{'+' if _sign(row) > 0 else MINUS}{btc_text(row.event.sats, display, digits=8)}"


def _raw_btc(row: EventRow) -> str:
    return "" if row.event.sats is None else exact_btc(_sign(row) * row.event.sats)


def _account(row: EventRow, _display: Display) -> str:
    if row.event.kind not in (EventKind.POST, EventKind.RELEASE):
        return ""
    return row.event.account or "Outside"


def _account_order(row: EventRow) -> str:
    return (row.event.account or "").casefold()


def _detail(row: EventRow, display: Display) -> str:
    event = row.event
    if event.rate is not None:
        return f"{percent_text(event.rate)} a year"
    if event.price is None:
        return ""
    fee = f", fee {money_text(event.fee, row.currency, display)}" if event.fee else ""
    return f"at {fiat_text(event.price, row.currency)}{fee}"
