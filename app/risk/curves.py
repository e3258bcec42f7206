"""Sorted minima as curves: the chance of reaching a distance, by horizon, ready to be read off for ten thousand loans.

A curve is tabulated over ``√u``, u being the distance in units of today's daily volatility: close together where
chances are large, wide apart far out. Reading is arithmetic and two look-ups, straight between knots, so it is
monotone where the table is. Rows are horizons; a horizon between two rows is straight in ``√h`` between them.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.risk.exact import FloatArray
from app.risk.residuals import SingleArray

KNOTS: Final = 8_192

IndexArray = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where distances lie between knots: reckoned once, read for every horizon and model."""

    knots: IndexArray
    shares: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """Where the knots are: knot k stands at the unit distance ``(k · step)²``."""

    step: float

    def distances(self) -> FloatArray:
        """Return the knots' distances as logarithms of price ratios at a volatility of one: zero and below."""
        roots = np.arange(KNOTS, dtype=np.float64) * self.step
        return -roots * roots

    def places(self, unit_distances: FloatArray) -> Places:
        """Return where each distance lies; one at or above zero is at the first knot, one beyond the last at the last.

        Args:
            unit_distances: ``ln(barrier ÷ price) ÷ daily volatility``; minus infinity for a barrier at zero.
        """
        at: FloatArray = np.maximum(-unit_distances, 0.0)
        np.sqrt(at, out=at)
        at /= self.step
        np.minimum(at, KNOTS - 1.0, out=at)
        knots = np.minimum(at.astype(np.intp), KNOTS - 2)
        at -= knots
        return Places(knots, at)


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Chances by horizon and distance.

    Attributes:
        days: the rows' horizons, rising.
        rows: one table per horizon, over the knots of a ``Scale``; falling along the knots, rising with the horizon.
    """

    days: tuple[int, ...]
    rows: tuple[FloatArray, ...]

    def read(self, days: int, places: Places) -> FloatArray:
        """Return the chance at each place within ``days``.

        Raises:
            ValueError: the horizon lies outside the rows.
        """
        if not self.days[0] <= days <= self.days[-1]:
            raise ValueError(f"there is no curve for {days} days")
        upper = bisect_left(self.days, days)
        if self.days[upper] == days:
            return _between_knots(self.rows[upper], places)
        low, high = self.days[upper - 1], self.days[upper]
        share = (math.sqrt(days) - math.sqrt(low)) / (math.sqrt(high) - math.sqrt(low))
        below = _between_knots(self.rows[upper - 1], places)
        result: FloatArray = below + share * (_between_knots(self.rows[upper], places) - below)
        return result


def _between_knots(row: FloatArray, places: Places) -> FloatArray:
    left = row.take(places.knots, mode="clip")
    right = row[1:].take(places.knots, mode="clip")
    right -= left
    right *= places.shares
    right += left
    return right


def scale_to(deepest: float) -> Scale:
    """Return knots that reach a little beyond the deepest minimum (a unit distance, below zero)."""
    return Scale(math.sqrt(max(-deepest, 1.0) * 1.01) / (KNOTS - 1))


def share_at(minima: SingleArray, distances: FloatArray) -> FloatArray:
    """Return the share of sorted minima that lie at or below each distance."""
    return np.searchsorted(minima, distances.astype(np.float32), side="right") / minima.size


def rising(rows: Sequence[FloatArray]) -> tuple[FloatArray, ...]:
    """Return the rows with each made at least as high as those before: a longer time never makes a touch rarer."""
    return tuple(np.maximum.accumulate(np.stack(rows), axis=0))
