"""What the model would have said in the past, against what came: a walk forward through a book's own history.

On every Sunday the model is made anew from the days up to that evening alone, and states how likely the price falls by
10 to 40 % within 7, 30 and 90 days. Nothing that came later is known to it. The textbook's movement at the volatility
of the last 90 days is asked the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from app.domain.errors import CancelledError
from app.risk import first_passage
from app.risk.curves import IndexArray, share_at
from app.risk.exact import FloatArray
from app.risk.reliability import Score, score
from app.risk.residuals import residuals, table_of
from app.risk.scaled_minima import running_minimum, shares, unit_minima
from app.risk.series import BoolArray, History, NoModel
from app.risk.simulation import SEED, Futures, never, simulate, unheard
from app.risk.volatility import YEAR_DAYS, ewma_variances, trailing_volatility

TRAINING_DAYS: Final = 730
FEWEST_STARTS: Final = 52
HORIZONS: Final = (7, 30, 90)
DROPS: Final = (0.1, 0.2, 0.3, 0.4)
PATHS: Final = 8_000
VAR_LEVELS: Final = (0.95, 0.975, 0.99)
SHOWN: Final = "Plimsoll's model"
GBM: Final = "GBM, 90 days"
_SUNDAY: Final = 0  # date.toordinal() % 7


@dataclass(frozen=True, slots=True)
class Exceedance:
    """How often the 7-day loss was worse than the value at risk stated for it.

    Attributes:
        level: such as 0.99; a perfect model is exceeded in 1 − level of all weeks.
        share: what happened, a fraction.
    """

    level: float
    share: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """A walk through a history.

    Attributes:
        intraday: whether a fall counts by the days' lows; else by closes.
        first, last: the first and last Sunday on which something was stated.
        starts: how many Sundays.
        forecasts: how many statements: starts × horizons × drops.
        horizons: days.
        drops: fractions.
        shown: the record of the model that is shown.
        gbm: the record of GBM at 90 days' volatility.
        exceedances: of the value at risk over the shortest horizon.
    """

    intraday: bool
    first: date
    last: date
    starts: int
    forecasts: int
    horizons: tuple[int, ...]
    drops: tuple[float, ...]
    shown: Score
    gbm: Score
    exceedances: tuple[Exceedance, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Statement:
    """What was said on one Sunday: h × d probabilities of both models, and the log returns at risk."""

    shown: FloatArray
    gbm: FloatArray
    at_risk: FloatArray


def backtest(
    history: History,
    *,
    paths: int = PATHS,
    training: int = TRAINING_DAYS,
    should_stop: Callable[[], bool] = never,
    progress: Callable[[float], None] = unheard,
) -> Backtest | NoModel:
    """Return the record of the model on a history; takes seconds.

    Args:
        history: at least 730 days of training, 52 weekly starts and 90 days to see what came.
        paths: simulated futures per start.
        training: days before the first start.
        should_stop: asked before each start.
        progress: told the share that is done.

    Raises:
        CancelledError: ``should_stop`` said so.
    """
    intraday = history.intraday
    starts = _starts(history, training, intraday=intraday)
    if starts.size < FEWEST_STARTS:
        needed = training + 7 * FEWEST_STARTS + HORIZONS[-1]
        return NoModel(
            f"A check against the past needs {needed} days of price history without gaps; "
            f"there are {history.days.size} from {history.first} to {history.last}."
        )
    variances = ewma_variances(history.returns, history.daily)
    said: list[_Statement] = []
    for index, start in enumerate(starts.tolist()):
        if should_stop():
            raise CancelledError("stopped")
        said.append(_state(history.before(start + 1), variances[: start + 1], paths, SEED + index, intraday=intraday))
        progress((index + 1) / starts.size)
    happened = _happened(history, starts, intraday=intraday)
    came = history.closes[starts + HORIZONS[0]] - history.closes[starts]
    worse = came[:, None] < np.stack([one.at_risk for one in said])
    return Backtest(
        intraday,
        date.fromordinal(int(history.days[starts[0]])),
        date.fromordinal(int(history.days[starts[-1]])),
        int(starts.size),
        happened.size,
        HORIZONS,
        DROPS,
        score(SHOWN, _forecasts([one.shown for one in said]), happened),
        score(GBM, _forecasts([one.gbm for one in said]), happened),
        tuple(Exceedance(level, float(share)) for level, share in zip(VAR_LEVELS, worse.mean(axis=0), strict=True)),
    )


def _starts(history: History, training: int, *, intraday: bool) -> IndexArray:
    """Return the places of the Sundays that have enough days before them and a whole longest horizon after them."""
    longest = HORIZONS[-1]
    last = history.days.size - longest
    if last <= training:
        return np.empty(0, np.intp)
    whole = history.days[longest:] - history.days[:last] == longest
    if intraday:
        known = np.concatenate(([0], np.cumsum(history.has_low[1:])))
        whole &= known[longest:] - known[:last] == longest
    ready = history.days[:last] - history.days[0] >= training
    return np.flatnonzero(whole & ready & (history.days[:last] % 7 == _SUNDAY))


def _state(known: History, variances: FloatArray, paths: int, seed: int, *, intraday: bool) -> _Statement:
    """Return what would have been said on the evening of the last known day; its variance forecast is the last one."""
    sigma = float(np.sqrt(variances[-1]))
    distances = np.log1p(-np.array(DROPS))
    table = table_of(*residuals(known, variances, intraday=intraday), intraday=intraday)
    futures = simulate(table, HORIZONS, paths, seed=seed)
    yearly = trailing_volatility(known.returns, known.daily)
    seen = distances if intraday else first_passage.seen_daily(distances, yearly)
    return _Statement(
        _blend(known, variances, futures, distances / sigma, intraday=intraday),
        np.stack([first_passage.touch(seen, yearly, horizon / YEAR_DAYS) for horizon in HORIZONS]),
        np.array([futures.ends[0][int((1.0 - level) * paths)] for level in VAR_LEVELS]) * sigma,
    )


def _blend(
    known: History, variances: FloatArray, futures: Futures, unit_distances: FloatArray, *, intraday: bool
) -> FloatArray:
    """Return h × d probabilities as the shown model makes them: half simulated, half from the past's minima."""
    simulated = np.stack([share_at(minima, unit_distances) for minima in futures.minima])
    past = [
        shares(unit_minima(known, variances, horizon, intraday=intraday), unit_distances, row)
        for horizon, row in zip(HORIZONS, simulated, strict=True)
    ]
    result: FloatArray = 0.5 * (simulated + np.maximum.accumulate(np.stack(past), axis=0))
    return result


def _happened(history: History, starts: IndexArray, *, intraday: bool) -> BoolArray:
    """Return for each start, horizon and drop whether the price got there, as w × (h · d)."""
    levels = history.lows if intraday else history.closes
    lines = history.closes[starts][:, None] + np.log1p(-np.array(DROPS))
    depths = [running_minimum(levels[1:], horizon)[starts] for horizon in HORIZONS]
    return np.concatenate([depth[:, None] <= lines for depth in depths], axis=1)


def _forecasts(tables: list[FloatArray]) -> FloatArray:
    return np.stack([table.ravel() for table in tables])
