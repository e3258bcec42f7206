"""``price``, ``watch`` and ``status`` against sources on loopback."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from app.services.pricing_settings import SOURCE_KEYS
from tests.fakes.price_server import FakePriceServer
from tests.unit.cli.conftest import Run

SPOT = tuple(key for key in SOURCE_KEYS if key != "frankfurter")


@pytest.fixture
def server() -> Iterator[FakePriceServer]:
    with FakePriceServer({"USD": Decimal(70727), "EUR": Decimal(60000)}) as running:
        yield running


@pytest.fixture
def config(server: FakePriceServer, tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    tables = [f'[prices.sources.{key}]\nbase_url = "{server.base_url(key)}"\n' for key in SOURCE_KEYS]
    path.write_text("[prices]\ninterval_seconds = 5\n" + "".join(tables), "utf-8")
    return path


def test_price_tells_the_consensus_and_every_verdict(run: Run, config: Path) -> None:
    done = run("--config", config, "price", "--json")
    assert (done.code, done.err) == (0, "")
    assert (done.json["currency"], done.json["status"], done.json["value"]) == ("USD", "ok", "70727.00")
    assert {row["name"] for row in done.json["sources"]} == set(SPOT)
    verdicts = {row["name"]: row["verdict"] for row in done.json["sources"]}
    # Two sources repeat other markets, and only one of them has a vote.
    assert {name for name, verdict in verdicts.items() if verdict != "used"} == {"mempool"}


def test_several_currencies_come_as_one_list(run: Run, config: Path) -> None:
    done = run("--config", config, "price", "--currency", "eur", "--currency", "USD", "--json")
    assert [report["currency"] for report in done.json] == ["EUR", "USD"]


def test_the_currency_is_the_books_own_unless_named(run: Run, config: Path, book: Path) -> None:
    assert run("--book", book, "--config", config, "price", "--json").json["currency"] == "USD"


def test_a_liar_is_named_and_does_no_harm(run: Run, config: Path, server: FakePriceServer) -> None:
    server.lie("kraken", {"USD": Decimal(42000)})
    done = run("--config", config, "price")
    assert done.code == 0
    assert "BTC $70,727.00 (ok)" in done.out
    assert any("kraken" in line and "outlier" in line for line in done.out.splitlines())


def test_without_a_quorum_there_is_no_value_and_the_exit_code_says_so(
    run: Run, config: Path, server: FakePriceServer
) -> None:
    for key in SPOT:
        server.fail(key, status=503)
    done = run("--config", config, "price", "--json")
    assert (done.code, done.json["status"], done.json["value"]) == (3, "none", None)
    assert run("--config", config, "price").out.startswith("No trustworthy price in USD (none)")


def test_status_asks_and_writes_nothing_into_the_book(run: Run, config: Path, book: Path) -> None:
    before = book.read_bytes()
    done = run("--book", book, "--config", config, "status", "--drop", "0.01", "--json")
    assert (done.code, done.err) == (0, "")
    assert done.json["prices"]["USD"]["value"] == "70727.00"
    assert done.json["prices"]["USD"]["sources_used"] >= 5
    assert done.json["loans"][0]["drop_test"]["drop"] == "0.01"
    assert book.read_bytes() == before


def test_status_without_any_source_is_unknown(run: Run, config: Path, book: Path, server: FakePriceServer) -> None:
    for key in SPOT:
        server.fail(key, status=500)
    done = run("--book", book, "--config", config, "status", "--json")
    assert (done.code, done.json["loans"][0]["state"]) == (3, "unknown")
    assert done.json["problems"]


def test_one_watch_round_tells_and_keeps_its_warnings(run: Run, config: Path, book: Path) -> None:
    first = run("--book", book, "--config", config, "watch", "--once", "--json")
    assert (first.code, len(first.json["warnings"])) == (0, 1)
    assert first.json["warnings"] == first.json["changed"]
    assert first.json["warnings"][0]["subject"] == "Revolver"
    second = run("--book", book, "--config", config, "watch", "--once", "--json")
    assert second.json["changed"] == []
    assert second.json["warnings"][0]["id"] == first.json["warnings"][0]["id"]


def test_watch_tells_people_in_words(run: Run, config: Path, book: Path) -> None:
    done = run("--book", book, "--config", config, "watch", "--once")
    head, *warnings = done.out.splitlines()
    assert "BTC $70,727.00 (ok, 6 of 7 sources)" in head
    assert len(warnings) == 1
    assert warnings[0].startswith("  warning: MARGIN CALL level reached: Revolver is at ")


def test_watch_goes_on_until_it_is_interrupted(
    run: Run, config: Path, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float | None] = []

    class Impatient:
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout)
            if len(waits) == 2:
                raise KeyboardInterrupt
            return False

    monkeypatch.setattr("app.cli.watch.Event", Impatient)
    done = run("--book", book, "--config", config, "watch", "--interval", "7")
    assert (done.code, waits) == (130, [7, 7])
    assert len([line for line in done.out.splitlines() if not line.startswith(" ")]) == 2
