"""A scan of one wallet: asks a server what may have changed since the last one, and says what the wallet's moves are.

Everything is put together in memory and comes back as one value, or not at all: a scan that fails half-way changes
nothing. What is ours is reckoned from the transactions themselves, never from a server's sums.

What waits for a block is held apart: what comes in is not counted before it is in a block, and what goes out is taken
from what is confirmed at once, as far as it spends confirmed coins and does not come back as change. A coinbase waits
until it may be spent, a hundred blocks deep.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from app.domain.errors import ChainError
from app.domain.wallets import Wallet
from app.services.wallet_coins import known_transactions, wallet_moves
from app.services.wallet_ports import (
    BlockRef,
    ChainServer,
    ChainTransaction,
    HistoryEntry,
    KnownScript,
    KnownTransaction,
    WalletAddresses,
    WalletMemory,
    WalletMove,
    WalletScan,
    WatchedScript,
)

_PIECE: Final = 50
_MOST_INDEX: Final = 200_000
_OLD_TIP: Final = timedelta(hours=3)
_TRIES: Final = 2
_SECONDS_PER_HOUR: Final = 3600


def _no_progress(_asked: int) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class _Found:
    """What a scan has gathered so far."""

    used: dict[str, int] = field(default_factory=dict)
    scripts: dict[str, KnownScript] = field(default_factory=dict)
    owned: dict[str, WatchedScript] = field(default_factory=dict)
    histories: dict[str, tuple[HistoryEntry, ...]] = field(default_factory=dict)
    asked: int = 0


def scan_wallet(
    wallet: Wallet,
    addresses: WalletAddresses,
    server: ChainServer,
    last: WalletScan | None,
    now: Callable[[], datetime],
    progress: Callable[[int], None] = _no_progress,
) -> WalletScan:
    """Return what a server tells of a wallet.

    Args:
        wallet: which.
        addresses: its addresses.
        server: whom to ask.
        last: the scan before, from which this one goes on, or None.
        now: tells the time, UTC.
        progress: told how many addresses were asked so far.

    Raises:
        ChainError: the server failed, is behind, or contradicts itself.
        CancelledError: the user wants it to stop.
    """
    if last is not None and last.memory.fingerprint != fingerprint(wallet):
        last = None
    for attempt in range(1, _TRIES + 1):
        try:
            return _Scan(wallet, addresses, server, last, now, progress).run()
        except _ChainMovedError:
            if attempt == _TRIES:
                break
    raise ChainError("moving", f"The chain changed while {server.name} was asked; scan again.")


def fingerprint(wallet: Wallet) -> str:
    """Return a word that changes with what a wallet's addresses are made from."""
    return sha256("\n".join((wallet.kind, *wallet.sources, "", *wallet.scripts)).encode()).hexdigest()[:32]


class _ChainMovedError(Exception):
    """A block that the scan began with is no longer in the best chain."""


