"""What a loan's chart shows, reckoned in stretches so that it can be given up between two of them (pure)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from app.domain.candles import DailyCandle
from app.domain.figures import LoanFigures
from app.domain.money import EXACT
from app.domain.quotes import PriceLookup, Quote
from app.services.ltv_history import LtvDay, LtvHistory, ltv_history

CANDLE_CURRENCY: Final = "USD"
_STRETCH: Final = 100


def reckon_history(
    figures: LoanFigures,
    candles: tuple[DailyCandle, ...],
    candle_price: PriceLookup | None = None,
    check: Callable[[], None] = lambda: None,
) -> LtvHistory:
    """Return a loan's LTV over time.

    Args:
        figures: the loan today.
        candles: daily prices in dollars, oldest first.
        candle_price: today's price in dollars; without it the last close stands in, for loans in other currencies.
        check: called between two stretches of days; what it raises ends the reckoning.
    """
    scaled = figures.loan.currency != CANDLE_CURRENCY
    ratio = _ratio(figures, candles, candle_price) if scaled else None
    if scaled and ratio is None:
        return LtvHistory(())
    days: list[LtvDay] = []
    for start in range(0, len(candles), _STRETCH):
        check()
        days += ltv_history(figures.loan, candles[start : start + _STRETCH], ratio).days
    return LtvHistory(tuple(days), scaled)


def _ratio(figures: LoanFigures, candles: tuple[DailyCandle, ...], candle_price: PriceLookup | None) -> Decimal | None:
    """Return what a candle's price is multiplied by to be in the loan's currency, or None where nobody knows."""
    own = figures.lookup if isinstance(figures.lookup, Quote) else figures.lookup.last
    if own is None or not candles:
        return None
    base = candle_price.value if isinstance(candle_price, Quote) else candles[-1].close
    return EXACT.divide(own.value, base)
