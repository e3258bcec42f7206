"""A loan after what a plan does to it, exactly as its own history will tell it once the events are entered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import Final

from app.domain.loan_state import LoanBalance, is_indebted
from app.domain.money import EXACT, btc_of, ceil_fiat, floor_fiat
from app.domain.terms import Exposure
from app.risk.allocation import unseen_debt
from app.risk.plan_result import Action
from app.risk.positions import Position, Positions

_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sale:
    """Bitcoin sold for one loan, in the loan's currency; ``net`` is what repays, whole minor units."""

    net: Decimal
    fee: Decimal


def payoff(item: Position) -> Decimal:
    """Return what repays everything, in the loan's currency, rounded up to its minor unit."""
    return ceil_fiat(item.balance.debt, item.currency)


def selling_price(item: Position, base_price: Decimal) -> Decimal:
    """Return a base-currency price in the loan's currency (exact context needed)."""
    return base_price / item.base_per_unit


def sale_of(item: Position, sats: int, base_price: Decimal, fee: Decimal) -> Sale:
    """Return what selling ``sats`` brings; less than a minor unit of it may be left over by rounding down."""
    if not sats:
        return Sale(_ZERO, _ZERO)
    with localcontext(EXACT):
        gross = btc_of(sats) * selling_price(item, base_price)
        cost = gross * fee
        return Sale(min(floor_fiat(gross - cost, item.currency), payoff(item)), cost)


def after_action(item: Position, action: Action, repaid: Decimal) -> Position | None:
    """Return the loan after an action that repays ``repaid`` in all, or None where no debt is left."""
    with localcontext(EXACT):
        balance = _pay(item.balance, repaid)
        sats = item.collateral_sats + action.post_sats - action.sell_collateral_sats
        if not is_indebted(balance, item.currency):
            return None
        lowered = (item.balance.exposure - balance.exposure) * item.exposure_per_unit
        return replace(
            item,
            exposure=max(item.exposure - lowered, _ZERO),
            exposure_now=balance.exposure * item.exposure_per_unit,
            collateral_sats=sats,
            balance=replace(balance, collateral_sats=sats),
        )


def after_all(positions: Positions, left: Sequence[Position | None], free_sats: int) -> Positions:
    """Return the book's positions after a plan; repaid loans are gone, so places change."""
    return replace(positions, items=tuple(item for item in left if item is not None), free_sats=free_sats)


def exposure_lowered(item: Position, repaid: Decimal) -> Decimal:
    """Return by how much a repayment lowers the exposure, in the base currency (exact context needed)."""
    return max(repaid - unseen_debt(item), _ZERO) * item.exposure_per_unit


def ltv_at(item: Position, price: Decimal, *, now: bool = False) -> Decimal:
    """Return LTV at a base-currency price, of today's exposure or of the one at the horizon (exact context needed)."""
    return (item.exposure_now if now else item.exposure) / (item.collateral_btc * price)


def _pay(balance: LoanBalance, repaid: Decimal) -> LoanBalance:
    """Pay fees, then interest, then principal; interest that would still accrue is taken to stay (cautious)."""
    fees = min(repaid, balance.fees)
    interest = min(repaid - fees, balance.accrued_interest)
    principal = min(repaid - fees - interest, balance.principal)
    seen = principal if balance.terms.exposure is Exposure.PRINCIPAL else fees + interest + principal
    return replace(
        balance,
        fees=balance.fees - fees,
        accrued_interest=balance.accrued_interest - interest,
        principal=balance.principal - principal,
        exposure=max(balance.exposure - seen, _ZERO),
    )
