"""The demo's prices, and a history that was loaded into the demo book."""

from datetime import UTC, date, datetime
from decimal import Decimal

from app.domain.candles import DailyCandle
from app.domain.errors import BookError
from app.services.recorded_prices import RecordedPrices
from tests.fakes.price_store import FakePriceStore

AT = datetime(2026, 2, 10, 9, 41, tzinfo=UTC)
PATH = (DailyCandle.closing(date(2026, 2, 9), Decimal(72090)),)


def loaded(*numbers: int) -> tuple[DailyCandle, ...]:
    return tuple(DailyCandle.closing(date(2026, 2, number), Decimal(70000 + number)) for number in numbers)


def test_the_recorded_path_is_told_in_dollars_alone() -> None:
    prices = RecordedPrices({}, PATH, AT, FakePriceStore())
    assert (prices.history("USD"), prices.history("EUR")) == (PATH, ())


def test_an_imported_history_counts_up_to_the_recorded_moment() -> None:
    store = FakePriceStore()
    store.save_daily("imported", "USD", loaded(7, 8, 9, 10, 11))
    store.save_daily("imported", "EUR", loaded(8))
    store.save_daily("bitfinex", "USD", loaded(1, 2, 3, 4, 5, 6, 7))
    prices = RecordedPrices({}, PATH, AT, store)
    assert prices.history("USD") == prices.update_history("USD") == loaded(7, 8, 9)
    assert prices.history("EUR") == loaded(8)


def test_one_that_begins_later_leaves_the_recording() -> None:
    store = FakePriceStore()
    store.save_daily("imported", "USD", loaded(10, 11))
    assert RecordedPrices({}, PATH, AT, store).history("USD") == PATH


def test_a_store_that_cannot_be_read_leaves_the_recording() -> None:
    class Broken(FakePriceStore):
        def load_daily(self, source: str, currency: str) -> tuple[()]:
            raise BookError("damaged")

    assert RecordedPrices({}, PATH, AT, Broken()).history("USD") == PATH
