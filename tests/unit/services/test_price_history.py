"""Daily prices: fetched, extended, doubted."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.domain.candles import DailyCandle
from app.domain.errors import BookError
from app.domain.feeds import FeedError
from app.domain.histories import ShownHistory
from app.services.price_history import PriceHistory, stored_history
from tests.fakes.clock import FakeClock
from tests.fakes.price_sources import FakeHistory
from tests.fakes.price_store import FakePriceStore

CLOCK = FakeClock()
TODAY = CLOCK.now().date()


def test_the_first_source_with_two_years_is_enough() -> None:
    first, second = FakeHistory("bitfinex", CLOCK, 800), FakeHistory("bitstamp", CLOCK, 5000)
    store = FakePriceStore()
    report = PriceHistory([first, second], store, CLOCK).refresh("USD")
    assert (report.source, len(report.candles), second.calls) == ("bitfinex", 800, [])
    assert report.candles[-1].day == TODAY - timedelta(days=1)
    assert store.daily["bitfinex", "USD"] == report.candles


def test_a_later_start_fetches_only_what_is_missing() -> None:
    clock, store = FakeClock(), FakePriceStore()
    source = FakeHistory("bitfinex", clock, 800)
    PriceHistory([source], store, clock).refresh("USD")
    saved = store.saved_candles
    clock.advance(5 * 86_400)
    later = PriceHistory([source], store, clock)
    assert stored_history(store, "USD") == ShownHistory("bitfinex", "", store.daily["bitfinex", "USD"])
    assert len(later.refresh("USD").candles) == 805
    assert source.calls == [None, TODAY - timedelta(days=4)]
    assert store.saved_candles == saved + 5


def test_a_failing_source_is_passed_over_and_named() -> None:
    bad = FakeHistory("bitfinex", CLOCK, 0, FeedError("timeout", "no answer in time"))
    worse = FakeHistory("coinbase", CLOCK, 0, KeyError("x"))
    report = PriceHistory([bad, worse, FakeHistory("bitstamp", CLOCK, 900)], FakePriceStore(), CLOCK).refresh("USD")
    assert (report.source, len(report.candles)) == ("bitstamp", 900)
    assert report.problems == ("bitfinex: timeout: no answer in time", "coinbase: unexpected_shape")


def test_short_histories_leave_the_longest() -> None:
    sources = [
        FakeHistory("gemini", CLOCK, 365),
        FakeHistory("kraken", CLOCK, 719),
        FakeHistory("coingecko", CLOCK, 364),
    ]
    report = PriceHistory(sources, FakePriceStore(), CLOCK).refresh("USD")
    assert (report.source, len(report.candles)) == ("kraken", 719)


def test_what_is_stored_is_shown_when_nobody_answers() -> None:
    clock, store = FakeClock(), FakePriceStore()
    source = FakeHistory("bitfinex", clock, 800)
    history = PriceHistory([source], store, clock)
    history.refresh("USD")
    source.error = FeedError("dns")
    assert len(history.refresh("USD").candles) == 800
    assert history.refresh("CHF").candles == ()


def test_a_history_that_changed_is_fetched_whole() -> None:
    clock, store = FakeClock(), FakePriceStore()
    source = FakeHistory("bitfinex", clock, 800)
    PriceHistory([source], store, clock).refresh("USD")
    source.factor = Decimal("1.10")
    candles = PriceHistory([source], store, clock).refresh("USD").candles
    assert source.calls[-1] is None
    assert min(candle.open or 0 for candle in candles) == Decimal(77000)


@pytest.mark.parametrize("agrees", [True, False])
def test_a_wild_day_needs_a_second_source(agrees: bool) -> None:
    day = TODAY - timedelta(days=10)
    first, second = FakeHistory("bitfinex", CLOCK, 800), FakeHistory("bitstamp", CLOCK, 900)
    first.wild[day] = Decimal(30000)
    if agrees:
        second.wild[day] = Decimal(30100)
    candles = PriceHistory([first, second], FakePriceStore(), CLOCK).refresh("USD").candles
    days: dict[date, Decimal] = {candle.day: candle.close for candle in candles}
    assert days.get(day) == (Decimal(30000) if agrees else None)
    assert len(candles) == (800 if agrees else 799)


def test_a_store_that_cannot_be_read_is_as_good_as_empty() -> None:
    class Broken(FakePriceStore):
        def daily_sources(self, currency: str) -> tuple[str, ...]:
            raise BookError("damaged")

        def load_daily(self, source: str, currency: str) -> tuple[()]:
            raise BookError("damaged")

        def save_daily(self, source: str, currency: str, candles: Sequence[DailyCandle]) -> None:
            raise BookError("damaged")

    history = PriceHistory([FakeHistory("bitfinex", CLOCK, 800)], Broken(), CLOCK)
    assert stored_history(Broken(), "USD") == ShownHistory()
    assert len(history.refresh("USD").candles) == 800


def test_an_imported_history_is_extended_by_what_is_fetched() -> None:
    store = FakePriceStore()
    imported = tuple(
        DailyCandle.closing(day, 70000 + Decimal(day.day))
        for day in (TODAY - timedelta(days=back) for back in range(2000, 50, -1))
    )
    store.save_daily("imported", "USD", imported)
    assert stored_history(store, "USD").candles == imported
    report = PriceHistory([FakeHistory("bitfinex", CLOCK, 800)], store, CLOCK).refresh("USD")
    assert (report.source, len(report.candles)) == ("imported", 2000)
    assert report.candles[-1].day == TODAY - timedelta(days=1)
    assert stored_history(store, "USD") == ShownHistory("imported", "bitfinex", report.candles, "bitfinex")
    assert store.daily["imported", "USD"] == imported


def test_what_a_full_disk_cannot_keep_is_shown_all_the_same() -> None:
    store = FakePriceStore()
    store.full = True
    report = PriceHistory([FakeHistory("bitfinex", CLOCK, 800)], store, CLOCK).refresh("USD")
    assert (report.source, len(report.candles), store.daily) == ("bitfinex", 800, {})
