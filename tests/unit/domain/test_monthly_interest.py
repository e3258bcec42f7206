"""What loans cost in a month, worked out by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.domain.book import Book
from app.domain.ledger import build_ledger
from app.domain.monthly_interest import monthly_interest
from app.domain.portfolio import book_figures
from app.domain.terms import Accrual, DayCount
from tests.fakes.loans import at, book, draw, loan, post, terms

NOW = at("2026-06-01")


def interest(of: Book) -> dict[str, Decimal]:
    ledger = build_ledger(of, NOW)
    return monthly_interest(book_figures(of, {}, NOW, ledger=ledger).loans, ledger)


@pytest.mark.parametrize(
    ("count", "expected"),
    [(DayCount.ACT_365F, "1000"), (DayCount.THIRTY_360, "1000"), (DayCount.ACT_360, "1013.888888")],
)
def test_a_month_is_a_twelfth_of_a_year(count: DayCount, expected: str) -> None:
    one = loan(post("2026-06-01", "5"), draw("2026-06-01", "120000"), with_terms=terms("0.10", day_count=count))
    assert interest(book(one)).keys() == {"USD"}
    assert interest(book(one))["USD"] == pytest.approx(Decimal(expected), abs=Decimal("0.000001"))


def test_compounding_interest_earns_interest_and_simple_does_not() -> None:
    made = {
        accrual: loan(post("2025-06-01", "5"), draw("2025-06-01", "120000"), with_terms=terms("0.10", accrual=accrual))
        for accrual in (Accrual.SIMPLE, Accrual.COMPOUND_MONTHLY)
    }
    assert interest(book(made[Accrual.SIMPLE]))["USD"] == Decimal(1000)
    assert Decimal(1090) < interest(book(made[Accrual.COMPOUND_MONTHLY]))["USD"] < Decimal(1110)


def test_flat_interest_is_spread_over_the_term_and_without_one_nothing_accrues() -> None:
    flat = loan(
        post("2025-06-01", "5"),
        draw("2025-06-01", "120000"),
        with_terms=terms("0.12", accrual=Accrual.FLAT_TERM),
        matures_on=date(2027, 6, 1),
    )
    assert interest(book(flat))["USD"] == Decimal(600)  # 12 % over 730 days is 6 % a year
    assert interest(book(replace(flat, matures_on=None))) == {}


def test_currencies_stay_apart_and_a_loan_without_debt_or_interest_costs_nothing() -> None:
    dollars = loan(post("2026-01-01", "1"), draw("2026-01-01", "1200"), with_terms=terms("0.10"), name="A")
    euros = replace(dollars, name="B", currency="EUR")
    free = replace(dollars, name="C", terms=(terms("0"),))
    idle = replace(dollars, name="D", events=())
    assert interest(book(dollars, euros, free, idle)) == {"USD": Decimal(10), "EUR": Decimal(10)}
