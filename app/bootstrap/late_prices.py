"""Prices that are put together when they are first needed: a demo book shows itself without them."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime

from app.domain.candles import DailyCandle
from app.domain.quotes import Consensus, PriceLookup
from app.services.ports import Prices
from app.services.pricing_settings import PriceSettings


class LatePrices:
    """Implements ``ports.Prices`` by other, live prices; any thread may be the first that needs them.

    Args:
        settings: what is asked, until ``configure`` says otherwise.
        make: makes the prices; called once, or never.
    """

    def __init__(self, settings: PriceSettings, make: Callable[[PriceSettings], Prices]) -> None:
        self._settings = settings
        self._make = make
        self._making = threading.Lock()
        self._made: Prices | None = None

    @property
    def recorded_at(self) -> datetime | None:
        """None: these are live."""
        return None

    def ask(self, currencies: tuple[str, ...]) -> Mapping[str, Consensus]:
        """Ask all enabled sources."""
        return self._prices().ask(currencies)

    def lookup(self, currency: str) -> PriceLookup:
        """Return the price known now, or why there is none."""
        return self._prices().lookup(currency)

    def source_lookup(self, source: str, currency: str) -> PriceLookup:
        """Return one named source's price."""
        return self._prices().source_lookup(source, currency)

    def history(self, currency: str) -> tuple[DailyCandle, ...]:
        """Return the stored daily history, oldest first."""
        return self._prices().history(currency)

    def update_history(self, currency: str) -> tuple[DailyCandle, ...]:
        """Fetch what history is missing."""
        return self._prices().update_history(currency)

    def configure(self, settings: PriceSettings) -> None:
        """Use these sources and intervals from now on."""
        with self._making:
            self._settings = settings
            made = self._made
        if made is not None:
            made.configure(settings)

    def close(self) -> None:
        """Stop what is under way."""
        with self._making:
            made = self._made
        if made is not None:
            made.close()

    def _prices(self) -> Prices:
        with self._making:
            if self._made is None:
                self._made = self._make(self._settings)
            return self._made
