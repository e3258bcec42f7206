"""Recorded prices for the demo book: nobody is asked, and everything says that it is a recording."""

import logging
from collections.abc import Mapping
from datetime import datetime

from app.domain.candles import DailyCandle
from app.domain.errors import PlimsollError
from app.domain.histories import IMPORTED
from app.domain.quotes import Consensus, NoQuote, PriceLookup, PriceStatus, Quote
from app.services.ports import PriceStore
from app.services.pricing_settings import PriceSettings

log = logging.getLogger(__name__)


class RecordedPrices:
    """Prices as they stood at one recorded moment; implements ``ports.Prices``."""

    def __init__(
        self,
        quotes: Mapping[str, Quote],
        candles: tuple[DailyCandle, ...],
        at: datetime,
        store: PriceStore | None = None,
    ) -> None:
        """Make them of a recording.

        Args:
            quotes: by currency.
            candles: the recorded path, in USD.
            at: the moment of the recording.
            store: where a history may lie that was loaded into the book; it then counts instead of the recorded path.
        """
        self._quotes = quotes
        self._candles = candles
        self._at = at
        self._store = store
        self._imported: dict[str, tuple[DailyCandle, ...]] = {}

    @property
    def recorded_at(self) -> datetime | None:
        """The moment of the recording."""
        return self._at

    def ask(self, currencies: tuple[str, ...]) -> Mapping[str, Consensus]:
        """Return the recorded prices as if every source had agreed on them."""
        return {currency: self._consensus(currency) for currency in currencies}

    def lookup(self, currency: str) -> PriceLookup:
        """Return the recorded price, or why there is none."""
        return self._quotes.get(currency) or NoQuote(currency, f"the recording holds no price in {currency}")

    def source_lookup(self, source: str, currency: str) -> PriceLookup:
        """Return the recorded price whatever the source."""
        del source
        return self.lookup(currency)

    def history(self, currency: str) -> tuple[DailyCandle, ...]:
        """Return what was loaded into the book, up to the recorded moment, else the recorded path, told in USD only."""
        if currency not in self._imported:
            self._imported[currency] = self._loaded(currency)
        return self._imported[currency] or (self._candles if currency == "USD" else ())

    def update_history(self, currency: str) -> tuple[DailyCandle, ...]:
        """Return the same; there is nothing to fetch."""
        return self.history(currency)

    def configure(self, settings: PriceSettings) -> None:
        """Ignore the sources: none is asked."""

    def close(self) -> None:
        """Nothing is under way."""

    def _loaded(self, currency: str) -> tuple[DailyCandle, ...]:
        """Return the days of an imported history that had ended at the recorded moment."""
        if self._store is None:
            return ()
        try:
            candles = self._store.load_daily(IMPORTED, currency)
        except (PlimsollError, OSError) as error:
            log.warning("the imported history cannot be read: %s", type(error).__name__)
            return ()
        return tuple(candle for candle in candles if candle.day < self._at.date())

    def _consensus(self, currency: str) -> Consensus:
        quote = self._quotes.get(currency)
        if quote is None:
            return Consensus(currency, PriceStatus.NONE, None, None, None, self._at, "demo", ())
        value = quote.value
        return Consensus(currency, PriceStatus.OK, value, value, value, quote.at, "demo", (), (value,))
