"""Answers that arrive whole and are wrong: the source is named with a stable word, and the others give the price."""

import json
import time
from decimal import Decimal
from typing import NamedTuple

import pytest

from app.domain.quotes import PriceStatus, Verdict
from tests.fakes.price_server import FakePriceServer
from tests.integration.prices.conftest import PRICES, Asker


class Case(NamedTuple):
    name: str
    source: str
    reason: str
    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


HTML = (("Content-Type", "text/html; charset=UTF-8"),)
PORTAL = b"<!DOCTYPE html><html><head><title>Welcome to the guest network</title></head></html>"
HTTP_DATE = "Sun, 22 Nov 2026 12:00:00 GMT"
NOW = int(time.time())


def _kraken(ask: str = '"70728.1"', bid: str = '"70726.1"', last: str = '"70727"', name: str = "XXBTZUSD") -> bytes:
    return f'{{"error":[],"result":{{"{name}":{{"a":[{ask},"1"],"b":[{bid},"3"],"c":[{last},"0.1"]}}}}}}'.encode()


def _kraken_error(text: str) -> bytes:
    return json.dumps({"error": [text]}).encode()


def _coinbase(price: object = "70727", stamp: object = None, **more: object) -> bytes:
    moment = stamp or time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return json.dumps({"trade_id": 8, "price": price, "time": moment, **more}).encode()


def _bitstamp(last: object = "70727", stamp: object = None, **more: object) -> bytes:
    return json.dumps({"timestamp": stamp or str(NOW), "last": last, **more}).encode()


def _coingecko(price: str) -> bytes:
    return f'{{"bitcoin":{{"usd":{price},"last_updated_at":{NOW}}}}}'.encode()


