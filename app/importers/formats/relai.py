"""Relai: the transaction export, one row for each purchase, sale or transfer."""

from collections.abc import Iterator
from typing import Final

from app.domain.book import AccountKind, TransactionKind
from app.importers.assets import BITCOIN, code
from app.importers.cells import Cells
from app.importers.format import Format, currency_of, each_row, fee_of, moved, row_id, unrecognised
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.services.import_ports import Outcome

_KEY: Final = "relai"
_HEADER: Final = (
    "Date,Transaction Type,BTC Amount,BTC Price,Currency Pair,Fiat Amount (excl. fees),Fiat Currency,Fee,Fee Currency,"
    "Destination,Operation ID,Counterparty"
)
_KINDS: Final = {
    "buy": TransactionKind.BUY,
    "sell": TransactionKind.SELL,
    **dict.fromkeys(("send", "sent", "withdrawal"), TransactionKind.WITHDRAWAL),
    **dict.fromkeys(("receive", "received", "deposit"), TransactionKind.DEPOSIT),
}


def read(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row becomes."""
    date, kind_at, btc, money, money_in, fee_at, fee_in, native_at = (
        table.at(name)
        for name in (
            "Date",
            "Transaction Type",
            "BTC Amount",
            "Fiat Amount (excl. fees)",
            "Fiat Currency",
            "Fee",
            "Fee Currency",
            "Operation ID",
        )
    )

    def one(line: int, row: Row) -> Outcome:
        kind = _KINDS.get(row[kind_at].strip().casefold())
        if kind is None:
            return unrecognised(line, row[kind_at], row)
        value = cells.money(row[money])
        currency = currency_of(row[money_in]) if value is not None else None
        paid_in, fee, fee_sats, note = code(row[fee_in]), None, 0, ""
        if paid_in in BITCOIN:
            fee_sats = 0 if cells.empty(row[fee_at]) else cells.sats(row[fee_at])
        else:
            fee = fee_of(cells.money(row[fee_at]))
            currency = currency or (currency_of(paid_in) if fee else None)
            if fee and paid_in != currency:
                note, fee = f"fee {fee} {paid_in[:20]}", None
        native = row[native_at].strip()
        return moved(
            line,
            cells.utc(row[date]),
            kind,
            cells.sats(row[btc]),
            f"{_KEY}:{native}" if native else row_id(_KEY, row),
            value=value,
            currency=currency,
            fee=fee,
            fee_sats=fee_sats,
            note=note,
        )

    return each_row(table, one)


FORMAT: Final = Format(
    key=_KEY,
    name="Relai, transactions",
    place="Relai",
    place_kind=AccountKind.EXCHANGE,
    signatures=(Signature("2023", columns(_HEADER)),),
    read=read,
)
