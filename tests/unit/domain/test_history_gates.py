"""Which days are doubtful, and which are only wild."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.domain.candles import DailyCandle
from app.domain.history_gates import first_doubt

FIRST = date(2020, 1, 1)


def closes(*prices: str, step: int = 1) -> tuple[DailyCandle, ...]:
    days = enumerate(prices)
    return tuple(DailyCandle.closing(FIRST + timedelta(days=step * at), Decimal(price)) for at, price in days)


@pytest.mark.parametrize(
    ("prices", "at"),
    [
        (("100", "1", "101"), 1),
        (("100", "10000", "99"), 1),
        (("100", "102", "1", "1.01", "103"), 2),
        (("100", "49", "99"), 1),
        (("100", "102", "45", "46", "103"), 2),
        (("100", "201", "100"), 1),
        (("100", "1"), 1),
        (("1", "100", "101"), 1),
        (("100", "101", "1", "1", "1", "100"), 2),
    ],
)
def test_a_spike_and_a_jump_are_doubtful(prices: tuple[str, ...], at: int) -> None:
    doubt = first_doubt(closes(*prices))
    assert doubt is not None
    assert doubt.day == FIRST + timedelta(days=at)
    assert prices[at] in doubt.reason


@pytest.mark.parametrize(
    "prices",
    [
        ("227", "162", "83.4", "88"),  # fell by 48.5 % in a day
        ("100", "51", "100"),  # nearly half, and back
        ("0.0495", "0.0858", "0.08"),
        ("7963", "4900", "5576"),
        ("100", "45", "46", "47"),  # halved, and stayed there
        (),
        ("5",),
    ],
)
def test_a_wild_day_is_believed(prices: tuple[str, ...]) -> None:
    assert first_doubt(closes(*prices)) is None


def test_days_far_apart_are_not_compared() -> None:
    assert first_doubt(closes("1", "100", step=8)) is None
    assert first_doubt(closes("1", "100", step=7)) is not None
    assert first_doubt(closes("100", "49", "100", step=4)) is None


def test_a_low_or_high_that_nothing_comes_near_is_doubtful() -> None:
    sound = DailyCandle(FIRST, Decimal(100), Decimal(199), Decimal(51), Decimal(101))
    assert first_doubt([sound]) is None
    low = first_doubt([DailyCandle(FIRST, Decimal(100), None, Decimal("1.01"), Decimal(101))])
    high = first_doubt([DailyCandle(FIRST, None, Decimal(10_100), None, Decimal(101))])
    assert low is not None
    assert "a low of 1.01" in low.reason
    assert high is not None
    assert "a high of 10100" in high.reason
