"""Courses of random books: against a slow walk in small steps, and what holds of every course."""

import random
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.figures import LoanState
from app.risk.positions import Positions
from app.risk.stress import sale_begins, stress
from app.risk.stress_path import PathPoint, PricePath, own_path, straight_fall
from app.risk.stress_result import Policy, StressEvent, StressKind, StressResult
from tests.fakes.plan_books import positions
from tests.fakes.stress_books import PRICE, stressed_book
from tests.fakes.stress_oracle import walk

STEPS = 4_000
SEEDS = st.integers(0, 10**6)
DROPS = st.decimals("0", "0.9", places=3)


def here(seed: int, *, most: int = 6, plain: bool = False) -> Positions:
    return positions(stressed_book(seed, most, plain=plain), str(PRICE))


def kinds(result: StressResult, index: int) -> list[str]:
    return [event.kind.value for event in result.events if event.index == index]


def wandering(seed: int) -> PricePath:
    rng = random.Random(seed)
    points = []
    ratio = 1.0
    for day in range(1, rng.randint(2, 30)):
        ratio *= rng.uniform(0.85, 1.1)
        low = ratio * rng.uniform(0.85, 1)
        points.append(PathPoint(Decimal(day), Decimal(f"{ratio:.4f}"), Decimal(f"{low:.4f}")))
    return own_path(points)


@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize("seed", range(60))
def test_a_slow_walk_in_small_steps_meets_the_same_things(seed: int, policy: Policy) -> None:
    one = here(seed, most=4, plain=True)
    drop, days = 0.25 + 0.01 * (seed % 30), 4 + seed % 9
    found = stress(one, straight_fall(Decimal(f"{drop:.2f}"), Decimal(days)), policy)
    loans, free = walk(one, drop, days, cure=policy is Policy.CURE, steps=STEPS)
    for place, loan in enumerate(loans):
        end = found.loans[place]
        assert kinds(found, loan.position.index) == loan.happened
        assert end.sold_sats / 1e8 == pytest.approx(loan.sold, rel=0.01, abs=1e-6)
    assert found.free_left_sats / 1e8 == pytest.approx(free, rel=0.02, abs=0.02)


@given(SEEDS, SEEDS, st.sampled_from(Policy))
def test_no_bitcoin_is_made_or_lost(seed: int, way: int, policy: Policy) -> None:
    one = here(seed)
    result = stress(one, wandering(way), policy)
    before = one.free_sats + sum(item.collateral_sats for item in one.items)
    pledged = sum(loan.collateral_sats for loan in result.loans)
    assert result.free_left_sats + pledged + result.sold_sats == before
    assert result.free_left_sats >= 0
    assert all(event.free_sats >= 0 for event in result.events)
    sold = sum(event.sats for event in result.of(StressKind.LIQUIDATION))
    posted = sum(event.sats for event in result.of(StressKind.TOP_UP))
    assert (sold, posted) == (result.sold_sats, result.posted_sats)
    for loan, item in zip(result.loans, one.items, strict=True):
        was = item.collateral_sats + loan.posted_sats
        assert loan.collateral_sats + loan.sold_sats + loan.returned_sats == was


@given(SEEDS, SEEDS, st.sampled_from(Policy))
def test_events_come_in_the_order_of_time_and_none_comes_twice(seed: int, way: int, policy: Policy) -> None:
    result = stress(here(seed), wandering(way), policy)
    days = [event.day for event in result.events]
    assert days == sorted(days)
    told = [(event.kind, event.index, event.day, event.price, event.line) for event in result.events]
    assert len(told) == len(set(told))


@given(SEEDS, DROPS, st.sampled_from([None, Decimal(0), Decimal(7)]))
def test_a_straight_fall_is_told_from_the_highest_price_down(seed: int, drop: Decimal, days: Decimal | None) -> None:
    result = stress(here(seed), straight_fall(drop, days))
    prices = [event.price for event in result.events]
    assert all(later <= earlier for earlier, later in pairwise(prices))


@given(SEEDS, DROPS, DROPS)
def test_a_deeper_fall_repeats_the_shallower_one_and_goes_on(seed: int, one: Decimal, other: Decimal) -> None:
    """Where time is left out, the fall to a price is the beginning of the fall below it."""
    book = here(seed)
    shallow = stress(book, straight_fall(min(one, other))).events
    deep = stress(book, straight_fall(max(one, other))).events
    assert [named(event) for event in shallow] == [named(event) for event in deep[: len(shallow)]]


def named(event: StressEvent) -> tuple[object, ...]:
    return event.kind, event.index, round(event.price, 20), event.sats


@given(SEEDS, DROPS)
def test_with_no_action_nothing_is_posted_and_who_is_never_sold_is_not_sold_when_topped_up(
    seed: int, drop: Decimal
) -> None:
    book, fall = here(seed), straight_fall(drop)
    none, cured = stress(book, fall, Policy.NONE), stress(book, fall)
    assert none.posted_sats == 0
    safe = {loan.index for loan in none.loans if not loan.sold_sats}
    assert not safe & {event.index for event in cured.of(StressKind.LIQUIDATION)}


@given(SEEDS)
def test_forced_sale_begins_no_higher_when_calls_are_topped_up(seed: int) -> None:
    book = here(seed)
    cured, uncured = sale_begins(book, Policy.CURE), sale_begins(book, Policy.NONE)
    if cured is not None:
        assert uncured is not None
        assert cured.price <= uncured.price
    if uncured is not None:
        lines = [item.price_at(item.sale_ltv) for item in book.items if item.sale is not None]
        assert uncured.price == pytest.approx(max(lines), rel=Decimal("1e-30"))


@given(SEEDS, SEEDS)
def test_every_loss_is_counted(seed: int, way: int) -> None:
    result = stress(here(seed), wandering(way), Policy.NONE)
    lost = sum(
        max(result.end_price - event.price, Decimal(0)) * event.sats / 10**8
        for event in result.of(StressKind.LIQUIDATION)
    )
    assert float(result.loss) == pytest.approx(float(result.fees + lost), rel=1e-12, abs=1e-9)
    assert result.loss >= 0


@given(SEEDS)
def test_the_deepest_falls_end(seed: int) -> None:
    result = stress(here(seed), straight_fall(1 - Decimal("1e-25"), Decimal(3)))
    assert len(result.events) < 20_000
    assert {loan.state for loan in result.loans} <= {LoanState.CLOSED, LoanState.UNCOVERED, LoanState.MARGIN_CALL}
