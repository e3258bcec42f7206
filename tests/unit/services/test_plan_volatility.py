"""Today's volatility for a plan that weighs chances."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from app.domain.candles import DailyCandle
from app.risk.positions import Unanswerable
from app.services.plan_volatility import sigma_of

TODAY = datetime(2026, 2, 10, 12, tzinfo=UTC)


def history(*closes: int) -> tuple[DailyCandle, ...]:
    first = TODAY.date() - timedelta(days=len(closes) - 1)
    return tuple(DailyCandle(first + timedelta(days=n), *[Decimal(close)] * 4) for n, close in enumerate(closes))


def test_equal_steps_up_and_down_have_their_own_size() -> None:
    sigma = sigma_of(history(*[100_000, 102_020] * 150), TODAY)
    assert isinstance(sigma, Decimal)
    # Steps of 2 % a day: 0.02 · √365 = 0.382 a year.
    assert abs(sigma - Decimal("0.382")) < Decimal("0.001")


def test_what_is_not_known_yet_does_not_count() -> None:
    closes = history(*[100_000, 102_020] * 150, 60_000)
    earlier = sigma_of(closes, TODAY - timedelta(days=1))
    later = sigma_of(closes, TODAY)
    assert isinstance(earlier, Decimal)
    assert isinstance(later, Decimal)
    assert earlier < later


def test_without_a_history_that_moves_there_is_a_sentence() -> None:
    none, still = sigma_of((), TODAY), sigma_of(history(*[100_000] * 300), TODAY)
    assert isinstance(none, Unanswerable)
    assert "There is no price history" in none.reason
    assert isinstance(still, Unanswerable)
    assert "stands still" in still.reason
