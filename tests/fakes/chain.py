"""A small chain of blocks with real transactions and headers, and what a server of some character makes of it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from embit.script import Script
from embit.transaction import Transaction, TransactionInput, TransactionOutput

START = datetime(2026, 1, 1, tzinfo=UTC)
BASE = 800_000
BTC = 100_000_000
ELSEWHERE = "0014" + "ee" * 20
_STEP = timedelta(minutes=10)


class Point(NamedTuple):
    """An output of a transaction."""

    txid: str
    vout: int


class Pay(NamedTuple):
    """What a transaction pays."""

    script: str
    sats: int


@dataclass(frozen=True)
class Tx:
    """A transaction with its bytes."""

    txid: str
    raw: bytes
    spends: tuple[Point, ...]
    pays: tuple[Pay, ...]
    coinbase: bool = False

    def out(self, vout: int = 0) -> Point:
        """Return one of its outputs."""
        return Point(self.txid, vout)


@dataclass(frozen=True)
class Block:
    """A block with its header."""

    height: int
    hash: str
    header: bytes
    at: datetime
    txs: tuple[str, ...]


@dataclass
class FakeChain:
    """Blocks and the waiting room. ``base`` is the first block's height."""

    base: int = BASE
    start: datetime = START
    blocks: list[Block] = field(default_factory=list)
    txs: dict[str, Tx] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    _random: random.Random = field(default_factory=lambda: random.Random(7))

    def __post_init__(self) -> None:
        if not self.blocks:
            self.mine()

    @property
    def tip(self) -> Block:
        """The newest block."""
        return self.blocks[-1]

    def now(self) -> datetime:
        """Return a moment just after the newest block."""
        return self.tip.at + timedelta(minutes=1)

    def pay(self, *pays: tuple[str, int], spends: Sequence[Point] = (), foreign: bool = False) -> Tx:
        """Put a transaction into the waiting room; without ``spends``, or ``foreign``, somebody else's coin pays."""
        points = list(spends)
        if not points or foreign:
            points.append(Point(self._random.randbytes(32).hex(), 0))
        return self._add(points, pays)

    def coinbase(self, script: str, sats: int) -> Tx:
        """Mine a block whose coinbase pays to a script."""
        made = self._make([Point("00" * 32, 0xFFFFFFFF)], [(script, sats)], script_sig=self._random.randbytes(8))
        tx = Tx(made.txid().hex(), made.serialize(), (), (Pay(script, sats),), coinbase=True)
        self.txs[tx.txid] = tx
        self.mine([tx.txid])
        return tx

    def mine(self, txids: Sequence[str] | None = None, at: datetime | None = None, count: int = 1) -> Block:
        """Add blocks; the first takes ``txids``, or all that waits."""
        for number in range(count):
            taken = () if number else tuple(self.waiting if txids is None else txids)
            height = self.base + len(self.blocks)
            previous = bytes(32) if not self.blocks else bytes.fromhex(self.tip.hash)[::-1]
            when = at or (self.start if not self.blocks else self.tip.at + _STEP)
            merkle = sha256("".join(taken).encode() + self._random.randbytes(8)).digest()
            header = (
                (4).to_bytes(4, "little")
                + previous
                + merkle
                + int(when.timestamp()).to_bytes(4, "little")
                + bytes(4)
                + self._random.randbytes(4)
            )
            found = sha256(sha256(header).digest()).digest()[::-1].hex()
            self.blocks.append(Block(height, found, header, when, taken))
            self.waiting = [txid for txid in self.waiting if txid not in taken]
        return self.tip

    def reorganise(self, depth: int, *, drop: Sequence[str] = (), empty: bool = False) -> None:
        """Replace the newest blocks by others, one more of them; what is not dropped waits, or is mined again."""
        lost = self.blocks[-depth:]
        del self.blocks[-depth:]
        again = [txid for block in lost for txid in block.txs if txid not in drop and not self.txs[txid].coinbase]
        for txid in drop:
            self.txs.pop(txid, None)
        self.waiting = [*again, *(txid for txid in self.waiting if txid not in drop)]
        self.mine([] if empty else None)
        self.mine([], count=depth)

    def replace(self, txid: str, *pays: tuple[str, int]) -> Tx:
        """Replace a waiting transaction by one that spends the same (replace by fee)."""
        old = self.txs.pop(txid)
        self.waiting.remove(txid)
        return self._add(list(old.spends), pays)

    def _add(self, points: list[Point], pays: Sequence[tuple[str, int]]) -> Tx:
        made = self._make(points, pays)
        tx = Tx(made.txid().hex(), made.serialize(), tuple(points), tuple(Pay(*pay) for pay in pays))
        self.txs[tx.txid] = tx
        self.waiting.append(tx.txid)
        return tx

    def _make(self, points: Sequence[Point], pays: Sequence[tuple[str, int]], script_sig: bytes = b"") -> Transaction:
        return Transaction(
            2,
            [TransactionInput(bytes.fromhex(one.txid), one.vout, Script(script_sig)) for one in points],
            [TransactionOutput(sats, Script(bytes.fromhex(script))) for script, sats in pays],
            0,
        )


@dataclass
class ChainView:
    """The chain as one server has it.

    Attributes:
        behind: how many of the newest blocks it does not have yet.
        hidden: transactions that it keeps to itself.
        invented: another amount for what a transaction pays to ``liar_script``.
    """

    chain: FakeChain
    behind: int = 0
    hidden: frozenset[str] = frozenset()

    @property
    def blocks(self) -> list[Block]:
        """The blocks that it has."""
        return self.chain.blocks[: len(self.chain.blocks) - self.behind]

    def block(self, height: int) -> Block | None:
        """Return its block at a height."""
        place = height - self.chain.base
        return self.blocks[place] if 0 <= place < len(self.blocks) else None

    def by_hash(self, found: str) -> Block | None:
        """Return a block by its hash."""
        return next((block for block in self.blocks if block.hash == found), None)

    def history(self, script: str) -> list[tuple[Tx, Block | None]]:
        """Return what touches a script: waiting first, then the newest block's."""
        placed = [(txid, block) for block in self.blocks for txid in block.txs]
        found: list[tuple[Tx, Block | None]] = []
        for txid, block in (*((txid, None) for txid in self.chain.waiting), *reversed(placed)):
            tx = self.chain.txs[txid]
            if txid not in self.hidden and self.touches(tx, script):
                found.append((tx, block))
        return found

    def touches(self, tx: Tx, script: str) -> bool:
        """Return whether a transaction pays to a script or spends from it."""
        return any(pay.script == script for pay in tx.pays) or any(
            (known := self.chain.txs.get(point.txid)) is not None and known.pays[point.vout].script == script
            for point in tx.spends
        )

    def value(self, point: Point) -> Pay | None:
        """Return what an output is."""
        known = self.chain.txs.get(point.txid)
        return None if known is None else known.pays[point.vout]
