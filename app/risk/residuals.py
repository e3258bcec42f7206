"""The days of the past in units of their own expected size, laid out as tables to draw from.

A residual is a day's return divided by the volatility that was expected on the evening before:
``z = r ÷ √v``. Its companion is the day's low in the same unit, ``z_low = ln(low ÷ close before) ÷ √v``. The mean is
taken out of both, so that no past rally promises another.

A table has 65,536 entries, so that sixteen random bits are an index. With λ the variance of the next day follows from
the same draw, ``v ← v·(λ + (1 − λ)·z²)``; the root of that factor is tabulated beside it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.risk.exact import FloatArray
from app.risk.series import History
from app.risk.volatility import DECAY

TABLE_SIZE: Final = 65_536
BURN_IN: Final = 60

SingleArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class ResidualTable:
    """65,536 equally likely days.

    Attributes:
        steps: the day's log return at a volatility of one.
        lows: how deep the day's low lies under the close before, at a volatility of one; ``steps`` where it is not
            ``intraday``.
        growth: what the volatility is multiplied by for the day after.
        intraday: whether lows are true lows.
    """

    steps: SingleArray
    lows: SingleArray
    growth: SingleArray
    intraday: bool


def residuals(
    history: History, variances: FloatArray, *, intraday: bool, burn_in: int = BURN_IN
) -> tuple[FloatArray, FloatArray]:
    """Return the residuals and their lows, mean taken out; where not ``intraday``, both are the same.

    Args:
        history: n days.
        variances: n forecasts, as ``ewma_variances`` gives them.
        intraday: use only days whose low is known.
        burn_in: how many of the first returns are left out, while the variance finds its level.
    """
    usable = history.daily & (history.has_low[1:] if intraday else True)
    usable[:burn_in] = False
    scale = np.sqrt(variances[:-1][usable])
    steps = history.returns[usable] / scale
    mean = steps.mean()
    if not intraday:
        return steps - mean, steps - mean
    dips = (history.lows[1:] - history.closes[:-1])[usable] / scale
    return steps - mean, dips - mean


def table_of(steps: FloatArray, lows: FloatArray, *, intraday: bool, decay: float = DECAY) -> ResidualTable:
    """Return residuals as a table: their quantiles, each with its own low.

    Every residual stands in the table 65,536 ÷ n times, give or take one; what that leaves of a mean is taken out.
    """
    order = np.argsort(steps, kind="stable")
    picks = order[(np.arange(TABLE_SIZE) * order.size + order.size // 2) // TABLE_SIZE]
    chosen, dips = steps[picks], lows[picks]
    rest = chosen.mean()
    chosen, dips = chosen - rest, dips - rest
    growth = np.sqrt(decay + (1.0 - decay) * chosen * chosen)
    return ResidualTable(chosen.astype(np.float32), dips.astype(np.float32), growth.astype(np.float32), intraday)
