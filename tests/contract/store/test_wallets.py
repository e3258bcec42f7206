"""What the chain told is kept beside the book, in one transaction with what becomes of it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from app.domain.book import Account, Book
from app.domain.errors import BookError, NotABookError
from app.services.wallet_entries import changed_entries
from app.services.wallet_ports import WalletScan
from app.store.book_store import BookStore
from app.store.wallets import BookWallets
from tests.contract.store.places import Places
from tests.fakes.chain import BTC, ELSEWHERE, FakeChain
from tests.fakes.chain_server import scan, script, wallet

A, B = wallet("a"), wallet("b", account="Warm")
BOOK = Book("Book", accounts=(Account("Cold"), Account("Warm")), wallets=(A, B))


@pytest.fixture(scope="module")
def chain() -> FakeChain:
    """Coins that came, went, wait, and a young coinbase."""
    made = FakeChain()
    paid = made.pay((script("a", 0, 0), 2 * BTC), (script("b", 0, 1), 5 * BTC))
    made.mine()
    made.pay((ELSEWHERE, BTC), (script("a", 1, 0), BTC - 1_000), spends=[paid.out()])
    made.pay((script("a", 0, 1), BTC // 2))
    made.mine()
    made.coinbase(script("a", 0, 2), 3 * BTC)
    made.pay((ELSEWHERE, BTC), spends=[made.pay((script("a", 0, 3), 2 * BTC)).out()])
    return made


@pytest.fixture
def store(places: Places) -> Iterator[BookStore]:
    with closing(BookStore.create(places.fresh(), BOOK)) as made:
        yield made


def test_a_scan_comes_back_as_it_was(store: BookStore, chain: FakeChain) -> None:
    keeper, found = BookWallets(store.backend), scan(chain, of=A)
    assert keeper.load(A.key) is None
    book = store.read()
    store.apply(book, book, keeper.writing([found]))
    assert keeper.load(A.key) == replace(found, gone=(), notes=())
    assert keeper.load(B.key) is None
    chain_again = keeper.load(A.key)
    assert scan(chain, chain_again, A).moves == found.moves


def test_the_balance_after_each_block(store: BookStore, chain: FakeChain) -> None:
    keeper, found, book = BookWallets(store.backend), scan(chain, of=A), store.read()
    assert keeper.balances(A.key) == ()
    store.apply(book, book, keeper.writing([found]))
    points = keeper.balances(A.key)
    assert [(point.height, point.sats) for point in points] == [
        (800_001, 2 * BTC),
        (800_002, BTC - 1_000 + BTC // 2),
    ]
    assert [point.at for point in points] == [chain.blocks[1].at, chain.blocks[2].at]
    assert points[-1].sats == found.confirmed_sats


def test_scans_and_their_entries_are_stored_together_or_not_at_all(store: BookStore, chain: FakeChain) -> None:
    keeper = BookWallets(store.backend)
    book = store.read()
    found = [scan(chain, of=A), scan(chain, of=B)]
    after = changed_entries(book, found, {}).book
    write = keeper.writing(found)

    def broken(connection: Any) -> None:
        write(connection)
        raise BookError("no")

    with pytest.raises(BookError, match="no"):
        store.apply(book, after, broken)
    assert keeper.load(A.key) is None
    assert repr(store.read()) == repr(book)
    store.apply(book, after, write)
    assert repr(store.read()) == repr(after)
    assert keeper.load(B.key) == replace(found[1], gone=(), notes=())


def test_a_newer_scan_takes_the_place_of_the_last_and_a_wallet_can_be_forgotten(store: BookStore) -> None:
    chain = FakeChain()
    paid = chain.pay((script("a", 0, 0), BTC))
    first = scan(chain, of=A)
    keeper, book = BookWallets(store.backend), store.read()
    store.apply(book, book, keeper.writing([first, scan(chain, of=B)]))
    chain.replace(paid.txid, (script("a", 0, 0), BTC - 1))
    second = scan(chain, first, A)
    store.apply(book, book, keeper.writing([second]))
    assert keeper.load(A.key) == replace(second, gone=(), notes=())
    store.apply(book, book, keeper.writing((), (A.key,)))
    assert keeper.load(A.key) is None
    assert keeper.load(B.key) is not None


@pytest.mark.parametrize("state", ["", "{}", "[]", '{"used": 1}', '{"held":{},"tip_at":"x"}', "null"])
def test_a_damaged_memory_is_told(store: BookStore, chain: FakeChain, state: str) -> None:
    keeper, book = BookWallets(store.backend), store.read()
    store.apply(book, book, keeper.writing([scan(chain, of=A)]))
    store.backend.execute([("UPDATE wallet_scan SET state = :state", [{"state": state}])])
    with pytest.raises(NotABookError, match="wallet_scan"):
        keeper.load(A.key)


def test_what_waits_keeps_what_it_holds(store: BookStore) -> None:
    chain = FakeChain()
    paid = chain.pay((script("a", 0, 0), BTC))
    chain.mine()
    chain.pay((ELSEWHERE, BTC - 500), spends=[paid.out()])
    found: WalletScan = scan(chain, of=A)
    keeper, book = BookWallets(store.backend), store.read()
    store.apply(book, book, keeper.writing([found]))
    loaded = keeper.load(A.key)
    assert loaded is not None
    assert [move.held_sats for move in loaded.moves] == [0, BTC]
