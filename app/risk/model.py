"""The chance that the price touches a loan's lines: built once from a history, then read off for any number of loans.

The headline is half filtered historical simulation, half scaled minima of the past, on intraday lows where the
history has them. The band beside it spans both of them and the textbook's price movement at the last 90 days'
volatility. A horizon of a year or more is a scenario: a dozen independent years cannot prove a number.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from app.domain.candles import DailyCandle
from app.risk import first_passage
from app.risk.curves import Curves, Places, Scale, rising, scale_to, share_at
from app.risk.exact import FloatArray
from app.risk.residuals import SingleArray, residuals, table_of
from app.risk.scaled_minima import FEWEST_WINDOWS, shares, unit_minima
from app.risk.series import History, NoModel, history_of, needed_days
from app.risk.simulation import SEED, Futures, never, simulate, unheard
from app.risk.volatility import TRAILING_DAYS, YEAR_DAYS, ewma_variances, trailing_volatility, weekly_sigma, yearly

HORIZONS: Final = (1, 7, 30, 90)
SCENARIO_DAYS: Final = 365
PATHS: Final = 100_000
MAX_DAYS: Final = 3_650
NAME: Final = "filtered historical simulation and scaled minima, half each (λ 0.99)"
_KEPT_DAYS: Final = (*range(1, 9), 10, 12, 14, 17, 21, 25, 30, 37, 45, 60, 75, 90, 120, 150, 180, 240, 300, 365)
_LONGER_STEP: Final = 182
_WORST_SHARE: Final = 0.1
_STILL: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Basis:
    """What a probability rests on; shown beside it.

    Attributes:
        name: the model's.
        sigma: today's yearly volatility (weighted, λ 0.99), a fraction.
        sigma_90: the yearly volatility of the last 90 days, plain.
        days: how many days of history it knows.
        first: the first of them.
        as_of: the last of them.
        missing_days: how many are missing between.
        intraday: whether it goes by intraday lows; else by daily closes, which touch a line less often.
        paths: how many futures were simulated.
    """

    name: str
    sigma: float
    sigma_90: float
    days: int
    first: date
    as_of: date
    missing_days: int
    intraday: bool
    paths: int

    @property
    def weekly_sigma(self) -> float:
        """The standard deviation of a week's log return."""
        return weekly_sigma(self.sigma)


@dataclass(frozen=True, slots=True)
class Chance:
    """One probability with its band, each from 0 to 1 and finite.

    Attributes:
        value: the headline.
        low: the least that the models say.
        high: the most that they say.
        gbm: what the textbook's movement at the last 90 days' volatility says.
    """

    value: float
    low: float
    high: float
    gbm: float


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """The chances of n barriers within one horizon; arrays of n, each from 0 to 1 and finite."""

    days: int
    value: FloatArray
    low: FloatArray
    high: FloatArray
    gbm: FloatArray

    def chance(self, index: int) -> Chance:
        """Return one of them."""
        return Chance(float(self.value[index]), float(self.low[index]), float(self.high[index]), float(self.gbm[index]))


@dataclass(frozen=True, slots=True, eq=False)
class RiskModel:
    """Answers how likely a price is touched. Immutable; threads may share it.

    Attributes:
        basis: what it rests on.
        longest: the longest horizon it answers, in days.
        worst_ends: by horizon in ``ends_days``, the lowest tenth of simulated last log prices, sorted, σ of one.
    """

    basis: Basis
    longest: int
    ends_days: tuple[int, ...]
    worst_ends: tuple[SingleArray, ...]
    _scale: Scale
    _simulated: Curves
    _past: Curves

    @property
    def daily_sigma(self) -> float:
        """Today's daily volatility."""
        return self.basis.sigma / math.sqrt(YEAR_DAYS)

    def refusal(self, days: int) -> NoModel | None:
        """Return why a horizon has no probability, or None where it has one."""
        if days < 1:
            return NoModel("A probability needs at least one day to come.")
        if days <= self.longest:
            return None
        needed = needed_days(days)
        if self.basis.days < needed:
            return NoModel(f"{days} days ahead need {needed} days of price history; there are {self.basis.days}.")
        if self.basis.missing_days:
            return NoModel(
                f"{days} days ahead need more history without gaps: {self.basis.missing_days} days are missing, "
                f"and {self.longest} days ahead are the most it answers for."
            )
        return NoModel(f"{days} days ahead are more than was reckoned; {self.longest} are the most.")

    def touch(self, log_distances: FloatArray, days: Sequence[int]) -> tuple[Column | NoModel, ...]:
        """Return the chances of touching n barriers within each horizon.

        Args:
            log_distances: ``ln(barrier ÷ price)``, n of them, or n × h where barriers rise until each horizon's end
                (``exact.rising_distances``). Zero and above is touched already: 1. Minus infinity is never touched.
            days: h horizons, in any order.

        Raises:
            ValueError: a distance is NaN.
        """
        if np.isnan(log_distances).any():
            raise ValueError("a distance is not a number")
        flat = log_distances.ndim == 1
        places = self._places(log_distances) if flat else None
        columns: list[Column | NoModel] = []
        for index, horizon in enumerate(days):
            refused = self.refusal(horizon)
            own = log_distances if flat else log_distances[:, index]
            columns.append(refused or self._column(own, places or self._places(own), horizon))
        return tuple(columns)

    def touch_each(self, log_distances: FloatArray, days: Sequence[int]) -> tuple[Chance | NoModel, ...]:
        """Return each barrier's chance within its own horizon (a loan's maturity); as ``touch`` otherwise."""
        result: list[Chance | NoModel] = [NoModel("")] * len(days)
        wanted = np.asarray(days, dtype=np.int64)
        for horizon in sorted(set(days)):  # np.unique would import the masked arrays for the first answer
            mine = np.flatnonzero(wanted == horizon)
            (column,) = self.touch(log_distances[mine], (horizon,))
            for place, index in enumerate(mine.tolist()):
                result[index] = column if isinstance(column, NoModel) else column.chance(place)
        return tuple(result)

    def touch_one(self, log_distance: float, days: int) -> Chance | NoModel:
        """Return one barrier's chance; as ``touch``."""
        (column,) = self.touch(np.array([log_distance]), (days,))
        return column if isinstance(column, NoModel) else column.chance(0)

    def _places(self, log_distances: FloatArray) -> Places:
        return self._scale.places(log_distances / self.daily_sigma)

    def _column(self, log_distances: FloatArray, places: Places, days: int) -> Column:
        simulated, past = self._simulated.read(days, places), self._past.read(days, places)
        # Where the history knows closes alone the others look once a day, so the textbook's has to as well.
        sigma = self.basis.sigma_90
        seen = log_distances if self.basis.intraday else first_passage.seen_daily(log_distances, sigma)
        gbm = first_passage.touch(seen, sigma, days / YEAR_DAYS)
        value = simulated + past
        value *= 0.5
        low, high = np.minimum(simulated, past), np.maximum(simulated, past)
        np.minimum(low, gbm, out=low)
        np.maximum(high, gbm, out=high)
        touched = log_distances >= 0
        if touched.any():
            for array in (value, low, high, gbm):
                array[touched] = 1.0
        return Column(days, value, low, high, gbm)


