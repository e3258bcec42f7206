"""The one place where things are built and handed to each other. No Qt, no command line.

What a start does not need at once is imported when it is first used: a window shows a book that ``sqlite3`` has read
before SQLAlchemy and requests are loaded.
"""

import threading
from dataclasses import dataclass
from pathlib import Path

from app import __version__
from app.domain.book import Book
from app.services.demo import BOOK_RESOURCE, DEMO_AS_OF, PRICES_RESOURCE, demo_book, demo_candles, demo_quotes
from app.services.desk import Desk
from app.services.ports import Clock, Prices, PriceStore
from app.services.price_memory import PriceMemory
from app.services.pricing_settings import PriceSettings
from app.services.recorded_prices import RecordedPrices
from app.services.settings import Settings
from app.store.book_store import BookStore
from app.store.prices import BookPrices
from app.store.warnings import BookWarnings
from app.system.clock import SystemClock
from app.system.config_file import ConfigFile
from app.system.paths import named_config, user_paths
from app.system.resources import resource_path
from app.system.single_instance import InstanceLock

Place = str | Path


@dataclass(frozen=True, slots=True)
class OpenDesk:
    """An open desk; ``close`` lets go of everything it holds, once."""

    desk: Desk
    lock: InstanceLock | None
    _once: threading.Lock

    def close(self) -> None:
        """Close the desk, then let go of the lock; a second call does nothing."""
        if self._once.acquire(blocking=False):
            self.desk.close()
            if self.lock is not None:
                self.lock.release()


def config_file(named: Path | None = None) -> ConfigFile:
    """Return the configuration file: the one named, ``PLIMSOLL_CONFIG``, or the user's own."""
    chosen = named or named_config()
    return ConfigFile(chosen, required=True) if chosen is not None else ConfigFile(user_paths().config)


def open_desk(place: Place, config: ConfigFile, *, readonly: bool = False, clock: Clock | None = None) -> OpenDesk:
    """Open the book at ``place`` and put a desk before it.

    Args:
        place: a file or a database URL.
        config: the settings.
        readonly: nothing is written, and no lock is taken.
        clock: the machine's own unless given.

    Raises:
        BookError: the book cannot be opened, or another Plimsoll has it.
        ConfigError: the configuration has a fault.
    """
    clock = clock or SystemClock()
    settings = config.load()
    lock = None if readonly else _lock(place, clock)
    try:
        store = BookStore.open(place, readonly=readonly)
        desk = _desk(store, config, settings, clock)
    except BaseException:
        if lock is not None:
            lock.release()
        raise
    return OpenDesk(desk, lock, threading.Lock())


def create_book(place: Place, book: Book) -> None:
    """Write ``book`` to a new file or an empty database.

    Raises:
        BookExistsError: there is one already.
        BookError: it cannot be written there; nothing is left behind.
    """
    BookStore.create(place, book).close()


def read_book(place: Place) -> Book:
    """Return the book at ``place``.

    Raises:
        BookError: it cannot be opened or read.
    """
    store = BookStore.open(place, readonly=True)
    try:
        return store.read()
    finally:
        store.close()


def live_prices(settings: PriceSettings, store: PriceStore | None = None, clock: Clock | None = None) -> Prices:
    """Return prices that ask the sources; without a store they are forgotten at the end."""
    from app.prices.registry import source_builder  # noqa: PLC0415 - asked for after the first paint
    from app.services.pricing import PricingService  # noqa: PLC0415

    clock = clock or SystemClock()
    return PricingService(clock, source_builder(clock, __version__), store or PriceMemory(), settings)


def _lock(place: Place, clock: Clock) -> InstanceLock | None:
    from app.store.location import parse_location  # noqa: PLC0415 - only writers lock

    path = parse_location(place).path
    return None if path is None else InstanceLock.acquire(path, clock.now())


def _desk(store: BookStore, config: ConfigFile, settings: Settings, clock: Clock) -> Desk:
    stored = BookPrices(store.backend)
    live = live_prices(settings.prices, PriceMemory(stored) if store.readonly else stored, clock)
    book = store.read()
    prices, later = (recorded_prices(), live) if book.demo else (live, None)
    return Desk(
        clock=clock,
        contents=book,
        keeper=store,
        warnings=BookWarnings(store.backend),
        prices=prices,
        settings=config,
        label=store.location.path.name if store.location.path is not None else "database",
        live=later,
    )


def new_demo_book() -> Book:
    """Return the demo book."""
    return demo_book(resource_path(BOOK_RESOURCE).read_bytes())


def recorded_prices() -> RecordedPrices:
    """Return the demo's recorded prices."""
    return RecordedPrices(demo_quotes(), demo_candles(resource_path(PRICES_RESOURCE).read_text("utf-8")), DEMO_AS_OF)
