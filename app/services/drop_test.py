"""How far the price moved lately, and which fall the weekly drop test assumes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from app.domain.candles import DailyCandle
from app.domain.money import EXACT
from app.domain.quotes import PriceLookup, Quote
from app.services.settings import DropMode, Settings

WEEK: Final = timedelta(days=7)
SIGMA_WEEKS: Final = 52
_LEAST_WEEKS: Final = 8
_ONE: Final = Decimal(1)
_LEAST: Final = Decimal("0.01")
_MOST: Final = Decimal("0.90")


@dataclass(frozen=True, slots=True)
class PriceMoves:
    """Changes of the price as fractions (−0.098 for a fall of 9.8 %); None where history does not tell."""

    day: Decimal | None
    week: Decimal | None


def price_moves(candles: Sequence[DailyCandle], lookup: PriceLookup, today: date) -> PriceMoves:
    """Return how far the price is from the close of yesterday and of a week ago."""
    if not isinstance(lookup, Quote):
        return PriceMoves(None, None)
    closes = {candle.day: candle.close for candle in candles[-30:]}
    return PriceMoves(
        _change(closes.get(today - timedelta(days=1)), lookup.value), _change(closes.get(today - WEEK), lookup.value)
    )


def drop_of(settings: Settings, candles: Sequence[DailyCandle]) -> Decimal:
    """Return the drop test's fall as a fraction; the fixed one where history is too short for the mode chosen."""
    if settings.drop_mode is DropMode.LAST_WEEK:
        found = _last_week(candles)
    elif settings.drop_mode is DropMode.SIGMAS:
        found = _sigmas(candles, settings.drop_sigmas)
    else:
        found = None
    return settings.drop if found is None else min(max(found, _LEAST), _MOST)


def weekly_sigma(candles: Sequence[DailyCandle]) -> Decimal | None:
    """Return the standard deviation of weekly log returns over the last year, or None under eight weeks of history."""
    closes = [candle.close for candle in candles][::-7][: SIGMA_WEEKS + 1]
    if len(closes) <= _LEAST_WEEKS:
        return None
    returns = [EXACT.ln(EXACT.divide(later, earlier)) for later, earlier in pairwise(closes)]
    count = Decimal(len(returns))
    mean = EXACT.divide(sum(returns, Decimal(0)), count)
    squares = sum(((value - mean) ** 2 for value in returns), Decimal(0))
    return EXACT.sqrt(EXACT.divide(squares, count - 1))


def _last_week(candles: Sequence[DailyCandle]) -> Decimal | None:
    """Return the fall of the last seven days with history; a week that rose tests nothing, so None."""
    closes = {candle.day: candle.close for candle in candles[-30:]}
    if not candles:
        return None
    change = _change(closes.get(candles[-1].day - WEEK), candles[-1].close)
    return -change if change is not None and change < 0 else None


def _sigmas(candles: Sequence[DailyCandle], count: Decimal) -> Decimal | None:
    sigma = weekly_sigma(candles)
    return None if sigma is None else _ONE - EXACT.exp(-count * sigma)


def _change(before: Decimal | None, now: Decimal) -> Decimal | None:
    return None if before is None or before <= 0 else EXACT.subtract(EXACT.divide(now, before), _ONE)