CASES = [
    # redirects, portals, walls
    Case("captive portal redirects", "kraken", "redirected", 302, b"", (("Location", "http://127.0.0.1:9/login"),)),
    Case("moved for good", "coinbase", "redirected", 301, b"", (("Location", "https://elsewhere.example/"),)),
    Case("redirect that keeps the method", "bitstamp", "redirected", 307, b"", (("Location", "/again"),)),
    Case("not modified", "gemini", "redirected", 304),
    Case("captive portal answers itself", "kraken", "html", 200, PORTAL, HTML),
    Case("web page of an app at a wrong path", "mempool", "html", 200, PORTAL, HTML),
    Case("web page after blanks", "gemini", "html", 200, b"\r\n  <html></html>", HTML),
    Case("bot challenge", "bitstamp", "challenge", 403, PORTAL, (*HTML, ("cf-mitigated", "challenge"))),
    Case("bot challenge with 503", "bitfinex", "challenge", 503, PORTAL, (*HTML, ("cf-mitigated", "challenge"))),
    Case("proxy page 520", "kraken", "server_error", 520, PORTAL, HTML),
    Case("wall page 503", "bitstamp", "server_error", 503, PORTAL, HTML),
    Case("rate page 1015", "coingecko", "rate_limited", 429, PORTAL, (*HTML, ("Retry-After", "60"))),
    # statuses
    Case("rate limit in seconds", "coinbase", "rate_limited", 429, b"{}", (("Retry-After", "5"),)),
    Case("rate limit until a date", "coinbase", "rate_limited", 429, b"", (("Retry-After", HTTP_DATE),)),
    Case("rate limit with half a second", "gemini", "rate_limited", 429, b"", (("Retry-After", "0.5"),)),
    Case("rate limit below zero", "gemini", "rate_limited", 429, b"", (("Retry-After", "-5"),)),
    Case("rate limit with a word", "bitfinex", "rate_limited", 429, b"", (("Retry-After", "soon"),)),
    Case("server error that asks to wait", "bitstamp", "server_error", 503, b"", (("Retry-After", "30"),)),
    Case("key wanted", "coingecko", "unauthorized", 401, b"{}"),
    Case("forbidden", "coinbase", "forbidden", 403, b"{}"),
    Case("proxy wants a password", "gemini", "proxy", 407, b"<html></html>", HTML),
    Case("request timeout", "coingecko", "timeout", 408),
    Case("banned", "bitfinex", "banned", 418, b'{"code":-1003}', (("Retry-After", "99999999"),)),
    Case("not in this region", "kraken", "region", 451, b'{"code":0,"msg":"restricted location"}'),
    Case("pair removed", "coinbase", "no_such_pair", 404, b'{"message":"NotFound"}'),
    Case("path removed", "bitstamp", "not_found", 404, b"not here"),
    Case("bad request", "mempool", "bad_request", 400, b"no"),
    Case("unprocessable", "mempool", "bad_request", 422, b"no"),
    Case("internal error", "gemini", "server_error", 500, b"oops"),
    Case("bad gateway", "coinbase", "server_error", 502),
    Case("gateway timeout", "kraken", "server_error", 504),
    Case("no content", "kraken", "empty", 204),
    Case("unknown status", "kraken", "bad_status", 299, b"{}"),
    # errors in an envelope, mostly with 200
    Case("kraken rate", "kraken", "rate_limited", 200, _kraken_error("EAPI:Rate limit exceeded")),
    Case("kraken too many", "kraken", "rate_limited", 200, _kraken_error("EGeneral:Too many requests")),
    Case("kraken lockout", "kraken", "rate_limited", 200, _kraken_error("EGeneral:Temporary lockout")),
    Case("kraken unavailable", "kraken", "maintenance", 200, _kraken_error("EService:Unavailable")),
    Case("kraken busy", "kraken", "maintenance", 200, _kraken_error("EService:Busy")),
    Case("kraken internal", "kraken", "source_error", 200, _kraken_error("EGeneral:Internal error")),
    Case("kraken unknown pair", "kraken", "no_such_pair", 200, _kraken_error("EQuery:Unknown asset pair")),
    Case("kraken error beside a result", "kraken", "source_error", 200,
         _kraken().replace(b'"error":[]', b'"error":["EGeneral:Something"]')),
    Case("coinbase message", "coinbase", "rate_limited", 200, b'{"message":"Public rate limit exceeded"}'),
    Case("coinbase errors", "coinbase", "source_error", 400, b'{"errors":[{"id":"invalid_request"}]}'),
    Case("bitstamp maintenance", "bitstamp", "maintenance", 503, b'{"error":"under scheduled maintenance"}'),
    Case("bitstamp rate", "bitstamp", "rate_limited", 400,
         b'{"status":"error","reason":"exceeded rate limit","response_code":"400.002"}'),
    Case("bitfinex bad symbol with 500", "bitfinex", "no_such_pair", 500, b'["error",10020,"symbol: invalid"]'),
    Case("bitfinex rate", "bitfinex", "rate_limited", 429, b'["error",11010,"ratelimit: error"]'),
    Case("bitfinex down", "bitfinex", "maintenance", 503, b'{"code":503,"error":"temporarily_unavailable"}'),
    Case("bitfinex rate of old", "bitfinex", "rate_limited", 200, b'{"error":"ERR_RATE_LIMIT"}'),
    Case("gemini rate", "gemini", "rate_limited", 429, b'{"result":"error","reason":"RateLimit","message":"slow"}'),
    Case("gemini maintenance", "gemini", "maintenance", 503, b'{"result":"error","reason":"Maintenance"}'),
    Case("gemini symbol", "gemini", "no_such_pair", 400,
         b'{"result":"error","reason":"Bad Request","message":"Supplied value \'btcxxx\' is not a valid symbol"}'),
    Case("coingecko code", "coingecko", "rate_limited", 200, b'{"status":{"error_code":429,"error_message":"slow"}}'),
    Case("coingecko plan", "coingecko", "unauthorized", 400, b'{"status":{"error_code":10010,"error_message":"key"}}'),
    Case("coingecko error in an object", "coingecko", "history_limit", 401,
         b'{"error":{"status":{"error_code":10012,"error_message":"365 days"}}}'),
    Case("coingecko error as a text", "coingecko", "not_found", 404, b'{"error":"coin not found"}'),
    # bodies
    Case("empty body", "kraken", "empty"),
    Case("blank body", "coinbase", "empty", 200, b" \n "),
    Case("null", "mempool", "empty", 200, b"null"),
    Case("empty object", "coinbase", "no_price", 200, b"{}"),
    Case("no coin", "coingecko", "no_price", 200, b"{}"),
    Case("no currency", "coingecko", "no_price", 200, b'{"bitcoin":{}}'),
    Case("no result", "kraken", "unexpected_shape", 200, b'{"error":[]}'),
    Case("empty result", "kraken", "no_price", 200, b'{"error":[],"result":{}}'),
    Case("object for a list", "bitfinex", "unexpected_shape", 200, b'{"last":70727}'),
    Case("list for an object", "coinbase", "unexpected_shape", 200, b"[70727]"),
    Case("short list", "bitfinex", "unexpected_shape", 200, b"[70726,8.1,70728]"),
    Case("renamed field", "coinbase", "no_price", 200, b'{"trade_id":8,"last_price":"70727"}'),
    Case("broken off JSON", "coinbase", "not_json", 200, b'{"trade_id":8,"price":"707'),
    Case("text", "gemini", "not_json", 200, b"Service is warming up"),
    Case("latin-1", "bitstamp", "not_json", 200, b'{"last":"70727","note":"\xe9\xe8"}'),
    Case("not a number", "bitfinex", "bad_number", 200, b"[NaN,8,70728,4,-7,-0.1,70727,412,71000,70000]"),
    Case("infinity", "mempool", "bad_number", 200, b'{"time":1,"USD":Infinity}'),
    Case("1e999", "coingecko", "unparsable_or_nonpositive", 200, _coingecko("1e999")),
    Case("exponent bomb", "mempool", "bad_number", 200, b'{"time":1,"USD":1e999999999999999999999}'),
    Case("5000 digits", "mempool", "bad_number", 200, b'{"time":1,"USD":%s}' % (b"7" * 5000)),
    Case("5000 decimals", "mempool", "bad_number", 200, b'{"time":1,"USD":70727.%s}' % (b"1" * 5000)),
    Case("deep nesting", "gemini", "too_deep", 200, b"[" * 60_000),
    Case("doubled price", "coinbase", "duplicate_key", 200, b'{"price":"70727","price":"42000"}'),
    # prices
    Case("true", "coinbase", "unparsable_or_nonpositive", 200, _coinbase(price=True)),
    Case("a list", "coinbase", "unparsable_or_nonpositive", 200, _coinbase(price=["70727"])),
    Case("an object", "coinbase", "unparsable_or_nonpositive", 200, _coinbase(price={"amount": "70727"})),
    Case("a word", "bitstamp", "unparsable_or_nonpositive", 200, _bitstamp("maintenance")),
    Case("thousands", "bitstamp", "unparsable_or_nonpositive", 200, _bitstamp("70,727.00")),
    Case("decimal comma", "bitstamp", "unparsable_or_nonpositive", 200, _bitstamp("70727,00")),
    Case("blank inside", "bitstamp", "unparsable_or_nonpositive", 200, _bitstamp("70 727")),
    Case("underscore", "bitstamp", "unparsable_or_nonpositive", 200, _bitstamp("70_727")),
    Case("arabic digits", "bitstamp", "unparsable_or_nonpositive", 200, _bitstamp("٧٠٧٢٧")),
    Case("full-width digits", "bitstamp", "unparsable_or_nonpositive", 200, _bitstamp("７０７２７")),  # noqa: RUF001
    Case("line end", "bitstamp", "unparsable_or_nonpositive", 200, _bitstamp("70727\n")),
    Case("NaN as a text", "coinbase", "unparsable_or_nonpositive", 200, _coinbase("NaN")),
    Case("zero", "coinbase", "unparsable_or_nonpositive", 200, _coinbase("0")),
    Case("negative", "coinbase", "unparsable_or_nonpositive", 200, _coinbase("-70727")),
    Case("cold start", "mempool", "unparsable_or_nonpositive", 200, b'{"time":0,"USD":-1,"EUR":-1}'),
    Case("null price", "coingecko", "unparsable_or_nonpositive", 200, _coingecko("null")),
    Case("below all bounds", "coinbase", "bounds", 200, _coinbase("707.27")),
    Case("bitcoin per dollar", "coinbase", "bounds", 200, _coinbase("0.0000141")),
    Case("wrong pair", "kraken", "echo_mismatch", 200, _kraken(name="XXBTZEUR")),
    Case("wrong pair in words", "bitstamp", "echo_mismatch", 200, _bitstamp(pair="BTC/EUR")),
    Case("wrong volume", "gemini", "echo_mismatch", 200,
         b'{"bid":"1","ask":"2","last":"70727","volume":{"BTC":"1","EUR":"2","timestamp":%d}}' % (NOW * 1000)),
    Case("wrong product", "coinbase", "echo_mismatch", 200, _coinbase(product_id="BTC-EUR")),
    Case("crossed book", "kraken", "crossed_or_bad_book", 200, _kraken(ask='"70000"', bid='"70800"')),
    Case("wide book", "kraken", "wide_book", 200, _kraken(ask='"75000"', bid='"65000"')),
    Case("bid of zero", "kraken", "unparsable_or_nonpositive", 200, _kraken(bid='"0"')),
    Case("book of true", "kraken", "unparsable_or_nonpositive", 200, _kraken(ask="true")),
    # times
    Case("hours old", "coinbase", "stale", 200, _coinbase(stamp="2026-01-01T00:00:00.5Z")),
    Case("kept in a cache", "coinbase", "stale", 200, _coinbase(), (("Age", "900"),)),
    Case("in the future", "coinbase", "future", 200, _coinbase(stamp="2999-01-01T00:00:00Z")),
    Case("milliseconds for seconds", "bitstamp", "bad_time", 200, _bitstamp(stamp=str(NOW * 1000))),
    Case("seconds for milliseconds", "gemini", "bad_time", 200,
         b'{"bid":"1","ask":"2","last":"70727","volume":{"BTC":"1","USD":"2","timestamp":%d}}' % NOW),
    Case("no time", "coingecko", "unparsable_or_nonpositive", 200, b'{"bitcoin":{"usd":70727}}'),
    Case("time of another form", "coinbase", "bad_time", 200, _coinbase(stamp="22 Nov 2026")),
    Case("the thirty-first of February", "coinbase", "bad_time", 200, _coinbase(stamp="2026-02-31T00:00:00Z")),
]  # fmt: skip


