"""Servers behind Tor: their names go to the proxy and nowhere else."""

import socket
from typing import Any

import pytest

from app.chain.wire import WireChoice, open_wire
from app.domain.errors import ChainError
from tests.fakes.chain import FakeChain
from tests.fakes.electrum_server import FakeElectrum
from tests.fakes.esplora_server import FakeEsplora
from tests.fakes.socks_server import FakeSocks
from tests.integration.chain.conftest import Connecting

ONION = "explorerzydxu5ecjrkwceayqybizmpjjznk5izmitf2modhcusuqlid.onion"


@pytest.fixture
def asked_names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Remember which names the system was asked for."""
    names: list[str] = []
    real = socket.getaddrinfo

    def watched(host: Any, *rest: Any, **named: Any) -> Any:
        names.append(str(host))
        return real(host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", watched)
    return names


def test_an_esplora_server(
    esplora: FakeEsplora, connecting: Connecting, chain: FakeChain, asked_names: list[str]
) -> None:
    with FakeSocks(esplora.port) as socks:
        server = connecting(f"http://{ONION}/api", socks.proxy)
        assert server.tip().hash == chain.tip.hash
        server.close()
        assert socks.names == [(ONION, 80)]
    assert not [name for name in asked_names if name.endswith(".onion")]


def test_an_electrum_server(
    electrum: FakeElectrum, connecting: Connecting, chain: FakeChain, asked_names: list[str]
) -> None:
    with FakeSocks(electrum.port) as socks:
        server = connecting(f"tcp://{ONION}:50001", socks.proxy)
        assert server.tip().hash == chain.tip.hash
        server.close()
        assert socks.names == [(ONION, 50_001)]
    assert not [name for name in asked_names if name.endswith(".onion")]


@pytest.mark.parametrize("url", [f"http://{ONION}/api", f"tcp://{ONION}:50001", f"ssl://{ONION}:50002"])
def test_without_a_proxy_nobody_is_asked(connecting: Connecting, asked_names: list[str], url: str) -> None:
    with pytest.raises(ChainError, match="through Tor alone") as caught:
        connecting(url)
    assert caught.value.reason == "onion"
    if not url.startswith("http"):
        with pytest.raises(ChainError, match="through Tor alone"):
            open_wire(WireChoice(url), lambda: pytest.fail("no TLS"), lambda: 0.0)
    assert asked_names == []


def test_a_dead_proxy_is_not_gone_around(connecting: Connecting, asked_names: list[str]) -> None:
    dead = "socks5h://127.0.0.1:9"
    with pytest.raises(ChainError, match="cannot be reached"):
        connecting(f"http://{ONION}/api", dead).tip()
    with pytest.raises(ChainError, match="cannot be reached"):
        connecting(f"tcp://{ONION}:50001", dead)
    with pytest.raises(ChainError, match="cannot be reached"):
        connecting("tcp://umbrel.local:50001", dead)
    assert not [name for name in asked_names if not name.startswith("127.")]
