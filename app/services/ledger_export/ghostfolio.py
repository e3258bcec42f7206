"""Ghostfolio's CSV of activities: purchases and sales. It knows no deposits of coins."""

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from app.domain.book import TransactionKind
from app.domain.money import EXACT, btc_of
from app.services.ledger_export.cells import btc_cell, csv_lines, money_cell, text_cell
from app.services.ledger_export.slice import OneWallet, Slice, one_wallet

HEADER: Final = ("Date", "Code", "DataSource", "Currency", "Price", "Quantity", "Action", "Fee", "Note")
_ACTIONS: Final = {
    TransactionKind.BUY: "buy",
    TransactionKind.INCOME: "buy",
    TransactionKind.SELL: "sell",
    TransactionKind.SPEND: "sell",
}
_UNIT: Final = Decimal("1e-8")


def lines(part: Slice) -> Iterator[str]:
    """Yield the file."""
    rows = (_row(item, part) for item in one_wallet(part))
    return csv_lines(HEADER, (row for row in rows if row is not None))


def _row(item: OneWallet, part: Slice) -> tuple[str, ...] | None:
    entry, action = item.entry, _ACTIONS.get(item.kind)
    if action is None:
        part.left_out.add("deposits, withdrawals and network fees, for which Ghostfolio has no activity")
        return None
    if entry.value is None:
        part.left_out.add("entries without a value, of which Ghostfolio could reckon nothing")
        return None
    price = EXACT.divide(entry.value, btc_of(entry.sats))
    return (
        f"{item.at:%d-%m-%Y}",
        f"BTC{item.currency}",
        "YAHOO",
        item.currency,
        money_cell(price.quantize(_UNIT, ROUND_HALF_EVEN, EXACT)),
        btc_cell(entry.sats),
        action,
        money_cell(entry.fee or Decimal(0)),
        text_cell(item.note),
    )
