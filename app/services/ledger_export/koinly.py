"""Koinly's universal CSV: one file for one wallet there. Labels as its help pages name them."""

from collections.abc import Iterator
from typing import Final

from app.domain.book import INFLOWS, TransactionKind
from app.services.ledger_export.cells import btc_cell, csv_lines, money_cell, text_cell
from app.services.ledger_export.slice import OneWallet, Slice, one_wallet

HEADER: Final = (
    "Date", "Sent Amount", "Sent Currency", "Received Amount", "Received Currency", "Fee Amount", "Fee Currency",
    "Net Worth Amount", "Net Worth Currency", "Label", "Description", "TxHash",
)  # fmt: skip
_TRADES: Final = frozenset((TransactionKind.BUY, TransactionKind.SELL))
_LABELS: Final = {
    TransactionKind.INCOME: "other income",
    TransactionKind.SPEND: "cost",
    TransactionKind.FEE: "cost",
}
_CHAIN: Final = "chain:"


def lines(part: Slice) -> Iterator[str]:
    """Yield the file."""
    return csv_lines(HEADER, (_row(item, part) for item in one_wallet(part)))


def _row(item: OneWallet, part: Slice) -> tuple[str, ...]:
    entry, btc = item.entry, (btc_cell(item.entry.sats), "BTC")
    trade = item.kind in _TRADES
    if trade and entry.value is None:
        part.left_out.add("trades without a value: Koinly takes them for a deposit or a withdrawal")
    money = (money_cell(entry.value), item.currency) if trade and entry.value is not None else ("", "")
    inward = item.kind in INFLOWS
    sent, received = (money, btc) if inward else (btc, money)
    worth = (money_cell(entry.value), item.currency) if not trade and entry.value is not None else ("", "")
    fee = (money_cell(entry.fee), item.currency) if entry.fee is not None else ("", "")
    return (
        f"{item.at:%Y-%m-%d %H:%M:%S} UTC",
        *sent,
        *received,
        *fee,
        *worth,
        _LABELS.get(item.kind, ""),
        text_cell(item.note),
        text_cell(_hash(entry.external_id)),
    )


def _hash(external_id: str | None) -> str:
    """Return the transaction of the chain that an entry names, or nothing."""
    for one in (external_id or "").split(" "):
        if one.startswith(_CHAIN):
            return one.split(":")[1]
    return ""
