"""Which fall a ``DROP`` rule tests."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from app.domain.candles import DailyCandle
from app.domain.money import EXACT
from app.domain.rules import Fall, Rule
from app.services.drop_test import WEEK, weekly_sigma

CURRENT: Final = timedelta(days=3)
_ONE: Final = Decimal(1)
_MOST: Final = Decimal("0.90")


def fall_of(rule: Rule, candles: Sequence[DailyCandle], today: date) -> Decimal | None:
    """Return the fall that a ``DROP`` rule tests, a fraction from 0 to 0.9; None where history does not tell.

    A week that rose is a fall of 0, which reaches what has been reached already.
    """
    if rule.fall is Fall.FIXED:
        return rule.limit
    if not candles or today - candles[-1].day > CURRENT:
        return None
    if rule.fall is Fall.LAST_WEEK:
        found = _last_week(candles)
    else:
        sigma = weekly_sigma(candles)
        found = None if sigma is None else EXACT.subtract(_ONE, EXACT.exp(-(rule.limit or _ONE) * sigma))
    return None if found is None else min(max(found, Decimal(0)), _MOST)


def _last_week(candles: Sequence[DailyCandle]) -> Decimal | None:
    wanted = candles[-1].day - WEEK
    before = next((candle.close for candle in reversed(candles[-8:]) if candle.day == wanted), None)
    return None if before is None else EXACT.subtract(_ONE, EXACT.divide(candles[-1].close, before))
