"""Whole rounds, rates and histories over HTTP, from sources that speak their real shapes."""

import subprocess
import sys
from decimal import Decimal
from itertools import pairwise
from urllib.parse import unquote

import pytest

from app.domain.candles import normalise
from app.domain.histories import is_derived
from app.domain.quotes import PriceStatus, Quote, Verdict
from app.prices.registry import source_builder
from app.services.price_report import price_report
from app.system.clock import SystemClock
from tests.fakes.price_server import FakePriceServer
from tests.integration.prices.conftest import FAST, PATIENT, PRICES, Pricer


@pytest.mark.parametrize("currency", PRICES)
def test_every_currency_has_a_price(currency: str, pricer: Pricer) -> None:
    service = pricer(limits=PATIENT)
    consensus = service.ask((currency,))[currency]
    assert consensus.value is not None
    assert abs(consensus.value / PRICES[currency] - 1) < Decimal("0.0001")
    assert consensus.status in (PriceStatus.OK, PriceStatus.THIN)
    assert consensus.origin == ("fx" if currency in ("CHF", "CAD", "AUD") else "consensus")
    found = service.lookup(currency)
    assert isinstance(found, Quote)
    assert found.value == consensus.value


def test_dollars_alone_need_no_rates(server: FakePriceServer, pricer: Pricer) -> None:
    pricer().ask(("USD",))
    assert len(server.requests) == 7
    assert "frankfurter" not in {source for source, _ in server.requests}
    assert ("kraken", "/0/public/Ticker?pair=XBTUSD") in server.requests


def test_without_kraken_the_central_banks_rate_stands_in(server: FakePriceServer, pricer: Pricer) -> None:
    server.fail("kraken", 503)
    consensus = pricer().ask(("CHF",))["CHF"]
    assert (consensus.status, consensus.origin) == (PriceStatus.THIN, "fx")
    assert "via USD, ECB of" in consensus.note
    assert consensus.value is not None
    assert abs(consensus.value / PRICES["CHF"] - 1) < Decimal("0.0001")


def test_a_switched_off_source_is_not_asked(server: FakePriceServer, pricer: Pricer) -> None:
    service = pricer(server.settings("kraken", "bitstamp"))
    consensus = service.ask(("USD",))["USD"]
    assert consensus.status is PriceStatus.THIN
    assert {source for source, _ in server.requests} == {"kraken", "bitstamp"}
    off = {row.name for row in consensus.sources if row.verdict is Verdict.OFF}
    assert off == {"coinbase", "bitfinex", "gemini", "coingecko", "mempool"}


def test_connections_are_kept_between_rounds(server: FakePriceServer, pricer: Pricer) -> None:
    service = pricer(server.settings("kraken"))
    for _ in range(3):
        service.ask(("USD",))
    assert len(server.requests) == 3
    assert server.connections == 1


def test_a_hanging_source_makes_no_other_wait(server: FakePriceServer, pricer: Pricer) -> None:
    server.hang("gemini")
    consensus = pricer().ask(("USD",))["USD"]
    reasons = {row.name: row.reason.partition(":")[0] for row in consensus.sources if row.verdict is Verdict.FAILED}
    assert reasons["gemini"] == "timeout"
    assert consensus.status is PriceStatus.OK


def test_the_report_of_a_lying_round(server: FakePriceServer, pricer: Pricer) -> None:
    server.lie("bitfinex", {"USD": Decimal(42000)})
    report = price_report(pricer().ask(("USD",))["USD"])
    assert (report["status"], report["value"], report["low"]) == ("ok", "70727.00", "42000.00")
    rows = report["sources"]
    assert isinstance(rows, list)
    assert {row["name"]: row["verdict"] for row in rows} == {
        "bitfinex": "outlier",
        "bitstamp": "used",
        "coinbase": "used",
        "coingecko": "used",
        "gemini": "used",
        "kraken": "used",
        "mempool": "rejected",
    }


def test_two_years_of_history_and_an_extension(server: FakePriceServer, pricer: Pricer) -> None:
    service = pricer()
    candles = service.update_history("USD")
    assert len(candles) == 900
    assert service.history("USD") == candles
    assert service.update_history("USD") == candles
    paths = [path for _, path in server.requests]
    assert "start=" not in paths[0]
    assert "start=" in paths[1]


def test_history_comes_from_the_next_source_where_one_fails(server: FakePriceServer, pricer: Pricer) -> None:
    server.fail("bitfinex", 503)
    server.fail("bitstamp", 200, b"<html></html>")
    assert len(pricer().update_history("USD")) == 900
    assert {source for source, _ in server.requests} == {"bitfinex", "bitstamp", "coinbase"}


def test_all_histories_agree_in_spite_of_their_columns(server: FakePriceServer) -> None:
    clock = SystemClock()
    sources = source_builder(clock, "0", FAST)(server.settings())
    closes = {}
    for source in sources.history:
        if is_derived(source.key):
            continue
        candles = normalise(source.daily("USD", None), clock.now()).candles
        closes[source.key] = [candle.close for candle in candles[-300:]]
        # A day opens where the day before closed; swapped columns would show here.
        assert all(a.close == b.open for a, b in pairwise(candles))
    sources.close()
    assert set(closes) == {"bitfinex", "bitstamp", "coinbase", "kraken", "gemini", "coingecko"}
    assert len({tuple(prices) for prices in closes.values()}) == 1


@pytest.mark.parametrize("currency", ["CHF", "CAD", "AUD"])
def test_a_currency_without_two_years_of_its_own_is_derived_from_the_dollar(
    server: FakePriceServer, pricer: Pricer, currency: str
) -> None:
    server.fail("bitfinex", 503)
    server.fail("bitstamp", 503)
    service = pricer()
    candles = service.update_history(currency)
    assert len(candles) == 900
    dollars = {candle.day: candle.close for candle in service.update_history("USD")}
    rate = PRICES[currency] / PRICES["USD"]
    assert {candle.day.weekday() for candle in candles} == set(range(7))  # weekends stand at Friday's rate
    assert all(abs(candle.close / (dollars[candle.day] * rate) - 1) < Decimal("0.001") for candle in candles)
    ranges = [unquote(path) for source, path in server.requests if source == "frankfurter"]
    assert len(ranges) == 3
    assert all(path.endswith(f"?base=EUR&symbols=USD,{currency}") for path in ranges)
    asked = [source for source, _ in server.requests]
    assert asked.index("kraken") < asked.index("frankfurter")  # its own market is asked first


def test_a_derived_history_is_extended_by_the_same_two(server: FakePriceServer, pricer: Pricer) -> None:
    service = pricer()
    candles = service.update_history("CHF")
    server.requests.clear()
    assert service.update_history("CHF") == candles
    assert {source for source, _ in server.requests} == {"bitfinex", "frankfurter"}


def test_without_the_bank_the_market_s_own_history_counts(server: FakePriceServer, pricer: Pricer) -> None:
    server.fail("frankfurter", 200, b'{"amount":1.0,"base":"USD","rates":{}}')
    assert len(pricer().update_history("CHF")) == 719


def test_the_room_is_cheap_to_enter() -> None:
    heavy = ("requests", "urllib3", "truststore")
    code = f"import sys, app.prices.registry, app.services.pricing; print(*[n for n in {heavy} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