def test_names_are_unique_and_enough() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 70


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.name))
def test_the_others_give_the_price(case: Case, server: FakePriceServer, ask: Asker) -> None:
    server.fail(case.source, case.status, case.body, dict(case.headers))
    consensus, row = ask(case.source)
    assert row.reason.partition(":")[0] == case.reason
    assert row.verdict in (Verdict.FAILED, Verdict.REJECTED)
    assert consensus.status is PriceStatus.OK
    assert consensus.value == PRICES["USD"]
    assert sum(one.verdict is Verdict.USED for one in consensus.sources) >= 4


@pytest.mark.parametrize("factor", ["0.5", "0.97", "1.03", "2", "100", "1000"])
def test_a_liar_inside_the_bounds_is_an_outlier(factor: str, server: FakePriceServer, ask: Asker) -> None:
    server.lie("kraken", {"USD": PRICES["USD"] * Decimal(factor)})
    consensus, row = ask("kraken")
    assert (row.verdict, row.reason) == (Verdict.OUTLIER, "outside_band")
    assert (consensus.status, consensus.value) == (PriceStatus.OK, PRICES["USD"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_other_unicode_forms_are_read(encoding: str, server: FakePriceServer, ask: Asker) -> None:
    server.fail("coinbase", 200, _coinbase().decode().encode(encoding))
    _, row = ask("coinbase")
    assert (row.verdict, row.price) == (Verdict.USED, Decimal(70727))


def test_new_fields_are_ignored(server: FakePriceServer, ask: Asker) -> None:
    server.fail("coinbase", 200, _coinbase(rfq_volume="12.3", extra={"a": [1, None]}))
    _, row = ask("coinbase")
    assert row.verdict is Verdict.USED
