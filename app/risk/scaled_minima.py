"""Scaled drift-free minima: how deep each window of the past went, in units of what was expected on its first evening.

For every day t of the past, ``M_t = min over k ≤ h of (x[t+k] − x[t] − μ·k)``, divided by ``√v[t]``, the volatility
that was expected on that evening. Today's chance of falling by ``b`` within h days is the share of windows whose
scaled minimum lies at or under ``b ÷ √v_now``. No simulation, no assumed distribution: only the past, in today's units.

Taking out the mean μ is essential: the past rallied, and raw minima are too shallow by as much.
"""

from typing import Final

import numpy as np

from app.risk.exact import FloatArray
from app.risk.residuals import BURN_IN
from app.risk.series import BoolArray, History

FEWEST_HITS: Final = 10
FEWEST_WINDOWS: Final = 100


def running_minimum(values: FloatArray, width: int) -> FloatArray:
    """Return the minimum of every ``width`` neighbours: n − width + 1 values, in O(n·log width)."""
    reach, lowest = 1, values
    while reach < width:
        stride = min(reach, width - reach)
        lowest = np.minimum(lowest[:-stride], lowest[stride:])
        reach += stride
    return lowest


def unit_minima(history: History, variances: FloatArray, horizon: int, *, intraday: bool) -> FloatArray:
    """Return every whole window's minimum at a volatility of one a day, sorted upwards.

    Windows start from the 60th day on, once the variance has found its level. One that holds a gap, or where not all
    lows are known though they are asked for, is left out.

    Args:
        history: n days.
        variances: n forecasts, as ``ewma_variances`` gives them.
        horizon: h, in days.
        intraday: go by the days' lows instead of their closes.
    """
    count = history.days.size - horizon
    if count <= BURN_IN:
        return np.empty(0)
    drift = history.returns[history.daily].mean() * np.arange(history.days.size)
    level = history.closes - drift
    depth = running_minimum((history.lows - drift if intraday else level)[1:], horizon) - level[:count]
    scaled = depth / np.sqrt(variances[:count])
    return np.sort(scaled[BURN_IN:][_whole(history, horizon, intraday=intraday)[BURN_IN:]])


def _whole(history: History, horizon: int, *, intraday: bool) -> BoolArray:
    """Return for each start whether its window holds every day, and every low if ``intraday``."""
    whole: BoolArray = history.days[horizon:] - history.days[:-horizon] == horizon
    if intraday:
        known = np.concatenate(([0], np.cumsum(history.has_low[1:])))
        whole &= known[horizon:] - known[:-horizon] == horizon
    return whole


def hits(minima: FloatArray, unit_distances: FloatArray) -> FloatArray:
    """Return how many windows went to each distance (``ln(barrier ÷ price) ÷ √v_now``) or below."""
    return np.searchsorted(minima, unit_distances, side="right").astype(np.float64)


def shares(minima: FloatArray, unit_distances: FloatArray, simulated: FloatArray) -> FloatArray:
    """Return the probability of each distance: the share of windows, or in the tail what was simulated.

    Under ten hits a share says little, so the simulated probability stands in for it where it is higher, but never
    above the share of ten hits: the result stays monotone in the distance.

    Args:
        minima: sorted, at least one.
        unit_distances: ``ln(barrier ÷ price) ÷ √v_now``, each below zero.
        simulated: the probabilities that filtered historical simulation gives for them.
    """
    count = hits(minima, unit_distances)
    share = count / minima.size
    floor = np.minimum(simulated, min(1.0, FEWEST_HITS / minima.size))
    result: FloatArray = np.where(count < FEWEST_HITS, np.maximum(share, floor), share)
    return result
