"""From a daily price history to clean log returns, or the sentence that says why it cannot be used.

A gap stays a gap: the step over missing days is no daily return, so it is left out of every average, and a window of
days that holds one is left out of the windows. Nothing is filled in.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.candles import DailyCandle
from app.risk.exact import FloatArray, floats

MIN_RETURNS: Final = 250
MAX_DAY_FACTOR: Final = 4
MIN_LOWS: Final = 730
FIRST_SOUND_DAY: Final = date(2011, 12, 31)
_MOSTLY: Final = 0.9

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NoModel:
    """There is no probability, and the sentence that says why and what would help."""

    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """A sound history of n days in order, as logarithms of prices.

    Attributes:
        days: n day numbers (``date.toordinal``), rising.
        closes: n logarithms of closing prices.
        lows: n logarithms of the days' lows; the close's where no low is known.
        has_low: n flags: the low is a true intraday low.
        returns: n − 1 steps from close to close.
        daily: n − 1 flags: the step is from one day to the next, not over a gap.
    """

    days: IntArray
    closes: FloatArray
    lows: FloatArray
    has_low: BoolArray
    returns: FloatArray
    daily: BoolArray

    @property
    def first(self) -> date:
        """The first day."""
        return date.fromordinal(int(self.days[0]))

    @property
    def last(self) -> date:
        """The last day."""
        return date.fromordinal(int(self.days[-1]))

    @property
    def missing_days(self) -> int:
        """How many days between the first and the last are missing."""
        return int(self.days[-1] - self.days[0]) + 1 - self.days.size

    @property
    def intraday(self) -> bool:
        """Whether lows are known for two years of days, or for nearly all days of a shorter history."""
        known = int(np.count_nonzero(self.has_low[1:] & self.daily))
        return known >= MIN_LOWS or (known >= MIN_RETURNS and known >= _MOSTLY * self.returns.size)

    def before(self, end: int) -> "History":
        """Return the first ``end`` days alone: what was known at the close of day ``end − 1``."""
        return History(
            self.days[:end],
            self.closes[:end],
            self.lows[:end],
            self.has_low[:end],
            self.returns[: end - 1],
            self.daily[: end - 1],
        )


def history_of(candles: Sequence[DailyCandle], until: date | None = None) -> History | NoModel:
    """Return the history up to and including ``until``, or why there is none.

    Days before 2012 are left out where enough remains: they are one thin venue's, and the next day is another's.
    """
    known = sorted((c for c in candles if until is None or c.day <= until), key=lambda candle: candle.day)
    if not known:
        return NoModel("There is no price history; import one or let the price sources fetch it.")
    faults = (_repeated_day(known), _impossible_price(known))
    for fault in faults:
        if fault is not None:
            return NoModel(fault)
    sound = [candle for candle in known if candle.day >= FIRST_SOUND_DAY]
    history = _as_arrays(sound if len(sound) > MIN_RETURNS else known)
    return next((NoModel(fault) for fault in (_leap(history), _too_short(history)) if fault), history)


def needed_days(horizon: int) -> int:
    """Return how many days of unbroken history a horizon needs: 60 to warm up, and three times its own length."""
    return max(MIN_RETURNS + 1, 60 + 3 * horizon)


def _repeated_day(candles: Sequence[DailyCandle]) -> str | None:
    for one, other in pairwise(candles):
        if one.day == other.day:
            return f"The price history holds {one.day} twice; keep one of the two."
    return None


def _impossible_price(candles: Sequence[DailyCandle]) -> str | None:
    for candle in candles:
        prices: tuple[Decimal, ...] = (candle.close,) if candle.low is None else (candle.close, candle.low)
        if not all(price.is_finite() and price > 0 for price in prices):
            return f"The price history holds no usable price on {candle.day}; correct that day or take it out."
    return None


def _as_arrays(candles: Sequence[DailyCandle]) -> History:
    days = np.array([candle.day.toordinal() for candle in candles], dtype=np.int64)
    closes = np.log(floats(candle.close for candle in candles))
    lows = np.log(floats(candle.close if candle.low is None else candle.low for candle in candles))
    has_low = np.array([candle.low is not None for candle in candles], dtype=np.bool_)
    return History(days, closes, np.minimum(lows, closes), has_low, np.diff(closes), np.diff(days) == 1)


def _leap(history: History) -> str | None:
    """Return a sentence on the first day that moved, or dipped, by a factor that no true day has."""
    limit = math.log(MAX_DAY_FACTOR)
    moved = np.abs(history.returns) > limit
    dipped = history.lows[1:] - np.minimum(history.closes[:-1], history.closes[1:]) < -limit
    wrong = np.flatnonzero((moved | dipped) & history.daily)
    if not wrong.size:
        return None
    day = date.fromordinal(int(history.days[wrong[0] + 1]))
    return (
        f"The price history moves by more than a factor of {MAX_DAY_FACTOR} on {day}; "
        "correct that day or take it out, then no probability is wrong by it."
    )


def _too_short(history: History) -> str | None:
    count = int(np.count_nonzero(history.daily))
    if count >= MIN_RETURNS:
        return None
    gaps = f", with {history.missing_days} missing between" if history.missing_days else ""
    return (
        f"A probability needs {MIN_RETURNS + 1} days of price history in a row; "
        f"there are {history.days.size} from {history.first} to {history.last}{gaps}."
    )
