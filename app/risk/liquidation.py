"""What a forced sale does to a loan: how much is sold, what it costs, what is left.

With debt D, collateral C (BTC), price P, the LTV t that a partial sale restores, and a fee b:

- fee on what is sold: ``x = (D − t·C·P) / (P·(1 − b − t))`` bitcoin are sold, the fee is ``b·x·P``;
- fee on the debt ("bonus"): ``r = (D − t·C·P) / (1 − t·(1 + b))`` is repaid, ``r·(1 + b)/P`` bitcoin are taken for it,
  and the fee is ``b·r``; a close factor may cap r;
- all of the debt: ``x = D / (P·(1 − b))``, or ``D·(1 + b)/P`` with the fee on the debt.

Where the wanted LTV cannot be restored by any sale, as much is sold as the debt asks for, up to all there is.
"""

from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import Final

from app.domain.money import EXACT, btc_of, ceil_sats
from app.domain.terms import ExtentMode, FeeBase, Trigger
from app.risk.deleverage import percent

_ZERO: Final = Decimal(0)
_ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class LiquidationOutcome:
    """A loan after a forced sale. Money is in the currency that debt and price were given in, unrounded.

    Attributes:
        sold_sats: collateral sold, rounded up to the satoshi.
        proceeds: what the sale brought, before the fee.
        fee: what the lender or the liquidator kept.
        repaid: debt that the sale repaid; ``proceeds = fee + repaid + surplus``.
        surplus: money beyond the debt, given back.
        debt_after, exposure_after: what is still owed, and what the lender still divides by the collateral.
        collateral_after_sats: still pledged; after a full sale that repaid everything, free to come back.
        shortfall: debt that no collateral stands behind any more; zero unless everything was sold.
        feasible: whether the sale reached what the terms want (the LTV restored, or the debt repaid).
        reason: a sentence where it did not, else empty.
    """

    sold_sats: int
    proceeds: Decimal
    fee: Decimal
    repaid: Decimal
    surplus: Decimal
    debt_after: Decimal
    exposure_after: Decimal
    collateral_after_sats: int
    shortfall: Decimal
    feasible: bool
    reason: str


def liquidate(
    debt: Decimal,
    collateral_sats: int,
    price: Decimal,
    trigger: Trigger,
    *,
    exposure: Decimal | None = None,
    close_factor: Decimal = _ONE,
) -> LiquidationOutcome:
    """Return what a forced sale under ``trigger`` (its extent, fee rate and fee base) does at ``price``.

    Debt and exposure may be in the loan's currency with the lender's price, or both in the base currency divided by
    the lender's basis with our price (as ``Position`` has them): the outcome is the same sale.

    Args:
        debt: everything owed.
        collateral_sats: pledged.
        price: at which the collateral is sold.
        trigger: a forced sale; for a call that ran out its deadline, the loan's own forced-sale trigger.
        exposure: what the lender divides by the collateral's value; the debt where it is not given. Repaying first
            pays what is owed but not part of the exposure.
        close_factor: the largest part of the debt that one sale may repay, in (0, 1].
    """
    with localcontext(EXACT):
        owed = debt if exposure is None else exposure
        wanted = _wanted_repayment(debt, owed, collateral_sats, price, trigger)
        most = debt * close_factor
        asked = most if wanted is None else min(wanted, most)
        outcome = _sell(debt, owed, collateral_sats, price, trigger, asked)
        return outcome if wanted is not None else _unreachable(outcome, trigger)


def partial_sale_btc(exposure: Decimal, collateral: Decimal, price: Decimal, to_ltv: Decimal, fee: Decimal) -> Decimal:
    """Return the bitcoin to sell so that LTV is ``to_ltv`` with a fee on the proceeds; may exceed the collateral.

    Raises:
        ValueError: ``to_ltv >= 1 − fee``: each sale takes away at least as much cover as it repays.
    """
    with localcontext(EXACT):
        spread = _ONE - fee - to_ltv
        if spread <= 0:
            msg = f"no sale restores {to_ltv} with a fee of {fee}; the LTV must lie below {_ONE - fee}"
            raise ValueError(msg)
        return (exposure - to_ltv * collateral * price) / (price * spread)


