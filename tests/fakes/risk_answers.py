"""Answers of the risk room for screens: of the treasury, learned from a history that swings by a few per cent."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache

from app.domain.candles import DailyCandle
from app.services.desk import DeskSnapshot
from app.services.risk_room import RiskAnswer, RiskRoom
from tests.fakes.desk import NOW, offline, snapshot_of

PATHS = 2_000


def swings(days: int) -> tuple[DailyCandle, ...]:
    """Return prices that swing by a few per cent, up to yesterday."""
    moves = (3, -2, 4, -5, 1, -1, 2, -3, 5, -4)
    price, candles = Decimal(60_000), []
    for number in range(days):
        price += price * moves[number % 10] / Decimal(100)
        day = (NOW - timedelta(days=days - number)).date()
        candles.append(DailyCandle(day, price, price * Decimal("1.01"), price * Decimal("0.98"), price))
    return tuple(candles)


@lru_cache(maxsize=1)
def treasury_answer() -> RiskAnswer:
    """Return what the risk room says of the treasury: a first answer of few futures, called final."""
    return replace(answer_of(snapshot_of(), 500), final=True)


@lru_cache(maxsize=1)
def short_answer() -> RiskAnswer:
    """Return what it says with twenty days of history."""
    return answer_of(snapshot_of(), 20)


@lru_cache(maxsize=1)
def blind_answer() -> RiskAnswer:
    """Return what it says without a price."""
    return answer_of(offline(), 500)


def answer_of(snapshot: DeskSnapshot, days: int) -> RiskAnswer:
    """Return what the risk room says of a book with so many days of history."""
    return RiskRoom().answer(snapshot.figures, swings(days), paths=PATHS)
