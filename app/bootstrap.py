"""The one place where things are built and handed to each other. No Qt, no command line.

What a start does not need at once is imported when it is first used: a window shows a book that ``sqlite3`` has read
before SQLAlchemy and requests are loaded.
"""

import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app import __version__
from app.domain.book import Book
from app.domain.errors import BookError, BookNotWritableError
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
from app.system.paths import named_book, named_config, user_paths
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


class WindowHouse:
    """What the window is handed: where things lie, and how a book is opened; implements ``ui.house.House``."""

    def __init__(self, book: Place | None = None, config: Path | None = None, clock: Clock | None = None) -> None:
        self.clock: Clock = clock or SystemClock()
        self._paths = user_paths()
        self._named = book or named_book()
        self._config = config_file(config)

    @property
    def resources(self) -> Path:
        """The folder with icons and fonts."""
        return resource_path("")

    @property
    def layout_file(self) -> Path:
        """Where sizes and columns are remembered."""
        return self._paths.config.with_name("layout.ini")

    @property
    def log_file(self) -> Path:
        """Where details of faults are written."""
        return self._paths.log

    def settings(self) -> Settings:
        """Return the settings in force.

        Raises:
            ConfigError: the file has a fault.
        """
        return self._config.load()

    def first_book(self) -> str | None:
        """Return the book named, the one of the last time, the user's own, or at a first start the demo."""
        if self._named is not None:
            return str(self._named)
        last = self._last_book()
        if last is not None:
            return last
        if self._paths.book.exists():
            return str(self._paths.book)
        try:
            return str(self._demo_place())
        except BookError:
            return None

    def own_place(self) -> str:
        """Return where the user's own book lies."""
        return str(self._paths.book)

    def open_book(self, place: str) -> OpenDesk:
        """Open a book and remember it.

        Raises:
            BookError: it cannot be opened.
        """
        opened = open_desk(place, self._config, clock=self.clock)
        self._remember(place)
        return opened

    def open_demo(self) -> OpenDesk:
        """Open the demo book, which lies in a file of its own.

        Raises:
            BookError: it cannot be made or opened.
        """
        return self.open_book(str(self._demo_place()))

    def new_book(self, place: str, name: str, currency: str) -> OpenDesk:
        """Make an empty book and open it.

        Raises:
            BookError: it cannot be made.
        """
        _make_folder(Path(place).parent)
        create_book(place, Book(name, currency))
        return self.open_book(place)

    def _demo_place(self) -> Path:
        place = self._paths.book.with_name("demo.plimsoll")
        if not place.exists():
            _make_folder(place.parent)
            create_book(place, new_demo_book())
        return place

    def _last_book(self) -> str | None:
        try:
            place = self._last_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return place if place and Path(place).exists() else None

    def _remember(self, place: str) -> None:
        # A database URL may hold a password; what is not a file is not remembered.
        if self._named is None and "://" not in place:
            with suppress(OSError):
                self._last_file.write_text(str(Path(place).resolve()), "utf-8")

    @property
    def _last_file(self) -> Path:
        return self._paths.book.with_name("last-book.txt")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BookNotWritableError(f"{folder} cannot be made ({error.strerror}); name a book with --book.") from None
