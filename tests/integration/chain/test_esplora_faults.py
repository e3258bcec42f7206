"""Esplora servers that fail: busy, refusing, lying about shapes, gone, or cancelled by the user."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Event
from typing import Any

import pytest

from app.chain.esplora import EsploraServer, scripthash
from app.chain.pace import Pace
from app.domain.errors import CancelledError, ChainError
from app.domain.feeds import FeedError
from app.services.wallet_ports import ChainServer
from tests.fakes.chain import ChainView, FakeChain
from tests.fakes.chain_server import script
from tests.fakes.esplora_server import FakeEsplora
from tests.fakes.raw_server import RawServer, say
from tests.integration.chain.conftest import Connecting

USED = script("a", 0, 0)
PATH = f"/api/scripthash/{scripthash(USED)}"


def reason(server: ChainServer) -> str:
    """Return why a history cannot be had."""

    def ask() -> None:
        list(server.statuses([USED]))
        server.history(USED)
        server.tip()

    with pytest.raises(ChainError) as caught:
        ask()
    assert "\n" not in str(caught.value)
    return caught.value.reason


@pytest.mark.parametrize(
    ("path", "status", "kind", "body", "expected"),
    [
        (PATH, 400, "text/plain", b"Invalid bitcoin address", "refused"),
        (f"{PATH}/txs", 400, "text/plain", b"Too many history entries (>500)", "too_large"),
        (PATH, 200, "text/html", b"<html>Login</html>", "unexpected"),
        (PATH, 200, "application/json", b"{}", "unexpected"),
        (PATH, 200, "application/json", b'{"chain_stats": {"tx_count": -1}, "mempool_stats": {}}', "unexpected"),
        (PATH, 200, "application/json", b'{"chain_stats": {"tx_count": 1.5}, "mempool_stats": {}}', "unexpected"),
        (PATH, 200, "application/json", b"[" * 100_000, "unexpected"),
        (PATH, 200, "application/json", b"", "unexpected"),
        (f"{PATH}/txs", 200, "application/json", b"{}", "unexpected"),
        (f"{PATH}/txs", 200, "application/json", b"[{}]", "unexpected"),
        ("/api/blocks/tip/height", 200, "text/plain", b"12a", "unexpected"),
        ("/api/blocks/tip/height", 200, "text/plain", b"999999999999999", "unexpected"),
        ("/api/blocks/tip/height", 302, "text/plain", b"", "unreachable"),
        ("/api/block-height/800103", 200, "text/plain", b"../../etc", "unexpected"),
        (PATH, 500, "text/html", b"<h1>oops</h1>", "refused"),
    ],
)
def test_answers_that_cannot_be_used(
    esplora: FakeEsplora,
    connecting: Connecting,
    chain: FakeChain,
    path: str,
    status: int,
    kind: str,
    body: bytes,
    expected: str,
) -> None:
    assert chain.tip.height == 800_103
    esplora.broken[path] = (status, kind, body)
    assert reason(connecting(esplora.url)) == expected


@pytest.mark.parametrize(
    "change",
    [
        {"txid": "xyz"},
        {"txid": "AB" * 32},
        {"vout": [{"scriptpubkey": USED, "value": -5}]},
        {"vout": [{"scriptpubkey": USED, "value": 2_100_000_000_000_001}]},
        {"vout": [{"scriptpubkey": USED, "value": True}]},
        {"vout": [{"scriptpubkey": "0g", "value": 5}]},
        {"vin": [{"txid": "00", "vout": 0}]},
        {"vin": None},
        {"status": {"confirmed": True, "block_height": 5}},
        {"status": {"confirmed": True, "block_height": -5, "block_hash": "00" * 32, "block_time": 1_700_000_000}},
        {"status": {"confirmed": True, "block_height": 5, "block_hash": "00" * 32, "block_time": 10**15}},
    ],
)
def test_transactions_that_cannot_be(esplora: FakeEsplora, connecting: Connecting, change: dict[str, Any]) -> None:
    _, kind, body = esplora.reply(f"{PATH}/txs")
    listed = json.loads(body)
    esplora.broken[f"{PATH}/txs"] = (200, kind, json.dumps([{**listed[0], **change}]).encode())
    assert reason(connecting(esplora.url)) == "unexpected"


@dataclass(frozen=True)
class Page:
    """An answer."""

    status: int
    body: bytes = b"7"
    headers: Mapping[str, str] = ()  # type: ignore[assignment]  # only ``get`` is asked of it


class Clocked:
    """A server whose answers are scripted, on a clock that only waiting moves."""

    def __init__(self, *answers: Page | FeedError, per_second: int = 0) -> None:
        self.waits: list[float] = []
        self.now = 0.0
        self.stop = Event()
        self.answers = list(answers)
        pace = Pace(per_second, lambda: self.now, self._wait, self.stop.is_set)
        self.server = EsploraServer("http://x", self._fetch, pace, lambda: None)

    def _fetch(self, url: str) -> Page:
        assert url.startswith("http://x/")
        answer = self.answers.pop(0)
        if isinstance(answer, FeedError):
            raise answer
        return answer

    def _wait(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.now += seconds


def busy(after: str = "") -> Page:
    """Return a refusal for being asked too often."""
    return Page(429, b"slow down", {"retry-after": after} if after else {})


UNUSED = json.dumps(
    {name: {"tx_count": 0, "funded_txo_sum": 0, "spent_txo_sum": 0} for name in ("chain_stats", "mempool_stats")}
).encode()


def test_a_busy_server_is_given_time() -> None:
    scene = Clocked(busy(), busy("7"), busy("soon"), busy("999999"), Page(200, UNUSED, {}))
    assert list(scene.server.statuses([USED])) == [""]
    assert scene.waits == [2, 7, 15, 120]


def test_a_server_that_stays_busy_is_left() -> None:
    scene = Clocked(*[busy() for _ in range(6)])
    with pytest.raises(ChainError, match="asks for fewer questions") as caught:
        list(scene.server.statuses([USED]))
    assert caught.value.reason == "busy"
    assert scene.waits == [2, 5, 15, 30, 60]


def test_a_connection_that_breaks_is_tried_again_but_not_for_ever() -> None:
    breaking = FeedError("timeout", "no answer in time")
    scene = Clocked(breaking, Page(200, UNUSED, {}))
    assert list(scene.server.statuses([USED])) == [""]
    scene = Clocked(*[breaking] * 9)
    with pytest.raises(ChainError, match="no answer in time"):
        list(scene.server.statuses([USED]))
    assert len(scene.answers) == 5
    scene = Clocked(FeedError("tls", "the certificate is not trusted"))
    with pytest.raises(ChainError, match="certificate"):
        list(scene.server.statuses([USED]))


def test_questions_are_spread() -> None:
    scene = Clocked(*[Page(200, UNUSED, {}) for _ in range(11)], per_second=5)
    list(scene.server.statuses([USED] * 11))
    assert sum(scene.waits) == pytest.approx(2)


def test_the_user_stops_it_between_two_questions_and_while_it_waits() -> None:
    scene = Clocked(busy(), Page(200, UNUSED, {}))
    scene.stop.set()
    with pytest.raises(CancelledError):
        scene.server.tip()
    assert len(scene.answers) == 2


def test_a_server_that_is_not_there(connecting: Connecting) -> None:
    assert reason(connecting("http://127.0.0.1:9/api")) == "unreachable"
    with RawServer(say(b"nonsense\r\n\r\n")) as raw:
        assert reason(connecting(f"{raw.url}/api")) == "unreachable"


def test_a_server_that_gives_another_transaction(esplora: FakeEsplora, connecting: Connecting, view: ChainView) -> None:
    one, other = list(view.chain.txs)[:2]
    esplora.broken[f"/api/tx/{one}"] = esplora.reply(f"/api/tx/{other}")
    with pytest.raises(ChainError, match="another transaction"):
        connecting(esplora.url).transactions([one])
    esplora.broken[f"/api/block/{view.blocks[3].hash}"] = esplora.reply(f"/api/block/{view.blocks[4].hash}")
    with pytest.raises(ChainError, match="another block"):
        connecting(esplora.url).block(view.blocks[3].height)
