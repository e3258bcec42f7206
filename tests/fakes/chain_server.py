"""A server in memory over a fake chain, and wallets of made-up scripts: for tests that need no wire."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.errors import ChainError
from app.domain.wallets import Wallet, WalletKind
from app.services.wallet_ports import (
    BlockRef,
    ChainTransaction,
    HistoryEntry,
    OutPoint,
    Output,
    WalletScan,
    WatchedScript,
)
from app.services.wallet_scan import scan_wallet
from tests.fakes.chain import Block, ChainView, FakeChain


def script(seed: str, branch: int, number: int) -> str:
    """Return a made-up script of a wallet."""
    return f"0014{ord(seed[0]):02x}{branch:02x}{number:036x}"


@dataclass(frozen=True)
class MadeUpAddresses:
    """Two endless branches of made-up scripts; implements ``WalletAddresses``."""

    seed: str
    what: str = "made up"
    branches: tuple[str, ...] = ("0", "1")

    def size(self, branch: str) -> int | None:
        return None

    def scripts(self, branch: str, start: int, stop: int) -> tuple[WatchedScript, ...]:
        return tuple(
            WatchedScript(script(self.seed, int(branch), number), branch, number, f"{self.seed}{branch}/{number}")
            for number in range(start, stop)
        )


def wallet(seed: str = "a", **changes: object) -> Wallet:
    """Return a wallet of made-up scripts, for the account ``Cold`` unless told."""
    owner: dict[str, object] = {} if "loan" in changes else {"account": "Cold"}
    fields = {"gap_limit": 5, **owner, **changes}
    return Wallet(f"key-{seed}", f"Wallet {seed}", WalletKind.EXTENDED_KEY, (seed,), **fields)  # type: ignore[arg-type]  # what fields are given depends on the test


@dataclass(eq=False)
class MemoryServer:
    """Implements ``ChainServer`` over a view; counts what is asked.

    Attributes:
        before: called before each answer, with the method's name.
        without_blocks: whether histories leave out the blocks, as an Electrum server does.
    """

    view: ChainView
    name: str = "memory"
    pin: str = ""
    asked: list[str] = field(default_factory=list)
    before: Callable[[str], None] = lambda _method: None
    without_blocks: bool = False
    closed: bool = False

    def tip(self) -> BlockRef:
        self._note("tip")
        return _ref(self.view.blocks[-1])

    def block(self, height: int) -> BlockRef | None:
        self._note("block")
        block = self.view.block(height)
        return None if block is None else _ref(block)

    def statuses(self, scripts: Sequence[str]) -> Iterable[str]:
        for one in scripts:
            self._note("status")
            history = self.view.history(one)
            yield ":".join(f"{tx.txid}@{'' if block is None else block.height}" for tx, block in history)

    def history(self, script: str) -> tuple[HistoryEntry, ...]:
        self._note("history")
        return tuple(
            HistoryEntry(
                tx.txid,
                None if block is None else block.height,
                None if block is None or self.without_blocks else _ref(block),
            )
            for tx, block in self.view.history(script)
        )

    def transactions(self, txids: Sequence[str]) -> Mapping[str, ChainTransaction]:
        found = {}
        for txid in txids:
            self._note("transaction")
            tx = self.view.chain.txs[txid]
            spends = tuple(OutPoint(*point) for point in tx.spends)
            found[txid] = ChainTransaction(txid, spends, tuple(Output(*pay) for pay in tx.pays))
        return found

    def close(self) -> None:
        self.closed = True

    def _note(self, method: str) -> None:
        self.asked.append(method)
        self.before(method)


class FailingServer(MemoryServer):
    """Breaks off after so many answers."""

    def fail_after(self, answers: int) -> "FailingServer":
        """Let it break off."""

        def before(_method: str) -> None:
            if len(self.asked) > answers:
                raise ChainError("unreachable", "memory cannot be reached.")

        self.before = before
        return self


def scan(
    chain: FakeChain | ChainView | MemoryServer, last: WalletScan | None = None, of: Wallet | None = None
) -> WalletScan:
    """Return a scan of a made-up wallet."""
    view = ChainView(chain) if isinstance(chain, FakeChain) else chain
    server = MemoryServer(view) if isinstance(view, ChainView) else view
    watched = of or wallet()
    return scan_wallet(watched, MadeUpAddresses(watched.sources[0]), server, last, server.view.chain.now)


def _ref(block: Block) -> BlockRef:
    return BlockRef(block.height, block.hash, block.at)
