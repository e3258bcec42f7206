"""``watch``: rounds, warnings that outlive a restart, and how it ends."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Make
from tests.e2e.made_books import document, loan
from tests.fakes.price_server import FakePriceServer
from tests.unit.cli.conftest import Run

ROOT = Path(__file__).parents[2]
# A shell's background job has Ctrl+C switched off, and hands that down; these tests are about a terminal's.
COMMAND = (
    sys.executable,
    "-c",
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from app.cli.main import run; run()",
)
WARNING_KEYS = [
    "id", "subject", "kind", "status", "confirmed", "opened_at", "closed_at", "due_at", "sentence",
]  # fmt: skip

pytestmark = pytest.mark.usefixtures("config")


def once(run: Run, place: Path, code: int = 0) -> Any:
    """Return what one round says."""
    done = run("--book", place, "watch", "--once", "--json")
    assert (done.code, done.err) == (code, "")
    return done.json


def test_a_quiet_book_stays_quiet(run: Run, make: Make) -> None:
    said = once(run, make(document(loan())))
    assert (said["warnings"], said["changed"], said["loans"][0]["state"]) == ([], [], "ok")


def test_a_warning_opens_once_rises_and_closes(run: Run, server: FakePriceServer, make: Make) -> None:
    place = make(document(loan()))
    server.prices["USD"] = Decimal(57000)
    (opened,) = once(run, place)["changed"]
    assert list(opened) == WARNING_KEYS
    assert (opened["subject"], opened["status"], opened["confirmed"], opened["closed_at"]) == (
        "Loan", "open", True, None
    )  # fmt: skip
    assert "Loan" in opened["sentence"]
    again = once(run, place)
    assert again["changed"] == []
    assert [one["id"] for one in again["warnings"]] == [opened["id"]]
    server.prices["USD"] = Decimal(53000)
    (risen,) = once(run, place)["changed"]
    assert (risen["id"], risen["kind"]) == (opened["id"], "call")
    assert risen["kind"] != opened["kind"]
    assert risen["due_at"] is not None
    # A little better is not over: there is a band in which nothing is told.
    server.prices["USD"] = Decimal(53400)
    assert [one["id"] for one in once(run, place)["warnings"]] == [opened["id"]]
    server.prices["USD"] = Decimal(90000)
    assert all(one["status"] == "closed" for one in once(run, place)["changed"])


@pytest.mark.parametrize("liar", ["kraken", "coinbase", "mempool", "coingecko"])
@pytest.mark.parametrize("lie", ["1100", "42000", "99999999"])
def test_one_liar_neither_raises_nor_silences(
    run: Run, server: FakePriceServer, make: Make, liar: str, lie: str
) -> None:
    place = make(document(loan()))
    server.lie(liar, {"USD": Decimal(lie)})
    assert once(run, place)["warnings"] == []
    server.prices["USD"] = Decimal(53000)
    (raised,) = once(run, place)["warnings"]
    assert (raised["kind"], raised["confirmed"]) == ("call", True)


def test_silence_keeps_a_warning_and_calls_nothing_fine(run: Run, server: FakePriceServer, make: Make) -> None:
    place = make(document(loan()))
    server.prices["USD"] = Decimal(53000)
    (opened,) = once(run, place)["warnings"]
    for key in ("kraken", "coinbase", "bitstamp", "bitfinex", "gemini", "coingecko", "mempool"):
        server.fail(key, status=503)
    said = once(run, place, code=3)
    assert [one["id"] for one in said["warnings"]] == [opened["id"]]
    assert said["loans"][0]["state"] == "unknown"
    assert said["prices"]["USD"]["last"]["value"] == "53000.00"


def test_a_lone_source_cannot_end_a_warning(run: Run, server: FakePriceServer, make: Make) -> None:
    place = make(document(loan()))
    server.prices["USD"] = Decimal(53000)
    (opened,) = once(run, place)["warnings"]
    for key in ("coinbase", "bitstamp", "bitfinex", "gemini", "coingecko", "mempool"):
        server.fail(key, status=503)
    server.prices["USD"] = Decimal(200_000)
    assert [one["id"] for one in once(run, place, code=3)["warnings"]] == [opened["id"]]


def test_a_read_only_book_can_be_watched(run: Run, server: FakePriceServer, make: Make) -> None:
    place = make(document(loan()))
    place.chmod(0o444)
    before = place.read_bytes()
    server.prices["USD"] = Decimal(53000)
    done = run("--book", place, "watch", "--once", "--json")
    assert (done.code, [one["kind"] for one in done.json["warnings"]]) == (0, ["call", "store"])
    assert "read-only" in done.json["warnings"][1]["sentence"]
    assert place.read_bytes() == before


def test_words_for_people(run: Run, server: FakePriceServer, make: Make) -> None:
    place = make(document(loan("Coin revolver")))
    server.prices["USD"] = Decimal(53000)
    done = run("--book", place, "watch", "--once")
    assert (done.code, done.err) == (0, "")
    head, warning = done.out.splitlines()
    assert "$53,000.00" in head
    assert "Coin revolver" in warning
    assert "!" not in done.out


@contextmanager
def watching(place: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """Run ``watch`` in a process of its own."""
    process = subprocess.Popen(
        [*COMMAND, "--book", str(place), "watch", "--interval", "3600", *options],
        cwd=ROOT, env=os.environ.copy(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_told_and_gives_the_book_back(run: Run, make: Make, sign: signal.Signals) -> None:
    place = make(document(loan()))
    with watching(place, "--json") as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        assert first["loans"][0]["state"] == "ok"
        refused = run("--book", place, "watch", "--once")
        assert (refused.code, f"process {process.pid}" in refused.err) == (1, True)
        process.send_signal(sign)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (130, "")
    assert once(run, place)["loans"][0]["state"] == "ok"
    assert not place.with_name(f"{place.name}.lock").exists()


def test_a_killed_watch_blocks_nobody(run: Run, make: Make) -> None:
    place = make(document(loan()))
    with watching(place) as process:
        assert process.stdout is not None
        assert "$70,727.00" in process.stdout.readline()
        process.kill()
        process.communicate(timeout=30)
    assert once(run, place)["warnings"] == []
    assert run("--book", place, "book", "verify").code == 0
