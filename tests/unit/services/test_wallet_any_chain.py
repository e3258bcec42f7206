"""Whatever a chain does, a scan that goes on from the last one finds what a new one finds, and the book follows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.book import Account, Book
from app.domain.check import check_book
from app.domain.holdings import balances
from app.services.wallet_entries import PENDING_NOTE, changed_entries
from app.services.wallet_ports import WalletScan
from tests.fakes.chain import ELSEWHERE, ChainView, FakeChain, Point
from tests.fakes.chain_server import MemoryServer, scan, script, wallet

WALLETS = (wallet("a", gap_limit=4), wallet("b", gap_limit=4, account="Warm"))
_FEE = 10


class CountingServer(MemoryServer):
    """Tells states as an Esplora server does: counts and sums, which two different histories may share."""

    def statuses(self, scripts: Sequence[str]) -> Iterable[str]:
        for one in scripts:
            parts = []
            for waits in (True, False):
                txs = [tx for tx, block in self.view.history(one) if (block is None) == waits]
                parts.append((len(txs), sum(pay.sats for tx in txs for pay in tx.pays if pay.script == one)))
            yield repr(parts) if any(count for count, _ in parts) else ""


@dataclass
class World:
    """A chain that somebody does things to, and a book that follows it now and then."""

    chain: FakeChain = field(default_factory=FakeChain)
    scans: dict[str, WalletScan] = field(default_factory=dict)
    book: Book = field(
        default_factory=lambda: Book("Book", accounts=(Account("Cold"), Account("Warm")), wallets=WALLETS)
    )

    def do(self, what: str, seed: str, number: int, sats: int) -> None:
        """Do one thing."""
        chain, there = self.chain, script(seed, number % 2, number % 4)
        match what:
            case "get":
                chain.pay((there, sats))
            case "mine":
                chain.mine()
            case "reorganise":
                depth = 1 + number % 3
                if len(chain.blocks) > depth:
                    mined = [txid for block in chain.blocks[-depth:] for txid in block.txs]
                    # Only what nobody built on can vanish without a trace.
                    spent = {point.txid for tx in chain.txs.values() for point in tx.spends}
                    chain.reorganise(
                        depth, drop=[txid for txid in mined[number % 2 :: 2] if txid not in spent], empty=bool(sats % 2)
                    )
            case "vanish":
                spent = {point.txid for tx in chain.txs.values() for point in tx.spends}
                loose = [txid for txid in chain.waiting if txid not in spent]
                if loose:
                    chain.txs.pop(loose[number % len(loose)])
                    chain.waiting.remove(loose[number % len(loose)])
            case "send":
                self._send(there, number, sats)
            case _:
                self.follow(seed)

    def _send(self, there: str, number: int, sats: int) -> None:
        coins = self._coins()
        if not coins:
            return
        taken = coins[number % len(coins) :][: 1 + number % 2]
        total = sum(self.chain.txs[point.txid].pays[point.vout].sats for point in taken)
        if total <= 3 * _FEE:
            return
        out = 1 + sats % (total - 2 * _FEE)
        targets = [(ELSEWHERE, out), (there, total - out - _FEE)]
        self.chain.pay(*[target for target in targets if target[1] > 0], spends=taken)

    def _coins(self) -> list[Point]:
        ours = {script(seed, branch, number) for seed in "ab" for branch in (0, 1) for number in range(4)}
        spent = {point for tx in self.chain.txs.values() for point in tx.spends}
        known = [*(txid for block in self.chain.blocks for txid in block.txs), *self.chain.waiting]
        return [
            Point(txid, vout)
            for txid in known
            for vout, pay in enumerate(self.chain.txs[txid].pays)
            if pay.script in ours and Point(txid, vout) not in spent
        ]

    def follow(self, which: str) -> None:
        """Scan one wallet, or both, and let the book follow."""
        chosen = [one for one in WALLETS if which in (one.sources[0], "both")]
        found = [scan(CountingServer(ChainView(self.chain)), self.scans.get(one.key), one) for one in chosen]
        fresh = [scan(self.chain, of=one) for one in chosen]
        assert [one.moves for one in found] == [one.moves for one in fresh]
        fresh_keys = {one.key for one in chosen}
        others = {key: one.moves for key, one in self.scans.items() if key not in fresh_keys}
        after = changed_entries(self.book, found, others).book
        check_book(after, unchanged_since=self.book)
        self.book = after
        self.scans |= {one.wallet: one for one in found}

    def balance(self, seed: str) -> int:
        """Return what a wallet holds by the chain's blocks alone."""
        spent = {point for block in self.chain.blocks for txid in block.txs for point in self.chain.txs[txid].spends}
        return sum(
            pay.sats
            for block in self.chain.blocks
            for txid in block.txs
            for vout, pay in enumerate(self.chain.txs[txid].pays)
            if pay.script.startswith(script(seed, 0, 0)[:6]) and Point(txid, vout) not in spent
        )


THINGS = st.tuples(
    st.sampled_from(["get", "get", "mine", "mine", "send", "send", "reorganise", "vanish", "follow", "follow"]),
    st.sampled_from(["a", "b"]),
    st.integers(0, 11),
    st.integers(1_000, 9_000),
)


@settings(max_examples=150)
@given(st.lists(THINGS, max_size=40))
def test_any_chain(things: list[tuple[str, str, int, int]]) -> None:
    world = World()
    for thing in things:
        world.do(*thing)
    world.follow("both")
    held = balances(world.book)
    for one in WALLETS:
        found = world.scans[one.key]
        assert found.confirmed_sats == world.balance(one.sources[0])
        waiting = sum(move.held_sats for move in found.moves)
        assert held[one.account or ""] == found.confirmed_sats - waiting
    # Once everything is in blocks, the book is what the chain is.
    world.chain.mine()
    world.follow("both")
    after = balances(world.book)
    assert after == {"Cold": world.balance("a"), "Warm": world.balance("b")}
    assert not [e for a in world.book.accounts for e in a.transactions if e.note == PENDING_NOTE]
    stood = world.book
    world.follow("both")
    assert world.book is stood
