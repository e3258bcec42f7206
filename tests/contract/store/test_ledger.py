"""What the ledger keeps comes back as it was, from a file and from a server, and can be taken away again."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from app.domain.book import Book
from app.domain.errors import NotABookError
from app.store.book_store import BookStore
from tests.contract.store.ledger_samples import WALLETS, ledger_book
from tests.contract.store.places import Places
from tests.unit.store.sample import BOOK

FULL = ledger_book()
LISTS = ("limits", "wallets", "labels", "profiles", "attachments")


@pytest.fixture
def store(places: Places) -> Iterator[BookStore]:
    with closing(BookStore.create(places.fresh(), FULL)) as made:
        yield made


def test_a_book_with_everything_comes_back(store: BookStore) -> None:
    assert repr(store.read()) == repr(FULL)


def test_a_plain_book_learns_everything_and_forgets_it(places: Places) -> None:
    with closing(BookStore.create(places.fresh(), BOOK)) as store:
        plain = store.read()
        store.apply(plain, FULL)
        assert repr(store.read()) == repr(FULL)
        store.apply(FULL, BOOK)
        assert repr(store.read()) == repr(BOOK)


@pytest.mark.parametrize("name", LISTS)
def test_one_list_changes_alone(store: BookStore, name: str) -> None:
    before = store.read()
    turned: dict[str, Any] = {name: tuple(reversed(getattr(before, name)))}
    after = replace(before, **turned)
    store.apply(before, after)
    assert repr(store.read()) == repr(after)
    rest: dict[str, Any] = {name: getattr(after, name)[1:]}
    fewer = replace(after, **rest)
    store.apply(after, fewer)
    assert repr(store.read()) == repr(fewer)


def test_a_wallet_goes_with_its_loan_and_follows_new_names(store: BookStore) -> None:
    before = store.read()
    named = before.with_account(replace(before.account("Vault"), name="Safe"), replacing="Vault")
    named = named.with_loan(replace(named.loan("Second"), name="Deuxième"), replacing="Second")
    assert [(one.account, one.loan) for one in named.wallets] == [("Safe", None), (None, "Deuxième")]
    store.apply(before, named)
    assert repr(store.read()) == repr(named)
    fewer = named.without_loan("Deuxième")
    assert fewer.wallets == (replace(WALLETS[0], account="Safe"),)
    store.apply(named, fewer)
    assert repr(store.read()) == repr(fewer)


def test_an_account_and_its_wallet_go_together(store: BookStore) -> None:
    before: Book = store.read()
    moved = replace(before, wallets=(replace(WALLETS[0], account="Ledger"), WALLETS[1]))
    store.apply(before, moved)
    gone = replace(moved.without_account("Ledger"), wallets=WALLETS[1:])
    store.apply(moved, gone)
    assert repr(store.read()) == repr(gone)


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE txn SET picks = '2024-01-01T00:00:00=5' WHERE picks IS NOT NULL", "txn"),
        ("UPDATE txn SET picks = 'soon' WHERE picks IS NOT NULL", "txn"),
        ("UPDATE policy_limit SET bound = 'NaN'", "policy_limit"),
        ("UPDATE wallet SET sources = '[1]'", "wallet"),
        ("UPDATE label SET kind = 'colour'", "label"),
    ],
)
def test_what_no_ledger_can_hold_is_damage(store: BookStore, statement: str, table: str) -> None:
    with store.backend.transaction() as connection:
        connection.exec_driver_sql(statement)
    with pytest.raises(NotABookError, match=f"table {table}"):
        store.read()
