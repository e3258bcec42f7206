"""Day counts and interest against published tables and recorded figures."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.accrual import daily_compound, days_between, next_anniversary
from app.domain.book import EventKind, Loan, LoanEvent
from app.domain.loan_state import balance_at
from app.domain.terms import DayCount, Terms
from tests.fakes.oracle import is_anniversary, thirty_360

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parents[2] / "data" / "loan_figures.json").read_text("utf-8"))[
    "interest"
]
DATES = st.dates(date(2000, 1, 1), date(2060, 12, 31))

# The bond basis as ISDA's own worked table has it.
BOND_BASIS = [
    ("2007-01-15", "2007-01-30", 15), ("2007-01-15", "2007-02-15", 30), ("2007-01-15", "2007-07-15", 180),
    ("2007-09-30", "2008-03-31", 180), ("2007-09-30", "2007-10-31", 30), ("2007-09-30", "2008-09-30", 360),
    ("2007-01-15", "2007-01-31", 16), ("2007-01-31", "2007-02-28", 28), ("2007-02-28", "2007-03-31", 33),
    ("2006-08-31", "2007-02-28", 178), ("2007-02-28", "2007-08-31", 183), ("2007-02-14", "2007-02-28", 14),
    ("2007-02-26", "2008-02-29", 363), ("2008-02-29", "2009-02-28", 359), ("2008-02-29", "2008-03-30", 31),
    ("2008-02-29", "2008-03-31", 32), ("2007-02-28", "2007-03-05", 7), ("2007-10-31", "2007-11-28", 28),
    ("2007-08-31", "2008-02-29", 179), ("2008-02-29", "2008-08-31", 182), ("2008-08-31", "2009-02-28", 178),
    ("2009-02-28", "2009-08-31", 183),
]  # fmt: skip


@pytest.mark.parametrize(("start", "end", "days"), BOND_BASIS)
def test_the_bond_basis(start: str, end: str, days: int) -> None:
    first, second = date.fromisoformat(start), date.fromisoformat(end)
    assert days_between(first.toordinal(), second.toordinal(), DayCount.THIRTY_360) == days


def owed(principal: Decimal, rate: Decimal, days: int, day_count: DayCount) -> Decimal:
    """Return what a loan at simple interest owes so many days after its draw."""
    opened = date(2026, 1, 1)
    drawn = LoanEvent(datetime(2026, 1, 1, tzinfo=UTC), EventKind.DRAW, amount=principal)
    loan = Loan("One", "L", "USD", opened, None, (Terms(opened, rate, day_count),), (drawn,))
    return balance_at(loan, drawn.at + timedelta(days=days)).debt


@given(DATES, DATES)
def test_day_counts_of_any_two_days(first: date, second: date) -> None:
    start, end = first.toordinal(), second.toordinal()
    assert days_between(start, end, DayCount.THIRTY_360) == thirty_360(first, second)
    for count in (DayCount.ACT_365F, DayCount.ACT_360):
        assert days_between(start, end, count) == (second - first).days


@pytest.mark.parametrize("case", CASES)
def test_recorded_interest(case: dict[str, Any]) -> None:
    principal, rate, days = Decimal(case["principal"]), Decimal(case["rate"]), case["days"]
    simple = owed(principal, rate, days, DayCount.ACT_365F)
    daily = daily_compound(principal, rate, days, DayCount.ACT_365F)
    for got, wanted in ((simple, case["simple"]), (daily, case["daily"])):
        assert abs(Fraction(got) / Fraction(wanted) - 1) < Fraction(1, 10**27)


def test_a_360_day_year_earns_more_a_day() -> None:
    assert owed(Decimal(36_000), Decimal("0.1"), 1, DayCount.ACT_360) == 36_010
    assert abs(daily_compound(Decimal(36_000), Decimal("0.1"), 1, DayCount.ACT_360) - 36_010) < Decimal("1e-50")
    assert daily_compound(Decimal(36_000), Decimal("0.1"), 0, DayCount.ACT_360) == 36_000


@given(DATES, st.integers(-40, 800))
def test_the_next_anniversary_is_the_first_day_that_is_one(opened: date, offset: int) -> None:
    after = opened + timedelta(days=offset)
    day = max(after, opened) + timedelta(days=1)
    while not is_anniversary(opened, day):
        day += timedelta(days=1)
    assert date.fromordinal(next_anniversary(opened, after.toordinal())) == day
