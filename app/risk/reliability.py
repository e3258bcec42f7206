"""How well stated probabilities did: Brier score, calibration error and the table of stated against happened.

An interval around what happened comes from a circular block bootstrap over whole years of weekly starts, since windows
that overlap are far from independent (blocks of 52).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.risk.exact import FloatArray
from app.risk.series import BoolArray

EDGES: Final = (0.0, 0.01, 0.02, 0.05, 0.10, 0.20, 0.30, 0.40, 0.60, 0.80, 1.0)
BLOCK: Final = 52
_RESAMPLES: Final = 2_000
_SEED: Final = 52
_INTERVAL: Final = (5.0, 95.0)

CountArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bin:
    """All forecasts that stated about the same.

    Attributes:
        above, below: the stated probabilities it takes in, the upper one excluded.
        count: how many forecasts.
        mean: what they stated on average.
        frequency: how often it happened.
        low, high: the 90 % interval of the frequency.
    """

    above: float
    below: float
    count: int
    mean: float
    frequency: float
    low: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether what was stated lies within the interval of what happened."""
        return self.low <= self.mean <= self.high


@dataclass(frozen=True, slots=True)
class Score:
    """One model's record.

    Attributes:
        name: the model's.
        brier: mean square of stated less happened (0 or 1); less is better.
        ece: expected calibration error, a fraction: the bins' |mean − frequency|, weighted by their counts.
        bins: those that hold forecasts, in order.
    """

    name: str
    brier: float
    ece: float
    bins: tuple[Bin, ...]


def score(name: str, stated: FloatArray, happened: BoolArray, *, block: int = BLOCK) -> Score:
    """Return the record of forecasts.

    Args:
        name: the model's.
        stated: w × k probabilities: k forecasts at each of w weekly starts, in order of time.
        happened: the same shape.
        block: how many starts are resampled together.
    """
    place = np.clip(np.searchsorted(EDGES, stated, side="right") - 1, 0, len(EDGES) - 2)
    each = range(len(EDGES) - 1)
    member = place[:, :, None] == np.array(each)
    counts = member.sum(axis=1)
    hits = (member & happened[:, :, None]).sum(axis=1)
    sums = np.where(member, stated[:, :, None], 0.0).sum(axis=(0, 1))
    bins = tuple(_bin(index, counts, hits, float(sums[index]), block) for index in each if counts[:, index].any())
    brier = float(np.mean((stated - happened) ** 2))
    ece = sum(b.count * abs(b.mean - b.frequency) for b in bins) / stated.size
    return Score(name, brier, ece, bins)


def _bin(index: int, counts: CountArray, hits: CountArray, stated: float, block: int) -> Bin:
    count, hit = int(counts[:, index].sum()), int(hits[:, index].sum())
    low, high = _interval(counts[:, index], hits[:, index], block)
    return Bin(EDGES[index], EDGES[index + 1], count, stated / count, hit / count, low, high)


def _interval(counts: CountArray, hits: CountArray, block: int) -> tuple[float, float]:
    """Return the 90 % interval of the frequency, by resampling blocks of starts, the end joined to the beginning."""
    weeks = counts.size
    rng = np.random.Generator(np.random.SFC64(_SEED))
    total, happened = np.zeros(_RESAMPLES, np.int64), np.zeros(_RESAMPLES, np.int64)
    for length in [min(block, weeks)] * (weeks // min(block, weeks)) + [weeks % min(block, weeks)]:
        starts = rng.integers(0, weeks, _RESAMPLES)
        total += _circular_sums(counts, length)[starts]
        happened += _circular_sums(hits, length)[starts]
    seen = total > 0
    low, high = np.percentile(happened[seen] / total[seen], _INTERVAL)
    return float(low), float(high)


def _circular_sums(values: CountArray, length: int) -> CountArray:
    """Return the sum of ``length`` neighbours from every place on, going round."""
    running = np.concatenate(([0], np.cumsum(np.concatenate((values, values[:length])))))
    result: CountArray = running[length : length + values.size] - running[: values.size]
    return result
