"""Recorded prices for the demo book: nobody is asked, and everything says that it is a recording."""

from collections.abc import Mapping
from datetime import datetime

from app.domain.candles import DailyCandle
from app.domain.quotes import Consensus, NoQuote, PriceLookup, PriceStatus, Quote
from app.services.pricing_settings import PriceSettings


class RecordedPrices:
    """Prices as they stood at one recorded moment; implements ``ports.Prices``."""

    def __init__(self, quotes: Mapping[str, Quote], candles: tuple[DailyCandle, ...], at: datetime) -> None:
        self._quotes = quotes
        self._candles = candles
        self._at = at

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
        """Return the recorded path; it is told in one currency only."""
        return self._candles if currency == "USD" else ()

    def update_history(self, currency: str) -> tuple[DailyCandle, ...]:
        """Return the recorded path; there is nothing to fetch."""
        return self.history(currency)

    def configure(self, settings: PriceSettings) -> None:
        """Ignore the sources: none is asked."""

    def close(self) -> None:
        """Nothing is under way."""

    def _consensus(self, currency: str) -> Consensus:
        quote = self._quotes.get(currency)
        if quote is None:
            return Consensus(currency, PriceStatus.NONE, None, None, None, self._at, "demo", ())
        value = quote.value
        return Consensus(currency, PriceStatus.OK, value, value, value, quote.at, "demo", (), (value,))
