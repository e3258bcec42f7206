"""The chance of touching a barrier for a price that moves as a geometric Brownian motion: closed forms.

With ``b = ln(B ÷ P)`` under zero, ``s = σ√T`` and a log drift μ a year,

    p = Φ((b − μT) ÷ s) + exp(2μb ÷ σ²)·Φ((b + μT) ÷ s)

by the reflection principle and Girsanov's theorem (Harrison 1985; Black and Cox 1976 for a barrier that grows like
``e^{at}``: μ − a takes μ's place). The second term is reckoned as ``½·erfcx(y)·exp(−x²)``, x being the first term's
argument, which neither overflows nor loses its digits.

This is the textbook's price. It misses most where it matters, under a few per cent, and is shown beside the real one.
"""

import math
from typing import Final

import numpy as np

from app.risk.exact import FloatArray
from app.risk.normal_tails import erfc, minus_square_exp, scaled_erfc
from app.risk.volatility import YEAR_DAYS

BGK_BETA: Final = 0.5825971579390106702
"""−ζ(½) ÷ √(2π): how many standard deviations of one step a barrier that is looked at step by step seems further off.

Broadie, Glasserman and Kou, Mathematical Finance 7(4), 1997.
"""

_HOURS_A_YEAR: Final = 24 * YEAR_DAYS
_SERIES_TERMS: Final = 200


def touch(
    log_distances: FloatArray, volatility: float, years: FloatArray | float, drift: FloatArray | float = 0.0
) -> FloatArray:
    """Return the chance that the price touches each barrier within the time; 1 where it stands at or above the price.

    Args:
        log_distances: ``ln(barrier ÷ price)``.
        volatility: σ a year, above zero.
        years: T, above zero; broadcast against the distances.
        drift: log drift a year, less the rate at which the barrier grows.
    """
    spread = volatility * np.sqrt(2.0 * np.asarray(years, dtype=np.float64))
    moved = np.asarray(drift, dtype=np.float64) * years
    if not np.any(moved):
        straight = erfc(np.maximum(-log_distances / spread, 0.0))
        return np.minimum(straight, 1.0)
    ahead, back = (moved - log_distances) / spread, -(log_distances + moved) / spread
    tail = np.where(
        back >= 0,
        scaled_erfc(np.maximum(back, 0.0)) * minus_square_exp(ahead),
        np.exp(np.minimum(_weight(log_distances, drift, volatility), 0.0)) * erfc(np.minimum(back, 0.0)),
    )
    result: FloatArray = np.minimum(0.5 * (erfc(ahead) + tail), 1.0)
    return np.where(log_distances >= 0, 1.0, result)


def _weight(log_distances: FloatArray, drift: FloatArray | float, volatility: float) -> FloatArray:
    finite = np.maximum(log_distances, -1e300)
    result: FloatArray = 2.0 * np.asarray(drift, dtype=np.float64) * finite / (volatility * volatility)
    return result


def seen_daily(log_distances: FloatArray, volatility: float, days: float = 1.0) -> FloatArray:
    """Return the distances at which continuous watching is as rare as looking once every ``days`` at these."""
    return log_distances - BGK_BETA * volatility * math.sqrt(days / YEAR_DAYS)


def bridge_hit(start: float, end: float, barrier: float, variance: float) -> float:
    """Return the chance that a step from ``start`` to ``end`` dipped to ``barrier`` between them (logarithms).

    Args:
        start: where the step began.
        end: where it ended.
        barrier: the level.
        variance: of the step, above zero.
    """
    above, below = start - barrier, end - barrier
    if above <= 0 or below <= 0:
        return 1.0
    return math.exp(-2.0 * above * below / variance)


def first_exit(near: float, far: float, spread: float) -> float:
    """Return the chance that a driftless walk reaches ``near`` on one side before ``far`` on the other, in time.

    The series of mirror images: ``Σ erfc((near + 2kw) ÷ s√2) − erfc((near + 2·far + 2kw) ÷ s√2)``, w = near + far.

    Args:
        near: distance to the side that is asked for, above zero.
        far: distance to the other side, above zero.
        spread: s, the standard deviation over the whole time.
    """
    scale, width = spread * math.sqrt(2.0), 2.0 * (near + far)
    total = 0.0
    for k in range(_SERIES_TERMS):
        term = math.erfc((near + k * width) / scale) - math.erfc((near + 2.0 * far + k * width) / scale)
        total += term
        if abs(term) <= total * 1e-17:
            break
    return min(max(total, 0.0), 1.0)


def below_cure_at_deadline(call_ltv: float, cure_ltv: float, hours: float, volatility: float) -> float:
    """Return the chance that a call stands uncured when the period ends, where the LTV is looked at only then."""
    up = math.log(call_ltv / cure_ltv)
    return 0.5 * math.erfc(-up / (volatility * math.sqrt(2.0 * hours / _HOURS_A_YEAR)))


def cured_by_price(call_ltv: float, cure_ltv: float, sale_ltv: float, hours: float, volatility: float) -> float:
    """Return the chance that the price itself cures a call in time, before it reaches the forced sale."""
    up, down = math.log(call_ltv / cure_ltv), math.log(sale_ltv / call_ltv)
    return first_exit(up, down, volatility * math.sqrt(hours / _HOURS_A_YEAR))


def forced_if_idle(call_ltv: float, cure_ltv: float, sale_ltv: float, hours: float, volatility: float) -> float:
    """Return the chance that a call ends in a forced sale if nobody acts: all that the price does not cure."""
    return 1.0 - cured_by_price(call_ltv, cure_ltv, sale_ltv, hours, volatility)


def sale_within(call_ltv: float, cure_ltv: float, sale_ltv: float, hours: float, volatility: float) -> float:
    """Return the chance that the forced sale's LTV is reached in the cure period, before the price cures the call."""
    up, down = math.log(call_ltv / cure_ltv), math.log(sale_ltv / call_ltv)
    return first_exit(down, up, volatility * math.sqrt(hours / _HOURS_A_YEAR))
