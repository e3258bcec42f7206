"""The only doorway between exact numbers (Decimal, satoshis) and the arrays of doubles that probabilities need.

Into arrays nothing may come that is not a finite number; out of them comes a ``Decimal`` rounded as it says, or a
sentence. Whoever holds a Decimal from here may print it.
"""

import math
from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

NOT_A_NUMBER: Final = "The reckoning left the range of numbers it can hold."
_PROBABILITY_PLACES: Final = 6
_YEAR_DAYS: Final = 365


def floats(values: Iterable[Decimal | int]) -> FloatArray:
    """Return exact numbers as an array of doubles.

    Raises:
        ValueError: one of them is NaN or infinite, or too large for a double.
    """
    result = np.array([float(value) for value in values], dtype=np.float64)
    if not np.isfinite(result).all():
        raise ValueError("only finite numbers may enter the risk room")
    return result


def log_distances(barriers: Sequence[Decimal], price: Decimal) -> FloatArray:
    """Return ``ln(barrier ÷ price)`` for each barrier: below zero where the price has that far to fall.

    A barrier of zero or less is never reached: minus infinity is what its logarithm is, and the look-up answers 0.

    Raises:
        ValueError: the price is not above zero, or a number is not finite.
    """
    if not price.is_finite() or price <= 0:
        raise ValueError("the price must be above zero")
    positive = floats(barriers)
    result = np.full(positive.shape, -np.inf)
    np.log(positive / float(price), out=result, where=positive > 0)
    return result


def rising_distances(distances: FloatArray, yearly_rates: FloatArray, days: Sequence[int]) -> FloatArray:
    """Return distances to where each barrier stands at the end of each horizon, debts growing by simple interest.

    The barrier of a debt at rate ``r`` stands at ``B·(1 + r·T)`` after ``T`` years of 365 days. Testing the whole
    horizon against its last, highest place is the cautious side.

    Args:
        distances: n log distances today.
        yearly_rates: n yearly rates as fractions; above −1.
        days: h horizons.

    Returns:
        An array of n × h.
    """
    years = np.asarray(days, dtype=np.float64) / _YEAR_DAYS
    result: FloatArray = distances[:, None] + np.log1p(yearly_rates[:, None] * years)
    return result


def probability(value: float) -> Decimal | None:
    """Return a probability to six places, rounded up: never less than was reckoned. None where it is not a number."""
    if not math.isfinite(value):
        return None
    up = Decimal(value).quantize(Decimal(1).scaleb(-_PROBABILITY_PLACES), rounding=ROUND_CEILING)
    return min(max(up, Decimal(0)), Decimal(1))


def exact(value: float, places: int) -> Decimal | None:
    """Return a double as a Decimal with ``places`` decimals, half to even; None where it is not a number."""
    if not math.isfinite(value):
        return None
    return Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
