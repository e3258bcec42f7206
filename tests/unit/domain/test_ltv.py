"""LTV, trigger prices and cures: recorded figures, inverses, and cures that do cure when rounded."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain.ltv import Cure, basis_factor, cure, headroom, ltv, trigger_price
from app.domain.money import minor_digits

CASES: dict[str, Any] = json.loads((Path(__file__).parents[2] / "data" / "loan_figures.json").read_text("utf-8"))
CLOSE = Fraction(1, 10**26)  # the recorded figures carry some thirty digits


def decimal(text: str) -> Decimal:
    value = Fraction(text)
    return Decimal(value.numerator) / Decimal(value.denominator)


def near(got: Decimal | None, text: str) -> bool:
    return got is not None and abs(Fraction(got) - Fraction(text)) <= CLOSE * (1 + abs(Fraction(text)))


@pytest.mark.parametrize("case", CASES["ltv"])
def test_recorded_ltvs(case: dict[str, str]) -> None:
    debt, price = Decimal(case["debt"]), Decimal(case["price"])
    sats = int(Decimal(case["btc"]) * 10**8)
    after = price * Decimal("0.9")
    call, goal, end = decimal(case["call_ltv"]), decimal(case["goal_ltv"]), decimal(case["sale_ltv"])
    assert near(ltv(debt, sats, price), case["ltv"])
    assert near(ltv(debt, sats, after), case["ltv_after_a_tenth"])
    for level, expected in ((call, "call_price"), (goal, "goal_price"), (end, "sale_price")):
        assert near(trigger_price(debt, sats, level), case[expected])
    call_price = trigger_price(debt, sats, call)
    assert call_price is not None
    assert near(headroom(call_price, price), case["headroom_to_call"])
    for at_price, expected in ((price, "post_now"), (after, "post_after_a_tenth"), (call_price, "post_at_call")):
        found = cure(debt, sats, at_price, goal, sale_cost=Decimal(0), currency="USD", deadline_hours=None)
        wanted = Fraction(case[expected]) * 10**8
        assert 0 <= found.top_up_sats - wanted + Fraction(1, 10**9) < 1 + Fraction(1, 10**8)
    found = cure(debt, sats, after, goal, sale_cost=Decimal(0), currency="USD", deadline_hours=None)
    assert found.repay == Decimal(case["repay_after_a_tenth"])


EXPOSURES = st.integers(1, 10**14).map(lambda cents: Decimal(cents) / 100)
SATS = st.integers(1, 21 * 10**13)
PRICES = st.integers(1, 10**15).map(lambda units: Decimal(units).scaleb(-6))
LEVELS = st.integers(1, 20_000).map(lambda points: Decimal(points) / 10_000)
COSTS = st.integers(0, 500).map(lambda points: Decimal(points) / 10_000)


@given(EXPOSURES, SATS, LEVELS, st.integers(-9_000, 9_000))
def test_the_ltv_at_a_trigger_price_is_the_trigger(exposure: Decimal, sats: int, level: Decimal, bps: int) -> None:
    basis = basis_factor(bps)
    price = trigger_price(exposure, sats, level, basis)
    assert price is not None
    exact = Fraction(exposure) / (Fraction(sats, 10**8) * Fraction(price) * Fraction(basis))
    assert abs(exact - Fraction(level)) < Fraction(1, 10**55)
    if not bps:
        found = ltv(exposure, sats, price)
        assert found is not None
        assert abs(Fraction(found) - Fraction(level)) < Fraction(1, 10**55)
    assert headroom(price, price) == 0


@given(EXPOSURES, SATS, PRICES, PRICES)
def test_ltv_falls_as_the_price_rises(exposure: Decimal, sats: int, one: Decimal, other: Decimal) -> None:
    assume(one != other)
    at_low, at_high = ltv(exposure, sats, min(one, other)), ltv(exposure, sats, max(one, other))
    assert at_low is not None
    assert at_high is not None
    assert at_low > at_high


@given(EXPOSURES, SATS, PRICES, LEVELS, COSTS, st.sampled_from(("USD", "JPY", "KWD")))
def test_each_cure_reaches_the_cure_ltv_and_one_unit_less_does_not(
    exposure: Decimal, sats: int, price: Decimal, goal: Decimal, cost: Decimal, currency: str
) -> None:
    found = cure(exposure, sats, price, goal, sale_cost=cost, currency=currency, deadline_hours=12)
    e, c, p, q, f = Fraction(exposure), Fraction(sats, 10**8), Fraction(price), Fraction(goal), Fraction(cost)

    def cured(debt: Fraction, btc: Fraction) -> bool:
        return debt <= q * btc * p

    def posted(units: int) -> bool:
        return cured(e, c + Fraction(units, 10**8))

    def repaid(units: Fraction) -> bool:
        return cured(e - units, c)

    def sold(units: int) -> bool:
        btc = Fraction(units, 10**8)
        return cured(e - btc * p * (1 - f), c - btc)

    unit = Fraction(1, 10 ** minor_digits(currency))
    assert posted(found.top_up_sats)
    assert repaid(Fraction(found.repay))
    assert (Fraction(found.repay) / unit).denominator == 1
    if cured(e, c):
        assert found == Cure(goal, 0, Decimal(0), 0 if 1 - f > q else None, 12)
        return
    assert not posted(found.top_up_sats - 1)
    assert not repaid(Fraction(found.repay) - unit)
    if found.sell_sats is None:
        assert 1 - f <= q or not sold(sats)
    else:
        assert found.sell_sats <= sats
        assert sold(found.sell_sats)
        assert not sold(found.sell_sats - 1)


def test_without_collateral_or_debt_there_is_no_ltv_and_no_trigger_price() -> None:
    assert ltv(Decimal(1), 0, Decimal(1)) is None
    assert trigger_price(Decimal(1), 0, Decimal("0.5")) is None
    assert trigger_price(Decimal(0), 1, Decimal("0.5")) is None


def test_a_sale_that_cannot_cure_is_refused() -> None:
    for cost, goal in (("0.35", "0.65"), ("0.4", "0.65"), ("0.0025", "0.9975")):
        q, f = Decimal(goal), Decimal(cost)
        found = cure(Decimal(100), 10**8, Decimal(90), q, sale_cost=f, currency="USD", deadline_hours=None)
        assert found.sell_sats is None


def test_headroom_is_negative_past_the_trigger() -> None:
    assert headroom(Decimal(110), Decimal(100)) == Decimal("-0.1")
