from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.domain.book import Account, Book, LotPick, Transaction, TransactionKind
from app.domain.disposals import LotRules, Method
from app.domain.errors import InputError
from app.domain.lots import lots_of
from app.services.day_prices import DayPrices
from app.services.transaction_picks import Offered, check_picks, filled, offered_lots, pick_edit

KIND = TransactionKind
NO_PRICES = DayPrices("USD", {})


def day(month: int, year: int = 2025) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC)


SALE = Transaction(day(6), KIND.SELL, 30, Decimal(300))


def book(sale: Transaction = SALE) -> Book:
    rows = (
        Transaction(day(1, 2024), KIND.BUY, 20, Decimal(40)),
        Transaction(day(2), KIND.BUY, 20, Decimal(200)),
        Transaction(day(3), KIND.DEPOSIT, 10),
        Transaction(day(4), KIND.SPEND, 5, Decimal(9)),
        sale,
        Transaction(day(7), KIND.BUY, 50, Decimal(1)),
    )
    return Book("Test", accounts=(Account("Vault", transactions=rows),))


def test_what_was_there_at_that_moment_is_offered() -> None:
    offered = offered_lots(book(), "Vault", SALE, NO_PRICES)
    assert offered == (
        Offered(day(1, 2024), 15, Decimal(30), 0, long=True),
        Offered(day(2), 20, Decimal(200), 0, long=False),
        Offered(day(3), 10, None, 0, long=False),
    )


def test_a_choice_is_kept_and_reckoned_by() -> None:
    edit = pick_edit("Vault", SALE, {day(2): 20, day(3): 10, day(1, 2024): 0})
    after = edit.change(book())
    sale = after.account("Vault").transactions[4]
    assert sale.picks == (LotPick(day(2), 20), LotPick(day(3), 10))
    left = {lot.acquired_at: lot.sats for lot in lots_of(after, LotRules(Method.SPECIFIC)).held}
    assert left == {day(1, 2024): 15, day(7): 50}
    assert [one.chosen for one in offered_lots(after, "Vault", sale, NO_PRICES)] == [0, 20, 10]
    assert pick_edit("Vault", sale, {}).change(after).account("Vault").transactions[4].picks == ()


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({day(2): 20}, "chosen are 0.0000002 BTC, 0.0000001 BTC less than the 0.0000003 BTC that leave"),
        ({day(2): 20, day(1, 2024): 15}, "chosen are 0.00000035 BTC, 0.00000005 BTC more than the"),
        ({day(2): 21}, "the lot of 2025-02-01 holds 0.0000002 BTC; choose at most that"),
        ({day(9): 1}, "the lot of 2025-09-01 holds 0 BTC"),
    ],
)
def test_a_choice_that_does_not_come_out_is_refused(chosen: dict[datetime, int], told: str) -> None:
    offered = offered_lots(book(), "Vault", SALE, NO_PRICES)
    with pytest.raises(InputError) as caught:
        check_picks(SALE, offered, chosen)
    assert caught.value.problem.startswith(told)


def test_no_choice_is_a_choice() -> None:
    check_picks(SALE, (), {})


def test_lots_are_filled_from_the_oldest_or_the_dearest() -> None:
    offered = offered_lots(book(), "Vault", SALE, NO_PRICES)
    assert filled(SALE, offered, dearest=False) == {day(1, 2024): 15, day(2): 15}
    assert filled(SALE, offered, dearest=True) == {day(2): 20, day(1, 2024): 10}
