"""Each source's own shape: what is asked, and what is read out of the answer."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.candles import CandleRow
from app.domain.errors import PriceError
from app.domain.feeds import FeedError, FxRate, RawQuote, Tier
from app.prices.bitfinex import Bitfinex
from app.prices.bitstamp import Bitstamp
from app.prices.coinbase import Coinbase
from app.prices.coingecko import CoinGecko
from app.prices.frankfurter import Frankfurter
from app.prices.gemini import Gemini
from app.prices.kraken import Kraken, aliases
from app.prices.mempool import Mempool
from tests.fakes.clock import FakeClock
from tests.fakes.fetcher import FakeFetcher

CLOCK = FakeClock(datetime(2026, 8, 22, 12, 0, 30, tzinfo=UTC))
D = Decimal
BASE = "https://feed.example/prefix"
DAY = 1_787_356_800  # 22 August 2026, 00:00 UTC


def opened(row: CandleRow) -> int:
    return int(row.opened_at.timestamp())


def figures(row: CandleRow) -> tuple[Decimal | None, ...]:
    return (row.open, row.high, row.low, row.close)


def the_quote(answers: object, currency: str = "USD") -> RawQuote:
    assert isinstance(answers, dict)
    found = answers[currency]
    assert isinstance(found, RawQuote)
    return found


def _book(ask: str, bid: str, last: str) -> dict[str, list[object]]:
    return {"a": [ask, "1", "1.000"], "b": [bid, "3", "3.000"], "c": [last, "0.0015"], "t": [21034, 62011]}


def test_kraken_answers_under_its_own_names() -> None:
    result = {
        "XXBTZUSD": _book("84250.10000", "84250.00000", "84100.0"),
        "XBTCHF": _book("67839.25", "67821.25", "67000"),
    }
    http = FakeFetcher(CLOCK)
    http.on("/0/public/Ticker", json.dumps({"error": [], "result": result}).encode())
    answers = Kraken(http, BASE).spot(("USD", "CHF", "EUR"))
    assert http.urls == [f"{BASE}/0/public/Ticker?pair=XBTUSD,XBTCHF,XBTEUR"]
    dollars = the_quote(answers)
    assert (dollars.bid, dollars.ask, dollars.last) == (D("84250.00000"), D("84250.10000"), D("84100.0"))
    assert (dollars.stated_at, dollars.tier, dollars.received_at) == (None, Tier.VENUE, CLOCK.now())
    assert the_quote(answers, "CHF").bid == D("67821.25")
    missing = answers["EUR"]
    assert isinstance(missing, PriceError)
    assert missing.reason == "echo_mismatch"


@pytest.mark.parametrize(
    ("pair", "name"),
    [
        ("XBTUSD", "XXBTZUSD"),
        ("XBTUSD", "BTC/USD"),
        ("XBTAUD", "XBTAUD"),
        ("EURUSD", "ZEURZUSD"),
        ("USDJPY", "ZUSDZJPY"),
        ("USDCHF", "USDCHF"),
    ],
)
def test_kraken_names(pair: str, name: str) -> None:
    assert name in aliases(pair)
    assert not aliases("XBTUSD") & aliases("XBTEUR")


def test_kraken_asks_singly_when_one_pair_is_gone() -> None:
    http = FakeFetcher(CLOCK)
    gone = b'{"error":["EQuery:Unknown asset pair"]}'
    http.on("pair=XBTUSD,XBTCHF", gone)
    http.on("pair=XBTCHF", gone)
    http.on("pair=XBTUSD", json.dumps({"error": [], "result": {"XXBTZUSD": _book("3", "2", "2")}}).encode())
    answers = Kraken(http, BASE).spot(("USD", "CHF"))
    assert the_quote(answers).ask == 3
    failure = answers["CHF"]
    assert isinstance(failure, FeedError)
    assert failure.reason == "no_such_pair"


def test_krakens_rates_are_told_per_dollar() -> None:
    result = {
        "ZEURZUSD": _book("1.1651", "1.1649", "1.1"),
        "ZUSDZJPY": _book("147.21", "147.19", "147"),
        "USDCHF": _book("0.8040", "0.8060", "0.8"),
    }
    http = FakeFetcher(CLOCK)
    http.on("Ticker", json.dumps({"error": [], "result": result}).encode())
    rates = Kraken(http, BASE).rates(("EUR", "JPY", "CHF", "SEK"))
    assert http.urls == [f"{BASE}/0/public/Ticker?pair=EURUSD,USDJPY,USDCHF"]
    euro, yen = rates["EUR"], rates["JPY"]
    assert isinstance(euro, FxRate)
    assert isinstance(yen, FxRate)
    assert (round(euro.per_usd, 6), yen.per_usd) == (D("0.858369"), D("147.20"))
    reasons = [getattr(rates[currency], "reason", "") for currency in ("CHF", "SEK")]
    assert reasons == ["crossed_or_bad_book", "no_such_pair"]


def test_krakens_last_day_is_never_finished() -> None:
    rows = [
        [DAY - 86_400, "83751.8", "83980.5", "82918.5", "83120.9", "83436.4", "1712.3", 25332],
        [DAY, "83120.9", "84428.6", "82852.4", "84250.0", "83685.4", "689.1", 6162],
    ]
    http = FakeFetcher(CLOCK)
    http.on("OHLC", json.dumps({"error": [], "result": {"XXBTZUSD": rows, "last": DAY - 86_400}}).encode())
    (row,) = Kraken(http, BASE).daily("USD", date(2026, 8, 20))
    assert figures(row) == (D("83751.8"), D("83980.5"), D("82918.5"), D("83120.9"))
    assert http.urls == [f"{BASE}/0/public/OHLC?pair=XBTUSD&interval=1440&since={DAY - 3 * 86_400}"]


def test_coinbase_ticker() -> None:
    body = {"trade_id": 812345678, "price": "84253.50", "size": "0.1", "time": "2026-08-22T12:00:29.012523987Z",
            "bid": "84253.49", "ask": "84253.51", "rfq_volume": "1"}  # fmt: skip
    http = FakeFetcher(CLOCK)
    http.on("/products/BTC-EUR/ticker", json.dumps(body).encode())
    found = the_quote(Coinbase(http, BASE, CLOCK).spot(("EUR",)), "EUR")
    assert http.urls == [f"{BASE}/products/BTC-EUR/ticker"]
    assert found.stated_at == datetime(2026, 8, 22, 12, 0, 29, 12523, tzinfo=UTC)
    assert (found.sequence, found.last, found.bid) == (812345678, D("84253.50"), D("84253.49"))


def test_coinbase_columns_and_pages() -> None:
    newest = f"[[{DAY},82852.4,84428.6,83120.9,84250.0,689.1],[{DAY - 86400},1,4,2,3,1]]".encode()
    older = f"[[{DAY - 300 * 86400},1,4,2,3,1]]".encode()
    http = FakeFetcher(CLOCK)
    http.on("/candles", [newest, older, b"[]"])
    rows = Coinbase(http, BASE, CLOCK).daily("USD", None)
    assert figures(rows[0]) == (D("83120.9"), D("84428.6"), D("82852.4"), D("84250.0"))
    assert len(rows) == 3
    assert len(http.urls) == 3
    assert http.urls[0].endswith(
        "/products/BTC-USD/candles?granularity=86400&start=2025-10-27T00:00:00Z&end=2026-08-22T00:00:00Z",
    )
    assert http.urls[1].endswith("&start=2024-12-31T00:00:00Z&end=2025-10-26T00:00:00Z")


def test_coinbase_stops_at_what_is_known_and_at_repeated_pages() -> None:
    body = f"[[{DAY},1,4,2,3,1]]".encode()
    http = FakeFetcher(CLOCK)
    http.on("/candles", body)
    assert len(Coinbase(http, BASE, CLOCK).daily("USD", date(2026, 8, 19))) == 1
    assert len(http.urls) == 1
    assert len(Coinbase(http, BASE, CLOCK).daily("USD", None)) == 1
    assert len(http.urls) == 3


def test_bitstamp_ticker() -> None:
    body = {"timestamp": "1787400028", "last": "84244", "bid": "84243", "ask": "84247", "open": "84011", "side": "0"}
    http = FakeFetcher(CLOCK)
    http.on("/api/v2/ticker/btcgbp/", json.dumps(body).encode())
    found = the_quote(Bitstamp(http, BASE, CLOCK).spot(("GBP",)), "GBP")
    assert http.urls == [f"{BASE}/api/v2/ticker/btcgbp/"]
    assert found.stated_at == CLOCK.now() - timedelta(seconds=2)
    assert (found.last, found.bid, found.ask) == (D(84244), D(84243), D(84247))


def _ohlc(*seconds: int) -> bytes:
    rows = [{"timestamp": str(at), "open": "2", "high": "4", "low": "1", "close": "3", "volume": "1"} for at in seconds]
    return json.dumps({"data": {"pair": "BTC/USD", "ohlc": rows}}).encode()


def test_bitstamp_pages_backwards_until_nothing_is_new() -> None:
    http = FakeFetcher(CLOCK)
    http.on("/ohlc/", [_ohlc(DAY - 86_400, DAY), _ohlc(DAY - 2 * 86_400), _ohlc(DAY - 2 * 86_400)])
    rows = Bitstamp(http, BASE, CLOCK).daily("USD", None)
    assert sorted(map(opened, rows)) == [DAY - 2 * 86_400, DAY - 86_400, DAY]
    assert figures(rows[0]) == (D(2), D(4), D(1), D(3))
    assert http.urls[0] == (
        f"{BASE}/api/v2/ohlc/btcusd/?step=86400&limit=1000&end=1787400030&exclude_current_candle=true"
    )
    assert f"&end={DAY - 2 * 86_400}&" in http.urls[1]
    assert len(http.urls) == 3


def test_bitstamp_stops_where_history_is_known() -> None:
    http = FakeFetcher(CLOCK)
    http.on("/ohlc/", _ohlc(*(DAY - back * 86_400 for back in range(30))))
    rows = Bitstamp(http, BASE, CLOCK).daily("USD", date(2026, 8, 20))
    assert len(rows) == 3
    assert len(http.urls) == 1


def test_bitstamp_pages_never_go_on_for_ever() -> None:
    http = FakeFetcher(CLOCK)
    http.on("/ohlc/", [_ohlc(DAY - back * 86_400) for back in range(100)])
    assert len(Bitstamp(http, BASE, CLOCK).daily("USD", None)) == 20


def test_bitfinex_ticker_and_columns() -> None:
    http = FakeFetcher(CLOCK)
    http.on("/ticker/", b"[84266,8.10212,84267.5,4.55121,-734,-0.00864,84267,412.33190117,85150,83251]")
    http.on("/candles/", f"[[{DAY * 1000},83120.9,84250.0,84428.6,82852.4,689.1]]".encode())
    source = Bitfinex(http, BASE)
    found = the_quote(source.spot(("JPY",)), "JPY")
    assert (found.bid, found.ask, found.last, found.stated_at) == (D(84266), D("84267.5"), D(84267), None)
    (row,) = source.daily("USD", date(2026, 8, 22))
    assert figures(row) == (D("83120.9"), D("84428.6"), D("82852.4"), D("84250.0"))
    assert opened(row) == DAY
    assert http.urls == [
        f"{BASE}/v2/ticker/tBTCJPY",
        f"{BASE}/v2/candles/trade:1D:tBTCUSD/hist?limit=10000&sort=1&start={DAY * 1000}",
    ]


def test_gemini_ticker_and_columns() -> None:
    body = {"bid": "84258.11", "ask": "84259.02", "last": "84258.40",
            "volume": {"BTC": "312.4", "USD": "26311873.1", "timestamp": 1787399999500}}  # fmt: skip
    http = FakeFetcher(CLOCK)
    http.on("/pubticker/", json.dumps(body).encode())
    http.on("/candles/", f"[[{DAY * 1000},2,4,1,3,5],[{(DAY - 86400) * 1000},2,4,1,3,5]]".encode())
    source = Gemini(http, BASE)
    found = the_quote(source.spot(("USD",)))
    assert found.stated_at == datetime(2026, 8, 22, 11, 59, 59, 500000, tzinfo=UTC)
    rows = source.daily("USD", date(2026, 8, 22))
    assert [figures(row) for row in rows] == [(D(2), D(4), D(1), D(3))]
    assert http.urls == [f"{BASE}/v1/pubticker/btcusd", f"{BASE}/v2/candles/btcusd/1day"]


def test_coingecko_shares_one_time() -> None:
    http = FakeFetcher(CLOCK)
    http.on("/simple/price", b'{"bitcoin":{"usd":84254,"eur":72321.123456789012345,"last_updated_at":1787399988}}')
    answers = CoinGecko(http, BASE, CLOCK).spot(("USD", "EUR", "CHF"))
    assert http.urls == [
        f"{BASE}/api/v3/simple/price?ids=bitcoin&vs_currencies=usd,eur,chf&include_last_updated_at=true",
    ]
    assert the_quote(answers, "EUR").last == D("72321.123456789012345")
    assert the_quote(answers).stated_at == CLOCK.now() - timedelta(seconds=42)
    assert isinstance(answers["CHF"], PriceError)


def test_coingeckos_midnights_become_days_and_its_now_does_not() -> None:
    points: list[list[float]] = [[(DAY - back * 86_400) * 1000, price] for back, price in ((3, 100), (2, 110), (0, 90))]
    points += [[(DAY - 86_400) * 1000, 105.5], [1787399988000, 84254.2]]
    http = FakeFetcher(CLOCK)
    http.on("/market_chart", json.dumps({"prices": points, "market_caps": []}).encode())
    rows = CoinGecko(http, BASE, CLOCK).daily("USD", date(2026, 8, 19))
    assert [figures(row) for row in rows] == [
        (D(100), None, None, D(110)),
        (D(110), None, None, D("105.5")),
        (D("105.5"), None, None, D(90)),
    ]
    assert http.urls == [f"{BASE}/api/v3/coins/bitcoin/market_chart?vs_currency=usd&days=4&interval=daily"]


def test_coingecko_is_never_asked_for_more_than_a_year() -> None:
    http = FakeFetcher(CLOCK)
    http.on("/market_chart", b'{"prices":[]}')
    CoinGecko(http, BASE, CLOCK).daily("USD", date(2020, 1, 1))
    CoinGecko(http, BASE, CLOCK).daily("USD", None)
    assert all("days=365&" in url for url in http.urls)


def test_mempool_prices_and_gaps() -> None:
    http = FakeFetcher(CLOCK)
    http.on("/api/v1/prices", b'{"time":1787399899,"USD":84250,"EUR":72317,"CHF":-1}')
    answers = Mempool(http, BASE).spot(("USD", "CHF", "JPY"))
    found = the_quote(answers)
    assert (found.last, found.tier, found.group) == (D(84250), Tier.AGGREGATE, "agg")
    reasons = [getattr(answers[currency], "reason", "") for currency in ("CHF", "JPY")]
    assert reasons == ["unparsable_or_nonpositive"] * 2


def test_frankfurter_is_asked_in_euros_and_crossed_exactly() -> None:
    http = FakeFetcher(CLOCK)
    body = b'{"amount":1.0,"base":"EUR","date":"2026-08-21","rates":{"CHF":0.9378,"JPY":171.49,"USD":1.165}}'
    http.on("/v1/latest", body)
    rates = Frankfurter(http, BASE).rates(("CHF", "EUR", "JPY", "GBP"))
    assert http.urls == [f"{BASE}/v1/latest?base=EUR&symbols=USD,CHF,JPY,GBP"]
    shown = {key: round(rate.per_usd, 5) for key, rate in rates.items() if isinstance(rate, FxRate)}
    assert shown == {"CHF": D("0.80498"), "EUR": D("0.85837"), "JPY": D("147.20172")}
    franc = rates["CHF"]
    assert isinstance(franc, FxRate)
    assert franc.day == date(2026, 8, 21)


RANGE = b"""{"amount":1.0,"base":"EUR","start_date":"2026-08-14","end_date":"2026-08-21","rates":{
    "2026-08-14":{"USD":1.16,"CHF":0.9396},"2026-08-17":{"USD":1.1612},"2026-08-21":{"USD":1.165,"CHF":0.9378}}}"""


def test_frankfurter_tells_past_days_a_year_at_a_time_and_never_weekends() -> None:
    http = FakeFetcher(CLOCK)
    http.on("/v1/", [RANGE, RANGE.replace(b"2026-08-1", b"2025-08-1")])
    rates = Frankfurter(http, BASE).fixings("CHF", date(2025, 8, 17), date(2026, 8, 20))
    assert http.urls == [
        f"{BASE}/v1/2025-08-17..2026-08-16?base=EUR&symbols=USD,CHF",
        f"{BASE}/v1/2026-08-17..2026-08-20?base=EUR&symbols=USD,CHF",
    ]
    # A day without one of the two is absent; so is one after the range.
    assert {day: round(rate, 5) for day, rate in rates.items()} == {
        date(2026, 8, 14): D("0.81"),
        date(2025, 8, 14): D("0.81"),
    }


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (RANGE.replace(b'"EUR"', b'"USD"'), "echo_mismatch"),
        (b'{"amount":1.0,"base":"EUR","rates":{"2026-08-21":{"USD":1.1}}}', "unexpected_shape"),
        (b'{"amount":1.0,"base":"EUR","rates":[]}', "unexpected_shape"),
        (b'{"message":"invalid date"}', "source_error"),
    ],
)
def test_frankfurter_ranges_that_are_refused(body: bytes, reason: str) -> None:
    http = FakeFetcher(CLOCK)
    http.on("/v1/", body)
    with pytest.raises(PriceError) as caught:
        Frankfurter(http, BASE).fixings("CHF", date(2026, 8, 17), date(2026, 8, 21))
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"amount":1.0,"base":"USD","date":"2026-08-21","rates":{"CHF":0.8}}', "echo_mismatch"),
        (b'{"amount":100,"base":"EUR","date":"2026-08-21","rates":{"USD":1.1}}', "echo_mismatch"),
        (b'{"amount":1,"base":"EUR","date":"yesterday","rates":{"USD":1.1}}', "bad_time"),
        (b'{"amount":1,"base":"EUR","date":"2026-08-21","rates":{}}', "unparsable_or_nonpositive"),
        (b'{"message":"not found"}', "no_such_pair"),
        (b"[]", "unexpected_shape"),
    ],
)
def test_frankfurter_answers_that_are_refused(body: bytes, reason: str) -> None:
    http = FakeFetcher(CLOCK)
    http.on("/v1/latest", body)
    with pytest.raises(PriceError) as caught:
        Frankfurter(http, BASE).rates(("CHF",))
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"[[1,2]]", "unexpected_shape"),
        (b'[{"t":1}]', "unexpected_shape"),
        (b'{"candles":[]}', "unexpected_shape"),
        (b"[" + b",".join([b"[1]"] * 20_001) + b"]", "too_large"),
    ],
)
def test_histories_that_are_refused(body: bytes, reason: str) -> None:
    http = FakeFetcher(CLOCK)
    http.on("/", body)
    sources = (Bitfinex(http, BASE), Gemini(http, BASE), Coinbase(http, BASE, CLOCK))
    for source in sources:
        with pytest.raises(PriceError) as caught:
            source.daily("USD", None)
        assert caught.value.reason == reason


def test_a_bad_row_costs_only_itself() -> None:
    http = FakeFetcher(CLOCK)
    http.on("/", f'[[{DAY * 1000},2,3,4,1,5],["x"],null,[{DAY * 1000},0,3,4,1,5]]'.encode())
    rows: Sequence[CandleRow] = Bitfinex(http, BASE).daily("USD", None)
    assert len(rows) == 1
