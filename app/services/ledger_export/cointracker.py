"""CoinTracker's CSV. It has no place for a value, an id or a note, and tags are left to its reader."""

from collections.abc import Iterator
from typing import Final

from app.domain.book import INFLOWS, TransactionKind
from app.services.ledger_export.cells import btc_cell, csv_lines, money_cell
from app.services.ledger_export.slice import OneWallet, Slice, one_wallet

HEADER: Final = (
    "Date", "Received Quantity", "Received Currency", "Sent Quantity", "Sent Currency", "Fee Amount", "Fee Currency",
    "Tag",
)  # fmt: skip
_TRADES: Final = frozenset((TransactionKind.BUY, TransactionKind.SELL))
_UNMARKED: Final = {
    TransactionKind.INCOME: "rows of income stand as received: choose their category in CoinTracker",
    TransactionKind.SPEND: "rows of spending stand as sent: choose their category in CoinTracker",
    TransactionKind.FEE: "network fees stand as sent: choose their category in CoinTracker",
}


def lines(part: Slice) -> Iterator[str]:
    """Yield the file."""
    return csv_lines(HEADER, (_row(item, part) for item in one_wallet(part)))


def _row(item: OneWallet, part: Slice) -> tuple[str, ...]:
    entry, btc = item.entry, (btc_cell(item.entry.sats), "BTC")
    trade = item.kind in _TRADES and entry.value is not None
    if item.kind in _UNMARKED:
        part.left_out.add(_UNMARKED[item.kind])
    elif item.kind in _TRADES and not trade:
        part.left_out.add("trades without a value stand as received or sent")
    money = (money_cell(entry.value), item.currency) if trade else ("", "")
    received, sent = (btc, money) if item.kind in INFLOWS else (money, btc)
    fee = (money_cell(entry.fee), item.currency) if entry.fee is not None else ("", "")
    return (f"{item.at:%m/%d/%Y %H:%M:%S}", *received, *sent, *fee, "")