def is_scenario(days: int) -> bool:
    """Return whether a horizon is too long to be proven by history, so that its number is a scenario."""
    return days >= SCENARIO_DAYS


def model_of(
    candles: Sequence[DailyCandle],
    until: date | None = None,
    *,
    longest: int = SCENARIO_DAYS,
    paths: int = PATHS,
    threads: int = 1,
    should_stop: Callable[[], bool] = never,
    progress: Callable[[float], None] = unheard,
) -> RiskModel | NoModel:
    """Return the model of a price history, or why there is none; ``build_model`` with ``history_of`` before it."""
    history = history_of(candles, until)
    if isinstance(history, NoModel):
        return history
    return build_model(
        history, longest=longest, paths=paths, threads=threads, should_stop=should_stop, progress=progress
    )


def build_model(
    history: History,
    *,
    longest: int = SCENARIO_DAYS,
    paths: int = PATHS,
    seed: int = SEED,
    threads: int = 1,
    should_stop: Callable[[], bool] = never,
    progress: Callable[[float], None] = unheard,
) -> RiskModel | NoModel:
    """Return the model of a history: the expensive part, for a lane beside the window.

    Args:
        history: what is known.
        longest: the longest horizon that will be asked for, in days; what the history cannot carry is refused later.
        paths: how many futures are simulated.
        seed: of the random streams.
        threads: how many processors may work.
        should_stop: asked often, from any thread.
        progress: told the share that is done, from any thread.

    Raises:
        CancelledError: ``should_stop`` said so.
    """
    intraday = history.intraday
    variances = ewma_variances(history.returns, history.daily)
    sigma_90 = trailing_volatility(history.returns, history.daily)
    if variances.min() < _STILL or sigma_90 * sigma_90 < _STILL:
        return NoModel(f"The price history stands still up to {history.last}; import one in which the price moves.")
    past = _past_minima(history, variances, _days_up_to(min(max(longest, 1), MAX_DAYS)), intraday=intraday)
    days = tuple(past)
    table = table_of(*residuals(history, variances, intraday=intraday), intraday=intraday)
    futures = simulate(table, days, paths, seed=seed, threads=threads, should_stop=should_stop, progress=progress)
    scale, simulated, windows = _curves(futures, past)
    basis = Basis(
        NAME,
        yearly(float(variances[-1])),
        sigma_90,
        history.days.size,
        history.first,
        history.last,
        history.missing_days,
        intraday,
        paths,
    )
    kept = math.ceil(paths * _WORST_SHARE)
    worst = tuple(ends[:kept].copy() for ends in futures.ends)
    return RiskModel(basis, days[-1], days, worst, scale, simulated, windows)


def _days_up_to(longest: int) -> tuple[int, ...]:
    """Return the horizons that are kept: those of a year, then half years, and the longest itself."""
    beyond = range(_KEPT_DAYS[-1] + _LONGER_STEP, longest, _LONGER_STEP)
    kept = _KEPT_DAYS[: bisect_right(_KEPT_DAYS, longest)]
    return tuple(sorted({*kept, *beyond, longest}))


def _past_minima(
    history: History, variances: FloatArray, days: Sequence[int], *, intraday: bool
) -> dict[int, FloatArray]:
    """Return the scaled minima of the horizons that the history can carry, shortest first."""
    result: dict[int, FloatArray] = {}
    for horizon in days:
        minima = unit_minima(history, variances, horizon, intraday=intraday)
        if minima.size < max(FEWEST_WINDOWS, 2 * horizon) or history.days.size < needed_days(horizon):
            break
        result[horizon] = minima
    return result


def _curves(futures: Futures, past: dict[int, FloatArray]) -> tuple[Scale, Curves, Curves]:
    """Return the simulated and the past minima as curves over one scale."""
    deepest = min(*(float(m[0]) for m in futures.minima), *(float(m[0]) for m in past.values()), -float(TRAILING_DAYS))
    scale = scale_to(deepest)
    distances = scale.distances()
    simulated = [share_at(minima, distances) for minima in futures.minima]
    windows = [shares(minima, distances, model) for minima, model in zip(past.values(), simulated, strict=True)]
    return scale, Curves(futures.days, rising(simulated)), Curves(futures.days, rising(windows))
