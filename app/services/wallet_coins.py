"""From transactions to what they do to a wallet (pure): which outputs are its own, what was spent, what waits."""

from collections.abc import Collection, Mapping
from typing import Final

from app.services.wallet_ports import BlockRef, ChainTransaction, KnownTransaction, OutPoint, WalletMove

COINBASE_DEPTH: Final = 100
"""Blocks, its own included, that a coinbase has to be deep before it may be spent."""


def known_transactions(
    kept: Mapping[str, KnownTransaction], asked: Mapping[str, ChainTransaction], owned: Collection[str]
) -> dict[str, KnownTransaction]:
    """Return the wallet's part in each transaction.

    Args:
        kept: what is remembered and did not change.
        asked: transactions that came anew.
        owned: the wallet's scripts.
    """
    coins = {OutPoint(txid, number) for txid, one in kept.items() for number, _ in one.pays}
    pays = {
        txid: tuple((number, output.sats) for number, output in enumerate(one.pays) if output.script in owned)
        for txid, one in asked.items()
    }
    coins.update(OutPoint(txid, number) for txid, paid in pays.items() for number, _ in paid)
    found = dict(kept)
    for txid, one in asked.items():
        found[txid] = KnownTransaction(
            inputs=len(one.spends),
            paid_out=sum(output.sats for output in one.pays),
            pays=pays[txid],
            spends=tuple(point for point in one.spends if point in coins),
        )
    return found


def wallet_moves(
    transactions: Mapping[str, KnownTransaction], places: Mapping[str, BlockRef | None], tip_height: int
) -> tuple[WalletMove, ...]:
    """Return what each transaction does to the wallet: those in blocks first, by height and id, then what waits."""
    values = {OutPoint(txid, number): sats for txid, one in transactions.items() for number, sats in one.pays}
    settled = {
        txid
        for txid, one in transactions.items()
        if (place := places.get(txid)) is not None and (one.inputs or tip_height - place.height + 1 >= COINBASE_DEPTH)
    }
    held = _held(transactions, settled, values)
    moves = []
    for txid, one in transactions.items():
        came, went = _flows(one, values)
        all_ours = bool(one.inputs) and len(one.spends) == one.inputs and all(point in values for point in one.spends)
        fee = went - one.paid_out if all_ours else None
        place = places.get(txid) if txid in settled else None
        if place is None:
            moves.append(WalletMove(txid, None, None, None, came - went, fee, held[txid]))
        else:
            moves.append(WalletMove(txid, place.height, place.hash, place.at, came - went, fee))
    return tuple(sorted(moves, key=lambda move: (move.height is None, move.height or 0, move.txid)))


def _held(
    transactions: Mapping[str, KnownTransaction], settled: Collection[str], values: Mapping[OutPoint, int]
) -> dict[str, int]:
    """Return by how much each transaction that waits takes from what is confirmed.

    An output that waits is backed by confirmed coins as far as those came to it and nothing left on the way. What
    leaves is taken from backed coins first, so that the sum never promises more than is sure.
    """
    backed = {point: sats for point, sats in values.items() if point.txid in settled}
    waiting = [txid for txid in transactions if txid not in settled]
    needs = {txid: {point.txid for point in transactions[txid].spends if point.txid not in settled} for txid in waiting}
    followers: dict[str, list[str]] = {}
    for txid, parents in needs.items():
        for parent in parents:
            followers.setdefault(parent, []).append(txid)
    ready = [txid for txid in waiting if not needs[txid]]
    held = dict.fromkeys(waiting, 0)
    while ready:
        txid = ready.pop()
        one = transactions[txid]
        came, went = _flows(one, values)
        sure = sum(backed.get(point, 0) for point in one.spends)
        held[txid] = min(sure, max(0, went - came))
        left = sure - held[txid]
        for number, sats in one.pays:
            point = OutPoint(txid, number)
            backed[point] = min(sats, left)
            left -= backed[point]
        for follower in followers.get(txid, ()):
            needs[follower].discard(txid)
            if not needs[follower]:
                ready.append(follower)
    return held


def _flows(one: KnownTransaction, values: Mapping[OutPoint, int]) -> tuple[int, int]:
    """Return what came in and what went out, each with what merely moved within."""
    return sum(sats for _, sats in one.pays), sum(values.get(point, 0) for point in one.spends)
