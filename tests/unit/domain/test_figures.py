"""A loan's figures at a price: the worked example, states, boundaries, and what is said without a price."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.book import Loan
from app.domain.figures import LoanFigures, LoanState, cure_for, loan_figures
from app.domain.money import btc_text, round_fiat, round_ratio
from app.domain.quotes import NoQuote
from app.domain.terms import Exposure, TriggerKind
from tests.fakes.loans import at, call, draw, fee, loan, pledged, post, quote, release, repay, sale, terms, warning

NOW = at("2026-02-10")
TENTH = Decimal("0.10")
COST = Decimal("0.0025")
PRICE = "70727"


def figures(one: Loan, price: str = PRICE) -> LoanFigures:
    return loan_figures(one, quote(price), NOW, TENTH, COST)


REVOLVER = pledged("9600000.00", "196")


def test_the_worked_example() -> None:
    found = figures(REVOLVER)
    assert found.state is LoanState.OK
    assert found.cure_now is None
    assert found.collateral_value == Decimal(13_862_492)
    assert found.ltv is not None
    assert str(round_ratio(found.ltv)) == "0.692516"
    told = [
        (t.trigger.kind.value, str(round_fiat(t.price, "USD")), str(round_ratio(t.headroom)))
        for t in found.triggers
        if t.price is not None and t.headroom is not None
    ]
    assert told[:2] == [("warning", "69970.85", "0.010691"), ("margin_call", "65306.12", "0.076645")]
    assert len(told) == 3
    # The top-up is rounded up from 36.02251488478…; 36.02251488 would leave the LTV above 65 %.
    test = found.drop_test
    assert test is not None
    assert test.ltv is not None
    assert (str(round_fiat(test.price, "USD")), str(round_ratio(test.ltv))) == ("63654.30", "0.769462")
    assert test.state is LoanState.MARGIN_CALL
    assert test.cure is not None
    assert test.cure.sell_sats is not None
    assert str(test.cure.cure_ltv) == "0.65"
    assert btc_text(test.cure.top_up_sats) == "36.02251489"
    assert str(test.cure.repay) == "1490442.18"
    assert btc_text(test.cure.sell_sats) == "67.38024367"
    assert test.cure.deadline_hours == 12


@pytest.mark.parametrize(
    ("price", "state"),
    [
        ("100000", LoanState.OK),
        ("70000.00000001", LoanState.OK),
        ("70000", LoanState.WARNING),
        ("65333.33333334", LoanState.WARNING),
        ("65333.33333333", LoanState.MARGIN_CALL),
        ("57647.05882353", LoanState.MARGIN_CALL),
        ("57647.05882352", LoanState.LIQUIDATION),
    ],
)
def test_a_trigger_is_reached_at_its_ltv_and_not_a_hair_above_its_price(price: str, state: LoanState) -> None:
    assert figures(pledged("49000", "1"), price).state is state


def test_states_that_no_price_moves() -> None:
    pledge, credit = post("2025-06-01", "1"), draw("2025-06-02", "100")
    back = repay("2025-06-03", "100")
    for one, state in (
        (loan(), LoanState.UNDRAWN),
        (loan(pledge), LoanState.UNDRAWN),
        (loan(pledge, credit, back), LoanState.CLOSED),
        (loan(credit), LoanState.UNCOVERED),
        (loan(pledge, credit, release("2025-06-04", "1")), LoanState.UNCOVERED),
        (loan(fee("2025-06-01", "5"), with_terms=terms(exposure=Exposure.PRINCIPAL)), LoanState.UNCOVERED),
    ):
        for lookup in (quote(PRICE), NoQuote("USD", "all sources are silent")):
            found = loan_figures(one, lookup, NOW, TENTH, COST)
            assert (found.state, found.ltv, found.drop_test, found.cure_now) == (state, None, None, None)
            assert all(t.price is None and t.headroom is None for t in found.triggers)
            assert found.nearest_danger is None


def test_without_a_price_the_state_is_unknown_and_trigger_prices_stand() -> None:
    found = loan_figures(REVOLVER, NoQuote("USD", "all sources are silent"), NOW, TENTH, COST)
    assert (found.state, found.ltv, found.collateral_value) == (LoanState.UNKNOWN, None, None)
    assert found.triggers[1].price is not None
    assert found.triggers[1].headroom is None


def test_a_loan_without_triggers_is_ok_at_any_price() -> None:
    bare = pledged("50000", "1", with_terms=terms(triggers=()))
    found = figures(bare, "1")
    assert (found.state, found.cure_now, found.nearest_danger) == (LoanState.OK, None, None)
    assert found.ltv == 50_000


def test_the_deadline_is_that_of_the_highest_call_reached() -> None:
    calls = terms(triggers=(call("0.70", "0.60", 168), call("0.80", "0.65", 24), call("0.90"), sale("0.95")))
    for price, hours in (("68000", 168), ("62500", 24), ("55000", None)):
        cure = figures(pledged("50000", "1", with_terms=calls), price).cure_now
        assert cure is not None
        assert (cure.deadline_hours, cure.cure_ltv) == (hours, Decimal("0.60"))


def test_a_loan_that_names_no_cure_is_cured_to_its_lowest_trigger() -> None:
    own = terms(triggers=(warning("0.6"), call("0.7"), sale("0.8")))
    cure = figures(pledged("50000", "1", with_terms=own), "70000").cure_now
    assert cure is not None
    assert cure.cure_ltv == Decimal("0.6")
    only_sale = figures(pledged("50000", "1", with_terms=terms(triggers=(sale("0.7"),))), "70000")
    assert only_sale.state is LoanState.LIQUIDATION
    assert only_sale.cure_now is not None
    assert (only_sale.cure_now.cure_ltv, only_sale.cure_now.deadline_hours) == (Decimal("0.7"), None)


def test_the_gravest_trigger_reached_gives_the_state_whatever_the_order() -> None:
    odd = terms(triggers=(sale("0.5"), call("0.6"), warning("0.7")))
    assert figures(pledged("50000", "1", with_terms=odd), "70000").state is LoanState.LIQUIDATION


def test_nearest_danger_is_the_next_one_ahead_and_never_a_warning() -> None:
    for price, kind in (("200000", TriggerKind.MARGIN_CALL), ("60000", TriggerKind.LIQUIDATION), ("1", None)):
        ahead = figures(pledged("50000", "1"), price).nearest_danger
        assert (ahead.trigger.kind if ahead else None) is kind
    first = figures(REVOLVER).first(TriggerKind.LIQUIDATION)
    assert first is not None
    assert first.trigger.ltv == Decimal("0.85")


def test_an_index_above_ours_moves_the_ltv_down_and_trigger_prices_too() -> None:
    above = figures(pledged("49000", "1", with_terms=terms(basis_bps=100)), "70000")
    assert above.collateral_value == 70_700
    assert above.state is LoanState.OK
    assert above.triggers[0].price is not None
    assert Fraction(above.triggers[0].price) - Fraction(70_000 * 100, 101) < Fraction(1, 10**50)
    below = figures(pledged("49000", "1", with_terms=terms(basis_bps=-100)), "70700")
    assert below.state is LoanState.WARNING
    test = below.drop_test
    assert test is not None
    assert test.price == Decimal(63630)


def test_a_cure_of_choice_needs_no_call_and_has_no_clock() -> None:
    cure = cure_for(figures(REVOLVER), Decimal(PRICE), Decimal("0.60"), COST)
    assert cure.deadline_hours is None
    assert cure.repay == Decimal("1282504.80")


@given(st.integers(1, 10**9), st.integers(1, 10**11), st.integers(1, 10**11), st.integers(1, 10**10))
def test_a_lower_price_never_lowers_the_ltv_or_the_state(cents: int, sats: int, price: int, less: int) -> None:
    one = pledged(str(Decimal(cents) / 100 + 1), str(Decimal(sats).scaleb(-8)))
    high = figures(one, str(Decimal(price + less).scaleb(-4)))
    low = figures(one, str(Decimal(price).scaleb(-4)))
    assert high.ltv is not None
    assert low.ltv is not None
    assert low.ltv >= high.ltv
    order = list(LoanState)
    assert order.index(low.state) >= order.index(high.state)
    assert high.drop_test is not None
    assert high.drop_test.ltv is not None
    assert high.drop_test.ltv >= high.ltv


def test_money_of_the_loans_own_currency_is_rounded_up_to_its_own_unit() -> None:
    yen = replace(pledged("9600001", "196"), currency="JPY")
    found = loan_figures(yen, quote("60001", "JPY"), NOW, TENTH, COST)
    assert found.cure_now is not None
    assert found.cure_now.repay == found.cure_now.repay.to_integral_value()
