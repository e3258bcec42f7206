"""Both kinds of servers, over real connections: they tell the same, and a scan of either is the same."""

import pytest

from app.domain.errors import ChainError
from app.services.wallet_ports import ChainServer, WalletScan
from app.services.wallet_scan import scan_wallet, with_second
from tests.fakes.chain import BTC, ChainView, FakeChain
from tests.fakes.chain_server import MadeUpAddresses, MemoryServer, scan, script
from tests.fakes.electrum_server import FakeElectrum
from tests.fakes.esplora_server import FakeEsplora
from tests.integration.chain.conftest import WALLET, Connecting


@pytest.fixture(params=["esplora", "electrum", "memory"])
def server(
    request: pytest.FixtureRequest,
    view: ChainView,
    esplora: FakeEsplora,
    electrum: FakeElectrum,
    connecting: Connecting,
) -> ChainServer:
    """Each kind of server; the one in memory, which other tests trust, has to keep the same contract."""
    if request.param == "memory":
        return MemoryServer(view)
    return connecting(esplora.url if request.param == "esplora" else electrum.url)


def scanned(server: ChainServer, chain: FakeChain, last: WalletScan | None = None) -> WalletScan:
    """Return a scan over a real connection."""
    return scan_wallet(WALLET, MadeUpAddresses("a"), server, last, chain.now)


def test_the_newest_block_and_older_ones(server: ChainServer, chain: FakeChain) -> None:
    assert server.tip() == (chain.tip.height, chain.tip.hash, chain.tip.at)
    for block in (chain.blocks[0], chain.blocks[7]):
        assert server.block(block.height) == (block.height, block.hash, block.at)
    assert server.block(chain.tip.height + 1) is None


def test_unused_scripts_have_no_status_and_no_history(server: ChainServer) -> None:
    used, unused = script("a", 0, 1), script("a", 0, 4)
    statuses = list(server.statuses([unused, used, unused]))
    assert statuses[0] == statuses[2] == ""
    assert statuses[1]
    assert server.history(unused) == ()


def test_a_long_history_is_whole_and_the_status_changes_with_it(server: ChainServer, chain: FakeChain) -> None:
    long = script("a", 0, 1)
    before = list(server.statuses([long]))
    history = server.history(long)
    assert len({entry.txid for entry in history}) == 60
    assert {entry.height for entry in history} == {chain.base + 2}
    chain.pay((long, 5))
    assert list(server.statuses([long])) != before
    assert {entry.height for entry in server.history(long)} == {chain.base + 2, None}


def test_transactions_are_what_they_are(server: ChainServer, chain: FakeChain) -> None:
    wanted = tuple(chain.txs)
    found = server.transactions(wanted)
    for txid, one in found.items():
        assert list(map(tuple, one.spends)) == list(map(tuple, chain.txs[txid].spends))
        assert list(map(tuple, one.pays)) == list(map(tuple, chain.txs[txid].pays))
        assert one.is_coinbase == chain.txs[txid].coinbase


def test_a_scan_finds_what_there_is_and_follows_what_changes(server: ChainServer, chain: FakeChain) -> None:
    first = scanned(server, chain)
    assert first.confirmed_sats == 2 * BTC + 60_000 + 3 * BTC - BTC - 500
    assert first.moves == scan(chain, of=WALLET).moves
    chain.mine()
    chain.pay((script("a", 0, 2), BTC))
    chain.mine()
    second = scanned(server, chain, first)
    assert second.confirmed_sats == first.confirmed_sats + 8 * BTC
    doomed = chain.pay((script("a", 0, 4), BTC))
    chain.mine()
    third = scanned(server, chain, second)
    chain.reorganise(2, drop=[doomed.txid])
    fourth = scanned(server, chain, third)
    assert [move.txid for move in fourth.gone] == [doomed.txid]
    assert fourth.confirmed_sats == second.confirmed_sats
    assert fourth.moves == scan(chain, of=WALLET).moves


def test_a_server_behind_is_told(server: ChainServer, view: ChainView, chain: FakeChain) -> None:
    first = scanned(server, chain)
    view.behind = 1
    with pytest.raises(ChainError, match="is behind"):
        scanned(server, chain, first)


def test_the_two_kinds_confirm_each_other(
    esplora: FakeEsplora, electrum: FakeElectrum, connecting: Connecting, chain: FakeChain
) -> None:
    one, other = scanned(connecting(esplora.url), chain), scanned(connecting(electrum.url), chain)
    assert with_second(one, other, "Vault") == one
    electrum.view = ChainView(chain, hidden=frozenset(chain.blocks[1].txs))
    with pytest.raises(ChainError, match="do not tell the same"):
        with_second(one, scanned(connecting(electrum.url), chain), "Vault")
