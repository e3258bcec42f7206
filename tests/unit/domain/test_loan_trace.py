"""A loan's way from one day to another: its parts are the whole, for any life and any period."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.accrual import YEAR_DAYS, daily_compound
from app.domain.book import Loan
from app.domain.loan_state import LoanBalance, balance_at
from app.domain.loan_trace import Stretch, Trace, end_of, trace_loan
from app.domain.money import EXACT
from app.domain.terms import Accrual, DayCount
from tests.fakes.loan_lives import lives
from tests.fakes.loans import draw, fee, loan, post, rate, repay, sold, terms

TINY = Decimal("1e-30")


def figures(balance: LoanBalance) -> tuple[Decimal, Decimal, Decimal, int, Decimal]:
    return balance.principal, balance.accrued_interest, balance.fees, balance.collateral_sats, balance.surplus


def walked(trace: Trace) -> Decimal:
    """Return the closing debt, step by step from the opening."""
    debt = trace.opening.debt
    for step in trace.steps:
        debt = EXACT.add(debt, step.interest if isinstance(step, Stretch) else step.debt)
    return debt


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(lives(), st.integers(0, 400), st.integers(0, 400))
def test_opening_and_steps_are_the_closing_for_any_life(life: tuple[Loan, datetime], late: int, early: int) -> None:
    one, as_of = life
    until = as_of.date() - timedelta(days=early % 30)
    start = min(max(one.opened_on, until - timedelta(days=late)), until)
    trace = trace_loan(one, start, until)
    assert figures(trace.opening) == figures(balance_at(one, end_of(start - timedelta(days=1))))
    assert figures(trace.closing) == figures(balance_at(one, end_of(until)))
    assert abs(walked(trace) - trace.closing.debt) <= TINY
    sats = trace.opening.collateral_sats + sum(move.sats for move in trace.movements)
    assert sats == trace.closing.collateral_sats
    days = [(step.start, step.end) for step in trace.stretches]
    assert all(first[1] == second[0] for first, second in pairwise(days))
    assert (days[0][0], days[-1][1]) == (start - timedelta(days=1), until)
    assert [move.event for move in trace.movements] == [
        event for event in sorted(one.events, key=lambda each: each.at) if start <= event.at.date() <= until
    ]


def by_hand(step: Stretch, accrual: Accrual) -> Decimal:
    """Return a stretch's interest from what its row says, as an auditor would."""
    if accrual is Accrual.FLAT_TERM:
        return Decimal(0)
    if accrual is Accrual.COMPOUND_DAILY:
        owed = EXACT.add(step.principal, step.owed_interest)
        return EXACT.subtract(daily_compound(owed, step.rate, step.days, step.day_count), owed)
    return step.principal * step.rate * step.days / YEAR_DAYS[step.day_count]


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(lives())
def test_each_row_of_the_schedule_can_be_reckoned_again(life: tuple[Loan, datetime]) -> None:
    one, as_of = life
    for step in trace_loan(one, one.opened_on, as_of.date()).stretches:
        assert abs(by_hand(step, one.terms_on(step.start).accrual) - step.interest) <= Decimal("1e-18")


def test_the_last_day_of_a_month_counts_from_where_the_contract_counts() -> None:
    """From 29 to 31 January 30/360 sees two days, though from 30 to 31 it sees none."""
    one = loan(
        draw("2024-01-29T10:00", "3600"),
        fee("2024-01-30T08:00", "1"),
        with_terms=terms("0.10", start=date(2024, 1, 29), day_count=DayCount.THIRTY_360),
        opened_on=date(2024, 1, 29),
    )
    stretches = trace_loan(one, date(2024, 1, 29), date(2024, 1, 31)).stretches
    assert [(step.days, step.interest) for step in stretches if step.principal] == [(1, Decimal(1)), (1, Decimal(1))]


def test_interest_that_joins_the_principal_ends_a_stretch() -> None:
    """3,650 at 10 %, act/365, from 15 January: 31 in 31 days, then the principal is 3,681."""
    one = loan(
        draw("2025-01-15T10:00", "3650"),
        with_terms=terms("0.10", start=date(2025, 1, 15), accrual=Accrual.COMPOUND_MONTHLY),
        opened_on=date(2025, 1, 15),
    )
    stretches = [step for step in trace_loan(one, date(2025, 1, 15), date(2025, 2, 25)).stretches if step.principal]
    assert [(step.start.day, step.end.day, step.principal) for step in stretches] == [
        (15, 1, Decimal(3650)),
        (1, 15, Decimal(3650)),
        (15, 25, Decimal(3681)),
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(lives(), st.integers(1, 300))
def test_two_periods_are_the_whole(life: tuple[Loan, datetime], days: int) -> None:
    one, as_of = life
    start, until = one.opened_on, as_of.date()
    cut = start + timedelta(days=days)
    if not start < cut <= until:
        return
    first, second = trace_loan(one, start, cut - timedelta(days=1)), trace_loan(one, cut, until)
    assert figures(first.closing) == figures(second.opening)
    assert figures(second.closing) == figures(trace_loan(one, start, until).closing)


def test_a_statement_that_was_reckoned_by_hand() -> None:
    """Drawn 100,000 at 10 %, act/365: 30 days bear 821.917808…; 1,000 pay 5 of fee, that interest, then principal."""
    one = loan(
        post("2025-01-01T09:00", "2"),
        draw("2025-01-01T10:00", "100000"),
        fee("2025-01-31T08:00", "5"),
        repay("2025-01-31T09:00", "1000"),
        rate("2025-02-10T00:00", "0.2"),
        with_terms=terms("0.10", start=date(2025, 1, 1)),
        opened_on=date(2025, 1, 1),
    )
    trace = trace_loan(one, date(2025, 1, 1), date(2025, 2, 20))
    bearing = [(step.start.day, step.end.day, step.days) for step in trace.stretches if step.principal]
    assert bearing == [(1, 31, 30), (31, 1, 1), (1, 10, 9), (10, 20, 10)]
    thirty = Decimal(100_000) * 30 / 10 / 365
    paid = trace.movements[3]
    assert (paid.fees, round(paid.interest, 9)) == (Decimal(-5), -round(thirty, 9))
    assert round(paid.principal, 9) == -round(1000 - 5 - thirty, 9)
    left = 100_000 - (1000 - 5 - thirty)
    assert round(trace.stretches[-1].interest, 9) == round(left * 2 / 10 * 10 / 365, 9)
    assert trace.stretches[-1].rate == Decimal("0.2")


def test_interest_of_a_flat_contract_is_charged_at_the_draw() -> None:
    one = loan(
        draw("2025-01-01T10:00", "1000"),
        with_terms=terms("0.08", start=date(2025, 1, 1), accrual=Accrual.FLAT_TERM),
        opened_on=date(2025, 1, 1),
    )
    trace = trace_loan(one, date(2025, 1, 1), date(2025, 6, 30))
    assert trace.movements[0].interest == 80
    assert not any(step.interest for step in trace.stretches)


def test_a_forced_sale_pays_in_the_same_order() -> None:
    one = loan(
        post("2025-01-01T09:00", "1"),
        draw("2025-01-01T10:00", "1000"),
        sold("2025-01-01T12:00", "0.5", "3000", "100"),
        with_terms=terms("0.10", start=date(2025, 1, 1)),
        opened_on=date(2025, 1, 1),
    )
    sale = trace_loan(one, date(2025, 1, 1), date(2025, 1, 1)).movements[-1]
    assert (sale.principal, sale.sats, sale.after.surplus) == (Decimal(-1000), -50_000_000, Decimal(400))
