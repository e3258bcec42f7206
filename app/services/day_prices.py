"""What bitcoin and money were worth on a day that is past, by the stored histories."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from app.domain.candles import DailyCandle
from app.domain.money import EXACT
from app.services.ports import PriceStore
from app.services.price_history import stored_history


class DayPrices:
    """Daily closes by currency; a day that is not stored has no price, and its neighbours stand in for none.

    A rate between two currencies is that of the two closes of bitcoin on the same day: what the two markets agree on.
    """

    def __init__(self, base: str, closes: Mapping[str, Mapping[date, Decimal]]) -> None:
        self._base = base
        self._closes = closes

    def price_on(self, day: date) -> Decimal | None:
        """Return the close of one bitcoin in the base currency, or None."""
        return self._closes.get(self._base, {}).get(day)

    def rate_on(self, currency: str, day: date) -> Decimal | None:
        """Return what one unit of ``currency`` was worth in the base currency, or None."""
        base, other = self.price_on(day), self._closes.get(currency, {}).get(day)
        return None if base is None or other is None else EXACT.divide(base, other)

    def last(self) -> tuple[date, Decimal] | None:
        """Return the newest day with a close in the base currency, and the close."""
        return max(self._closes.get(self._base, {}).items(), default=None)


def day_prices(store: PriceStore, base: str, currencies: frozenset[str]) -> DayPrices:
    """Return the stored closes in the base currency and in those that a book's rows use."""
    return closes_of(base, {code: stored_history(store, code).candles for code in {base, *currencies}})


def closes_of(base: str, candles: Mapping[str, tuple[DailyCandle, ...]]) -> DayPrices:
    """Return the closes of candles by currency."""
    return DayPrices(base, {code: {one.day: one.close for one in found} for code, found in candles.items()})
