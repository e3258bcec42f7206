"""Prepared orders are the ones that sorting anew gives, at every price and for every column."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from app.domain.book import Book, Loan
from app.domain.ledger import PriceKey
from app.ui.models.loan_columns import FULL
from app.ui.models.loan_order import LoanFacts, Moment, facts_of, moment_of, order
from app.ui.models.loan_ranks import Ranks
from tests.fakes.desk import loan, many_loans, offline, snapshot_of, treasury, triggers

LINES = triggers("0.65", "0.70", "0.80", 24, "0.60")
USD, EUR = PriceKey("consensus", "USD"), PriceKey("consensus", "EUR")


def odd_loans() -> tuple[Loan, ...]:
    """Return loans of both currencies, some without a debt, a danger or equal to others."""
    return (
        *many_loans(60),
        loan("Undrawn", "0", "1", LINES),
        loan("Undrawn abroad", "0", "1", LINES, currency="EUR"),
        loan("Unwatched", "30000", "1", triggers("0.65", None, None, 0, None)),
        loan("Twin", "30000", "1", LINES),
        loan("Twin's twin", "30000", "1", LINES),
        loan("Yen's size", "30000000000", "1", LINES, currency="EUR"),
    )


def book() -> Book:
    return treasury(odd_loans())


def facts() -> tuple[LoanFacts, ...]:
    return facts_of(book(), snapshot_of(book()).figures.ledger)


def at(usd: str, eur: str, drop: float = 0.1) -> Moment:
    return Moment({USD: float(Decimal(usd)), EUR: float(Decimal(eur))}, drop)


MOMENTS: Mapping[str, Moment] = {
    "first": at("70727", "60080.7"),
    "in step": at("35363.5", "30040.35"),
    "apart": at("70727", "41000"),
    "one silent": at("70727", "0"),
    "all silent": at("0", "0"),
}


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", FULL)
def test_a_prepared_order_is_the_sorted_one(column: str, *, descending: bool) -> None:
    known = facts()
    ranks = Ranks(known)
    for name, moment in MOMENTS.items():
        told = ranks.order(moment, column, descending=descending)
        sorted_anew = order(known, moment, column, descending=descending)
        assert told == sorted_anew, name


def test_an_order_that_no_price_changed_is_the_same_list() -> None:
    ranks = Ranks(facts())
    before = ranks.order(MOMENTS["first"], "drop", descending=False)
    assert ranks.order(MOMENTS["in step"], "drop", descending=False) is before
    assert ranks.order(MOMENTS["apart"], "drop", descending=False) is not before


def test_a_filter_keeps_the_order() -> None:
    known = facts()
    ranks, kept = Ranks(known), [3, 1, 40, 61]
    told = ranks.order(MOMENTS["first"], "ltv", descending=True, kept=kept)
    assert told == order(known, MOMENTS["first"], "ltv", descending=True, kept=sorted(kept))


def test_an_empty_book_has_an_empty_order() -> None:
    nothing = offline(book=treasury(()))
    moment = moment_of(nothing.figures.lookups, 0.1)
    assert Ranks(()).order(moment, "drop", descending=False) == []
    assert Ranks(()).order(moment, "state", descending=False) == []
