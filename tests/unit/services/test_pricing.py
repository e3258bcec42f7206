"""Rounds of prices: what is asked, remembered, dropped and said."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from app.domain.candles import DailyCandle
from app.domain.errors import PriceError
from app.domain.feeds import FeedError, Tier
from app.domain.quotes import NoQuote, PriceStatus, Quote, Verdict
from app.services.ports import Prices
from app.services.price_sources import PriceSources
from app.services.pricing import PricingService
from app.services.pricing_settings import PriceSettings
from tests.fakes.clock import FakeClock
from tests.fakes.price_sources import FakeFx, FakeSpot
from tests.fakes.price_store import FakePriceStore

NAMES = ("kraken", "coinbase", "bitstamp")
USD = ("USD",)


@dataclass
class Desk:
    clock: FakeClock = field(default_factory=FakeClock)
    store: FakePriceStore = field(default_factory=FakePriceStore)
    fx: list[FakeFx] = field(default_factory=list)
    closed: int = 0
    forgotten: int = 0
    built: int = 0

    def __post_init__(self) -> None:
        self.spot = {name: FakeSpot(name, self.clock, 70000) for name in NAMES}
        self.service = self.restart()

    def restart(self, round_seconds: float = 5.0) -> PricingService:
        return PricingService(
            self.clock, self.build, self.store, PriceSettings(), rng=Random(1), round_seconds=round_seconds,
        )  # fmt: skip

    def build(self, settings: PriceSettings) -> PriceSources:
        self.built += 1
        return PriceSources(
            tuple(self.spot.values()), tuple(self.fx), (), (("gemini", "gemini"),), self._forget, self._close,
        )  # fmt: skip

    def _forget(self) -> None:
        self.forgotten += 1

    def _close(self) -> None:
        self.closed += 1

    def status(self) -> PriceStatus:
        return self.service.ask(USD)["USD"].status

    def verdict(self, name: str) -> tuple[Verdict, str]:
        rows = self.service.ask(USD)["USD"].sources
        return next((row.verdict, row.reason) for row in rows if row.name == name)


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    for source in made.spot.values():
        source.gate.set()
    made.service.close()


def test_an_agreed_price_is_a_quote(desk: Desk) -> None:
    assert desk.status() is PriceStatus.OK
    assert desk.service.lookup("USD") == Quote("USD", Decimal(70000), desk.clock.now(), "consensus", 3, 3)
    assert desk.service.source_lookup("Kraken", "USD") == Quote("USD", Decimal(70000), desk.clock.now(), "kraken", 1, 3)
    assert desk.verdict("gemini") == (Verdict.OFF, "switched off")


def test_it_is_what_the_desk_wants(desk: Desk) -> None:
    prices: Prices = desk.service
    assert prices.recorded_at is None
    assert prices.history("USD") == ()
    assert desk.built == 0
    assert prices.update_history("USD") == ()


def test_stored_history_is_known_before_anybody_is_asked(desk: Desk) -> None:
    day = DailyCandle(date(2026, 11, 21), Decimal(2), Decimal(4), Decimal(1), Decimal(3))
    desk.store.daily["bitstamp", "USD"] = (day,)
    assert desk.service.history("USD") == (day,)
    assert desk.service.update_history("USD") == (day,)
    assert desk.service.history("CHF") == ()


def test_before_the_first_round_there_is_no_price(desk: Desk) -> None:
    assert desk.service.lookup("USD") == NoQuote("USD", "there is no price yet")
    assert isinstance(desk.service.source_lookup("kraken", "USD"), NoQuote)
    assert desk.built == 0


def test_a_lone_source_makes_no_quote(desk: Desk) -> None:
    desk.spot["coinbase"].price = desk.spot["bitstamp"].price = FeedError("timeout")
    assert desk.status() is PriceStatus.SINGLE
    found = desk.service.lookup("USD")
    assert isinstance(found, NoQuote)
    assert found.reason == "only one source answers: kraken says 70000"
    assert found.last is not None
    assert (found.last.origin, found.last.value) == ("kraken", Decimal(70000))
    assert isinstance(desk.service.source_lookup("kraken", "USD"), NoQuote)


def test_a_contradiction_makes_no_quote(desk: Desk) -> None:
    desk.status()
    del desk.spot["bitstamp"]
    desk.spot["coinbase"].price = 60000
    desk.service.configure(PriceSettings(interval_seconds=30))
    assert desk.status() is PriceStatus.DISAGREE
    found = desk.service.lookup("USD")
    assert isinstance(found, NoQuote)
    assert found.reason == "the sources disagree: 60000 to 70000"
    assert found.last is not None
    assert found.last.value == 70000


def test_a_named_source_that_lies_makes_no_quote(desk: Desk) -> None:
    desk.spot["coinbase"].price = 60000
    desk.status()
    assert isinstance(desk.service.lookup("USD"), Quote)
    found = desk.service.source_lookup("coinbase", "USD")
    assert isinstance(found, NoQuote)
    assert found.reason == "coinbase does not agree with the other sources"
    assert isinstance(desk.service.source_lookup("gemini", "USD"), NoQuote)


def test_the_last_good_price_survives_a_restart_and_is_never_a_quote(desk: Desk) -> None:
    desk.status()
    desk.service.close()
    desk.service = desk.restart()
    desk.clock.advance(21 * 60)
    found = desk.service.lookup("USD")
    assert isinstance(found, NoQuote)
    assert found.reason == "the last price is 21 min old"
    assert found.last is not None
    assert found.last.value == 70000
    for source in desk.spot.values():
        source.price = FeedError("dns")
    consensus = desk.service.ask(USD)["USD"]
    assert (consensus.status, consensus.value) == (PriceStatus.STALE, Decimal(70000))
    assert desk.service.lookup("USD") == replace(found, reason="no source answers; the last price is 21 min old")


def test_a_last_price_from_the_future_is_of_unknown_age(desk: Desk) -> None:
    desk.status()
    desk.service.close()
    desk.service = desk.restart()
    desk.clock.wall -= timedelta(hours=2)
    found = desk.service.lookup("USD")
    assert isinstance(found, NoQuote)
    assert found.reason == "the last price is of unknown age"


def test_a_quote_grows_old_without_rounds(desk: Desk) -> None:
    desk.status()
    desk.clock.advance(180)
    assert isinstance(desk.service.lookup("USD"), Quote)
    desk.clock.advance(1)
    assert isinstance(desk.service.lookup("USD"), NoQuote)


def test_a_sleeping_computer_wakes_without_a_price(desk: Desk) -> None:
    desk.status()
    desk.clock.sleep_machine(3600)
    assert isinstance(desk.service.lookup("USD"), NoQuote)
    desk.status()
    assert desk.forgotten == 1
    assert isinstance(desk.service.lookup("USD"), Quote)


def test_a_full_disk_does_not_stop_prices(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.store.full = True
    with caplog.at_level(logging.WARNING):
        assert desk.status() is PriceStatus.OK
    assert "could not be kept" in caplog.text
    assert isinstance(desk.service.lookup("USD"), Quote)


@pytest.mark.parametrize(
    "error",
    [
        KeyError("x"), TypeError("x"), ValueError("x"), OSError("x"), RecursionError(), ArithmeticError(),
        UnicodeEncodeError("ascii", "ä", 0, 1, "x"), MemoryError(), TimeoutError(), AssertionError(),
    ],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_whatever_a_source_raises_the_others_give_the_price(desk: Desk, error: Exception) -> None:
    desk.spot["kraken"].price = error
    consensus = desk.service.ask(USD)["USD"]
    assert (consensus.status, consensus.value) == (PriceStatus.THIN, Decimal(70000))
    reason = next(row.reason for row in consensus.sources if row.name == "kraken")
    assert reason == f"unexpected_shape: {type(error).__name__}"


def test_a_late_source_is_left_behind_and_its_answer_is_dropped(desk: Desk) -> None:
    desk.service.close()
    desk.service = desk.restart(round_seconds=0.2)
    slow = desk.spot["kraken"]
    slow.gate.clear()
    slow.price = 42000
    assert desk.verdict("kraken") == (Verdict.FAILED, "timeout: no answer before the round was judged")
    slow.price = 70000
    # While the old question hangs, no second one is put.
    assert desk.verdict("kraken") == (Verdict.FAILED, "timeout: still unanswered")
    assert len(slow.calls) == 1
    lane = desk.service._rounds._lanes["kraken"]
    slow.gate.set()
    _until_free(lane)
    assert desk.verdict("kraken") == (Verdict.USED, "")


def _until_free(lane: object) -> None:
    import threading

    pause = threading.Event()
    for _ in range(500):
        if not lane._busy:  # type: ignore[attr-defined]  # a test may look inside
            return
        pause.wait(0.01)
    pytest.fail("the lane never came free")


def test_a_failing_source_is_paused_and_tried_again(desk: Desk) -> None:
    bad = desk.spot["kraken"]
    bad.price = FeedError("server_error")
    for _ in range(3):
        desk.status()
    assert desk.verdict("kraken") == (Verdict.FAILED, "paused: after server_error")
    assert len(bad.calls) == 3
    assert desk.service.try_now()
    assert not desk.service.try_now()
    bad.price = 70000
    assert desk.verdict("kraken") == (Verdict.USED, "")
    desk.clock.advance(10)
    assert desk.service.try_now()


def test_a_rate_limit_is_obeyed(desk: Desk) -> None:
    bad = desk.spot["kraken"]
    bad.price = FeedError("rate_limited", retry_after=500.0)
    desk.status()
    desk.clock.advance(499)
    desk.status()
    assert len(bad.calls) == 1
    desk.clock.advance(1)
    desk.status()
    assert len(bad.calls) == 2


def test_a_pair_that_does_not_exist_is_not_asked_every_minute(desk: Desk) -> None:
    bad = desk.spot["kraken"]
    bad.price = FeedError("no_such_pair", "XBTUSD")
    for _ in range(5):
        desk.status()
    assert len(bad.calls) == 1
    assert desk.verdict("kraken") == (Verdict.FAILED, "no_such_pair: not asked again for an hour")
    desk.clock.advance(3601)
    desk.status()
    assert len(bad.calls) == 2


def test_a_new_network_forgets_passing_faults(desk: Desk) -> None:
    bad = desk.spot["kraken"]
    bad.price = FeedError("proxy")
    desk.status()
    desk.service.resume()
    desk.status()
    assert len(bad.calls) == 2


def test_an_aggregate_is_not_asked_more_often_than_it_changes(desk: Desk) -> None:
    slow = desk.spot["coingecko"] = FakeSpot("coingecko", desk.clock, 70000, Tier.AGGREGATE, 50)
    for _ in range(3):
        desk.clock.advance(20)
        assert desk.verdict("coingecko") == (Verdict.USED, "")
    assert len(slow.calls) == 1
    desk.clock.advance(20)
    desk.status()
    assert len(slow.calls) == 2


def test_a_currency_of_few_markets_goes_by_way_of_the_dollar(desk: Desk) -> None:
    desk.fx = [FakeFx("kraken", desk.clock, "0.8")]
    desk.spot["kraken"].currencies = frozenset({"USD"})
    consensus = desk.service.ask(("CHF",))["CHF"]
    assert (consensus.status, consensus.value, consensus.origin) == (PriceStatus.OK, Decimal(56000), "fx")
    found = desk.service.lookup("CHF")
    assert isinstance(found, Quote)
    assert (found.origin, found.value) == ("fx", Decimal(56000))
    assert {source.calls[0] for source in desk.spot.values()} == {("USD",)}


def test_only_asked_currencies_are_told(desk: Desk) -> None:
    assert set(desk.service.ask(("CHF",))) == {"CHF"}
    assert desk.service.ask(()) == {}


def test_new_settings_build_new_sources(desk: Desk) -> None:
    desk.status()
    desk.service.configure(PriceSettings())
    assert desk.closed == 0
    desk.service.configure(PriceSettings(interval_seconds=90))
    assert desk.closed == 1
    assert isinstance(desk.service.lookup("USD"), Quote)
    desk.status()
    assert desk.built == 2


def test_a_closed_service_asks_nobody(desk: Desk) -> None:
    desk.status()
    desk.service.close()
    assert desk.verdict("kraken") == (Verdict.FAILED, "closed: Plimsoll is shutting down")
    assert desk.closed == 1


def test_a_source_is_logged_once_per_change(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    bad = desk.spot["kraken"]
    bad.price = PriceError("server_error")
    with caplog.at_level(logging.INFO):
        for _ in range(5):
            desk.status()
        bad.price = 70000
        desk.service.try_now()
        desk.status()
        desk.status()
    told = [record.getMessage() for record in caplog.records if "kraken" in record.getMessage()]
    assert told == ["price source kraken: server_error", "price source kraken: answers again"]
