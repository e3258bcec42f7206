"""Made-up price histories: volatility that comes in bouts, days that jump, lows under the closes."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from app.domain.candles import DailyCandle
from app.risk.series import History, history_of

FIRST_DAY = date(2018, 1, 1)


def made_up_candles(days: int, *, seed: int = 1, lows: bool = True, first: date = FIRST_DAY) -> list[DailyCandle]:
    """Return ``days`` candles of a market that nobody traded."""
    rng = np.random.default_rng(seed)
    spread, level = 0.03, 10.0
    candles = []
    for day in range(days):
        step = spread * rng.standard_t(5) * 0.77 + 0.0003
        spread = float(np.sqrt(0.94 * spread**2 + 0.05 * step**2 + 0.01 * 0.03**2))
        dip = min(step, 0.0) - abs(rng.normal(0.0, 0.5)) * spread
        opened, level = level, level + step
        prices = [_price(opened), _price(max(opened, level)), _price(opened + dip), _price(level)]
        at = first + timedelta(days=day)
        candles.append(DailyCandle(at, *prices) if lows else DailyCandle.closing(at, prices[-1]))
    return candles


def made_up_history(days: int, *, seed: int = 1, lows: bool = True) -> History:
    """Return the same as a history."""
    history = history_of(made_up_candles(days, seed=seed, lows=lows))
    assert isinstance(history, History)
    return history


def _price(level: float) -> Decimal:
    return Decimal(float(np.exp(level))).quantize(Decimal("0.01"))
