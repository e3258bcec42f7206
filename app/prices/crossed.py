"""Daily prices in a currency that no market tells far enough back: a market's dollar prices times the daily fixing."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

from app.domain.candles import CandleRow
from app.domain.feeds import FeedError
from app.domain.fx_cross import FIXING_LIMIT, crossed_rows
from app.domain.histories import DERIVED
from app.services.ports import HistorySource

# Kraken alone quotes these, and its history ends after 720 days.
CURRENCIES: Final = ("CHF", "CAD", "AUD")


class Fixings(Protocol):
    """Tells past daily rates."""

    def fixings(self, currency: str, first: date, last: date) -> Mapping[date, Decimal]:
        """Return units of ``currency`` for one dollar, by the day of the fixing.

        Raises:
            PriceError: no usable answer.
        """
        ...


class CrossedHistory:
    """Implements ``ports.HistorySource``; its key (``coinbase × ecb``) says that it is derived."""

    history_currencies = frozenset(CURRENCIES)

    def __init__(self, dollars: HistorySource, fixings: Fixings) -> None:
        self.key = f"{dollars.key}{DERIVED}"
        self._dollars = dollars
        self._fixings = fixings

    def daily(self, currency: str, since: date | None) -> Sequence[CandleRow]:
        """Return the dollar rows from ``since`` on, crossed; a day without a recent fixing is left out.

        Raises:
            PriceError: the market or the bank gave no usable answer.
        """
        rows = self._dollars.daily("USD", since)
        if not rows:
            return ()
        first, last = min(row.opened_at for row in rows), max(row.opened_at for row in rows)
        rates = self._fixings.fixings(currency, first.date() - FIXING_LIMIT, last.date())
        if not rates:
            raise FeedError("no_price", f"no rate in {currency}")
        return crossed_rows(rows, currency, rates)
