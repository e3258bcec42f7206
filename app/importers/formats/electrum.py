"""Electrum: the history of a wallet. Times are the computer's own, amounts BTC with the fee in what was sent.

Since 4.6 the file tells Lightning too. What lies in channels is an account of its own here: opening and closing one
moves bitcoin between the two.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from app.domain.book import AccountKind, TransactionKind
from app.importers.cells import Cells
from app.importers.chain_moves import chain_id, chain_move, txid_of
from app.importers.format import Format, each_row, moved
from app.importers.signatures import Signature, columns
from app.importers.tables import Row, Table
from app.services.import_ports import Moved, Outcome, Skipped

_KEY: Final = "electrum"
_PLACE: Final = "Electrum"
_CHANNELS: Final = "Electrum Lightning"
_NEW: Final = (
    "oc_transaction_hash,ln_payment_hash,label,confirmations,amount_chain_bc,amount_lightning_bc,network_fee_bc,"
    "timestamp"
)
_OLD: Final = "transaction_hash,label,confirmations,value,fiat_value,fee,fiat_fee,timestamp"
_OLDEST: Final = "transaction_hash,label,confirmations,value,timestamp"


def read(table: Table, cells: Cells) -> Iterator[Outcome]:
    """Yield what each row becomes."""
    at, label, depth = (table.at(name) for name in ("timestamp", "label", "confirmations"))
    txid, value = table.at("oc_transaction_hash", "transaction_hash"), table.at("amount_chain_bc", "value")
    fee = table.find("network_fee_bc", "fee")
    lightning, payment = table.find("amount_lightning_bc"), table.find("ln_payment_hash")

    def sats(row: Row, place: int | None) -> int:
        return 0 if place is None or cells.empty(row[place]) else cells.sats(row[place])

    def one(line: int, row: Row) -> Outcome:
        in_channels, note = sats(row, lightning), row[label].strip()
        if payment is not None and not row[txid].strip():
            return _paid(line, cells.local(row[at]), row[payment].strip(), in_channels, note)
        if row[depth].strip() in ("0", "-1", "-2") or row[at].strip().casefold() in ("", "unknown"):
            return Skipped(line, "is in no block yet")
        net, paid = sats(row, value), None if fee is None or cells.empty(row[fee]) else abs(sats(row, fee))
        when, native = cells.local(row[at]), txid_of(row[txid])
        if in_channels and net:
            return _channel(line, when, native, net, in_channels, note)
        return chain_move(line, when, native, net, paid, note=note)

    return each_row(table, one)


def _paid(line: int, at: datetime, payment: str, sats: int, note: str) -> Outcome:
    """Return a payment over Lightning."""
    kind = TransactionKind.DEPOSIT if sats > 0 else TransactionKind.WITHDRAWAL
    return moved(line, at, kind, sats, f"{_KEY}:{payment or f'{at:%Y%m%d%H%M}.{sats}'}", note=note, wallet=_CHANNELS)


def _channel(line: int, at: datetime, txid: str, net: int, in_channels: int, note: str) -> Moved:
    """Return the opening or closing of a channel: what one side lost beyond the other's gain is the fee."""
    opened = net < 0
    arrived, lost = (abs(in_channels), abs(net)) if opened else (abs(net), abs(in_channels))
    return moved(
        line,
        at,
        TransactionKind.TRANSFER,
        min(arrived, lost),
        chain_id(txid, net),
        fee_sats=max(0, lost - arrived),
        note=note,
        wallet="" if opened else _CHANNELS,
        to_account=_CHANNELS if opened else _PLACE,
    )


FORMAT: Final = Format(
    key=_KEY,
    name="Electrum, history",
    place=_PLACE,
    place_kind=AccountKind.SELF_CUSTODY,
    signatures=(
        Signature("4.6", columns(_NEW), optional=("fiat_value", "fiat_fee")),
        Signature("4.0", columns(_OLD)),
        Signature("3", columns(_OLDEST), optional=("fee",)),
    ),
    read=read,
    zone="the computer's zone",
)
