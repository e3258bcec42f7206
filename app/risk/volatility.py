"""How much the price moves: today's variance from an exponentially weighted average, and the plain one of 90 days.

The weighted average is RiskMetrics' (``v ← λ·v + (1 − λ)·r²``) with λ = 0.99, half of whose weight lies in the last
69 days. All years have 365 days; bitcoin has no weekends.
"""

import math
from typing import Final

import numpy as np

from app.risk.exact import FloatArray
from app.risk.series import BoolArray

DECAY: Final = 0.99
WARM_UP: Final = 30
TRAILING_DAYS: Final = 90
YEAR_DAYS: Final = 365
WEEK_DAYS: Final = 7


def ewma_variances(returns: FloatArray, daily: BoolArray, decay: float = DECAY) -> FloatArray:
    """Return n + 1 daily variances for n returns: entry t is the forecast for return t, the last one today's.

    The first is the population variance of the first 30 daily returns. A step over a gap leaves the forecast as it is.

    Args:
        returns: n log returns in order.
        daily: n flags: the return is of one day.
        decay: λ.
    """
    usable = returns[daily]
    value = float(np.var(usable[:WARM_UP]))
    weight = 1.0 - decay
    result = np.empty(returns.size + 1)
    result[0] = value
    steps = zip((returns * returns).tolist(), daily.tolist(), strict=True)
    for index, (square, counts) in enumerate(steps, start=1):
        if counts:
            value = decay * value + weight * square
        result[index] = value
    return result


def trailing_volatility(returns: FloatArray, daily: BoolArray, days: int = TRAILING_DAYS) -> float:
    """Return the yearly volatility of the last ``days`` daily returns (sample standard deviation)."""
    return float(np.std(returns[daily][-days:], ddof=1)) * math.sqrt(YEAR_DAYS)


def yearly(daily_variance: float) -> float:
    """Return the yearly volatility of a daily variance."""
    return math.sqrt(daily_variance * YEAR_DAYS)


def weekly_sigma(yearly_volatility: float) -> float:
    """Return the standard deviation of seven days' log return."""
    return yearly_volatility * math.sqrt(WEEK_DAYS / YEAR_DAYS)


def weekly_sigmas(log_distance: float, yearly_volatility: float) -> float:
    """Return how many weekly standard deviations away a barrier lies; above zero where the price has to fall."""
    return -log_distance / weekly_sigma(yearly_volatility)
