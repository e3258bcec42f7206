"""Scans of wallets: what is found, what is asked again, and what happens when chain or server change their mind."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.errors import ChainError
from app.services.wallet_ports import ChainTransaction, WalletScan
from app.services.wallet_scan import scan_wallet, with_second
from tests.fakes.chain import BTC, ELSEWHERE, ChainView, FakeChain, Tx
from tests.fakes.chain_server import FailingServer, MadeUpAddresses, MemoryServer, scan, script, wallet

OUT, CHANGE = script("a", 0, 0), script("a", 1, 0)


@pytest.fixture
def chain() -> FakeChain:
    return FakeChain()


def nets(found: WalletScan) -> list[tuple[int | None, int]]:
    """Return height above the first block and satoshis of each move."""
    return [(None if move.height is None else move.height - 800_000, move.sats) for move in found.moves]


def held(found: WalletScan) -> int:
    """Return what is on its way out."""
    return sum(move.held_sats for move in found.moves)


@pytest.mark.parametrize("without_blocks", [True, False])
def test_what_came_and_went(chain: FakeChain, without_blocks: bool) -> None:
    first = chain.pay((OUT, BTC))
    chain.mine()
    chain.pay((ELSEWHERE, BTC // 4), (CHANGE, BTC // 2), spends=[first.out()])
    chain.mine()
    found = scan(MemoryServer(ChainView(chain), without_blocks=without_blocks))
    assert nets(found) == [(1, BTC), (2, -BTC // 2)]
    assert [move.fee_sats for move in found.moves] == [None, BTC // 4]
    assert found.confirmed_sats == BTC // 2
    assert found.tip.hash == chain.tip.hash
    assert [move.at for move in found.moves] == [block.at for block in chain.blocks[1:]]
    assert found.memory.used == {"0": 0, "1": 0}


def test_the_gap_limit_ends_a_branch_and_what_lies_within_it_is_found(chain: FakeChain) -> None:
    chain.pay((script("a", 0, 4), BTC))
    chain.pay((script("a", 0, 9), 2 * BTC))
    chain.pay((script("a", 0, 15), 4 * BTC))
    chain.mine()
    server = MemoryServer(ChainView(chain))
    assert scan(server).confirmed_sats == 3 * BTC
    assert server.asked.count("status") == 15 + 5
    assert scan(chain, of=wallet(gap_limit=6)).confirmed_sats == 7 * BTC


def test_change_is_looked_for_as_far_as_the_gap_limit(chain: FakeChain) -> None:
    chain.pay((script("a", 1, 3), BTC))
    chain.mine()
    assert scan(chain).confirmed_sats == BTC


def test_a_second_scan_asks_for_what_changed_alone(chain: FakeChain) -> None:
    for number in range(4):
        chain.pay((script("a", 0, number), BTC))
        chain.mine()
    first = scan(chain)
    server = MemoryServer(ChainView(chain))
    again = scan(server, first)
    assert again.moves == first.moves
    assert again.memory == first.memory
    assert "history" not in server.asked
    assert "transaction" not in server.asked
    chain.pay((script("a", 0, 1), 5 * BTC))
    chain.mine()
    server = MemoryServer(ChainView(chain))
    later = scan(server, again)
    assert (server.asked.count("history"), server.asked.count("transaction")) == (1, 1)
    assert later.confirmed_sats == 9 * BTC
    assert later.gone == ()


def test_what_is_used_stays_known_though_its_balance_is_nothing(chain: FakeChain) -> None:
    paid = chain.pay((script("a", 0, 4), BTC))
    chain.mine()
    chain.pay((ELSEWHERE, BTC - 100), spends=[paid.out()])
    chain.mine()
    first = scan(chain)
    assert (first.confirmed_sats, first.memory.used["0"]) == (0, 4)
    chain.pay((script("a", 0, 9), BTC))
    chain.mine()
    assert scan(chain, first).confirmed_sats == BTC


def test_what_waits_is_held_apart(chain: FakeChain) -> None:
    chain.pay((OUT, BTC))
    chain.mine()
    waiting = chain.pay((CHANGE, 3 * BTC))
    found = scan(chain)
    assert found.confirmed_sats == BTC
    assert nets(found) == [(1, BTC), (None, 3 * BTC)]
    assert held(found) == 0
    chain.mine()
    later = scan(chain, found)
    assert later.confirmed_sats == 4 * BTC
    assert later.gone == ()
    assert waiting.txid in {move.txid for move in later.moves if move.height is not None}


def test_a_waiting_spend_takes_at_once_what_does_not_come_back(chain: FakeChain) -> None:
    paid = chain.pay((OUT, 10 * BTC))
    chain.mine()
    spend = chain.pay((ELSEWHERE, BTC), (CHANGE, 9 * BTC - 500), spends=[paid.out()])
    found = scan(chain)
    assert (found.confirmed_sats, held(found)) == (10 * BTC, BTC + 500)
    # The change is spent before it is in a block: all of it is gone, too.
    chain.pay((ELSEWHERE, 9 * BTC - 1_000), spends=[spend.out(1)])
    assert held(scan(chain, found)) == 10 * BTC


def test_what_waits_never_takes_more_than_confirmed_coins(chain: FakeChain) -> None:
    paid = chain.pay((OUT, BTC))
    chain.mine()
    gift = chain.pay((CHANGE, 5 * BTC))
    chain.pay((ELSEWHERE, 3 * BTC), (script("a", 0, 1), 3 * BTC - 700), spends=[paid.out(), gift.out()])
    found = scan(chain)
    assert held(found) == BTC
    other = FakeChain()
    gift = other.pay((OUT, 5 * BTC))
    other.pay((ELSEWHERE, 5 * BTC - 700), spends=[gift.out()])
    assert held(scan(other)) == 0


def test_a_replaced_transaction_goes(chain: FakeChain) -> None:
    waiting = chain.pay((OUT, BTC))
    first = scan(chain)
    new = chain.replace(waiting.txid, (OUT, BTC - 1_000))
    later = scan(chain, first)
    assert [move.txid for move in later.moves] == [new.txid]
    assert [move.txid for move in later.gone] == [waiting.txid]
    assert later.notes == ()


@pytest.mark.parametrize("empty", [True, False])
def test_a_reorganisation_takes_back_what_it_drops(chain: FakeChain, empty: bool) -> None:
    chain.pay((OUT, BTC))
    chain.mine()
    doomed = chain.pay((script("a", 0, 1), 2 * BTC))
    kept = chain.pay((script("a", 0, 2), 4 * BTC))
    chain.mine()
    first = scan(chain)
    assert first.confirmed_sats == 7 * BTC
    chain.reorganise(1, drop=[doomed.txid], empty=empty)
    later = scan(chain, first)
    assert doomed.txid in {move.txid for move in later.gone}
    assert doomed.txid not in {move.txid for move in later.moves}
    assert later.confirmed_sats == (BTC if empty else 5 * BTC)
    assert (kept.txid in {move.txid for move in later.gone}) == empty
    assert "no longer in the chain" in later.notes[0]


def test_a_transaction_that_moves_to_another_block_of_the_same_height_is_followed(chain: FakeChain) -> None:
    chain.pay((OUT, BTC))
    chain.mine()
    first = scan(chain)
    chain.reorganise(1)
    later = scan(chain, first)
    assert later.moves[0].height == first.moves[0].height
    assert later.moves[0].block_hash == chain.blocks[1].hash != first.moves[0].block_hash
    assert later.gone == ()


def test_a_deep_reorganisation_asks_for_what_it_touched_alone(chain: FakeChain) -> None:
    for number in range(6):
        chain.pay((script("a", 0, number), BTC))
        chain.mine()
    first = scan(chain)
    chain.reorganise(2)
    server = MemoryServer(ChainView(chain))
    later = scan(server, first)
    assert later.confirmed_sats == 6 * BTC
    assert server.asked.count("history") == 2


def test_a_server_that_is_behind_is_told(chain: FakeChain) -> None:
    chain.pay((OUT, BTC))
    chain.mine(count=3)
    first = scan(chain)
    with pytest.raises(ChainError, match="is behind: it is at block 800,001, and 800,003") as caught:
        scan(ChainView(chain, behind=2), first)
    assert caught.value.reason == "behind"


def test_an_old_tip_is_told(chain: FakeChain) -> None:
    late = chain.tip.at + timedelta(hours=5, minutes=30)
    found = scan_wallet(wallet(), MadeUpAddresses("a"), MemoryServer(ChainView(chain)), None, lambda: late)
    assert found.notes == (
        "The newest block of memory is 5 hours old: it is behind, or this machine's clock is wrong.",
    )
    assert scan(chain).notes == ()


def test_a_coinbase_counts_when_it_may_be_spent(chain: FakeChain) -> None:
    chain.coinbase(OUT, 3 * BTC)
    chain.mine(count=98)
    young = scan(chain)
    assert (young.confirmed_sats, nets(young)) == (0, [(None, 3 * BTC)])
    chain.mine()
    assert scan(chain, young).confirmed_sats == 3 * BTC


def test_a_failed_scan_leaves_nothing(chain: FakeChain) -> None:
    for number in range(3):
        chain.pay((script("a", 0, number), BTC))
        chain.mine()
    whole = MemoryServer(ChainView(chain))
    expected = scan(whole)
    for answers in range(len(whole.asked)):
        server = FailingServer(ChainView(chain)).fail_after(answers)
        with pytest.raises(ChainError, match="cannot be reached"):
            scan(server)
    assert scan(FailingServer(ChainView(chain)).fail_after(len(whole.asked))) == expected


def test_a_block_that_comes_in_the_middle_does_no_harm(chain: FakeChain) -> None:
    chain.pay((OUT, BTC))
    chain.mine()
    server = MemoryServer(ChainView(chain))
    came: list[Tx] = []

    def before(method: str) -> None:
        if method == "history" and not came:
            came.append(chain.pay((script("a", 0, 1), BTC)))
            chain.mine()

    server.before = before
    found = scan(server)
    assert found.confirmed_sats in (BTC, 2 * BTC)
    assert scan(chain, found).confirmed_sats == 2 * BTC


def test_a_reorganisation_in_the_middle_starts_again_and_then_gives_up(chain: FakeChain) -> None:
    chain.pay((OUT, BTC))
    chain.mine(count=2)
    server = MemoryServer(ChainView(chain))
    times = 1

    def before(method: str) -> None:
        nonlocal times
        if method == "history" and times:
            times -= 1
            chain.reorganise(1)

    server.before = before
    assert scan(server).confirmed_sats == BTC
    times = 9
    with pytest.raises(ChainError, match="changed while memory was asked"):
        scan(server)


def test_how_far_a_branch_was_used_is_remembered_beyond_a_reorganisation(chain: FakeChain) -> None:
    doomed = chain.pay((script("a", 0, 4), BTC))
    chain.mine()
    first = scan(chain)
    chain.reorganise(1, drop=[doomed.txid])
    second = scan(chain, first)
    assert second.moves == ()
    chain.pay((script("a", 0, 9), BTC))
    chain.mine()
    assert scan(chain).confirmed_sats == 0
    assert scan(chain, second).confirmed_sats == BTC


def test_other_keys_start_anew(chain: FakeChain) -> None:
    chain.pay((OUT, BTC))
    chain.mine()
    first = scan(chain)
    other = scan(chain, first, replace(wallet("b"), key="key-a"))
    assert other.moves == ()
    assert other.gone == ()


class _Liar(MemoryServer):
    """Gives transactions that pay nobody."""

    def transactions(self, txids: Sequence[str]) -> Mapping[str, ChainTransaction]:
        return {txid: one._replace(pays=()) for txid, one in super().transactions(txids).items()}


def test_a_transaction_that_has_nothing_to_do_with_the_wallet_is_refused(chain: FakeChain) -> None:
    chain.pay((OUT, BTC))
    chain.mine()
    with pytest.raises(ChainError, match="contradicts itself"):
        scan(_Liar(ChainView(chain)))


def test_two_servers_that_agree_and_two_that_do_not(chain: FakeChain) -> None:
    chain.pay((OUT, BTC))
    chain.mine()
    chain.mine()
    hidden = chain.pay((CHANGE, BTC))
    chain.mine()
    first = scan(chain)
    assert with_second(first, scan(chain), "Vault") == first
    slow = with_second(first, scan(ChainView(chain, behind=1)), "Vault")
    assert slow.notes == ("memory is 1 block behind the other server.",)
    with pytest.raises(ChainError, match="do not tell the same of “Vault”") as caught:
        with_second(first, scan(ChainView(chain, hidden=frozenset((hidden.txid,)))), "Vault")
    assert caught.value.reason == "disagree"


def test_progress_counts_addresses(chain: FakeChain) -> None:
    told: list[int] = []
    server = MemoryServer(ChainView(chain))
    scan_wallet(wallet(), MadeUpAddresses("a"), server, None, chain.now, told.append)
    assert told == list(range(1, 11))
