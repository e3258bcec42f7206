"""``price`` and ``status`` while the sources agree, differ, lie and fall silent."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.services.pricing_settings import SOURCE_KEYS
from tests.e2e.conftest import Make
from tests.e2e.made_books import document, loan
from tests.fakes.price_server import FakePriceServer
from tests.unit.cli.conftest import Run

SPOT = tuple(key for key in SOURCE_KEYS if key != "frankfurter")
VENUES = ("kraken", "coinbase", "bitstamp", "bitfinex", "gemini")
ROW_KEYS = ["name", "group", "verdict", "price", "age_seconds", "reason"]


def silence(server: FakePriceServer, *but: str) -> None:
    """Let all sources but those named answer 503."""
    for key in SOURCE_KEYS:
        if key not in but:
            server.fail(key, status=503)


@pytest.mark.usefixtures("config")
def test_the_document_has_these_keys_and_no_others(run: Run) -> None:
    done = run("price", "--json")
    assert (done.code, done.err) == (0, "")
    assert list(done.json) == ["currency", "status", "value", "low", "high", "sources"]
    assert all(list(row) == ROW_KEYS for row in done.json["sources"])
    assert (done.json["value"], done.json["low"], done.json["high"]) == ("70727.00",) * 3
    assert {row["verdict"] for row in done.json["sources"]} <= {"used", "outlier", "rejected", "failed", "off"}


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize(
    ("alive", "lies", "status", "value"),
    [
        (SPOT, {}, "ok", "70727.00"),
        (("kraken", "gemini"), {}, "thin", "70727.00"),
        (("kraken", "gemini"), {"gemini": 71000}, "thin", "70863.50"),
        (("kraken", "gemini"), {"gemini": 75000}, "disagree", None),
        (("bitstamp",), {}, "single", None),
        (("coingecko", "mempool"), {}, "single", None),
        ((), {}, "none", None),
        (SPOT, {"kraken": 42000}, "ok", "70727.00"),
        (SPOT, {"mempool": 42000}, "ok", "70727.00"),
        (VENUES, {"kraken": 42000, "gemini": 42001}, "ok", "70727.00"),
        (VENUES[:4], {"kraken": 42000, "coinbase": 42000}, "disagree", None),
        (VENUES, dict.fromkeys(VENUES, 50000), "ok", "50000.00"),
    ],
)
def test_every_status(
    run: Run, server: FakePriceServer, alive: tuple[str, ...], lies: dict[str, int], status: str, value: str | None
) -> None:
    silence(server, *alive)
    for key, price in lies.items():
        server.lie(key, {"USD": Decimal(price)})
    done = run("price", "--json")
    assert (done.json["status"], done.json["value"]) == (status, value)
    assert done.code == (3 if value is None else 0)
    silent = {row["name"] for row in done.json["sources"] if row["verdict"] == "failed"}
    assert silent == set(SPOT) - set(alive)
    assert all(row["reason"] for row in done.json["sources"] if row["verdict"] != "used")
    shown = run("price")
    assert (shown.code, shown.err, "Traceback" in shown.out) == (done.code, "", False)


@pytest.mark.usefixtures("config")
def test_one_liar_is_pointed_at(run: Run, server: FakePriceServer) -> None:
    server.lie("bitfinex", {"USD": Decimal(7072)})
    rows = {row["name"]: row for row in run("price", "--json").json["sources"]}
    assert (rows["bitfinex"]["verdict"], rows["bitfinex"]["price"]) == ("outlier", "7072.00")
    assert rows["kraken"]["verdict"] == "used"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>Please log in</html>"),
        (200, b""),
        (200, b"{}"),
        (200, b"null"),
        (200, b'{"error":["EService:Unavailable"]}'),
        (200, b"[" * 100_000),
        (200, b"\xff\xfe\x00"),
        (302, b""),
        (404, b'{"message":"NotFound"}'),
        (418, b"teapot"),
        (429, b""),
        (451, b"not in your region"),
    ],
)
@pytest.mark.usefixtures("config")
def test_an_answer_that_is_none_costs_one_source_and_nothing_else(
    run: Run, server: FakePriceServer, status: int, body: bytes
) -> None:
    server.fail("kraken", status=status, body=body)
    done = run("price", "--json")
    assert (done.code, done.json["value"], done.err) == (0, "70727.00", "")
    kraken = next(row for row in done.json["sources"] if row["name"] == "kraken")
    assert (kraken["verdict"], kraken["price"]) == ("failed", None)
    assert kraken["reason"]


@pytest.mark.usefixtures("config")
def test_yen_have_no_decimals(run: Run) -> None:
    done = run("price", "--currency", "JPY", "--json")
    assert (done.code, done.json["value"]) == (0, "10400000")


@pytest.mark.usefixtures("config")
def test_a_currency_that_nobody_trades_comes_by_exchange_rate(run: Run, server: FakePriceServer, make: Make) -> None:
    assert "AUD" not in server.prices
    done = run("price", "--currency", "AUD", "--json")
    assert (done.code, done.json["status"]) == (0, "ok")
    assert abs(Decimal(done.json["value"]) - Decimal(70727) * Decimal("1.5432")) < 60
    place = make(document(loan("Outback", currency="AUD")))
    status = run("--book", place, "status", "--json").json
    assert (status["prices"]["AUD"]["origin"], status["prices"]["USD"]["origin"]) == ("fx", "consensus")
    assert status["loans"][0]["state"] == "ok"


@pytest.mark.usefixtures("config")
def test_status_judges_by_what_the_sources_say(run: Run, server: FakePriceServer, make: Make) -> None:
    place = make(
        document(loan(on={"price_source": "kraken"}), loan("Other"), loan("Index", on={"price_source": "cme"}))
    )
    before = place.read_bytes()
    server.lie("kraken", {"USD": Decimal(51000)})
    done = run("--book", place, "status", "--json")
    states = {one["name"]: one["state"] for one in done.json["loans"]}
    assert states == {"Loan": "unknown", "Other": "ok", "Index": "unknown"}
    assert done.code == 3
    # A source that the contract names counts only while the others bear it out.
    assert any("kraken does not agree" in problem for problem in done.json["problems"])
    assert any("cme" in problem for problem in done.json["problems"])
    assert done.json["prices"]["USD"]["origin"] == "consensus"
    assert done.json["prices"]["USD"]["sources_used"] < done.json["prices"]["USD"]["sources_asked"] == len(SPOT)
    assert place.read_bytes() == before
    assert [path.name for path in place.parent.iterdir() if path.name.startswith(f"{place.name}")] == [place.name]


@pytest.mark.parametrize("alive", [("kraken",), ()])
@pytest.mark.usefixtures("config")
def test_nothing_is_called_fine_without_a_price_to_rely_on(
    run: Run, server: FakePriceServer, make: Make, alive: tuple[str, ...]
) -> None:
    silence(server, *alive)
    place = make(document(loan(), loan("Bare", [])))
    done = run("--book", place, "status", "--json")
    assert (done.code, done.err) == (3, "")
    assert [one["state"] for one in done.json["loans"]] == ["unknown", "undrawn"]
    price = done.json["prices"]["USD"]
    assert price["value"] is None
    assert done.json["totals"]["btc_value"] is None
    assert done.json["problems"]
    assert run("--book", place, "status").code == 3


@pytest.mark.usefixtures("config")
def test_the_last_good_price_survives_a_restart_and_tells_its_age(
    run: Run, server: FakePriceServer, make: Make
) -> None:
    place = make(document(loan()))
    assert run("--book", place, "watch", "--once").code == 0
    aged(place, 3)
    silence(server)
    done = run("--book", place, "status", "--json")
    last: Any = done.json["prices"]["USD"]["last"]
    assert (done.code, done.json["prices"]["USD"]["value"], last["value"]) == (3, None, "70727.00")
    assert 3 * 3600 <= last["age_seconds"] < 3 * 3600 + 120
    assert done.json["loans"][0]["state"] == "unknown"
    shown = run("--book", place, "status").out
    assert "70,727" in shown
    assert " h old" in shown


def aged(place: Path, hours: int) -> None:
    """Let the stored prices be older than they are."""
    at = (datetime.now(UTC) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    with closing(sqlite3.connect(place)) as book:
        assert book.execute("UPDATE last_price SET at = ?", (at,)).rowcount == 1
        book.commit()


@pytest.mark.usefixtures("server")
def test_sources_that_are_switched_off_are_told_as_that(run: Run, config: Path) -> None:
    text = config.read_text("utf-8")
    config.write_text(text.replace("base_url", "enabled = false\nbase_url"), "utf-8")
    done = run("price", "--json")
    assert (done.code, done.json["status"]) == (3, "none")
    assert {row["verdict"] for row in done.json["sources"]} == {"off"}
    assert done.json["value"] is None
