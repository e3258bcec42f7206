"""A loan's balance against an independent replay, and the rules of design one by one."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.book import Loan, LoanEvent
from app.domain.errors import HistoryError
from app.domain.loan_state import LoanBalance, balance_at, is_indebted
from app.domain.terms import Accrual, DayCount, Exposure
from tests.fakes.loan_lives import lives
from tests.fakes.loans import OPENED, at, draw, fee, loan, pledged, post, rate, release, repay, sold, terms
from tests.fakes.oracle import Owed, owed_at

CLOSE = Fraction(1, 10**40)


def close(got: Decimal, wanted: Fraction) -> bool:
    return abs(Fraction(got) - wanted) <= CLOSE * (abs(wanted) + 1)


def assert_same(got: LoanBalance, wanted: Owed) -> None:
    assert close(got.principal, wanted.principal)
    assert close(got.accrued_interest, wanted.interest)
    assert close(got.fees, wanted.fees)
    assert close(got.exposure, wanted.exposure)
    assert close(got.surplus, wanted.surplus)
    assert got.collateral_sats == wanted.sats


@settings(max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(lives())
def test_any_life_comes_to_what_the_replay_says(life: tuple[Loan, datetime]) -> None:
    one, as_of = life
    assert_same(balance_at(one, as_of), owed_at(one, as_of))


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(lives(), st.integers(0, 200))
def test_the_past_stays_as_it_was(life: tuple[Loan, datetime], days: int) -> None:
    one, as_of = life
    earlier = max(as_of - timedelta(days=days), one.events[0].at)
    assert_same(balance_at(one, earlier), owed_at(one, earlier))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(lives(), st.integers(0, 2**32))
def test_the_order_of_the_file_matters_only_within_a_moment(life: tuple[Loan, datetime], seed: int) -> None:
    one, as_of = life
    spread = tuple(event._replace(at=event.at + timedelta(seconds=n)) for n, event in enumerate(one.events))
    mixed = list(spread)
    Random(seed).shuffle(mixed)
    as_of += timedelta(minutes=1)
    whole = balance_at(replace(one, events=spread), as_of)
    assert balance_at(replace(one, events=tuple(mixed)), as_of) == whole


def test_ten_years_of_daily_compounding() -> None:
    one = loan(
        draw("2016-02-28T10:00", "1000000"),
        with_terms=terms("0.12", start=date(2016, 2, 28), accrual=Accrual.COMPOUND_DAILY),
        opened_on=date(2016, 2, 28),
    )
    days = (date(2026, 2, 28) - date(2016, 2, 28)).days
    grown = Fraction(1_000_000) * (1 + Fraction(12, 36_500)) ** days
    assert close(balance_at(one, at("2026-02-28")).debt, grown)


def test_the_first_days_interest_comes_the_day_after_the_draw() -> None:
    one = loan(draw("2025-06-01T00:00", "36500"), with_terms=terms("0.10"))
    assert balance_at(one, at("2025-06-01T23:59")).accrued_interest == 0
    assert balance_at(one, at("2025-06-02")).accrued_interest == 10
    assert balance_at(one, at("2025-06-02T23:59")).accrued_interest == 10


def test_a_moment_is_included_and_what_comes_later_is_not() -> None:
    one = pledged("100", "1")
    assert not balance_at(one, at("2025-06-01T12:59")).drawn
    assert balance_at(one, at("2025-06-01T13:00")).principal == 100
    assert balance_at(one, at("2020-01-01")).debt == 0


def test_a_repayment_pays_fees_then_interest_then_principal() -> None:
    one = loan(draw("2025-06-01", "36500"), fee("2025-06-02", "5"), repay("2025-06-03", "18"), with_terms=terms("0.10"))
    paid = balance_at(one, at("2025-06-03"))
    assert [paid.fees, paid.accrued_interest, paid.principal] == [Decimal(0), Decimal(7), Decimal(36_500)]
    more = balance_at(replace(one, events=(*one.events, repay("2025-06-03", "107"))), at("2025-06-03"))
    assert [more.accrued_interest, more.principal] == [Decimal(0), Decimal(36_400)]


def test_flat_term_owes_all_its_interest_from_the_draw() -> None:
    one = loan(draw("2025-06-01T10:00", "1000"), with_terms=terms("0.08", accrual=Accrual.FLAT_TERM))
    assert balance_at(one, at("2025-06-01T10:00")).accrued_interest == 80
    assert balance_at(one, at("2027-06-01")).accrued_interest == 80


def test_a_month_without_the_opening_day_ends_on_its_last_day() -> None:
    monthly = terms("0.12", start=date(2025, 1, 31), accrual=Accrual.COMPOUND_MONTHLY, day_count=DayCount.ACT_360)
    one = loan(draw("2025-01-31", "36000"), with_terms=monthly, opened_on=date(2025, 1, 31))
    assert balance_at(one, at("2025-02-27")).principal == 36_000
    assert balance_at(one, at("2025-02-28")).principal == 36_000 + 28 * 12
    assert balance_at(one, at("2025-03-30")).accrued_interest > 0
    assert balance_at(one, at("2025-03-31")).accrued_interest == 0


@pytest.mark.parametrize(
    ("exposure", "expected"),
    [
        (Exposure.PRINCIPAL, "36500"),
        (Exposure.PRINCIPAL_AND_ACCRUED, "36525"),
        (Exposure.PRINCIPAL_AND_FULL_TERM_INTEREST, "36605"),
    ],
)
def test_what_the_lender_counts(exposure: Exposure, expected: str) -> None:
    one = loan(
        draw("2025-06-01", "36500"),
        fee("2025-06-01", "5"),
        with_terms=terms("0.10", exposure=exposure),
        matures_on=date(2025, 6, 11),
    )
    assert balance_at(one, at("2025-06-03")).exposure == Decimal(expected)


def test_changed_terms_bring_their_own_rate_and_leave_what_was_earned() -> None:
    changed = (terms("0.10"), terms("0.20", start=date(2025, 6, 3)))
    one = loan(draw("2025-06-01", "36500"), rate("2025-06-02", "0.05"), with_terms=changed)
    assert [balance_at(one, at(f"2025-06-0{day}")).accrued_interest for day in (2, 3, 4)] == [10, 15, 35]


def test_a_sale_repays_and_the_rest_goes_back() -> None:
    one = loan(post("2025-06-01", "2"), draw("2025-06-01", "1000"), sold("2025-06-02", "1", "1500", "30"))
    after = balance_at(one, at("2025-06-03"))
    assert [after.debt, after.surplus] == [Decimal(0), Decimal(470)]
    assert after.collateral_sats == 100_000_000


def test_a_debt_below_half_a_minor_unit_is_none() -> None:
    one = loan(draw("2025-06-01", "1.004"), repay("2025-06-01", "1"))
    state = balance_at(one, at("2025-06-02"))
    assert not is_indebted(state, "USD")
    assert is_indebted(state, "KWD")


def test_a_fee_alone_is_a_debt_even_where_only_principal_is_exposed() -> None:
    one = loan(fee("2025-06-02", "5"), with_terms=terms(exposure=Exposure.PRINCIPAL))
    assert is_indebted(balance_at(one, at("2025-06-03")), "USD")


@pytest.mark.parametrize(
    ("last", "place", "remedy"),
    [
        (repay("2025-06-03", "1000.01"), "events[2].amount", "more than the debt by 0.01; enter at most"),
        (release("2025-06-03", "1.00000001"), "events[2].btc", "the 1.00000000 BTC pledged then; enter at most"),
        (sold("2025-06-03", "1.1", "100"), "events[2].btc", "the 1.00000000 BTC pledged then; enter at most"),
        (sold("2025-06-03", "1", "100", "100.01"), "events[2].fee", r"brought \(100.00\); enter at most"),
    ],
)
def test_what_takes_more_than_there_is_is_refused(last: LoanEvent, place: str, remedy: str) -> None:
    one = pledged("1000", "1")
    one = replace(one, events=(*one.events, last))
    with pytest.raises(HistoryError, match=remedy) as caught:
        balance_at(one, at("2026-01-01"))
    assert caught.value.place == place
    assert balance_at(one, at("2025-06-02")).debt == 1000


def test_a_last_repayment_may_round_the_cent_up() -> None:
    one = loan(draw("2025-06-01", "100"), repay("2025-06-02", "100.03"), with_terms=terms("0.10"))
    assert balance_at(one, at("2025-06-03")).debt == 0


def test_interest_paid_under_daily_compounding_no_longer_grows() -> None:
    daily = terms("0.10", accrual=Accrual.COMPOUND_DAILY)
    one = loan(draw("2025-06-01", "36500"), repay("2025-06-11", "50"), with_terms=daily)
    for day in (11, 12, 30):
        assert_same(balance_at(one, at(f"2025-06-{day}")), owed_at(one, at(f"2025-06-{day}")))


def test_new_triggers_alone_do_not_break_a_stretch() -> None:
    bond = terms("0.12", start=date(2025, 1, 31), day_count=DayCount.THIRTY_360)
    changed = (bond, replace(bond, start=date(2025, 2, 28), triggers=()))
    one = loan(draw("2025-01-31", "36000"), with_terms=changed, opened_on=date(2025, 1, 31))
    assert balance_at(one, at("2025-03-31")).accrued_interest == 60 * 12
    same_rate = replace(one, terms=(bond,), events=(*one.events, rate("2025-02-28", "0.12")))
    assert balance_at(same_rate, at("2025-03-31")).accrued_interest == 60 * 12


def test_a_month_that_ends_as_monthly_terms_begin_still_belongs_to_the_old_ones() -> None:
    monthly = terms("0.12", start=date(2025, 7, 1), accrual=Accrual.COMPOUND_MONTHLY)
    one = loan(draw("2025-06-01", "36500"), with_terms=(terms("0.10"), monthly))
    assert balance_at(one, at("2025-07-01")).principal == 36_500
    assert balance_at(one, at("2025-08-01")).principal == 36_500 + 30 * 10 + 31 * 12
    back = loan(draw("2025-06-01", "36500"), with_terms=(replace(monthly, start=OPENED), terms(start=date(2025, 7, 1))))
    assert balance_at(back, at("2025-07-01")).principal == 36_500 + 30 * 12
