"""Swan: three files, and all of them are needed: deposits and purchases, withdrawals, trades."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from app.domain.book import AccountKind, TransactionKind
from app.importers.assets import BITCOIN, code
from app.importers.cells import Cells
from app.importers.format import Format, each_row, fee_of, moved, other_asset, row_id, unrecognised
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.importers.two_sided import Sides, two_sided
from app.services.import_ports import Outcome, Skipped

_KEY: Final = "swan"
_TRANSFERS: Final = (
    "Event,Date,Timezone,Status,Transaction ID,Total USD,Transaction USD,Fee USD,Unit Count,Asset Type,BTC Price,"
    "Address Label,USD Cost Basis,Acquisition Date"
)
_OLDEST: Final = "Event,Date,Timezone,Status,USD,Unit Count,Asset Type,BTC Price"
_WITHDRAWALS: Final = (
    "Created At,Timezone,Transaction ID,Executed At,Canceled At,Status,Bitcoin Amount,Automatic,IP Address"
)
_TRADES: Final = "Date,Received Quantity,Received Currency,Sent Quantity,Sent Currency,Fee Amount,Fee Currency,Tag"
_DONE: Final = frozenset(("settled", "completed", "complete", "executed", "approved", ""))


def read_transfers(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row of “deposits and purchases” becomes."""
    event_at, date, status_at, units = (table.at(name) for name in ("Event", "Date", "Status", "Unit Count"))
    asset_at, usd_at = table.at("Asset Type"), table.at("Transaction USD", "USD")
    native_at, fee_at, basis_at, since_at = (
        table.find(name) for name in ("Transaction ID", "Fee USD", "USD Cost Basis", "Acquisition Date")
    )

    def one(line: int, row: Row) -> Outcome:
        event, asset = row[event_at].strip().casefold(), code(row[asset_at])
        if event != "purchase" and asset not in BITCOIN:
            return other_asset(line, asset)
        if row[status_at].strip().casefold() not in _DONE:
            return Skipped(line, f"is not settled ({row[status_at].strip()[:40].casefold()})")
        native = f"{_KEY}:{row[native_at].strip()}" if native_at is not None and row[native_at].strip() else None
        native = native or row_id(_KEY, row)
        at, sats = cells.utc(row[date]), cells.sats(row[units])
        if event == "purchase":
            fee = None if fee_at is None else fee_of(cells.money(row[fee_at]))
            value = cells.money(row[usd_at])
            return moved(line, at, TransactionKind.BUY, sats, native, value=value, currency="USD", fee=fee)
        if event == "deposit":
            basis: Decimal | None = None if basis_at is None else cells.money(row[basis_at])
            note = "" if since_at is None or not row[since_at].strip() else f"acquired {row[since_at].strip()[:40]}"
            kind = TransactionKind.DEPOSIT
            return moved(line, at, kind, sats, native, value=basis, currency="USD" if basis else None, note=note)
        return unrecognised(line, event, row)

    return each_row(table, one)


def read_withdrawals(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row of “withdrawals” becomes."""
    native_at, executed, canceled, status_at, amount = (
        table.at(name) for name in ("Transaction ID", "Executed At", "Canceled At", "Status", "Bitcoin Amount")
    )

    def one(line: int, row: Row) -> Outcome:
        status = row[status_at].strip().casefold()
        if row[canceled].strip() or not row[executed].strip() or status not in _DONE:
            return Skipped(line, f"was not carried out ({status[:40]})")
        native = row[native_at].strip()
        name = f"{_KEY}:{native}" if native else row_id(_KEY, row)
        return moved(line, cells.utc(row[executed]), TransactionKind.WITHDRAWAL, cells.sats(row[amount]), name)

    return each_row(table, one)


def read_trades(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row of “trades” becomes; the month stands before the day."""
    date, got, got_in, sent, sent_in, fee, fee_in, tag = (table.at(name) for name in _TRADES.split(","))

    def one(line: int, row: Row) -> Outcome:
        sides = Sides(row[sent], row[sent_in], row[got], row[got_in], row[fee], row[fee_in])
        at = cells.utc(row[date], "no")
        return two_sided(line, cells, at, row_id("swan_trades", row), sides, note=row[tag].strip())

    return each_row(table, one)


FORMATS: Final = (
    Format(
        key=_KEY,
        name="Swan, deposits and purchases",
        place="Swan",
        place_kind=AccountKind.EXCHANGE,
        signatures=(Signature("2024", columns(_TRANSFERS)), Signature("2020", columns(_OLDEST), closed=True)),
        read=read_transfers,
    ),
    Format(
        key="swan_withdrawals",
        name="Swan, withdrawals",
        place="Swan",
        place_kind=AccountKind.EXCHANGE,
        signatures=(Signature("2022", columns(_WITHDRAWALS)),),
        read=read_withdrawals,
    ),
    Format(
        key="swan_trades",
        name="Swan, trades",
        place="Swan",
        place_kind=AccountKind.EXCHANGE,
        signatures=(Signature("2022", columns(_TRADES), closed=True),),
        read=read_trades,
    ),
)
