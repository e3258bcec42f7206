"""What watched wallets are made of: the store beside the book, the derivation, and connections to servers."""

from collections.abc import Callable, Mapping, Sequence
from threading import Event
from typing import Final

from app import __version__
from app.domain.collateral import ChainHolding
from app.domain.errors import ChainError
from app.domain.wallets import Wallet
from app.services.ports import Clock
from app.services.wallet_desk import WalletBook, WalletDesk
from app.services.wallet_holdings import holding_of
from app.services.wallet_ports import ChainServer, ServerChoice, WalletAddresses
from app.services.wallet_servers import is_electrum, is_onion
from app.store.book_store import BookStore
from app.store.wallets import BookWallets

_GLANCE: Final = 0.25


def wallet_desk(book: WalletBook, store: BookStore, clock: Clock) -> WalletDesk:
    """Return the wallets of an open book."""
    return WalletDesk(
        book,
        BookWallets(store.backend),
        derive_late,
        lambda choice, cancelled: connect(choice, cancelled, clock),
        clock,
    )


def held_by(store: BookStore, wallets: Sequence[Wallet]) -> Mapping[str, ChainHolding]:
    """Return what the last scans of some wallets found, by key.

    Raises:
        BookError: the book cannot be read.
    """
    keeper = BookWallets(store.backend)
    scans = {wallet.key: keeper.load(wallet.key) for wallet in wallets}
    return {key: holding_of(scan) for key, scan in scans.items() if scan is not None}


def derive_late(wallet: Wallet) -> WalletAddresses:
    """Return a wallet's addresses; what makes them is loaded when the first are asked for."""
    from app.chain.derivation import derive  # noqa: PLC0415 - loads the library of the curve

    return derive(wallet)


def connect(
    choice: ServerChoice,
    cancelled: Callable[[], bool],
    clock: Clock,
    wait: Callable[[float], None] | None = None,
) -> ChainServer:
    """Return a connection to a server.

    Args:
        choice: which server.
        cancelled: whether the user wants it to stop.
        clock: tells the time.
        wait: waits so many seconds, unless that is left to this.

    Raises:
        ChainError: it cannot be reached, or only through Tor.
        CancelledError: the user wants it to stop.
    """
    from app.chain.pace import Pace  # noqa: PLC0415 - only a scan asks

    if is_onion(choice.url) and not choice.proxy:
        raise ChainError(
            "onion", f"{choice.url} is reached through Tor alone; give its proxy, like socks5h://127.0.0.1:9050."
        )
    waiting = Event()
    patient = wait or (lambda seconds: _wait(waiting, seconds, cancelled))
    pace = Pace(choice.requests_per_second, clock.monotonic, patient, cancelled)
    if is_electrum(choice.url):
        from app.chain.electrum import ElectrumServer  # noqa: PLC0415 - as above
        from app.chain.wire import WireChoice, open_wire  # noqa: PLC0415 - as above
        from app.prices.connections import tls_context  # noqa: PLC0415 - as above

        wire = open_wire(WireChoice(choice.url, choice.proxy, choice.pin), lambda: tls_context(None), clock.monotonic)
        return ElectrumServer(choice.url, wire, pace, __version__)
    from app.chain.esplora import EsploraServer  # noqa: PLC0415 - as above
    from app.prices.http import HttpClient, HttpLimits  # noqa: PLC0415 - as above

    slow = HttpLimits(connect_seconds=20.0, read_seconds=30.0, total_seconds=60.0)
    client = HttpClient(
        clock,
        version=__version__,
        limits=slow if choice.proxy else HttpLimits(total_seconds=30.0),
        proxies={"http": choice.proxy, "https": choice.proxy} if choice.proxy else None,
    )
    return EsploraServer(choice.url, lambda url: client.get(url, history=True), pace, client.close)


def _wait(event: Event, seconds: float, cancelled: Callable[[], bool]) -> None:
    """Wait in pieces, so that a user who stops it does not wait for a server."""
    left = seconds
    while left > 0 and not cancelled():
        event.wait(min(left, _GLANCE))
        left -= _GLANCE
