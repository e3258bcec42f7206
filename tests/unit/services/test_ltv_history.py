from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from app.domain.candles import DailyCandle
from app.domain.terms import Terms
from app.services.ltv_history import ltv_history
from tests.fakes.desk import OPENED, loan, triggers


def candle(day: date, close: str, low: str) -> DailyCandle:
    return DailyCandle(day, Decimal(close), Decimal(close), Decimal(low), Decimal(close))


DAYS = tuple(candle(OPENED + timedelta(days=number), "80000", "60000") for number in range(-3, 4))


def test_days_begin_with_the_debt_and_follow_the_close_and_the_low() -> None:
    history = ltv_history(loan("A", "40000", "1", triggers("0.65", "0.7", "0.8", 24, "0.6")), DAYS)
    assert [entry.day for entry in history.days] == [OPENED + timedelta(days=number) for number in range(4)]
    assert history.days[0].ltv == Decimal("0.5")
    assert Decimal("0.6666") < history.days[0].worst < Decimal("0.6667")
    assert not history.scaled


def test_levels_are_those_in_force_on_each_day() -> None:
    held = loan("A", "40000", "1", triggers("0.65", "0.7", "0.8", 24, "0.6"))
    later = Terms(OPENED + timedelta(days=2), Decimal(0), triggers=triggers(None, "0.75", "0.85", 24, "0.6"))
    days = ltv_history(replace(held, terms=(*held.terms, later)), DAYS).days
    assert [entry.call for entry in days] == [Decimal("0.70"), Decimal("0.70"), Decimal("0.75"), Decimal("0.75")]
    assert days[0].warning == Decimal("0.65")
    assert days[-1].warning is None


def test_another_currency_is_scaled_and_says_so() -> None:
    history = ltv_history(loan("A", "40000", "1", (), currency="EUR"), DAYS, Decimal("0.5"))
    assert history.scaled
    assert history.days[0].ltv == 1


def test_days_without_debt_are_left_out() -> None:
    assert ltv_history(loan("A", "0", "1", ()), DAYS).days == ()
