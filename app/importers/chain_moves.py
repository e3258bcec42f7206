"""What a wallet's file tells of a bitcoin transaction, under the id by which every file and scan knows it."""

import re
from datetime import datetime
from typing import Final

from app.domain.book import TransactionKind
from app.importers.cells import CellError, NothingMovedError
from app.importers.format import moved
from app.services.import_ports import Moved

_TXID: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def is_txid(text: str) -> bool:
    """Return whether a text is a transaction's id, in small letters."""
    return _TXID.fullmatch(text) is not None


def txid_of(text: str) -> str:
    """Return a transaction's id from a cell.

    Raises:
        CellError: it is none.
    """
    txid = text.strip().casefold()
    if _TXID.fullmatch(txid) is None:
        raise CellError(f"“{text.strip()[:40]}” is no id of a bitcoin transaction; check the row")
    return txid


def chain_id(txid: str, net: int) -> str:
    """Return the lasting id of what a transaction did to a wallet; ``net`` satoshis with sign, the fee in it."""
    return f"chain:{txid}:{net}"


def with_chain_id(entry: Moved, txid: str, sats: int) -> Moved:
    """Return an exchange's row with the chain's id behind its own, by which the wallet of the other side is found.

    Args:
        entry: the row.
        txid: of the bitcoin transaction.
        sats: with the sign: what the exchange sent or got.
    """
    first, *rest = entry.transactions
    note = "" if first.note.casefold() == txid else first.note
    named = first._replace(external_id=f"{first.external_id} {chain_id(txid, sats)}", note=note)
    return entry._replace(transactions=(named, *rest))


def named_by_chain(entry: Moved, text: str) -> Moved:
    """Return an exchange's or a tax program's row, with the chain's id where its cell names a bitcoin transaction.

    Only what goes in or out alone is known that way; a fee in bitcoin is part of what went out.
    """
    txid, first = text.strip().casefold(), entry.transactions[0]
    if is_txid(txid) and first.kind is TransactionKind.DEPOSIT:
        return with_chain_id(entry, txid, first.sats)
    if is_txid(txid) and first.kind is TransactionKind.WITHDRAWAL:
        return with_chain_id(entry, txid, -sum(each.sats for each in entry.transactions))
    return entry


def chain_move(
    line: int, at: datetime, txid: str, net: int, fee: int | None, *, note: str = "", wallet: str = "", rows: int = 1
) -> Moved:
    """Return a transaction as what it did to the wallet.

    Args:
        line: in the file.
        at: when.
        txid: as ``txid_of`` returns it.
        net: by how many satoshis the wallet's balance changed, the fee in it.
        fee: satoshis that the wallet paid to the miners, or None where nobody says.
        note: the label.
        wallet: as the file names it.
        rows: how many rows of the file this stands for.

    Raises:
        NothingMovedError: the balance did not change.
        CellError: the fee is more than what left.
    """
    if not net:
        raise NothingMovedError("changes no balance")
    native = chain_id(txid, net)
    if net > 0:
        return moved(line, at, TransactionKind.DEPOSIT, net, native, note=note, wallet=wallet, rows=rows)
    paid, left = fee or 0, -net
    if paid < 0:
        raise CellError(f"has a fee of {paid} satoshis; check the row")
    if paid == left:
        return moved(line, at, TransactionKind.FEE, left, native, note=note, wallet=wallet, rows=rows)
    if paid > left:
        # Others paid into the same transaction; what this wallet lost is all that it lost.
        paid = 0
    return moved(
        line,
        at,
        TransactionKind.WITHDRAWAL,
        left - paid,
        native,
        fee_sats=paid,
        note=note,
        wallet=wallet,
        rows=rows,
    )
