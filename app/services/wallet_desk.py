"""Watched wallets as a screen or a command talks to them: add, scan, look, remove.

Two lanes, as for prices: ``ask`` talks to servers and touches neither the book nor what is stored; the rest belongs to
the thread that owns the book.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from app.domain.book import Account, Book
from app.domain.collateral import account_differences, collateral_differences
from app.domain.errors import HistoryError, InputError
from app.domain.wallets import Wallet
from app.services.desk import Edited
from app.services.edits import Change
from app.services.ports import Clock
from app.services.settings import Settings
from app.services.wallet_asking import Asking, LiveServers, ScanAnswers
from app.services.wallet_drafts import WalletDraft, wallet_of
from app.services.wallet_entries import changed_entries, wallet_edit
from app.services.wallet_holdings import WalletView, holding_of, view_of
from app.services.wallet_ports import (
    PRIVACY,
    BalancePoint,
    Connect,
    Derive,
    ScanKeeper,
    ServerChoice,
    WalletMove,
    WalletScan,
)
from app.services.wallet_servers import check_proxy, check_server, is_onion

_SHOWN: Final = 3


class WalletBook(Protocol):
    """The open book, as far as wallets change it (``Desk``)."""

    @property
    def book(self) -> Book:
        """The book as it stands."""
        ...

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        ...

    def edit(self, label: str, change: Change, also: Callable[[Any], None] | None = None) -> Edited:
        """Change the book, and store something beside it in the same transaction."""
        ...


@dataclass(frozen=True, slots=True)
class ReadWallet:
    """A draft that could be read.

    Attributes:
        wallet: what would be added.
        what: what it is, in a few words.
        addresses: the first ones, to compare with what the wallet's own program shows.
        new_account: whether its account is not in the book yet and is made with it.
    """

    wallet: Wallet
    what: str
    addresses: tuple[str, ...]
    new_account: bool = False


@dataclass(frozen=True, slots=True)
class ScanPlan:
    """What ``ask`` needs of the book, taken on the book's own thread.

    Attributes:
        wallets: to be scanned.
        last: their last scans, by key.
        settings: in force.
    """

    wallets: tuple[Wallet, ...]
    last: Mapping[str, WalletScan]
    settings: Settings


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    """What became of a scan.

    Attributes:
        edited: the change of the book, or None where it stayed as it was.
        added, removed: how many entries came and went.
        moved: how many transactions the scanned wallets have.
        notes: what a person has to know.
        failures: pairs of a wallet's name and a sentence; nothing of such a wallet changed.
    """

    edited: Edited | None
    added: int
    removed: int
    moved: int
    notes: tuple[str, ...]
    failures: tuple[tuple[str, str], ...]


class WalletDesk:
    """The watched wallets of one open book."""

    privacy = PRIVACY

    def __init__(self, book: WalletBook, keeper: ScanKeeper, derive: Derive, connect: Connect, clock: Clock) -> None:
        self._book = book
        self._keeper = keeper
        self._derive = derive
        self._connect = connect
        self._clock = clock
        self._live = LiveServers()

    def overview(self) -> tuple[WalletView, ...]:
        """Return every wallet with what its last scan found.

        Raises:
            BookError: the book cannot be read.
        """
        book, now = self._book.book, self._clock.now()
        scans = {wallet.key: self._keeper.load(wallet.key) for wallet in book.wallets}
        held = {key: holding_of(scan) for key, scan in scans.items() if scan is not None}
        loans, accounts = collateral_differences(book, held, now), account_differences(book, held, now)
        return tuple(
            view_of(
                wallet,
                scans[wallet.key],
                loans.get(wallet.loan) if wallet.loan is not None else accounts.get(wallet.account or ""),
            )
            for wallet in book.wallets
        )

    def read(self, draft: WalletDraft) -> ReadWallet:
        """Return what a draft means; asks nobody.

        Raises:
            InputError: it means no wallet that can be watched; what was typed is not repeated.
        """
        wallet = wallet_of(draft)
        addresses = self._derive(wallet)
        first = addresses.scripts(addresses.branches[0], 0, _SHOWN)
        new = wallet.account is not None and _is_new_account(self._book.book, wallet.account)
        return ReadWallet(wallet, addresses.what, tuple(one.address for one in first), new)

    def add(self, draft: WalletDraft) -> Edited:
        """Add a wallet, and its account where the book has none of that name; nobody is asked about it yet.

        Raises:
            InputError: it cannot be, or the book watches it already.
            BookError: it could not be stored.
        """
        read = self.read(draft)
        wallet = read.wallet
        mine = {one.script for one in self._first(wallet)}
        for other in self._book.book.wallets:
            if mine & self._first_known(other):
                raise InputError(f"“{other.name[:60]}” watches the same addresses; they would count twice", "key")

        def change(book: Book) -> Book:
            if read.new_account and wallet.account is not None:
                book = book.with_account(Account(wallet.account))
            return replace(book, wallets=(*book.wallets, wallet))

        return self._book.edit(f"Add wallet “{wallet.name[:60]}”", change)

    def remove(self, name: str) -> Edited:
        """Watch a wallet no longer; its account keeps its transactions, what was scanned is forgotten.

        Raises:
            InputError: there is no such wallet.
            BookError: it could not be stored.
        """
        key = self._named((name,))[0].key

        def change(book: Book) -> Book:
            return replace(book, wallets=tuple(one for one in book.wallets if one.key != key))

        return self._book.edit(f"Remove wallet “{name[:60]}”", change, self._keeper.writing((), (key,)))

    def plan(self, names: Sequence[str] = ()) -> ScanPlan:
        """Return what ``ask`` needs; no names mean every wallet, and one of an account means all of that account.

        Raises:
            InputError: there is no such wallet.
            BookError: the book cannot be read.
        """
        named = self._named(names)
        # Of two wallets of one account, one alone would show change without what was spent for it.
        accounts = {wallet.account for wallet in named if wallet.account is not None}
        wallets = tuple(one for one in self._book.book.wallets if one in named or one.account in accounts)
        loaded = {wallet.key: self._keeper.load(wallet.key) for wallet in wallets}
        last = {key: scan for key, scan in loaded.items() if scan is not None}
        return ScanPlan(wallets, last, self._book.settings)

    def ask(
        self,
        plan: ScanPlan,
        *,
        server: str = "",
        proxy: str = "",
        progress: Callable[[int, str], None] = lambda _done, _name: None,
        cancelled: Callable[[], bool] = lambda: False,
        trust_new_certificate: bool = False,
    ) -> ScanAnswers:
        """Ask the server about wallets. Slow: never on a window's thread; hand the answers to ``take``.

        Args:
            plan: see ``plan``.
            server: another than the settings say; the second one of the settings is not asked then.
            proxy: another than the settings say.
            progress: told how many addresses were asked, and of which wallet.
            cancelled: whether the user wants it to stop.
            trust_new_certificate: whether a certificate may be another one than before.

        Raises:
            InputError: no server is named, or its address cannot be one.
            CancelledError: the user stopped it; nothing is to be stored.
        """
        settings = plan.settings
        servers = [check_server(server)] if server else [settings.wallet_server, settings.wallet_second_server]
        by_way_of = check_proxy(proxy) or settings.wallet_proxy
        if not servers[0]:
            raise InputError(
                f"no server is named that may be asked about wallets; set wallets.server, or say --server. {PRIVACY}"
            )
        if any(is_onion(url) for url in servers if url) and not by_way_of:
            raise InputError(
                "a .onion server is reached through Tor alone; set wallets.proxy, like socks5h://127.0.0.1:9050",
                "proxy",
            )
        pins = {} if trust_new_certificate else _pins(plan.last.values())
        choices = [
            ServerChoice(url, by_way_of, settings.wallet_requests_per_second, pins.get(url, ""))
            for url in servers
            if url
        ]
        asking = Asking(self._derive, self._connect, self._live, self._clock.now, cancelled)
        return asking.ask(plan.wallets, plan.last, choices, progress)

    def hang_up(self) -> None:
        """End every scan that is under way, from any thread; together with ``cancelled`` it ends at once."""
        self._live.hang_up()

    def take(self, answers: ScanAnswers) -> ScanOutcome:
        """Store scans, and what they tell as transactions, in one transaction.

        Raises:
            InputError: the transactions do not fit what the book says already; nothing was stored.
            BookError: it could not be stored; nothing was.
        """
        book = self._book.book
        keys = {wallet.key for wallet in book.wallets}
        answers = _whole_accounts(book, answers)
        scans = tuple(scan for scan in answers.scans if scan.wallet in keys)
        if not scans:
            return ScanOutcome(None, 0, 0, 0, (), answers.failures)
        fresh = {scan.wallet for scan in scans}
        stored = {key: self._keeper.load(key) for key in keys - fresh}
        others = {key: scan.moves for key, scan in stored.items() if scan is not None}
        _refuse_shared(book, scans, {key: scan for key, scan in stored.items() if scan is not None})
        changes = changed_entries(book, scans, others)
        edit = wallet_edit(book, scans, others)
        try:
            edited = self._book.edit(edit.label, lambda _: changes.book, self._keeper.writing(scans))
        except HistoryError as error:
            raise InputError(
                f"what the chain tells does not fit the book, and nothing was stored: {error}; look for an entry that"
                " was made by hand for the same bitcoin"
            ) from None
        notes = tuple(dict.fromkeys(note for scan in scans for note in scan.notes))
        return ScanOutcome(
            None if changes.book is book else edited,
            changes.added,
            changes.removed,
            sum(len(scan.moves) for scan in scans),
            notes,
            answers.failures,
        )

    def history(self, name: str) -> tuple[BalancePoint, ...]:
        """Return a wallet's balance after each block that moved something, oldest first.

        Raises:
            InputError: there is no such wallet.
            BookError: the book cannot be read.
        """
        return self._keeper.balances(self._named((name,))[0].key)

    def moves(self, name: str) -> tuple[WalletMove, ...]:
        """Return a wallet's moves, what waits first, then the newest.

        Raises:
            InputError: there is no such wallet.
            BookError: the book cannot be read.
        """
        scan = self._keeper.load(self._named((name,))[0].key)
        return () if scan is None else tuple(reversed(scan.moves))

    def _first(self, wallet: Wallet) -> tuple[Any, ...]:
        addresses = self._derive(wallet)
        whole = {branch: addresses.size(branch) for branch in addresses.branches}
        return tuple(
            one
            for branch, size in whole.items()
            for one in addresses.scripts(branch, 0, _SHOWN if size is None else size)
        )

    def _first_known(self, wallet: Wallet) -> set[str]:
        """Return the same scripts of a wallet of the book; none of one that came with a mistake from elsewhere."""
        try:
            return {one.script for one in self._first(wallet)}
        except InputError:
            return set()

    def _named(self, names: Sequence[str]) -> tuple[Wallet, ...]:
        wallets = self._book.book.wallets
        by_name = {wallet.name: wallet for wallet in wallets}
        for name in names:
            if name not in by_name:
                raise InputError("there is no wallet of that name; plimsoll wallet list shows all", "name")
        return tuple(by_name[name] for name in dict.fromkeys(names)) if names else wallets


def _is_new_account(book: Book, name: str) -> bool:
    """Return whether an account of that name has to be made.

    Raises:
        InputError: there is one that differs by small and capital letters alone.
    """
    names = [account.name for account in book.accounts]
    if name in names:
        return False
    alike = next((each for each in names if each.casefold() == name.casefold()), None)
    if alike is not None:
        raise InputError(f"there is an account “{alike[:60]}”; write it as it is written there", "account")
    return True


def _pins(scans: Iterable[WalletScan]) -> dict[str, str]:
    """Return what is remembered of servers' certificates, by address; the newest scan counts."""
    pins: dict[str, str] = {}
    for scan in sorted(scans, key=lambda one: one.at):
        pins.update(scan.memory.pins)
    return pins


