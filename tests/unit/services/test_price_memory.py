"""Prices that are kept in memory only."""

from datetime import date
from decimal import Decimal

from app.domain.candles import DailyCandle
from app.services.price_memory import PriceMemory
from tests.fakes.price_store import FakePriceStore


def days(*numbers: int) -> tuple[DailyCandle, ...]:
    return tuple(DailyCandle.closing(date(2026, 1, number), Decimal(number)) for number in numbers)


def test_the_longest_history_comes_first_whether_stored_or_not() -> None:
    stored = FakePriceStore()
    stored.save_daily("bitfinex", "USD", days(1, 2))
    stored.save_daily("imported", "EUR", days(1))
    memory = PriceMemory(stored)
    assert memory.daily_sources("USD") == ("bitfinex",)
    memory.save_daily("kraken", "USD", days(1, 2, 3))
    memory.save_daily("bitfinex", "USD", days(2))
    assert memory.daily_sources("USD") == ("kraken", "bitfinex")
    assert memory.load_daily("bitfinex", "USD") == days(1, 2)
    assert ("kraken", "USD") not in stored.daily


def test_without_a_store_behind_it_begins_empty() -> None:
    assert PriceMemory().daily_sources("USD") == ()
