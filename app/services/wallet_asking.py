"""Wallets asked one after the other over one connection to each server; any of it may be stopped from outside."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import CancelledError, ChainError, InputError
from app.domain.wallets import Wallet
from app.services.wallet_ports import ChainServer, Connect, Derive, ServerChoice, WalletScan
from app.services.wallet_scan import scan_wallet, with_second


@dataclass(frozen=True, slots=True)
class ScanAnswers:
    """What servers told; ``failures`` are pairs of a wallet's name and a sentence."""

    scans: tuple[WalletScan, ...]
    failures: tuple[tuple[str, str], ...] = ()


class LiveServers:
    """The connections that are open now, wherever a scan runs; ``hang_up`` may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: set[ChainServer] = set()

    def add(self, server: ChainServer) -> None:
        """Note one that was opened."""
        with self._lock:
            self._open.add(server)

    def close(self, server: ChainServer) -> None:
        """Close one."""
        with self._lock:
            self._open.discard(server)
        server.close()

    def hang_up(self) -> None:
        """Close all of them; whoever waits for an answer fails at once."""
        with self._lock:
            servers = list(self._open)
        for server in servers:
            server.close()


class Asking:
    """One round of questions about some wallets. Belongs to one thread."""

    def __init__(
        self,
        derive: Derive,
        connect: Connect,
        live: LiveServers,
        now: Callable[[], datetime],
        cancelled: Callable[[], bool],
    ) -> None:
        self._derive = derive
        self._connect = connect
        self._live = live
        self._now = now
        self._cancelled = cancelled
        self._servers: dict[str, ChainServer] = {}
        self._dead: dict[str, ChainError] = {}

    def ask(
        self,
        wallets: Sequence[Wallet],
        last: Mapping[str, WalletScan],
        choices: Sequence[ServerChoice],
        progress: Callable[[int, str], None],
    ) -> ScanAnswers:
        """Return what servers tell of wallets; the second of two has to confirm the first.

        Args:
            wallets: to be asked about.
            last: their last scans, by key.
            choices: one server or two, without pins where a new certificate is to be trusted.
            progress: told how many addresses were asked, and of which wallet.

        Raises:
            CancelledError: the user stopped it.
        """
        scans: list[WalletScan] = []
        failures: list[tuple[str, str]] = []
        try:
            for wallet in wallets:
                try:
                    scans.append(self._scan(wallet, last.get(wallet.key), choices, progress))
                except (ChainError, InputError) as error:
                    if self._cancelled():
                        raise CancelledError from None
                    failures.append((wallet.name, str(error)))
        finally:
            for url in list(self._servers):
                self._drop(url)
        return ScanAnswers(tuple(scans), tuple(failures))

    def _scan(
        self,
        wallet: Wallet,
        last: WalletScan | None,
        choices: Sequence[ServerChoice],
        progress: Callable[[int, str], None],
    ) -> WalletScan:
        addresses = self._derive(wallet)
        found: WalletScan | None = None
        for choice in choices:
            server = self._server(choice)
            try:
                scan = scan_wallet(
                    wallet, addresses, server, last, self._now, lambda asked: progress(asked, wallet.name)
                )
            except (ChainError, CancelledError):
                # Its state is not known any more; the next wallet begins with a fresh connection.
                self._drop(choice.url)
                raise
            found = scan if found is None else with_second(found, scan, wallet.name)
        if found is None:
            raise InputError("no server is named", "server")
        return found

    def _server(self, choice: ServerChoice) -> ChainServer:
        if choice.url in self._dead:
            raise self._dead[choice.url]
        known = self._servers.get(choice.url)
        if known is not None:
            return known
        try:
            made = self._connect(choice, self._cancelled)
        except ChainError as error:
            # One that is not there is not there for the other wallets either.
            self._dead[choice.url] = error
            raise
        self._servers[choice.url] = made
        self._live.add(made)
        return made

    def _drop(self, url: str) -> None:
        server = self._servers.pop(url, None)
        if server is not None:
            self._live.close(server)
