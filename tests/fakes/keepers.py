"""In-memory stand-ins for the store, the configuration, the prices and the clock."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.domain.book import Book
from app.domain.candles import DailyCandle
from app.domain.errors import BookNotWritableError
from app.domain.quotes import Consensus, NoQuote, PriceLookup, PriceStatus, Quote
from app.services.ports import Clock
from app.services.pricing_settings import PriceSettings
from app.services.settings import Settings


class SetClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._mono = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._mono

    def pass_time(self, by: timedelta) -> None:
        self._now += by
        self._mono += by.total_seconds()


class MemoryBook:
    """Keeps a book in memory; ``full`` makes it refuse changes as a full disk would."""

    def __init__(self, book: Book, *, readonly: bool = False) -> None:
        self.book = book
        self.readonly = readonly
        self.full = False
        self.revision: int | None = 0

    def read(self) -> Book:
        return self.book

    def apply(self, before: Book, after: Book, also: Callable[[Any], None] | None = None) -> None:
        if self.full:
            raise BookNotWritableError("There is no space left on the disk; free some and try again.")
        assert before is self.book
        if also is not None:
            also(None)
        self.book = after

    def close(self) -> None:
        return


class MemorySettings:
    """Keeps settings in memory."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()

    def load(self) -> Settings:
        return self.settings

    def save(self, settings: Settings) -> None:
        self.settings = settings


class SetPrices:
    """Prices that a test sets; ``say`` is what the sources answer next."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, Consensus] = {}
        self._last: dict[str, Quote] = {}
        self.candles: tuple[DailyCandle, ...] = ()
        self.recorded_at: datetime | None = None
        self.closed = False
        self.updates = 0
        self.named: dict[tuple[str, str], Decimal] = {}

    def say(self, currency: str, *prices: str, status: PriceStatus = PriceStatus.OK) -> None:
        exact = tuple(sorted(Decimal(price) for price in prices))
        trusted = status in (PriceStatus.OK, PriceStatus.THIN)
        value = exact[len(exact) // 2] if trusted or status is PriceStatus.SINGLE else None
        low, high = (exact[0], exact[-1]) if exact else (None, None)
        now = self._clock.now()
        self._known[currency] = Consensus(currency, status, value, low, high, now, "consensus", (), exact)
        if trusted and value is not None:
            self._last[currency] = Quote(currency, value, now, "consensus", len(exact), len(exact))

    def ask(self, currencies: tuple[str, ...]) -> Mapping[str, Consensus]:
        return {currency: self._known[currency] for currency in currencies if currency in self._known}

    def lookup(self, currency: str) -> PriceLookup:
        known, last = self._known.get(currency), self._last.get(currency)
        if known is not None and last is not None and known.status in (PriceStatus.OK, PriceStatus.THIN):
            return last
        return NoQuote(currency, "no confirmed price", last)

    def source_lookup(self, source: str, currency: str) -> PriceLookup:
        value = self.named.get((source, currency))
        if value is None:
            return NoQuote(currency, f"{source} gives no price")
        return Quote(currency, value, self._clock.now(), source, 1, 1)

    def history(self, currency: str) -> tuple[DailyCandle, ...]:
        return self.candles

    def update_history(self, currency: str) -> tuple[DailyCandle, ...]:
        self.updates += 1
        return self.candles

    def configure(self, settings: PriceSettings) -> None:
        return

    def close(self) -> None:
        self.closed = True
