"""Prices and warnings outlive a restart, wherever the book lies."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.book import Book
from app.domain.candles import DailyCandle
from app.domain.quotes import LastGood
from app.domain.warning_records import WarningKind, WarningRecord, WarningStatus
from app.services.alert_ports import AlarmChanges
from app.store.alarm import BookAlarm
from app.store.book_store import BookStore
from app.store.prices import BookPrices
from tests.contract.store.places import Places

_AT = datetime(2026, 2, 10, 12, 30, 15, 123456, tzinfo=UTC)
LAST = LastGood("USD", Decimal("70727.10"), Decimal(70700), Decimal(70800), ("kraken", "bitstamp"), 7, _AT)
RECORD = WarningRecord(
    "w1",
    "Coin revolver",
    WarningKind.DROP_CALL,
    WarningStatus.OPEN,
    confirmed=True,
    announced=False,
    opened_at=_AT,
    updated_at=_AT,
    sentence="A fall of 10 % calls “Coin revolver”.",
    due_at=_AT + timedelta(hours=12),
    calm_rounds=1,
)


@pytest.fixture
def store(places: Places) -> Iterator[BookStore]:
    with closing(BookStore.create(places.fresh(), Book("Desk"))) as made:
        yield made


def _candle(day: int, close: str) -> DailyCandle:
    price = Decimal(close)
    return DailyCandle(date(2026, 1, day), price, price + 1, price - 1, price)


def test_no_price_is_none_and_no_history_is_empty(store: BookStore) -> None:
    prices = BookPrices(store.backend)
    assert prices.load_last_good("USD") is None
    assert prices.load_daily("kraken", "USD") == ()


def test_the_last_good_price_is_kept_and_replaced(store: BookStore) -> None:
    prices = BookPrices(store.backend)
    prices.save_last_good(LAST)
    prices.save_last_good(replace(LAST, currency="EUR", origin="fx"))
    newer = replace(LAST, value=Decimal("70728.00"), sources=(), at=_AT + timedelta(minutes=1))
    prices.save_last_good(newer)
    assert repr(BookPrices(store.backend).load_last_good("USD")) == repr(newer)
    assert prices.load_last_good("EUR") == replace(LAST, currency="EUR", origin="fx")


def test_history_grows_and_a_day_that_came_again_is_replaced(store: BookStore) -> None:
    prices = BookPrices(store.backend)
    prices.save_daily("kraken", "USD", [_candle(3, "30.50"), _candle(1, "10")])
    prices.save_daily("kraken", "USD", [_candle(2, "20"), _candle(3, "33.0")])
    prices.save_daily("bitstamp", "USD", [_candle(1, "99")])
    prices.save_daily("kraken", "EUR", [])
    found = prices.load_daily("kraken", "USD")
    assert repr(found) == repr((_candle(1, "10"), _candle(2, "20"), _candle(3, "33.0")))
    assert prices.load_daily("bitstamp", "USD") == (_candle(1, "99"),)


def test_a_day_may_tell_its_close_alone(store: BookStore) -> None:
    prices = BookPrices(store.backend)
    day = date(2026, 1, 1)
    known = replace(_candle(2, "20.0"), open=None)
    prices.save_daily("imported", "USD", [DailyCandle.closing(day, Decimal("10.50")), known])
    assert repr(prices.load_daily("imported", "USD")) == repr((DailyCandle.closing(day, Decimal("10.50")), known))


def test_whose_histories_are_stored_is_told_the_longest_first(store: BookStore) -> None:
    prices = BookPrices(store.backend)
    assert prices.daily_sources("USD") == ()
    prices.save_daily("bitstamp", "USD", [_candle(1, "10")])
    prices.save_daily("kraken", "USD", [_candle(1, "10"), _candle(2, "20")])
    prices.save_daily("gemini", "EUR", [_candle(1, "10")])
    assert prices.daily_sources("USD") == ("kraken", "bitstamp")
    assert prices.daily_sources("EUR") == ("gemini",)


@pytest.mark.parametrize("value", ["NaN", "-1", "0", "abc", ""])
def test_a_damaged_price_is_as_good_as_none(store: BookStore, value: str) -> None:
    prices = BookPrices(store.backend)
    prices.save_last_good(LAST)
    prices.save_daily("kraken", "USD", [_candle(1, "10"), _candle(2, "20")])
    store.backend.execute(
        [
            ("UPDATE last_price SET low = :value", [{"value": value}]),
            ("UPDATE daily_candle SET high = :value WHERE day = :day", [{"value": value, "day": "2026-01-01"}]),
        ]
    )
    assert prices.load_last_good("USD") is None
    assert prices.load_daily("kraken", "USD") == (_candle(2, "20"),)


def test_warnings_are_kept_and_replaced(store: BookStore) -> None:
    warnings = BookAlarm(store.backend)
    warnings.save(AlarmChanges((RECORD,)))
    seen = RECORD._replace(
        kind=WarningKind.SALE, status=WarningStatus.ACKNOWLEDGED, acknowledged_at=_AT, snoozed_until=_AT
    )
    warnings.save(AlarmChanges((seen, RECORD._replace(id="w2", due_at=None))))
    warnings.save(AlarmChanges())
    assert set(BookAlarm(store.backend).load(10)) == {seen, RECORD._replace(id="w2", due_at=None)}


def test_open_warnings_come_first_and_then_the_newest_closed_ones(store: BookStore) -> None:
    warnings = BookAlarm(store.backend)
    whole = _AT.replace(microsecond=0)
    old, new, newest = whole, whole + timedelta(microseconds=1), whole + timedelta(seconds=1)
    closed = [
        RECORD._replace(id=name, status=WarningStatus.CLOSED, closed_at=at, updated_at=at, told=1)
        for name, at in (("new", new), ("old", old), ("newest", newest))
    ]
    warnings.save(AlarmChanges((*closed, RECORD._replace(updated_at=old - timedelta(days=9)))))
    assert [record.id for record in warnings.load(10)] == ["w1", "newest", "new", "old"]
    assert [record.id for record in warnings.load(2)] == ["w1", "newest", "new"]
    assert [record.id for record in warnings.load(0)] == ["w1"]


def test_prices_and_warnings_do_not_stand_in_the_way_of_a_change(store: BookStore) -> None:
    before = store.read()
    BookPrices(store.backend).save_last_good(LAST)
    BookAlarm(store.backend).save(AlarmChanges((RECORD,)))
    store.apply(before, replace(before, name="Renamed"))
    assert store.read().name == "Renamed"
    assert BookPrices(store.backend).load_last_good("USD") == LAST
