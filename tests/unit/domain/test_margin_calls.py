"""A margin call is issued by a confirmed price, ends as its contract says, and no data never changes it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.book import Book, EventKind, Loan, LoanEvent
from app.domain.figures import LoanFigures, loan_figures
from app.domain.margin_calls import CallState, MarginCall, follow_call, follow_calls
from app.domain.portfolio import book_figures
from app.domain.quotes import Consensus, NoQuote, PriceLookup, PriceStatus, Quote
from app.domain.terms import Terms, Trigger, TriggerKind

NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)
START = date(2026, 1, 1)
SALE = Trigger(TriggerKind.LIQUIDATION, Decimal("0.85"))
CALL = Trigger(TriggerKind.MARGIN_CALL, Decimal("0.75"), 24, Decimal("0.60"))
SLOW = Trigger(TriggerKind.MARGIN_CALL, Decimal("0.70"), 48, Decimal("0.60"))
FAST = Trigger(TriggerKind.MARGIN_CALL, Decimal("0.80"), 4, Decimal("0.60"))
DISPUTE, LONE, OK, THIN = PriceStatus.DISAGREE, PriceStatus.SINGLE, PriceStatus.OK, PriceStatus.THIN


def a_loan(*triggers: Trigger, events: tuple[LoanEvent, ...] = ()) -> Loan:
    """A loan of 60,000 on 1 BTC; called at 80,000 unless told otherwise."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    first = (LoanEvent(at, EventKind.POST, sats=100_000_000), LoanEvent(at, EventKind.DRAW, amount=Decimal(60_000)))
    terms = Terms(START, Decimal(0), triggers=(*(triggers or (CALL,)), SALE))
    return Loan("Coin loan", "A lender", "USD", START, None, (terms,), first + events)


