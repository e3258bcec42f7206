"""Free bitcoin over time, and the entry that is named when there is not enough."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.book import Account, Transaction, TransactionKind
from app.domain.errors import HistoryError
from app.domain.holdings import balances, check_balances
from tests.fakes.loans import account, at, book, draw, loan, post, release, sats, sold

COLD = "Cold storage"
BTC = 10**8


def entry(when: str, kind: TransactionKind, btc: str, to: str | None = None) -> Transaction:
    return Transaction(at(when), kind, sats(btc), to_account=to)


def with_entries(*entries: Transaction) -> Account:
    base = account(btc="10")
    return replace(base, transactions=(*base.transactions, *entries))


def test_every_kind_moves_its_way() -> None:
    kinds = TransactionKind
    moves = [
        (kinds.BUY, 11), (kinds.INCOME, 11), (kinds.DEPOSIT, 11),
        (kinds.SELL, 9), (kinds.SPEND, 9), (kinds.WITHDRAWAL, 9), (kinds.FEE, 9),
    ]  # fmt: skip
    for kind, left in moves:
        assert balances(book(accounts=(with_entries(entry("2025-01-01", kind, "1")),))) == {COLD: left * BTC}
    both = (with_entries(entry("2025-01-01", kinds.TRANSFER, "4", "Exchange")), Account("Exchange"))
    assert balances(book(accounts=both)) == {COLD: 6 * BTC, "Exchange": 4 * BTC}
    assert balances(book(accounts=both), at("2024-12-31T23:59")) == {COLD: 10 * BTC, "Exchange": 0}
    assert balances(book(accounts=both), at("2025-01-01")) == {COLD: 6 * BTC, "Exchange": 4 * BTC}


def test_pledging_takes_releasing_gives_and_a_sale_gives_nothing_back() -> None:
    one = loan(
        post("2025-06-01", "4", COLD), draw("2025-06-01", "1"), post("2025-06-01", "9"),
        release("2025-06-02", "1", COLD), release("2025-06-02", "1"), sold("2025-06-03", "2", "1"),
    )  # fmt: skip
    assert balances(book(one, accounts=(account(btc="10"),))) == {COLD: 7 * BTC}


@pytest.mark.parametrize(
    ("entries", "events", "place"),
    [
        ((entry("2025-01-01", TransactionKind.SELL, "11"),), (), "accounts[0].transactions[1].btc"),
        ((entry("2024-02-01", TransactionKind.SELL, "1"),), (), "accounts[0].transactions[1].btc"),
        ((entry("2025-07-01", TransactionKind.SPEND, "7"),), ("4",), "accounts[0].transactions[1].btc"),
        ((entry("2025-05-01", TransactionKind.SPEND, "7"),), ("4",), "loans[0].events[0].btc"),
    ],
)
def test_the_entry_that_took_too_much_is_named(
    entries: tuple[Transaction, ...], events: tuple[str, ...], place: str
) -> None:
    one = loan(*(post("2025-06-01", btc, COLD) for btc in events))
    with pytest.raises(HistoryError, match=r"“Cold storage” would hold -.*enter what it received before") as caught:
        check_balances(book(one, accounts=(with_entries(*entries),)))
    assert caught.value.place == place


def test_what_happens_in_one_moment_counts_together() -> None:
    sell, buy = entry("2025-01-01", TransactionKind.SELL, "11"), entry("2025-01-01", TransactionKind.BUY, "1")
    check_balances(book(accounts=(with_entries(sell, buy),)))


@given(st.lists(st.tuples(st.integers(1, 28), st.integers(-3, 3).filter(bool)), max_size=12))
def test_a_book_is_refused_exactly_when_a_day_ends_below_zero(moves: list[tuple[int, int]]) -> None:
    kinds = {True: TransactionKind.BUY, False: TransactionKind.SELL}
    entries = tuple(entry(f"2025-01-{day:02}", kinds[size > 0], str(abs(size))) for day, size in moves)
    broke = any(sum(size for day, size in moves if day <= last) < 0 for last in range(1, 29))
    one = book(accounts=(Account(COLD, transactions=entries),))
    try:
        check_balances(one)
    except HistoryError:
        assert broke
    else:
        assert not broke
