"""Rows that name what was sent, what was received and the fee, as tax programs write them."""

from datetime import datetime
from typing import NamedTuple

from app.domain.book import TransactionKind
from app.importers.assets import BITCOIN, MONEY, code
from app.importers.cells import CellError, Cells, NothingMovedError
from app.importers.format import fee_of, moved, other_asset
from app.services.import_ports import Aside, Moved


class Sides(NamedTuple):
    """The cells of one row; an empty text where nothing was sent or received."""

    sent: str
    sent_in: str
    got: str
    got_in: str
    fee: str = ""
    fee_in: str = ""


def two_sided(
    line: int,
    cells: Cells,
    at: datetime,
    external_id: str,
    sides: Sides,
    *,
    kind: TransactionKind | None = None,
    note: str = "",
    wallet: str = "",
) -> Moved | Aside:
    """Return a row as a transaction; one that moves no bitcoin is kept aside.

    Bitcoin against money is bought or sold for it. Bitcoin against another coin is bought or sold, too, at a value that
    the row does not tell; the note names the coin. Bitcoin against bitcoin went from one wallet to another of the same
    owner: it costs what was lost on the way. A format that names the wallets makes a transfer of such a row itself.

    Args:
        line: in the file.
        cells: reads the cells.
        at: when.
        external_id: of the row.
        sides: the row's cells.
        kind: what a row with one side is (income, spend); without it a deposit or a withdrawal.
        note: kept with it.
        wallet: the account as the file names it.

    Raises:
        CellError: a cell cannot be taken.
        NothingMovedError: bitcoin was moved to oneself, and nothing was lost.
        CellDoubt: a cell has two readings.
    """
    sent_in = "" if cells.empty(sides.sent) else code(sides.sent_in)
    got_in = "" if cells.empty(sides.got) else code(sides.got_in)
    incoming = got_in in BITCOIN
    if not incoming and sent_in not in BITCOIN:
        return other_asset(line, sent_in or got_in)
    other, other_in = (sides.sent, sent_in) if incoming else (sides.got, got_in)
    if other_in in BITCOIN:
        if kind is None:
            return _within(line, cells, at, external_id, sides, note, wallet)
        other, other_in = "", ""  # bitcoin sent and received: one side is what arrived of the other
    fee_in = code(sides.fee_in)
    fee = fee_of(cells.money(sides.fee)) if fee_in in MONEY else None
    fee_sats = cells.sats(sides.fee) if fee_in in BITCOIN and not cells.empty(sides.fee) else 0
    if fee_sats < 0:
        fee_of(cells.money(sides.fee))
    value = cells.money(other) if other_in in MONEY else None
    if other_in:
        kind = TransactionKind.BUY if incoming else TransactionKind.SELL
        if value is None:
            note = f"{note} for {other.strip()[:30]} {other_in[:20]}".strip()
    elif kind is None:
        kind = TransactionKind.DEPOSIT if incoming else TransactionKind.WITHDRAWAL
    currency = other_in if value is not None else fee_in if fee is not None else None
    if not cells.empty(sides.fee) and not fee_sats and (fee is None or fee_in != currency):
        # Its coin or currency is not the one that the transaction is told in.
        note = note if fee_in in MONEY and fee is None else f"{note} fee {sides.fee.strip()[:30]} {fee_in[:20]}".strip()
    return moved(
        line,
        at,
        kind,
        cells.sats(sides.got if incoming else sides.sent),
        external_id,
        value=value,
        currency=currency,
        fee=fee if fee_in == currency else None,
        fee_sats=fee_sats,
        note=note,
        wallet=wallet,
    )


def _within(line: int, cells: Cells, at: datetime, external_id: str, sides: Sides, note: str, wallet: str) -> Moved:
    """Return what a movement between two wallets of one owner cost.

    A fee that is just what is missing on the other side is the same fee told twice.
    """
    sent, got = abs(cells.sats(sides.sent)), abs(cells.sats(sides.got))
    if got > sent:
        raise CellError(f"gets {sides.got.strip()[:30]} of {sides.sent.strip()[:30]} BTC that were sent; check the row")
    fee = 0
    if code(sides.fee_in) in BITCOIN and not cells.empty(sides.fee):
        fee = cells.sats(sides.fee)
        if fee < 0:
            fee_of(cells.money(sides.fee))
    lost = sent - got
    cost = lost if lost == fee else lost + fee
    if not cost:
        raise NothingMovedError("moves bitcoin between wallets of one owner")
    return moved(line, at, TransactionKind.FEE, cost, external_id, note=note, wallet=wallet)
