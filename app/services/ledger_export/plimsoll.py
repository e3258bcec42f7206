"""Plimsoll's own CSV: transactions, and apart from them loan events. Reading it back adds nothing that is there."""

from collections.abc import Iterator
from typing import Final

from app.services.ledger_export.cells import btc_cell, csv_lines, money_cell, text_cell
from app.services.ledger_export.slice import Happened, Placed, Slice

HEADER: Final = ("account", "at", "kind", "btc", "value", "currency", "fee", "note", "id", "to_account")
LOAN_HEADER: Final = ("loan", "at", "kind", "amount", "btc", "account", "rate", "price", "fee", "note", "id")


def lines(part: Slice) -> Iterator[str]:
    """Yield the transactions."""
    return csv_lines(HEADER, (_row(item, part) for item in part.entries()))


def loan_lines(part: Slice) -> Iterator[str]:
    """Yield the loan events."""
    return csv_lines(LOAN_HEADER, map(_loan_row, part.events()))


def _row(item: Placed, part: Slice) -> tuple[str, ...]:
    entry = item.entry
    told = entry.value is not None or entry.fee is not None
    if entry.picks:
        part.left_out.add("entries with chosen lots, of which the choice stays behind")
    if entry.attachments:
        part.left_out.add("entries with papers, which stay behind")
    return (
        text_cell(item.account),
        item.at.isoformat().replace("+00:00", "Z"),
        entry.kind.value,
        btc_cell(entry.sats),
        money_cell(entry.value),
        item.currency if told else "",
        money_cell(entry.fee),
        text_cell(entry.note),
        text_cell(entry.external_id),
        text_cell(entry.to_account),
    )


def _loan_row(item: Happened) -> tuple[str, ...]:
    event = item.event
    return (
        text_cell(item.loan.name),
        item.at.isoformat().replace("+00:00", "Z"),
        event.kind.value,
        money_cell(event.amount),
        "" if event.sats is None else btc_cell(event.sats),
        text_cell(event.account),
        money_cell(event.rate),
        money_cell(event.price),
        money_cell(event.fee),
        text_cell(event.note),
        text_cell(event.external_id),
    )
