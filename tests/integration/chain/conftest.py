"""Servers on loopback over one small chain."""

from collections.abc import Callable, Iterator
from threading import Event

import pytest

from app.bootstrap.wallet_parts import connect
from app.domain.wallets import Wallet, WalletKind
from app.services.wallet_ports import ChainServer, ServerChoice
from app.system.clock import SystemClock
from tests.fakes.chain import BTC, ELSEWHERE, ChainView, FakeChain
from tests.fakes.chain_server import script
from tests.fakes.electrum_server import FakeElectrum
from tests.fakes.esplora_server import FakeEsplora

Connecting = Callable[..., ChainServer]
WALLET = Wallet("key-a", "Vault", WalletKind.EXTENDED_KEY, ("a",), gap_limit=5, account="Cold")


@pytest.fixture
def chain() -> FakeChain:
    """More than one page of history, change, a coinbase and something that waits."""
    made = FakeChain()
    paid = made.pay((script("a", 0, 0), 2 * BTC))
    made.mine()
    for _ in range(60):
        made.pay((script("a", 0, 1), 1_000))
    made.mine()
    made.coinbase(script("a", 0, 2), 3 * BTC)
    made.pay((ELSEWHERE, BTC), (script("a", 1, 0), BTC - 500), spends=[paid.out()])
    made.mine(count=100)
    made.pay((script("a", 0, 3), 7 * BTC))
    return made


@pytest.fixture
def view(chain: FakeChain) -> ChainView:
    return ChainView(chain)


@pytest.fixture
def esplora(view: ChainView) -> Iterator[FakeEsplora]:
    with FakeEsplora(view) as server:
        yield server


@pytest.fixture
def electrum(view: ChainView) -> Iterator[FakeElectrum]:
    with FakeElectrum(view) as server:
        yield server


@pytest.fixture
def connecting() -> Iterator[Connecting]:
    """Return a way to connect; what was connected is closed at the end."""
    made: list[ChainServer] = []

    def start(url: str, proxy: str = "", pin: str = "", stop: Event | None = None) -> ChainServer:
        cancelled = stop.is_set if stop is not None else bool
        made.append(connect(ServerChoice(url, proxy, 0, pin), cancelled, SystemClock(), lambda _seconds: None))
        return made[-1]

    yield start
    for server in made:
        server.close()
