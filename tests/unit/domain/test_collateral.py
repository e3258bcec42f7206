"""What the chain holds, against what the book records."""

from datetime import UTC, datetime

import pytest

from app.domain.book import Account, Book, Transaction, TransactionKind
from app.domain.collateral import ChainDifference, ChainHolding, account_differences, collateral_differences
from app.domain.wallets import Wallet, WalletKind
from tests.fakes.loans import account, loan, post

NOW = datetime(2026, 2, 10, tzinfo=UTC)
BTC = 100_000_000
ONE = Wallet("w1", "Box one", WalletKind.ADDRESSES, ("a",), loan="Coin revolver")
TWO = Wallet("w2", "Box two", WalletKind.ADDRESSES, ("b",), loan="Coin revolver")
COLD = Wallet("w3", "Cold", WalletKind.ADDRESSES, ("c",), account="Cold storage")
BOOK = Book(
    "Treasury",
    accounts=(account(btc="10"),),
    loans=(loan(post("2025-06-01T12:00", "5"), post("2026-03-01T12:00", "7")),),
    wallets=(ONE, TWO, COLD),
)


def holds(btc: int, pending: int = 0, going: int = 0) -> ChainHolding:
    """Return what a scan found."""
    return ChainHolding(btc * BTC, pending * BTC, going * BTC, NOW)


def found(**held: ChainHolding) -> ChainDifference | None:
    """Return the loan's difference."""
    return collateral_differences(BOOK, held, NOW)["Coin revolver"]


def test_wallets_of_one_loan_are_added_up() -> None:
    assert found(w1=holds(3), w2=holds(2)) is None
    less = found(w1=holds(3), w2=holds(1, pending=1))
    assert less is not None
    assert (less.recorded_sats, less.chain_sats, less.pending_sats) == (5 * BTC, 4 * BTC, BTC)
    assert less.wallets == ("Box one", "Box two")
    assert less.sentence == (
        "“Coin revolver”: the chain holds 4.00000000 BTC, 1.00000000 BTC less than the loan records (5.00000000 BTC),"
        " as scanned 2026-02-10 00:00 UTC. 1.00000000 BTC more are on their way and not in a block yet."
    )


def test_what_is_being_spent_does_not_count() -> None:
    moving = found(w1=holds(5, going=2), w2=holds(0))
    assert moving is not None
    assert moving.chain_sats == 3 * BTC


def test_more_than_recorded_is_a_difference_too() -> None:
    more = found(w1=holds(12), w2=holds(0))
    assert more is not None
    assert "7.00000000 BTC more than" in more.sentence


@pytest.mark.parametrize("held", [{}, {"w1": holds(9)}])
def test_a_loan_that_was_not_wholly_looked_at_is_left_out(held: dict[str, ChainHolding]) -> None:
    assert collateral_differences(BOOK, held, NOW) == {}


def test_accounts_are_compared_alike() -> None:
    assert account_differences(BOOK, {"w3": holds(10)}, NOW) == {"Cold storage": None}
    wrong = account_differences(BOOK, {"w3": holds(9)}, NOW)["Cold storage"]
    assert wrong is not None
    assert "less than the account records (10.00000000 BTC)" in wrong.sentence
    assert account_differences(Book("B", accounts=(Account("A"),)), {}, NOW) == {}


def test_entries_of_later_days_do_not_count_yet() -> None:
    later = Transaction(datetime(2026, 5, 1, tzinfo=UTC), TransactionKind.DEPOSIT, BTC)
    cold = BOOK.account("Cold storage")
    book = BOOK.with_account(Account(cold.name, cold.kind, (*cold.transactions, later)), replacing=cold.name)
    assert account_differences(book, {"w3": holds(10)}, NOW) == {"Cold storage": None}
