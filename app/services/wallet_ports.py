"""The chain as the wallets know it: what derives addresses, what a server tells, where a scan is kept.

Scripts (``scriptPubKey``), transaction ids and block hashes are lower-case hex; ids and hashes in the order that people
write them. A server is asked for facts only: what is ours, and what that comes to, is reckoned from them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol

from app.domain.wallets import Wallet

DEFAULT_SERVER: Final = "https://mempool.space/api"
PRIVACY: Final = "The server sees all addresses of this wallet together, and your network address."


class WatchedScript(NamedTuple):
    """One address of a wallet.

    Attributes:
        script: its ``scriptPubKey``.
        branch: which chain of addresses it belongs to (``p2wpkh/0``).
        number: its number there, from 0.
        address: as people write it.
    """

    script: str
    branch: str
    number: int
    address: str


class WalletAddresses(Protocol):
    """The addresses of one wallet, made from its public keys as far as they are asked for."""

    @property
    def branches(self) -> tuple[str, ...]:
        """The chains of addresses, those that receive first."""
        ...

    @property
    def what(self) -> str:
        """What the wallet is, in a few words (``zpub``, ``2-of-3 multisig descriptor``)."""
        ...

    def size(self, branch: str) -> int | None:
        """Return how many addresses a branch has; None where it has no end."""
        ...

    def scripts(self, branch: str, start: int, stop: int) -> tuple[WatchedScript, ...]:
        """Return the addresses with the numbers from ``start`` to before ``stop``, as far as there are some."""
        ...


class BlockRef(NamedTuple):
    """A block of the best chain."""

    height: int
    hash: str
    at: datetime


class HistoryEntry(NamedTuple):
    """That a transaction touches a script.

    Attributes:
        height: of its block; None while it waits for one.
        block: where the server tells it with the history, else None.
    """

    txid: str
    height: int | None
    block: BlockRef | None = None


class OutPoint(NamedTuple):
    """An output of a transaction, where it is spent."""

    txid: str
    number: int


class Output(NamedTuple):
    """What a transaction pays to a script."""

    script: str
    sats: int


class ChainTransaction(NamedTuple):
    """A transaction of the chain or of the waiting room; ``spends`` is empty for a coinbase."""

    txid: str
    spends: tuple[OutPoint, ...]
    pays: tuple[Output, ...]

    @property
    def is_coinbase(self) -> bool:
        """Whether it made new bitcoin."""
        return not self.spends


class ChainServer(Protocol):
    """One server that knows the chain. Every method may raise ``ChainError`` or ``CancelledError``."""

    @property
    def name(self) -> str:
        """Its address, fit to show."""
        ...

    @property
    def pin(self) -> str:
        """What is to be remembered of its certificate; empty where there is nothing to remember."""
        ...

    def tip(self) -> BlockRef:
        """Return the newest block."""
        ...

    def block(self, height: int) -> BlockRef | None:
        """Return the best chain's block at a height; None where the server has none."""
        ...

    def statuses(self, scripts: Sequence[str]) -> Iterable[str]:
        """Yield, for each script in order, a word that changes with its history; empty while it was never used."""
        ...

    def history(self, script: str) -> tuple[HistoryEntry, ...]:
        """Return every transaction that touches a script."""
        ...

    def transactions(self, txids: Sequence[str]) -> Mapping[str, ChainTransaction]:
        """Return these transactions, all of them."""
        ...

    def close(self) -> None:
        """Let go of the connection; may be called from another thread to end what is under way."""
        ...


class KnownScript(NamedTuple):
    """What was last heard of one script."""

    branch: str
    number: int
    status: str
    txids: tuple[str, ...]


class KnownTransaction(NamedTuple):
    """What a wallet has to do with a transaction.

    Attributes:
        inputs: how many it has; 0 for a coinbase.
        paid_out: satoshis of all its outputs, anybody's.
        pays: number and satoshis of each output that is the wallet's.
        spends: the wallet's outputs that it takes.
    """

    inputs: int
    paid_out: int
    pays: tuple[tuple[int, int], ...]
    spends: tuple[OutPoint, ...]


@dataclass(frozen=True, slots=True)
class WalletMemory:
    """What the next scan of a wallet starts from.

    Attributes:
        used: the highest used number of each branch; -1 where none is.
        scripts: by script; only those that were ever used.
        transactions: by id.
        pins: what is remembered of servers' certificates, by their addresses.
        fingerprint: of what the wallet's addresses are made from; another one starts anew.
    """

    used: Mapping[str, int] = field(default_factory=dict)
    scripts: Mapping[str, KnownScript] = field(default_factory=dict)
    transactions: Mapping[str, KnownTransaction] = field(default_factory=dict)
    pins: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""


class WalletMove(NamedTuple):
    """What one transaction does to a wallet.

    Attributes:
        txid: of the transaction.
        height, block_hash, at: its block and that block's time (UTC); None while no block has it, and for a coinbase
            until it may be spent.
        sats: what came in, less what went out, the fee included where the wallet paid it.
        fee_sats: the whole fee where every input is the wallet's, else None.
        held_sats: of a transaction that waits: by how much it takes from what is confirmed; 0 for one in a block.
    """

    txid: str
    height: int | None
    block_hash: str | None
    at: datetime | None
    sats: int
    fee_sats: int | None
    held_sats: int = 0


@dataclass(frozen=True, slots=True)
class WalletScan:
    """One finished scan of one wallet.

    Attributes:
        wallet: its key.
        at: when, UTC.
        tip: the newest block that the server had.
        server: who was asked.
        memory: for the next scan.
        moves: all that ever moved, those in blocks first, in the chain's order.
        gone: what an earlier scan had found and no chain or waiting room has any more.
        notes: what a person has to know, each a sentence.
    """

    wallet: str
    at: datetime
    tip: BlockRef
    server: str
    memory: WalletMemory
    moves: tuple[WalletMove, ...]
    gone: tuple[WalletMove, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def confirmed_sats(self) -> int:
        """What lies there by blocks alone, before anything that waits."""
        return sum(move.sats for move in self.moves if move.height is not None)


class BalancePoint(NamedTuple):
    """What a wallet held after a block."""

    height: int
    at: datetime
    sats: int


class ScanKeeper(Protocol):
    """Where scans outlive a restart (``app.store``)."""

    def load(self, wallet: str) -> WalletScan | None:
        """Return a wallet's last scan, by the wallet's key; None before the first.

        Raises:
            BookError: it cannot be read.
        """
        ...

    def balances(self, wallet: str) -> tuple[BalancePoint, ...]:
        """Return the balance after each block that moved something, oldest first.

        Raises:
            BookError: it cannot be read.
        """
        ...

    def writing(self, scans: Sequence[WalletScan], forget: Sequence[str] = ()) -> Callable[[Any], None]:
        """Return what stores scans, in the transaction of a change of the book.

        Args:
            scans: to be kept in the place of the ones before.
            forget: keys of wallets of which nothing is to be kept.
        """
        ...


class ServerChoice(NamedTuple):
    """Which server is asked, and by which way.

    Attributes:
        url: ``https://…`` of an Esplora server, or ``ssl://…`` and ``tcp://…`` of an Electrum server.
        proxy: ``socks5h://host:port``, or empty.
        requests_per_second: at most; 0 for no limit.
        pin: what is remembered of its certificate, or empty.
    """

    url: str
    proxy: str = ""
    requests_per_second: int = 5
    pin: str = ""


Derive = Callable[[Wallet], WalletAddresses]
Connect = Callable[[ServerChoice, Callable[[], bool]], ChainServer]
