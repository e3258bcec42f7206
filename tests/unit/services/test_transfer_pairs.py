"""A withdrawal and a deposit become one transfer: when they are, when they may be, and what is left."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.book import Account, Book, Transaction, TransactionKind
from app.domain.check import check_book
from app.domain.errors import InputError
from app.domain.lots import lots_of
from app.services.transfer_pairs import Pairs, find_pairs, pair_edit
from app.services.transfer_report import transfers_document, transfers_page
from tests.fakes.lots import BTC, at, book_of, buy, row

BOUGHT = buy("2024-01-01", "5", "100000")
TXID = "ab" * 32


def out(day: str, btc: str, native: str | None = None) -> Transaction:
    return row("withdrawal", day, btc)._replace(external_id=native)


def into(day: str, btc: str, native: str | None = None) -> Transaction:
    return row("deposit", day, btc)._replace(external_id=native)


def found(book: Book) -> Pairs:
    return find_pairs(book)


def joined(book: Book) -> Book:
    after = pair_edit(find_pairs(book).pairs).change(book)
    check_book(after)
    return after


def test_lots_go_along_and_what_did_not_arrive_is_the_fee() -> None:
    book = book_of(BOUGHT, out("2024-02-01 10:00", "1", "kraken:W1"), Cold=(into("2024-02-01 10:40", "0.9995"),))
    after = joined(book)
    moved, fee = after.account("Main").transactions[1:]
    assert (moved.kind, moved.sats, moved.to_account) == (TransactionKind.TRANSFER, 99_950_000, "Cold")
    assert (fee.kind, fee.sats, fee.at) == (TransactionKind.FEE, 50_000, moved.at)
    assert after.account("Cold").transactions == ()
    cold = [lot for lot in lots_of(after).held if lot.account == "Cold"]
    assert [(lot.acquired_at, lot.sats) for lot in cold] == [(BOUGHT.at, 99_950_000)]
    assert cold[0].basis == 19990


def test_both_ids_are_kept_so_that_no_file_brings_its_half_again() -> None:
    native = f"chain:{TXID}:99950000"
    book = book_of(BOUGHT, out("2024-02-01", "1", "kraken:W1"), Cold=(into("2024-02-01", "0.9995", native),))
    moved, fee = joined(book).account("Main").transactions[1:]
    assert moved.external_id == f"kraken:W1 {native}"
    assert fee.external_id == "kraken:W1:rest"


def test_one_transaction_of_the_chain_needs_no_likeness() -> None:
    book = book_of(
        BOUGHT,
        out("2024-02-01", "2", f"chain:{TXID}:-200000000"),
        Cold=(into("2024-02-20", "0.5", f"chain:{TXID}:50000000"),),
    )
    (pair,) = found(book).pairs
    assert (pair.same_transaction, pair.rest_sats) == (True, 150_000_000)
    moved, rest = joined(book).account("Main").transactions[1:]
    assert (moved.kind, moved.sats) == (TransactionKind.TRANSFER, BTC // 2)
    assert (rest.kind, rest.sats) == (TransactionKind.WITHDRAWAL, 150_000_000)


@pytest.mark.parametrize(
    ("left", "arrived"),
    [
        (("2024-02-01 10:00", "1"), ("2024-02-04 10:01", "1")),  # too late
        (("2024-02-01 10:00", "1"), ("2024-02-01 07:59", "1")),  # before it left
        (("2024-02-01 10:00", "1"), ("2024-02-01 10:10", "1.00000001")),  # more than left
        (("2024-02-01 10:00", "1"), ("2024-02-01 10:10", "0.98999999")),  # too dear a fee
        (("2024-02-01 10:00", "0.001"), ("2024-02-01 10:10", "0.00079999")),  # a fifth of it
    ],
)
def test_what_does_not_fit_is_left_alone(left: tuple[str, str], arrived: tuple[str, str]) -> None:
    book = book_of(BOUGHT, out(*left), Cold=(into(*arrived),))
    assert found(book) == Pairs((), ())


def test_an_account_does_not_give_to_itself() -> None:
    book = book_of(BOUGHT, out("2024-02-01", "1"), into("2024-02-01", "1"))
    assert found(book).pairs == ()


def test_two_readings_are_told_and_not_chosen() -> None:
    book = book_of(BOUGHT, out("2024-02-01", "1"), Cold=(into("2024-02-01", "1"), into("2024-02-02", "0.999")))
    (unclear,) = found(book).unclear
    assert [leg.account for leg in unclear.candidates] == ["Cold", "Cold"]
    assert found(book).pairs == ()
    shared = book_of(BOUGHT, out("2024-02-01", "1"), out("2024-02-02", "1"), Cold=(into("2024-02-02", "1"),))
    assert len(found(shared).unclear) == 2
    page = transfers_page(found(shared), stored=False)
    assert page.count("which another withdrawal fits, too") == 2


def test_a_book_that_has_changed_is_not_touched() -> None:
    book = book_of(BOUGHT, out("2024-02-01", "1"), Cold=(into("2024-02-01", "1"),))
    edit = pair_edit(find_pairs(book).pairs)
    cold = replace(book.account("Cold"), transactions=())
    with pytest.raises(InputError, match="has changed"):
        edit.change(book.with_account(cold, replacing="Cold"))


def test_what_is_answered() -> None:
    book = book_of(BOUGHT, out("2024-02-01", "1"), Cold=(into("2024-02-01 00:30", "0.9995"),))
    pairs = found(book)
    assert transfers_document(pairs, stored=False)["pairs"] == [
        {
            "from": {"account": "Main", "at": "2024-02-01T00:00:00Z", "btc": "1", "external_id": None},
            "to": {"account": "Cold", "at": "2024-02-01T00:30:00Z", "btc": "0.9995", "external_id": None},
            "rest_btc": "0.0005",
            "known_by": "amount_and_time",
        }
    ]
    assert "1 transfer found; --apply stores them." in transfers_page(pairs, stored=False)
    assert "1 transfer stored, as one change." in transfers_page(pairs, stored=True)
    assert transfers_page(Pairs((), ()), stored=False).startswith("No withdrawal fits")


@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 50)), max_size=12),
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 50)), max_size=12),
)
def test_no_bitcoin_comes_or_goes_and_each_entry_is_used_once(
    left: list[tuple[int, int]], arrived: list[tuple[int, int]]
) -> None:
    start = at("2024-02-01")

    def entries(kind: TransactionKind, of: list[tuple[int, int]]) -> tuple[Transaction, ...]:
        return tuple(Transaction(start + timedelta(hours=hour), kind, BTC + part * 10_000) for hour, part in of)

    main = Account("Main", transactions=(buy("2024-01-01", "60", "1"), *entries(TransactionKind.WITHDRAWAL, left)))
    book = Book("Desk", accounts=(main, Account("Cold", transactions=entries(TransactionKind.DEPOSIT, arrived))))
    pairs = find_pairs(book).pairs
    after = pair_edit(pairs).change(book)
    balance = {name: sum(lot.sats for lot in lots_of(after).held if lot.account == name) for name in ("Main", "Cold")}
    before = {name: sum(lot.sats for lot in lots_of(book).held if lot.account == name) for name in ("Main", "Cold")}
    assert balance == before
    used = [id(leg.entry) for pair in pairs for leg in (pair.out, pair.into)]
    assert len(used) == len(set(used))
    assert find_pairs(after).pairs == ()
