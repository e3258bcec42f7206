"""An open desk: the store, the prices, the settings and the clock, put together."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app import __version__
from app.bootstrap.alarm import Ways, alarm_desk, watched_alarm
from app.bootstrap.books import Place
from app.bootstrap.late_prices import LatePrices
from app.bootstrap.memory import LastingMemory
from app.domain.quotes import Consensus
from app.services.alarm import Alarm
from app.services.alarm_desk import AlarmDesk
from app.services.alarm_room import AlarmRoom
from app.services.alert_ports import JudgeRole
from app.services.demo import DEMO_AS_OF, PRICES_RESOURCE, demo_candles, demo_quotes
from app.services.desk import Desk
from app.services.papers_ports import PaperStore
from app.services.ports import Clock, Prices, PriceStore
from app.services.price_memory import PriceMemory
from app.services.pricing_settings import PriceSettings
from app.services.recorded_prices import RecordedPrices
from app.services.settings import Settings
from app.store.book_store import BookStore
from app.store.prices import BookPrices
from app.system.clock import SystemClock, elapsed
from app.system.config_file import ConfigFile
from app.system.processes import user_name
from app.system.resources import resource_path
from app.system.single_instance import InstanceLock

if TYPE_CHECKING:
    from app.domain.collateral import ChainHolding
    from app.domain.wallets import Wallet
    from app.services.wallet_desk import WalletDesk


@dataclass(frozen=True, slots=True)
class OpenDesk:
    """An open desk; ``close`` lets go of everything it holds, once."""

    desk: Desk
    lock: InstanceLock | None
    alarm: AlarmDesk
    room: AlarmRoom
    _wallets: "Callable[[], WalletDesk]"
    _made: "list[WalletDesk]"
    _once: threading.Lock

    @property
    def wallets(self) -> "WalletDesk":
        """The watched wallets; made when they are looked at, since most starts do not."""
        if not self._made:
            self._made.append(self._wallets())
        return self._made[0]

    def close(self) -> None:
        """Close the desk, then let go of the lock; a second call does nothing."""
        if self._once.acquire(blocking=False):
            for wallets in self._made:
                wallets.hang_up()
            self.room.close()
            self.desk.close()
            if self.lock is not None:
                self.lock.release()


def open_desk(
    place: Place,
    config: ConfigFile,
    *,
    readonly: bool = False,
    clock: Clock | None = None,
    role: JudgeRole | None = None,
) -> OpenDesk:
    """Open the book at ``place`` and put a desk before it.

    Args:
        place: a file or a database URL.
        config: the settings.
        readonly: nothing is written, and no lock is taken.
        clock: the machine's own unless given.
        role: as what it is watched; None: it is judged for this moment, and nobody is told.

    Raises:
        BookError: the book cannot be opened, or another Plimsoll has it. A watcher and a window may have it together.
        ConfigError: the configuration has a fault.
    """
    clock = clock or SystemClock()
    settings = config.load()
    lock = None if readonly else take_lock(place, clock, role)
    try:
        store = BookStore.open(place, readonly=readonly)
        ways = Ways(clock, may_ask=role is not JudgeRole.WATCHER)
        alarm, room = watched_alarm(store, clock, config, role, ways)
        desk = _desk(store, config, settings, clock, alarm)
    except BaseException:
        if lock is not None:
            lock.release()
        raise
    slow = alarm_desk(desk, str(place), room, ways, clock)
    return OpenDesk(desk, lock, slow, room, lambda: _wallets(desk, store, clock), [], threading.Lock())


def live_prices(settings: PriceSettings, store: PriceStore | None = None, clock: Clock | None = None) -> Prices:
    """Return prices that ask the sources; without a store they are forgotten at the end."""
    from app.prices.registry import source_builder  # noqa: PLC0415 - asked for after the first paint
    from app.services.pricing import PricingService  # noqa: PLC0415

    clock = clock or SystemClock()
    return PricingService(clock, source_builder(clock, __version__), store or PriceMemory(), settings)


def take_lock(place: Place, clock: Clock, role: JudgeRole | None = None) -> InstanceLock | None:
    """Return the lock of a writer, or of a watcher, who writes no book; None for a book on a server.

    Raises:
        BookLockedError: another Plimsoll has the book open.
    """
    from app.store.location import parse_location  # noqa: PLC0415 - only writers lock

    path = parse_location(place).path
    what = "watch" if role is JudgeRole.WATCHER else ""
    return None if path is None else InstanceLock.acquire(path, clock.now(), what)


def _desk(store: BookStore, config: ConfigFile, settings: Settings, clock: Clock, alarm: Alarm) -> Desk:
    stored = BookPrices(store.backend)
    kept = PriceMemory(stored) if store.readonly else stored
    live = LatePrices(settings.prices, lambda wanted: live_prices(wanted, kept, clock))
    book = store.read()
    prices, later = (recorded_prices(stored), live) if book.demo else (live, None)
    return Desk(
        clock=clock,
        contents=book,
        keeper=store,
        alarm=alarm,
        prices=prices,
        settings=config,
        label=store.location.path.name if store.location.path is not None else "database",
        live=later,
        settled=LastingMemory().settle,
        who=user_name,
        elapsed=elapsed,
        held=lambda wallets: _held(store, wallets),
        papers=lambda: _papers(store),
    )


def _papers(store: BookStore) -> PaperStore:
    from app.store.attachments import BookPapers  # noqa: PLC0415 - for those who open a paper

    return BookPapers(store.backend)


def _wallets(desk: Desk, store: BookStore, clock: Clock) -> "WalletDesk":
    from app.bootstrap.wallet_parts import wallet_desk  # noqa: PLC0415 - see OpenDesk

    return wallet_desk(desk, store, clock)


def _held(store: BookStore, wallets: "Sequence[Wallet]") -> "Mapping[str, ChainHolding]":
    from app.bootstrap.wallet_parts import held_by  # noqa: PLC0415 - few books watch collateral on the chain

    return held_by(store, wallets)


def recorded_prices(store: PriceStore | None = None) -> RecordedPrices:
    """Return the demo's recorded prices, with the history that was loaded into ``store`` where there is one."""
    candles = demo_candles(resource_path(PRICES_RESOURCE).read_text("utf-8"))
    return RecordedPrices(demo_quotes(), candles, DEMO_AS_OF, store)


def ask_once(settings: Settings, currencies: tuple[str, ...]) -> Mapping[str, Consensus]:
    """Ask all sources once, without a book."""
    prices = live_prices(settings.prices)
    try:
        return prices.ask(currencies)
    finally:
        prices.close()
