"""Deadlines and the age of a balance: they need no price, and days end at midnight UTC."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.book import Loan
from app.domain.margin_calls import CallState, MarginCall
from app.domain.rule_machine import Sign
from app.domain.rules import Due, Rule, RuleKind
from app.domain.terms import Evidence, Payment
from app.services.rule_context import confirmed_at
from app.services.rule_readings import RuleReader
from tests.fakes.loans import at, book, draw, loan, post, repay, terms
from tests.fakes.rules import NOW, context, figures_at, read, sign

MATURES = Rule("m", RuleKind.DEADLINE, Decimal(7), due=Due.MATURITY)
INTEREST = Rule("i", RuleKind.DEADLINE, Decimal(7), due=Due.INTEREST)
CURE = Rule("c", RuleKind.DEADLINE, Decimal(1), due=Due.CURE)
OLD = Rule("o", RuleKind.BALANCE_AGE, Decimal(30))


def owing(matures_on: date | None = None, payment: Payment = Payment.BULLET, opened: str = "2025-06-15") -> Loan:
    day = at(opened).date()
    return loan(
        post(opened, "2"),
        draw(opened, "60000"),
        opened_on=day,
        matures_on=matures_on,
        with_terms=replace(terms("0.10", start=day), payment=payment),
    )


def called(due_at: datetime | None, state: CallState = CallState.RUNNING) -> MarginCall:
    return MarginCall(
        "c", "Coin revolver", NOW, Decimal("0.75"), Decimal("0.76"), Decimal(70_000), 1, Decimal(1), due_at,
        Decimal("0.65"), latching=True, state=state,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-02-18", Sign.CLEAR),  # 7.5 days away
        ("2026-02-17", Sign.REACHED),
        ("2026-02-10", Sign.REACHED),
        ("2026-01-10", Sign.REACHED),
    ],
)
def test_a_maturity_comes_near_and_stays_until_it_is_paid(day: str, said: Sign) -> None:
    lent = book(owing(date.fromisoformat(day)))
    (reading,) = read(MATURES, figures_at(lent, None)).values()
    assert (reading.sign, reading.due_at) == (said, at(day))


def test_without_a_maturity_or_a_debt_there_is_no_deadline() -> None:
    assert sign(MATURES, figures_at(book(owing()), None)) is Sign.CLEAR
    paid = loan(post("2025-06-01", "1"), draw("2025-06-01", "10"), repay("2025-06-01", "10"), matures_on=NOW.date())
    assert not read(MATURES, figures_at(book(paid), None))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-02-10T12:00", "2026-02-15"),
        ("2026-02-15T23:59", "2026-02-15"),
        ("2026-02-16T00:00", "2026-03-15"),
    ],
)
def test_interest_is_due_on_the_opening_days_anniversary(now: str, due: str) -> None:
    lent = book(owing(payment=Payment.INTEREST_MONTHLY))
    (reading,) = read(INTEREST, figures_at(lent, None, now=at(now))).values()
    assert reading.due_at == at(due)
    assert reading.sign is (Sign.REACHED if due == "2026-02-15" else Sign.CLEAR)


def test_the_last_interest_is_due_with_the_debt_and_other_contracts_name_no_day() -> None:
    lent = book(owing(date(2026, 2, 12), Payment.AMORTISING_MONTHLY))
    (reading,) = read(INTEREST, figures_at(lent, None)).values()
    assert reading.due_at == at("2026-02-12")
    for payment in (Payment.BULLET, Payment.OPEN_TERM):
        (reading,) = read(INTEREST, figures_at(book(owing(payment=payment)), None)).values()
        assert (reading.sign, reading.due_at) == (Sign.CLEAR, None)


def test_a_standing_call_has_a_deadline_and_one_that_ended_has_none() -> None:
    figures = figures_at(book(owing()), None)
    soon = NOW + timedelta(hours=24)
    assert sign(CURE, figures, context(calls=(called(soon),))) is Sign.REACHED
    assert sign(CURE, figures, context(calls=(called(soon + timedelta(seconds=1)),))) is Sign.CLEAR
    assert sign(CURE, figures, context(calls=(called(NOW - timedelta(days=1), CallState.OVERDUE),))) is Sign.REACHED
    for call in (called(soon, CallState.CURED), called(soon, CallState.CANCELLED), called(None)):
        assert sign(CURE, figures, context(calls=(call,))) is Sign.CLEAR


def test_any_deadline_is_the_next_one() -> None:
    rule = Rule("any", RuleKind.DEADLINE, Decimal(7))
    lent = book(owing(date(2026, 2, 12), Payment.INTEREST_MONTHLY, "2025-06-11"))
    (reading,) = read(rule, figures_at(lent, None)).values()
    assert reading.due_at == at("2026-02-11")
    soon = NOW + timedelta(hours=2)
    (reading,) = read(rule, figures_at(lent, None), context(calls=(called(soon),))).values()
    assert reading.due_at == soon


def test_a_reader_follows_the_clock_and_the_calls() -> None:
    reader, lent = RuleReader(), book(owing())
    figures = figures_at(lent, None)
    due = NOW + timedelta(hours=30)
    for hours, calls, said in (
        (0, (called(due),), Sign.CLEAR),
        (6, (called(due),), Sign.REACHED),
        (6, (), Sign.CLEAR),
        (6, (called(due),), Sign.REACHED),
        (0, (called(due),), Sign.CLEAR),
    ):
        about = context(now=NOW + timedelta(hours=hours), calls=calls)
        (reading,) = reader.readings((CURE,), figures, about)
        assert reading.sign is said


def test_a_balance_is_confirmed_by_its_newest_event_or_its_terms() -> None:
    lent = owing()
    assert confirmed_at(lent, NOW) == at("2025-06-15")
    busy = replace(lent, events=(*lent.events, repay("2026-01-11T12:00", "1"), repay("2026-03-01", "1")))
    assert confirmed_at(busy, NOW) == at("2026-01-11T12:00")
    (known,) = lent.terms
    confirmed = replace(lent, terms=(replace(known, evidence=Evidence("contract", date(2026, 1, 12))),))
    assert confirmed_at(confirmed, NOW) == at("2026-01-12")
    assert sign(OLD, figures_at(book(busy), None)) is Sign.REACHED
    assert sign(OLD, figures_at(book(confirmed), None)) is Sign.CLEAR
    assert sign(OLD, figures_at(book(busy), None, now=NOW - timedelta(seconds=1))) is Sign.CLEAR


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 23))
def test_days_are_counted_in_whole_seconds(ahead: int, limit: int, hour: int) -> None:
    now = datetime(2026, 2, 10, hour, tzinfo=UTC)
    due = now.date() + timedelta(days=ahead)
    rule = Rule("m", RuleKind.DEADLINE, Decimal(limit), due=Due.MATURITY)
    seconds = ahead * 86_400 - hour * 3_600
    said = sign(rule, figures_at(book(owing(due)), None, now=now))
    assert (said is Sign.REACHED) == (seconds <= limit * 86_400)


def test_the_rules_loans_alone_are_asked() -> None:
    two = book(replace(owing(NOW.date()), name="A"), replace(owing(NOW.date()), name="B"))
    assert set(read(replace(MATURES, loans=("B",)), figures_at(two, None))) == {"B"}
    assert set(read(replace(OLD, loans=("A",)), figures_at(two, None))) == {"A"}
