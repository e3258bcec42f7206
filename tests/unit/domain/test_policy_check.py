"""Limits of a policy that a book can keep and can break."""

from decimal import Decimal

import pytest

from app.domain.check import check_book
from app.domain.errors import HistoryError
from app.domain.policy import LimitKind, PolicyLimit
from app.domain.policy_check import check_limits
from tests.fakes.loans import book

LTV, SHARE, FREE = LimitKind.BOOK_LTV, LimitKind.LENDER_SHARE, LimitKind.FREE_BTC
PART, MONTHS = LimitKind.FREE_SHARE, LimitKind.INTEREST_MONTHS


def limit(kind: LimitKind, bound: str) -> PolicyLimit:
    return PolicyLimit(kind, Decimal(bound))


def test_one_of_each_kind_is_a_policy() -> None:
    policy = [limit(LTV, "0.5"), limit(SHARE, "0.4"), limit(FREE, "0.00000001"), limit(PART, "1"), limit(MONTHS, "1.5")]
    check_limits(policy)
    check_limits([])


@pytest.mark.parametrize(
    ("kind", "bound"),
    [
        (LTV, "0"),
        (LTV, "-0.5"),
        (LTV, "2.01"),
        (LTV, "50"),
        (LTV, "NaN"),
        (LTV, "Infinity"),
        (SHARE, "1"),
        (SHARE, "40"),
        (FREE, "21000000.1"),
        (FREE, "0.000000001"),
        (PART, "1.01"),
        (MONTHS, "1201"),
        (MONTHS, "0"),
        (LTV, "0.123456789"),
    ],
)
def test_a_bound_that_makes_no_sense_is_refused_where_it_stands(kind: LimitKind, bound: str) -> None:
    with pytest.raises(HistoryError) as refused:
        check_limits([limit(LTV if kind is not LTV else SHARE, "0.5"), limit(kind, bound)])
    assert refused.value.place == "limits[1].bound"
    assert "write" in refused.value.problem


def test_a_second_limit_of_a_kind_is_refused() -> None:
    with pytest.raises(HistoryError) as refused:
        check_limits([limit(LTV, "0.5"), limit(SHARE, "0.5"), limit(LTV, "0.6")])
    assert refused.value.place == "limits[2].kind"


def test_a_book_is_checked_with_its_policy() -> None:
    from dataclasses import replace

    with pytest.raises(HistoryError, match=r"limits\[0\]\.bound"):
        check_book(replace(book(), limits=(limit(LTV, "50"),)))
