"""Which days of a daily price history cannot be believed (pure).

Since 2010 no close has been under half or over twice the day before, and prices that halved and were back a day later
have been faults of files and feeds: a misplaced point, cents for dollars, another coin's price.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from app.domain.candles import DailyCandle
from app.domain.money import EXACT

_SPIKE: Final = Decimal(2)
_JUMP: Final = Decimal(4)
_LONGEST_SPIKE: Final = 2
_NEAR: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A day that is not believed, and why, as a clause that follows its date."""

    day: date
    reason: str


def first_doubt(candles: Sequence[DailyCandle]) -> Doubt | None:
    """Return the first day that is doubtful, or None.

    Doubtful is a close of one day, or of two, that lies over 50 % off the days before and after alike; a move of over
    four times between neighbours; and a low or high that the day's open and close do not come near. Days that lie more
    than a week apart are not compared.

    Args:
        candles: oldest first, one per day.
    """
    return _wick(candles) or _spike(candles) or _jump(candles)


def _spike(candles: Sequence[DailyCandle]) -> Doubt | None:
    for at in range(1, len(candles) - 1):
        before = candles[at - 1]
        for length in range(1, _LONGEST_SPIKE + 1):
            end = at + length
            if end >= len(candles) or candles[end].day - before.day > _NEAR:
                break
            if _is_apart([candle.close for candle in candles[at:end]], before.close, candles[end].close):
                day = candles[at]
                return Doubt(
                    day.day,
                    f"closes at {day.close} between {before.close} on {before.day}"
                    f" and {candles[end].close} on {candles[end].day}",
                )
    return None


def _is_apart(closes: Sequence[Decimal], before: Decimal, after: Decimal) -> bool:
    """Return whether all of ``closes`` lie below half, or above twice, both ends."""
    below = EXACT.multiply(max(closes), _SPIKE) < min(before, after)
    return below or min(closes) > EXACT.multiply(max(before, after), _SPIKE)


def _jump(candles: Sequence[DailyCandle]) -> Doubt | None:
    for before, after in pairwise(candles):
        low, high = sorted((before.close, after.close))
        if after.day - before.day <= _NEAR and EXACT.multiply(low, _JUMP) < high:
            return Doubt(after.day, f"closes at {after.close} after {before.close} on {before.day}")
    return None


def _wick(candles: Sequence[DailyCandle]) -> Doubt | None:
    for candle in candles:
        ends = (candle.close if candle.open is None else candle.open, candle.close)
        if candle.low is not None and EXACT.multiply(candle.low, _SPIKE) < min(ends):
            return Doubt(candle.day, f"has a low of {candle.low} while it opened at {ends[0]} and closed at {ends[1]}")
        if candle.high is not None and candle.high > EXACT.multiply(max(ends), _SPIKE):
            return Doubt(
                candle.day, f"has a high of {candle.high} while it opened at {ends[0]} and closed at {ends[1]}"
            )
    return None