def _whole_accounts(book: Book, answers: ScanAnswers) -> ScanAnswers:
    """Return the answers without those of wallets whose account has another one that failed."""
    failed = {name for name, _ in answers.failures}
    broken = {wallet.account: wallet.name for wallet in book.wallets if wallet.name in failed and wallet.account}
    owners = {wallet.key: wallet for wallet in book.wallets}
    left = {
        scan.wallet: broken[owner]
        for scan in answers.scans
        if scan.wallet in owners and (owner := owners[scan.wallet].account) in broken
    }
    told = tuple(
        (owners[key].name, f"is of the same account as “{name}”, which failed; nothing of it was changed either.")
        for key, name in left.items()
    )
    return ScanAnswers(tuple(scan for scan in answers.scans if scan.wallet not in left), (*answers.failures, *told))


def _refuse_shared(book: Book, scans: Sequence[WalletScan], stored: Mapping[str, WalletScan]) -> None:
    """Refuse two wallets that have an address in common: its coins would count twice."""
    names = {wallet.key: wallet.name for wallet in book.wallets}
    owners: dict[str, str] = {}
    for scan in (*stored.values(), *scans):
        for script in scan.memory.scripts:
            other = owners.setdefault(script, scan.wallet)
            if other != scan.wallet:
                raise InputError(
                    f"“{names[other][:60]}” and “{names[scan.wallet][:60]}” share an address, whose coins would"
                    " count twice; nothing was stored. Remove one of the two wallets"
                )
