"""Forced sales: the worked ones, what the loan's own history makes of them, and what no sale can restore."""

import math
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.book import EventKind, LoanEvent
from app.domain.loan_state import balance_at
from app.domain.money import EXACT, btc_of, ceil_fiat
from app.domain.terms import ExtentMode, FeeBase, Trigger, TriggerKind
from app.risk.liquidation import bonus_repayment, full_sale_btc, liquidate, partial_sale_btc
from tests.fakes.loans import at, pledged, sats, terms
from tests.fakes.plan_books import GOLDEN


def close(found: Decimal, wanted: str, tolerance: float = 1e-9) -> bool:
    return math.isclose(float(found), float(wanted), rel_tol=tolerance, abs_tol=1e-9)


def trigger(fee: str, base: FeeBase, to_ltv: str | None = None) -> Trigger:
    mode = ExtentMode.FULL if to_ltv is None else ExtentMode.TO_LTV
    target = None if to_ltv is None else Decimal(to_ltv)
    return Trigger(
        TriggerKind.LIQUIDATION,
        Decimal("0.8"),
        extent=mode,
        extent_ltv=target,
        fee_rate=Decimal(fee),
        fee_base=base,
    )


@pytest.mark.parametrize("case", GOLDEN["partial"])
def test_a_bonus_on_the_debt_is_the_worked_one(case: dict[str, Any]) -> None:
    wanted = case["bonus"]
    debt, btc, price = Decimal(case["debt"]), Decimal(case["btc"]), Decimal(case["price"])
    uncapped = bonus_repayment(debt, btc, price, Decimal(case["to_ltv"]), Decimal(case["fee"]))
    assert close(uncapped, wanted["uncapped"])
    found = liquidate(
        debt,
        sats(case["btc"]),
        price,
        trigger(case["fee"], FeeBase.DEBT, case["to_ltv"]),
        close_factor=Decimal(case["close_factor"]),
    )
    assert close(found.repaid, wanted["repaid"], 2e-8)  # whole satoshis are sold
    assert close(btc_of(found.sold_sats), wanted["sold"], 2e-8)
    assert close(found.fee, wanted["fee"], 2e-8)
    if wanted["ltv"] is None:
        assert found.collateral_after_sats == 0
        assert close(found.shortfall, "37037.037037037037")
        assert not found.feasible
    else:
        after = found.debt_after / (btc_of(found.collateral_after_sats) * price)
        assert close(after, wanted["ltv"], 1e-8)
        assert found.feasible


@pytest.mark.parametrize("case", GOLDEN["partial"])
def test_a_fee_on_the_proceeds_is_the_worked_one(case: dict[str, Any]) -> None:
    wanted = case["on_sale"]
    debt, btc, price = Decimal(case["debt"]), Decimal(case["btc"]), Decimal(case["price"])
    to_ltv, fee = Decimal(case["to_ltv"]), Decimal(case["fee"])
    exact = partial_sale_btc(debt, btc, price, to_ltv, fee)
    assert close(exact, wanted["sold"])
    assert close(exact * price * fee, wanted["fee"])
    found = liquidate(debt, sats(case["btc"]), price, trigger(case["fee"], FeeBase.LIQUIDATED, case["to_ltv"]))
    assert found.feasible is wanted["feasible"]
    if wanted["feasible"]:
        assert 0 <= btc_of(found.sold_sats) - exact < Decimal("1e-8")
        assert close(found.debt_after, wanted["debt"], 1e-8)
        assert found.debt_after <= to_ltv * btc_of(found.collateral_after_sats) * price
    else:
        assert found.collateral_after_sats == 0
        assert found.shortfall == found.debt_after > 0
        assert found.reason == "All collateral is sold, and the debt is not covered by what it brings."


@pytest.mark.parametrize("case", GOLDEN["full"])
def test_a_full_sale_is_the_worked_one(case: dict[str, Any]) -> None:
    debt, price = Decimal(case["debt"]), Decimal(case["price"])
    found = liquidate(debt, sats(case["btc"]), price, trigger(case["fee"], FeeBase.LIQUIDATED))
    exact = min(full_sale_btc(debt, price, Decimal(case["fee"])), Decimal(case["btc"]))
    assert close(exact, case["sold"])
    assert 0 <= btc_of(found.sold_sats) - exact < Decimal("1e-8")
    assert close(btc_of(found.collateral_after_sats), case["left"], 1e-8)
    assert close(found.shortfall, case["shortfall"])
    assert found.feasible is (Decimal(case["shortfall"]) == 0)


