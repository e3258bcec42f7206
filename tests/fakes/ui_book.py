"""A house without doors to the outside: a real desk on a book in memory, with prices that stand still."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from app.bootstrap.late_reader import LateReader
from app.bootstrap.late_writer import LateWriter
from app.domain.book import Book
from app.domain.candles import DailyCandle
from app.domain.errors import BookMissingError
from app.domain.quotes import Consensus, NoQuote, PriceLookup, PriceStatus, Quote, SourceVerdict, Verdict
from app.services.alarm import Alarm
from app.services.alarm_desk import AlarmDesk
from app.services.desk import Desk
from app.services.pricing_settings import PriceSettings
from app.services.settings import Settings
from app.services.wallet_desk import WalletDesk
from tests.fakes.alarm_desks import AlarmParts
from tests.fakes.alarm_keeper import MemoryAlarm
from tests.fakes.desk import NOW, PRICES, treasury
from tests.fakes.keepers import MemoryBook, MemorySettings, SetClock
from tests.fakes.wallet_desks import wallet_desk

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
SPREAD = {"kraken": "0", "coinbase": "12", "bitstamp": "-20", "bitfinex": "22", "gemini": "4"}


class StandingPrices:
    """Five sources that always answer the same; ``silent`` makes them all fail.

    Attributes:
        asked: how often they were asked.
        recorded_at: set for a demo.
    """

    def __init__(
        self, clock: SetClock, values: Mapping[str, Decimal] = PRICES, recorded_at: datetime | None = None
    ) -> None:
        self._clock = clock
        self.values = dict(values)
        self.recorded_at = recorded_at
        self.asked = 0
        self.silent = False
        self.candles: tuple[DailyCandle, ...] = ()

    def ask(self, currencies: tuple[str, ...]) -> Mapping[str, Consensus]:
        self.asked += 1
        return {currency: self._consensus(currency) for currency in currencies}

    def lookup(self, currency: str) -> PriceLookup:
        value = self.values.get(currency)
        if value is None:
            return NoQuote(currency, "no source offers it")
        at = self.recorded_at or self._clock.now() - timedelta(seconds=4)
        quote = Quote(currency, value, at, "demo" if self.recorded_at else "consensus", 5, 5)
        return NoQuote(currency, "the last price is 21 min old", quote) if self.silent else quote

    def source_lookup(self, source: str, currency: str) -> PriceLookup:
        return self.lookup(currency)

    def history(self, currency: str) -> tuple[DailyCandle, ...]:
        return self.candles

    def update_history(self, currency: str) -> tuple[DailyCandle, ...]:
        return self.candles

    def configure(self, settings: PriceSettings) -> None:
        return

    def close(self) -> None:
        return

    def _consensus(self, currency: str) -> Consensus:
        value = self.values.get(currency)
        if value is None or self.silent:
            failed = tuple(SourceVerdict(name, name, Verdict.FAILED, None, None, "timeout") for name in SPREAD)
            return Consensus(currency, PriceStatus.NONE, None, None, None, self._clock.now(), "consensus", failed)
        told = {name: value + Decimal(offset) for name, offset in SPREAD.items()}
        sources = tuple(SourceVerdict(name, name, Verdict.USED, price, 4) for name, price in told.items())
        low, high = min(told.values()), max(told.values())
        origin = "demo" if self.recorded_at else "consensus"
        return Consensus(
            currency, PriceStatus.OK, value, low, high, self._clock.now(), origin, sources, tuple(told.values())
        )


@dataclass(slots=True)
class MemoryOpened:
    """An open book in memory; counts how often it was closed."""

    desk: Desk
    keeper: MemoryBook
    prices: StandingPrices
    parts: AlarmParts
    closings: int = 0

    @property
    def alarm(self) -> AlarmDesk:
        return self.parts.desk(self.desk)

    @property
    def wallets(self) -> WalletDesk:
        return wallet_desk(self.desk)

    @property
    def close(self) -> Callable[[], None]:
        return self._close

    def _close(self) -> None:
        self.closings += 1
        self.parts.room.close()


@dataclass(slots=True)
class MemoryHouse:
    """Implements ``House``: books by place, made of memory."""

    folder: Path
    books: dict[str, Book] = field(default_factory=dict)
    first: str | None = None
    stored: Settings = field(default_factory=Settings)
    clock: SetClock = field(default_factory=lambda: SetClock(NOW))
    readonly: bool = False
    opened: list[MemoryOpened] = field(default_factory=list)

    @property
    def resources(self) -> Path:
        return RESOURCES

    @property
    def layout_file(self) -> Path:
        return self.folder / "window.ini"

    @property
    def log_file(self) -> Path:
        return self.folder / "plimsoll.log"

    @property
    def imports(self) -> LateReader:
        return LateReader()

    @property
    def reports(self) -> LateWriter:
        return LateWriter()

    def start_log(self) -> None:
        return

    def stop_log(self) -> None:
        return

    def settings(self) -> Settings:
        return self.stored

    def first_book(self) -> str | None:
        return self.first

    def own_place(self) -> str:
        return str(self.folder / "own.plimsoll")

    def open_book(self, place: str) -> MemoryOpened:
        if place not in self.books:
            msg = f"There is no book at {place}; choose another file."
            raise BookMissingError(msg)
        return self._open(self.books[place], place)

    def open_demo(self) -> MemoryOpened:
        return self._open(treasury(demo=True), "demo.plimsoll", recorded_at=NOW)

    def new_book(self, place: str, name: str, currency: str) -> MemoryOpened:
        self.books[place] = Book(name, currency)
        return self._open(self.books[place], place)

    def _open(self, book: Book, place: str, recorded_at: datetime | None = None) -> MemoryOpened:
        keeper = MemoryBook(book, readonly=self.readonly)
        prices = StandingPrices(self.clock, recorded_at=recorded_at)
        desk = Desk(
            clock=self.clock,
            contents=book,
            keeper=keeper,
            alarm=Alarm(MemoryAlarm()),
            prices=prices,
            settings=MemorySettings(replace(self.stored)),
            label=Path(place).name,
            live=StandingPrices(self.clock) if recorded_at else None,
        )
        opened = MemoryOpened(desk, keeper, prices, AlarmParts(self.clock))
        self.opened.append(opened)
        return opened