def said(*prices: int, status: PriceStatus = OK) -> Consensus:
    exact = tuple(Decimal(price) for price in prices)
    value = None if status is DISPUTE else exact[len(exact) // 2]
    return Consensus("USD", status, value, min(exact), max(exact), NOW, "consensus", (), exact)


def figures(loan: Loan, price: int | None, minute: int = 0) -> LoanFigures:
    at = NOW + timedelta(minutes=minute)
    lookup: PriceLookup = (
        NoQuote("USD", "none") if price is None else Quote("USD", Decimal(price), NOW, "consensus", 3, 3)
    )
    return loan_figures(loan, lookup, at, Decimal("0.10"), Decimal(0))


def follow(
    call: MarginCall | None,
    price: int,
    minute: int = 0,
    *,
    loan: Loan | None = None,
    status: PriceStatus = OK,
    edited: bool = False,
) -> MarginCall | None:
    known = figures(loan or a_loan(), price, minute)
    now = NOW + timedelta(minutes=minute)
    said_now = said(price, price, price, status=status)
    return follow_call(call, known, said_now, now, lambda: "c1", sale_cost=Decimal(0), edited=edited)


def issued(price: int = 80_000, *triggers: Trigger) -> MarginCall:
    call = follow(None, price, loan=a_loan(*triggers))
    assert call is not None
    return call


def test_a_confirmed_price_at_the_level_issues_it_with_its_clock_and_what_would_cure_it() -> None:
    call = issued()
    assert (call.issued_at, call.due_at, call.state) == (NOW, NOW + timedelta(hours=24), CallState.RUNNING)
    assert (call.level, call.ltv, call.price) == (Decimal("0.75"), Decimal("0.75"), Decimal(80_000))
    # 60,000 / (0.6 × 80,000) is 1.25 BTC; 60,000 − 0.6 × 80,000 is 12,000.
    assert (call.top_up_sats, call.repay, call.cure_ltv) == (25_000_000, Decimal(12_000), Decimal("0.60"))


def test_just_above_the_level_issues_nothing() -> None:
    assert follow(None, 80_001) is None


@pytest.mark.parametrize("status", [LONE, PriceStatus.STALE, PriceStatus.NONE])
def test_what_is_not_confirmed_issues_nothing(status: PriceStatus) -> None:
    assert follow(None, 70_000, status=status) is None


def test_sources_that_disagree_but_are_all_under_the_level_issue_it() -> None:
    known = figures(a_loan(), None)
    both = said(70_000, 79_000, status=DISPUTE)
    call = follow_call(None, known, both, NOW, lambda: "c", sale_cost=Decimal(0))
    assert call is not None
    assert call.price == Decimal(79_000)
    one = said(70_000, 81_000, status=DISPUTE)
    assert follow_call(None, known, one, NOW, lambda: "c", sale_cost=Decimal(0)) is None


def test_no_data_changes_nothing() -> None:
    call = issued()
    blind = figures(a_loan(), None, 1)
    assert follow_call(call, blind, None, NOW, lambda: "x", sale_cost=Decimal(0), edited=True) is call
    for status in (LONE, PriceStatus.STALE, PriceStatus.NONE):
        assert follow(call, 200_000, 1, status=status, edited=True) is call


def test_the_clock_alone_makes_it_overdue() -> None:
    call = issued()
    assert follow(call, 79_000, 24 * 60 - 1) is call
    late = follow_call(
        call, figures(a_loan(), None), None, NOW + timedelta(hours=24), lambda: "x", sale_cost=Decimal(0)
    )
    assert late is not None
    assert (late.state, late.stands, late.ended_at) == (CallState.OVERDUE, True, None)


def test_one_without_a_clock_is_never_overdue() -> None:
    timeless = replace(CALL, cure_hours=None)
    call = issued(80_000, timeless)
    assert call.due_at is None
    assert follow(call, 79_000, 10**6, loan=a_loan(timeless)) is call


def test_it_lapses_when_the_price_is_clearly_back() -> None:
    call = issued()
    assert follow(call, 80_500, 5) is call
    over = follow(call, 81_000, 5)
    assert over is not None
    assert (over.state, over.ended_at) == (CallState.CANCELLED, NOW + timedelta(minutes=5))


def test_one_that_latches_stands_whatever_the_price_does_until_the_cure_ltv() -> None:
    latching = replace(CALL, latching=True)
    loan, call = a_loan(latching), issued(80_000, latching)
    assert follow(call, 99_000, 5, loan=loan) is call
    over = follow(call, 100_000, 5, loan=loan)
    assert over is not None
    assert over.state is CallState.CANCELLED


def test_one_that_latches_and_names_no_cure_ends_only_by_what_was_paid_in() -> None:
    latching = replace(CALL, latching=True, cure_ltv=None)
    call = issued(80_000, latching)
    assert follow(call, 200_000, 5, loan=a_loan(latching), edited=True) is call
    posted = LoanEvent(NOW + timedelta(minutes=4), EventKind.POST, sats=10_000_000)
    over = follow(call, 80_000, 5, loan=a_loan(latching, events=(posted,)), edited=True)
    assert over is not None
    assert over.state is CallState.CURED


@pytest.mark.parametrize("at", [NOW + timedelta(minutes=4), datetime(2026, 2, 10, tzinfo=UTC)])
def test_collateral_or_money_cures_it_at_once(at: datetime) -> None:
    repaid = LoanEvent(at, EventKind.REPAY, amount=Decimal(12_000))
    over = follow(issued(), 80_000, 5, loan=a_loan(events=(repaid,)), edited=True)
    assert over is not None
    assert over.state is CallState.CURED


def test_a_cure_that_is_short_is_none_for_a_call_that_latches() -> None:
    latching = replace(CALL, latching=True)
    repaid = LoanEvent(NOW + timedelta(minutes=4), EventKind.REPAY, amount=Decimal(6_000))
    call = issued(80_000, latching)
    assert follow(call, 80_000, 5, loan=a_loan(latching, events=(repaid,)), edited=True) is call


def test_a_faster_call_reached_later_brings_the_deadline_nearer_and_never_further() -> None:
    loan, call = a_loan(SLOW, FAST), issued(85_000, SLOW, FAST)
    assert call.due_at == NOW + timedelta(hours=48)
    near = follow(call, 75_000, 60, loan=loan)
    assert near is not None
    assert (near.level, near.due_at) == (Decimal("0.80"), NOW + timedelta(hours=5))
    assert follow(near, 85_000, 90, loan=loan) is near
    last_hour = follow(call, 75_000, 47 * 60, loan=loan)
    assert last_hour is not None
    assert last_hour.due_at == NOW + timedelta(hours=48)


def test_a_booked_sale_ends_it_and_so_does_the_loans_end() -> None:
    sold = LoanEvent(NOW + timedelta(minutes=4), EventKind.LIQUIDATION, sats=50_000_000, price=Decimal(75_000))
    after = follow(issued(), 75_000, 5, loan=a_loan(events=(sold,)), edited=True)
    assert after is not None
    assert after.state is CallState.SOLD
    repaid = LoanEvent(NOW + timedelta(minutes=4), EventKind.REPAY, amount=Decimal(60_000))
    after = follow(issued(), 75_000, 5, loan=a_loan(events=(repaid,)), edited=True)
    assert after is not None
    assert after.state is CallState.ENDED


def test_a_loan_without_margin_calls_has_none() -> None:
    terms = Terms(START, Decimal(0), triggers=(SALE,))
    assert follow(None, 50_000, loan=replace(a_loan(), terms=(terms,))) is None


def test_a_whole_book_is_followed_and_what_left_it_ends() -> None:
    far = replace(
        a_loan(), name="Far", events=(a_loan().events[0], LoanEvent(NOW, EventKind.DRAW, amount=Decimal(1_000)))
    )
    book = Book("B", loans=(far, a_loan()))
    quote = Quote("USD", Decimal(80_000), NOW, "consensus", 3, 3)
    at_price = book_figures(book, {"USD": quote}, NOW)
    gone = issued()._replace(id="old", loan="Gone")
    over = gone._replace(id="past", state=CallState.CURED)
    consensus = said(80_000, 80_000, 80_000)
    changed = follow_calls([gone, over], at_price, lambda _loan: consensus, NOW, lambda: "new", edited=False)
    assert [(call.id, call.loan, call.state) for call in changed] == [
        ("new", "Coin loan", CallState.RUNNING),
        ("old", "Gone", CallState.ENDED),
    ]
    assert follow_calls([changed[0]], at_price, lambda _loan: consensus, NOW, lambda: "x", edited=False) == ()