class _Scan:
    """One attempt at one scan."""

    def __init__(
        self,
        wallet: Wallet,
        addresses: WalletAddresses,
        server: ChainServer,
        last: WalletScan | None,
        now: Callable[[], datetime],
        progress: Callable[[int], None],
    ) -> None:
        self._wallet = wallet
        self._addresses = addresses
        self._server = server
        self._last = last
        self._now = now
        self._progress = progress
        self._memory = last.memory if last is not None else WalletMemory()
        self._found = _Found()
        self._notes: list[str] = []

    def run(self) -> WalletScan:
        """Ask, reckon, and return the scan."""
        first = self._server.tip()
        doubtful = self._doubtful(first)
        for branch in self._addresses.branches:
            self._walk(branch)
        self._ask_histories(doubtful)
        transactions = self._transactions(doubtful)
        places = self._places(doubtful)
        tip = self._server.tip()
        self._check_still(first, tip)
        if any(place.height > tip.height for place in places.values() if place is not None):
            raise self._contradiction("names a block that it does not have")
        moves = wallet_moves(transactions, places, tip.height)
        memory = WalletMemory(
            used=dict(self._found.used),
            scripts=dict(self._found.scripts),
            transactions=transactions,
            pins={**self._memory.pins, **({self._server.name: self._server.pin} if self._server.pin else {})},
            fingerprint=fingerprint(self._wallet),
        )
        now = self._now()
        if now - tip.at > _OLD_TIP:
            hours = int((now - tip.at).total_seconds() // _SECONDS_PER_HOUR)
            self._notes.append(
                f"The newest block of {self._server.name} is {hours} hours old: it is behind, or this machine's clock"
                " is wrong."
            )
        gone = self._gone(moves)
        undone = [move for move in gone if move.height is not None]
        if undone:
            self._notes.append(_gone_sentence(self._wallet.name, len(undone)))
        return WalletScan(self._wallet.key, now, tip, self._server.name, memory, moves, gone, tuple(self._notes))

    def _doubtful(self, tip: BlockRef) -> frozenset[str]:
        """Return the transactions whose place has to be asked for again: what waits, and what was reorganised."""
        if self._last is None:
            return frozenset()
        waiting = {move.txid for move in self._last.moves if move.height is None}
        known = self._last.tip
        if tip.height < known.height:
            raise ChainError(
                "behind",
                f"{self._server.name} is behind: it is at block {tip.height:,}, and {known.height:,} was seen before;"
                " nothing was changed. Try later, or choose another server.",
            )
        if self._hash_at(known.height) == known.hash:
            return frozenset(waiting)
        heights: dict[int, str] = {}
        for move in self._last.moves:
            if move.height is not None and move.block_hash is not None:
                heights[move.height] = move.block_hash
        stands = -1
        for height in sorted(heights, reverse=True):
            if self._hash_at(height) == heights[height]:
                stands = height
                break
        moved = {move.txid for move in self._last.moves if move.height is not None and move.height > stands}
        return frozenset(waiting | moved)

    def _hash_at(self, height: int) -> str:
        block = self._server.block(height)
        return "" if block is None else block.hash

    def _walk(self, branch: str) -> None:
        """Ask for the state of a branch's addresses until the gap limit's number of unused ones follow each other."""
        highest = self._memory.used.get(branch, -1)
        size = self._addresses.size(branch)
        start = 0
        while True:
            stop = highest + 1 + self._wallet.gap_limit if size is None else size
            if stop <= start:
                break
            if stop > _MOST_INDEX:
                raise self._contradiction("calls more addresses used than a wallet has")
            piece = self._addresses.scripts(branch, start, min(stop, start + _PIECE))
            if not piece:
                break
            highest = max(highest, self._ask_statuses(piece))
            start += len(piece)
        self._found.used[branch] = highest if size is None else -1

    def _ask_statuses(self, piece: tuple[WatchedScript, ...]) -> int:
        """Note the state of some addresses; return the highest used number among them, or -1."""
        highest = -1
        statuses = self._server.statuses([one.script for one in piece])
        for one, status in zip(piece, statuses, strict=True):
            self._found.owned[one.script] = one
            self._found.asked += 1
            self._progress(self._found.asked)
            known = self._memory.scripts.get(one.script)
            if status or known is not None:
                txids = known.txids if known is not None else ()
                self._found.scripts[one.script] = KnownScript(one.branch, one.number, status, txids)
            if status or (known is not None and known.txids):
                highest = max(highest, one.number)
        return highest

    def _ask_histories(self, doubtful: frozenset[str]) -> None:
        """Ask for the histories that may be others than before."""
        for script, noted in list(self._found.scripts.items()):
            known = self._memory.scripts.get(script)
            same = known is not None and known.status == noted.status and doubtful.isdisjoint(known.txids)
            if same:
                continue
            history = self._server.history(script) if noted.status else ()
            self._found.histories[script] = history
            txids = tuple(entry.txid for entry in history)
            if len(set(txids)) != len(txids):
                raise self._contradiction("names a transaction twice")
            if txids:
                self._found.scripts[script] = noted._replace(txids=txids)
            else:
                del self._found.scripts[script]

    def _transactions(self, doubtful: frozenset[str]) -> Mapping[str, KnownTransaction]:
        """Return what the wallet has to do with each transaction that touches it."""
        wanted: dict[str, None] = {}
        for script, history in self._found.histories.items():
            known = self._memory.scripts.get(script)
            before = frozenset(known.txids) if known is not None else frozenset()
            wanted.update((entry.txid, None) for entry in history if entry.txid not in before or entry.txid in doubtful)
        asked: Mapping[str, ChainTransaction] = self._server.transactions(tuple(wanted))
        current = {txid for one in self._found.scripts.values() for txid in one.txids}
        kept = {txid: one for txid, one in self._memory.transactions.items() if txid in current and txid not in asked}
        if current - kept.keys() - asked.keys():
            # What is remembered is not whole, which no scan leaves behind; a scan from the beginning mends it.
            raise ChainError("memory", f"What is known of “{self._wallet.name}” has a gap; remove it and add it again.")
        found = known_transactions(kept, asked, frozenset(self._found.owned))
        strangers = [txid for txid in asked if not found[txid].pays and not found[txid].spends]
        if strangers:
            raise self._contradiction("names a transaction that has nothing to do with the address")
        return found

    def _places(self, doubtful: frozenset[str]) -> dict[str, BlockRef | None]:
        """Return the block of each transaction; None for what waits."""
        places: dict[str, BlockRef | None] = {}
        for move in self._last.moves if self._last is not None else ():
            if move.height is not None and move.block_hash is not None and move.at is not None:
                places[move.txid] = BlockRef(move.height, move.block_hash, move.at)
        for history in self._found.histories.values():
            for entry in history:
                known = places.get(entry.txid)
                if entry.height is None:
                    places[entry.txid] = None
                elif known is None or known.height != entry.height or entry.txid in doubtful:
                    places[entry.txid] = entry.block or self._block(entry.height)
        current = {txid for one in self._found.scripts.values() for txid in one.txids}
        return {txid: place for txid, place in places.items() if txid in current}

    def _block(self, height: int) -> BlockRef:
        block = self._server.block(height)
        if block is None:
            raise self._contradiction("names a block that it does not have")
        return block

    def _check_still(self, first: BlockRef, tip: BlockRef) -> None:
        """Refuse what was put together from two chains."""
        if tip.height < first.height or self._hash_at(first.height) != first.hash:
            raise _ChainMovedError

    def _gone(self, moves: tuple[WalletMove, ...]) -> tuple[WalletMove, ...]:
        """Return what an earlier scan had found and nobody knows of any more, or that is in no block any more."""
        placed = {move.txid: move.height for move in moves}
        return tuple(
            move
            for move in (self._last.moves if self._last is not None else ())
            if move.txid not in placed or (move.height is not None and placed[move.txid] is None)
        )

    def _contradiction(self, what: str) -> ChainError:
        return ChainError(
            "contradiction",
            f"{self._server.name} contradicts itself: it {what}; nothing was changed. Choose another server.",
        )


def _gone_sentence(name: str, count: int) -> str:
    what, verb = ("One transaction", "was") if count == 1 else (f"{count} transactions", "were")
    return f"{what} of “{name}” {verb} in a block that is no longer in the chain, and taken back."


def agree(first: WalletScan, second: WalletScan) -> bool:
    """Return whether two servers tell the same of a wallet, up to the older of their newest blocks."""
    height = min(first.tip.height, second.tip.height)
    return _confirmed(first, height) == _confirmed(second, height)


def with_second(first: WalletScan, second: WalletScan, name: str) -> WalletScan:
    """Return a scan that a second server was asked to confirm.

    Raises:
        ChainError: the two disagree; nothing is to be stored.
    """
    if not agree(first, second):
        raise ChainError(
            "disagree",
            f"{first.server} and {second.server} do not tell the same of “{name}”; nothing was changed. Scan again, and"
            " find out which of the two is wrong.",
        )
    first = replace(first, memory=replace(first.memory, pins={**second.memory.pins, **first.memory.pins}))
    behind = first.tip.height - second.tip.height
    if not behind:
        return first
    slower, blocks = (second, behind) if behind > 0 else (first, -behind)
    note = f"{slower.server} is {blocks} {'block' if blocks == 1 else 'blocks'} behind the other server."
    return replace(first, notes=(*first.notes, note))


def _confirmed(scan: WalletScan, height: int) -> frozenset[tuple[str, int | None, str | None, int]]:
    return frozenset(
        (move.txid, move.height, move.block_hash, move.sats)
        for move in scan.moves
        if move.height is not None and move.height <= height
    )
