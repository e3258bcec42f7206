"""Which fall is tested, and how far the price moved."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.candles import DailyCandle
from app.domain.quotes import NoQuote, Quote
from app.services.drop_test import PriceMoves, drop_of, price_moves, weekly_sigma
from app.services.settings import DropMode, Settings

TODAY = date(2026, 2, 10)


def candles(*closes: int) -> tuple[DailyCandle, ...]:
    """Daily candles that end yesterday."""
    first = TODAY - timedelta(days=len(closes))
    return tuple(
        DailyCandle(first + timedelta(days=n), Decimal(c), Decimal(c), Decimal(c), Decimal(c))
        for n, c in enumerate(closes)
    )


def quote(value: int) -> Quote:
    return Quote("USD", Decimal(value), datetime(2026, 2, 10, 12, tzinfo=UTC), "consensus", 5, 5)


def test_moves_are_from_yesterdays_close_and_from_a_week_ago() -> None:
    history = candles(100, 90, 90, 90, 90, 90, 80)
    assert price_moves(history, quote(72), TODAY) == PriceMoves(Decimal("-0.1"), Decimal("-0.28"))


def test_without_a_quote_or_without_that_day_nothing_is_told() -> None:
    assert price_moves(candles(100, 90), NoQuote("USD", "silence"), TODAY) == PriceMoves(None, None)
    assert price_moves(candles(100, 90), quote(72), TODAY) == PriceMoves(Decimal("-0.2"), None)


def test_the_fixed_fall_needs_no_history() -> None:
    assert drop_of(Settings(drop=Decimal("0.15")), ()) == Decimal("0.15")


def test_last_weeks_fall_is_taken_and_a_rise_falls_back_to_the_fixed_one() -> None:
    settings = replace(Settings(), drop_mode=DropMode.LAST_WEEK)
    assert drop_of(settings, candles(100, 1, 1, 1, 1, 1, 1, 80)) == Decimal("0.2")
    assert drop_of(settings, candles(80, 1, 1, 1, 1, 1, 1, 100)) == Decimal("0.10")
    assert drop_of(settings, candles(100, 80)) == Decimal("0.10")


def test_a_fall_too_large_to_test_is_capped() -> None:
    settings = replace(Settings(), drop_mode=DropMode.LAST_WEEK)
    assert drop_of(settings, candles(100, 1, 1, 1, 1, 1, 1, 1)) == Decimal("0.90")


def test_sigmas_come_from_weekly_returns() -> None:
    # Weeks that alternately halve and double: log returns ±ln 2, twenty of them.
    weekly = [100 if n % 2 else 200 for n in range(21)]
    daily = [price for price in weekly for _ in range(7)][6:]
    sigma = weekly_sigma(candles(*daily))
    assert sigma is not None
    # n = 20, mean 0: sigma² = 20 (ln 2)² / 19.
    assert sigma == pytest.approx(Decimal("0.711154"), abs=Decimal("0.000001"))
    settings = replace(Settings(), drop_mode=DropMode.SIGMAS, drop_sigmas=Decimal(1))
    assert drop_of(settings, candles(*daily)) == pytest.approx(Decimal("0.508924"), abs=Decimal("0.00001"))


def test_too_little_history_gives_no_sigma() -> None:
    assert weekly_sigma(candles(*range(100, 156))) is None
