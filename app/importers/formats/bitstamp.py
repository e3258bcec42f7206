"""Bitstamp: transactions, with a column for each currency since 2023, and before with amounts like ``2.0 BTC``."""

from collections.abc import Iterator
from typing import Final

from app.domain.book import AccountKind, TransactionKind
from app.importers.assets import BITCOIN, code
from app.importers.cells import CellError, Cells
from app.importers.format import Format, each_row, moved, other_asset, row_id, unrecognised
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.importers.two_sided import Sides, two_sided
from app.services.import_ports import Outcome, Skipped

_KEY: Final = "bitstamp"
_NEW: Final = (
    "ID,Account,Type,Subtype,Datetime,Amount,Amount currency,Value,Value currency,Rate,Rate currency,Fee,Fee currency,"
    "Order ID"
)
_OLD: Final = "Type,Datetime,Account,Amount,Value,Rate,Fee,Sub Type"
_INCOME: Final = frozenset(("staking reward", "referral reward", "interest", "card rewards credit", "reward"))
_WITHIN: Final = frozenset(("sub account transfer", "staked assets", "unstaked assets"))


def read(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row becomes."""
    native_at = table.find("ID")
    kind_at, subtype_at, at = table.at("Type"), table.at("Subtype", "Sub Type"), table.at("Datetime")
    pairs = [(table.at(name), table.find(f"{name} currency")) for name in ("Amount", "Value", "Fee")]

    def one(line: int, row: Row) -> Outcome:
        (amount, asset), (value, value_in), (fee, fee_in) = (_with_asset(row, *pair) for pair in pairs)
        if asset not in BITCOIN and value_in not in BITCOIN:
            return other_asset(line, asset)
        kind, subtype = row[kind_at].strip().casefold(), row[subtype_at].strip().casefold()
        native = row_id(_KEY, row) if native_at is None else f"{_KEY}:{row[native_at].strip()}"
        when = cells.utc(row[at])
        if kind in ("market", "trade", "buy", "sell", "instant buy"):
            side = subtype if subtype in ("buy", "sell") else kind
            if side not in ("buy", "sell"):
                raise CellError(f"“{row[subtype_at][:40]}” is neither buy nor sell; check the row")
            sides = (value, value_in, amount, asset) if side == "buy" else (amount, asset, value, value_in)
            return two_sided(line, cells, when, native, Sides(*sides, fee, fee_in))
        if asset not in BITCOIN:
            return other_asset(line, asset)
        if kind in _WITHIN:
            return Skipped(line, f"moves within Bitstamp ({kind})")
        entry = TransactionKind.INCOME if kind in _INCOME else None
        fee_sats = cells.sats(fee) if fee_in in BITCOIN and not cells.empty(fee) else 0
        if kind in ("deposit", "withdrawal"):
            entry = TransactionKind.DEPOSIT if kind == "deposit" else TransactionKind.WITHDRAWAL
        if entry is None:
            return unrecognised(line, kind, row)
        return moved(line, when, entry, cells.sats(amount), native, fee_sats=fee_sats)

    return each_row(table, one)


def _with_asset(row: Row, amount: int, asset: int | None) -> tuple[str, str]:
    """Return an amount and its asset, from two cells or from one like ``2.00000000 BTC``."""
    if asset is not None:
        return row[amount], code(row[asset])
    number, _, name = row[amount].strip().rpartition(" ")
    return (number, code(name)) if number else (name, "")


FORMAT: Final = Format(
    key=_KEY,
    name="Bitstamp, transactions",
    place="Bitstamp",
    place_kind=AccountKind.EXCHANGE,
    signatures=(Signature("2023", columns(_NEW)), Signature("2014", columns(_OLD), closed=True)),
    read=read,
)
