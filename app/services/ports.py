"""The outside world as the services know it: protocols only, implemented in store, prices and system."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from app.domain.book import Book
from app.domain.candles import CandleRow, DailyCandle
from app.domain.errors import PriceError
from app.domain.quotes import Consensus, LastGood, PriceLookup
from app.services.pricing_settings import PriceSettings
from app.services.settings import Settings

if TYPE_CHECKING:
    from app.domain.feeds import FxRate, RawQuote, Tier


class Clock(Protocol):
    """Tells the time. Wall time is for records, the monotonic one for ages and waits."""

    def now(self) -> datetime:
        """Return the wall time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        ...


class BookKeeper(Protocol):
    """Keeps one book (``app.store``)."""

    @property
    def readonly(self) -> bool:
        """Whether changes would be refused."""
        ...

    @property
    def revision(self) -> int | None:
        """Which revision of the book was read or written last; None before the first."""
        ...

    def read(self) -> Book:
        """Return the whole book.

        Raises:
            BookError: it cannot be read.
        """
        ...

    def apply(self, before: Book, after: Book, also: Callable[[Any], None] | None = None) -> None:
        """Store what differs between two books, and what ``also`` writes beside them, in one transaction.

        Raises:
            BookError: nothing was stored.
        """
        ...

    def close(self) -> None:
        """Give the book back; later calls fail."""
        ...


class SettingsKeeper(Protocol):
    """Keeps the configuration."""

    def load(self) -> Settings:
        """Return the settings in force.

        Raises:
            ConfigError: the file has a fault.
        """
        ...

    def save(self, settings: Settings) -> None:
        """Write the settings.

        Raises:
            ConfigError: the file cannot be written.
        """
        ...


class Prices(Protocol):
    """Prices as the desk sees them: live ones (``app.services.pricing``) or the demo's recorded ones."""

    @property
    def recorded_at(self) -> datetime | None:
        """The moment of a recorded price, or None where prices are live."""
        ...

    def ask(self, currencies: tuple[str, ...]) -> Mapping[str, Consensus]:
        """Ask all enabled sources; slow; never raises for a source's fault."""
        ...

    def lookup(self, currency: str) -> PriceLookup:
        """Return the price known now, or why there is none."""
        ...

    def source_lookup(self, source: str, currency: str) -> PriceLookup:
        """Return one named source's price, for loans whose contract names it."""
        ...

    def history(self, currency: str) -> tuple[DailyCandle, ...]:
        """Return the stored daily history, oldest first."""
        ...

    def update_history(self, currency: str) -> tuple[DailyCandle, ...]:
        """Fetch what history is missing; slow; returns what is then known."""
        ...

    def configure(self, settings: PriceSettings) -> None:
        """Use these sources and intervals from now on."""
        ...

    def close(self) -> None:
        """Stop what is under way."""
        ...


class SpotSource(Protocol):
    """One place that tells bitcoin's price now."""

    @property
    def key(self) -> str:
        """Source key (``kraken``)."""
        ...

    @property
    def group(self) -> str:
        """Independence group; one group has one vote."""
        ...

    @property
    def tier(self) -> "Tier":
        """Market or aggregate."""
        ...

    @property
    def currencies(self) -> frozenset[str]:
        """Fiat codes it quotes."""
        ...

    @property
    def min_interval_seconds(self) -> int:
        """How long an answer is good enough not to ask again; 0 for every round."""
        ...

    def spot(self, currencies: Sequence[str]) -> "Mapping[str, RawQuote | PriceError]":
        """Return an answer or a failure for each of ``currencies``, all of which it quotes.

        Raises:
            PriceError: nothing at all came back.
        """
        ...


class FxSource(Protocol):
    """One place that tells what a US dollar is worth in other currencies."""

    @property
    def key(self) -> str:
        """Source key (``frankfurter``)."""
        ...

    @property
    def min_interval_seconds(self) -> int:
        """How long an answer is good enough not to ask again."""
        ...

    def rates(self, currencies: Sequence[str]) -> "Mapping[str, FxRate | PriceError]":
        """Return a rate or a failure for each of ``currencies``.

        Raises:
            PriceError: nothing at all came back.
        """
        ...


class HistorySource(Protocol):
    """One place that tells bitcoin's daily prices."""

    @property
    def key(self) -> str:
        """Source key (``bitfinex``)."""
        ...

    @property
    def history_currencies(self) -> frozenset[str]:
        """Fiat codes it has a history in."""
        ...

    def daily(self, currency: str, since: date | None) -> Sequence[CandleRow]:
        """Return rows from ``since`` (or from the start of what it has) until now, in any order.

        Raises:
            PriceError: no usable answer.
        """
        ...


class PriceStore(Protocol):
    """Where prices outlive a restart. A damaged record is as good as none; it is never a zero."""

    def load_last_good(self, currency: str) -> LastGood | None:
        """Return the last price that was agreed on, or None."""
        ...

    def save_last_good(self, last: LastGood) -> None:
        """Keep ``last`` as its currency's last good price."""
        ...

    def daily_sources(self, currency: str) -> tuple[str, ...]:
        """Return whose histories are stored, the one with the most days first."""
        ...

    def load_daily(self, source: str, currency: str) -> tuple[DailyCandle, ...]:
        """Return a source's stored history, oldest first; empty where there is none."""
        ...

    def save_daily(self, source: str, currency: str, candles: Sequence[DailyCandle]) -> None:
        """Keep ``candles``, replacing stored ones of the same days."""
        ...