def bonus_repayment(exposure: Decimal, collateral: Decimal, price: Decimal, to_ltv: Decimal, bonus: Decimal) -> Decimal:
    """Return the debt to repay so that LTV is ``to_ltv`` when ``1 + bonus`` of it is taken in collateral; uncapped.

    Raises:
        ValueError: ``to_ltv·(1 + bonus) >= 1``: each repayment takes away at least as much cover as it repays.
    """
    with localcontext(EXACT):
        spread = _ONE - to_ltv * (_ONE + bonus)
        if spread <= 0:
            msg = f"no repayment restores {to_ltv} with a bonus of {bonus}; both are too high together"
            raise ValueError(msg)
        return (exposure - to_ltv * collateral * price) / spread


def full_sale_btc(debt: Decimal, price: Decimal, fee: Decimal) -> Decimal:
    """Return the bitcoin whose sale repays ``debt`` with a fee on the proceeds: ``D / (P·(1 − f))``."""
    with localcontext(EXACT):
        return debt / (price * (_ONE - fee))


def _wanted_repayment(
    debt: Decimal, exposure: Decimal, collateral_sats: int, price: Decimal, trigger: Trigger
) -> Decimal | None:
    """Return the repayment that the trigger's extent asks for, or None where no repayment reaches it."""
    if trigger.extent is not ExtentMode.TO_LTV or trigger.extent_ltv is None:
        return debt
    target, fee, collateral = trigger.extent_ltv, trigger.fee_rate, btc_of(collateral_sats)
    if exposure <= target * collateral * price:
        return _ZERO
    counted = max(debt, exposure)  # a debt that the exposure leaves out is paid first and moves no LTV
    try:
        if trigger.fee_base is FeeBase.DEBT:
            return bonus_repayment(counted, collateral, price, target, fee)
        return partial_sale_btc(counted, collateral, price, target, fee) * price * (_ONE - fee)
    except ValueError:
        return None


def _sell(
    debt: Decimal, exposure: Decimal, collateral_sats: int, price: Decimal, trigger: Trigger, asked: Decimal
) -> LiquidationOutcome:
    """Sell what repays ``asked``, or everything."""
    fee_on_debt = trigger.fee_base is FeeBase.DEBT
    gross_per_repaid = _ONE + trigger.fee_rate if fee_on_debt else _ONE / (_ONE - trigger.fee_rate)
    needed = ceil_sats(asked * gross_per_repaid / price)
    sold = min(needed, collateral_sats)
    proceeds = btc_of(sold) * price
    if fee_on_debt:
        repaid = min(proceeds / gross_per_repaid, debt)
        fee = repaid * trigger.fee_rate
    else:
        fee = proceeds * trigger.fee_rate
        repaid = min(proceeds - fee, debt)
    debt_after = debt - repaid
    left = collateral_sats - sold
    unseen = max(debt - exposure, _ZERO)
    exposure_after = _ZERO if not debt_after else max(exposure - max(repaid - unseen, _ZERO), _ZERO)
    short = needed > collateral_sats
    return LiquidationOutcome(
        sold,
        proceeds,
        fee,
        repaid,
        proceeds - fee - repaid,
        debt_after,
        exposure_after,
        left,
        _ZERO if left else debt_after,
        not short,
        "All collateral is sold, and the debt is not covered by what it brings." if short else "",
    )


def _unreachable(outcome: LiquidationOutcome, trigger: Trigger) -> LiquidationOutcome:
    assert trigger.extent_ltv is not None  # noqa: S101 - only a partial sale can be out of reach
    reason = (
        f"No sale brings this loan back to {percent(trigger.extent_ltv)} with a fee of {percent(trigger.fee_rate)}: "
        "the sale goes on until the debt is repaid or nothing is left."
    )
    return replace(outcome, feasible=False, reason=reason)