@given(
    st.integers(1, 10**12),
    st.integers(1, 10**12),
    st.integers(1, 10**7),
    st.sampled_from(["0", "0.02", "0.0438", "0.5"]),
    st.sampled_from(FeeBase),
    st.sampled_from([None, "0.5", "0.65", "0.96"]),
)
def test_nothing_is_lost_and_nothing_is_negative(
    cents: int, collateral: int, price: int, fee: str, base: FeeBase, to_ltv: str | None
) -> None:
    debt = Decimal(cents).scaleb(-2)
    found = liquidate(debt, collateral, Decimal(price), trigger(fee, base, to_ltv))
    assert found.sold_sats + found.collateral_after_sats == collateral
    assert min(found.sold_sats, found.collateral_after_sats) >= 0
    assert min(found.fee, found.repaid, found.debt_after, found.exposure_after, found.shortfall) >= 0
    assert found.surplus >= -Decimal("1e-20")
    assert abs(found.fee + found.repaid + found.surplus - found.proceeds) < Decimal("1e-15")
    assert abs(found.repaid + found.debt_after - debt) < Decimal("1e-15")
    assert found.feasible is (not found.reason)
    if found.feasible and to_ltv is not None:
        allowed = EXACT.multiply(Decimal(to_ltv), btc_of(found.collateral_after_sats) * price)
        assert found.debt_after <= allowed + Decimal("1e-15")
    if found.feasible and to_ltv is None:
        assert found.debt_after < Decimal("1e-15")


@pytest.mark.parametrize("base", FeeBase)
def test_the_loans_history_ends_with_the_same_debt(base: FeeBase) -> None:
    one = pledged("1000000", "20", with_terms=terms("0.12"))
    before = balance_at(one, at("2026-02-10"))
    found = liquidate(before.debt, before.collateral_sats, Decimal(62_500), trigger("0.05", base, "0.65"))
    event = LoanEvent(
        at("2026-02-10"), EventKind.LIQUIDATION, sats=found.sold_sats, price=Decimal(62_500), fee=found.fee
    )
    after = balance_at(replace(one, events=(*one.events, event)), at("2026-02-10"))
    assert close(after.debt, str(found.debt_after), 1e-20)
    assert after.collateral_sats == found.collateral_after_sats
    assert after.exposure <= Decimal("0.65") * btc_of(after.collateral_sats) * Decimal(62_500)


def test_debt_outside_the_exposure_is_paid_first() -> None:
    found = liquidate(
        Decimal(1_100_000),
        sats("20"),
        Decimal(62_500),
        trigger("0", FeeBase.LIQUIDATED, "0.5"),
        exposure=Decimal(1_000_000),
    )
    after = found.exposure_after / (btc_of(found.collateral_after_sats) * 62_500)
    assert close(after, "0.5", 1e-8)
    assert found.repaid - (1_000_000 - found.exposure_after) == 100_000


def test_a_sale_that_takes_more_cover_than_it_repays_goes_on_until_the_debt_is_repaid() -> None:
    found = liquidate(Decimal(1_000_000), sats("20"), Decimal(62_500), trigger("0.3", FeeBase.LIQUIDATED, "0.75"))
    assert not found.feasible
    assert found.collateral_after_sats == 0
    assert "back to 75 % with a fee of 30 %" in found.reason
    with pytest.raises(ValueError, match="both are too high"):
        bonus_repayment(Decimal(1), Decimal(1), Decimal(1), Decimal("0.8"), Decimal("0.3"))


def test_a_loan_that_is_low_enough_sells_nothing() -> None:
    found = liquidate(Decimal(100), sats("20"), Decimal(62_500), trigger("0.02", FeeBase.LIQUIDATED, "0.65"))
    assert (found.sold_sats, found.fee, found.debt_after, found.feasible) == (0, Decimal(0), Decimal(100), True)
    assert ceil_fiat(found.proceeds, "USD") == 0
