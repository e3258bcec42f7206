"""What is asked of a plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.domain.terms import MAX_LTV
from app.risk.positions import Positions

DEFAULT_SELL_FEE: Final = Decimal("0.0025")
DEFAULT_DAYS: Final = 30


class Objective(StrEnum):
    """What a budget is used for.

    LAST_STAND: the first forced sale comes at the lowest price.
    MIN_TOTAL: the sum of the loans' probabilities of a forced sale is least.
    CHEAPEST: every loan is brought to its target at the least cost.
    """

    LAST_STAND = "last_stand"
    MIN_TOTAL = "min_total"
    CHEAPEST = "cheapest"


class SellFrom(StrEnum):
    """Which bitcoin may be sold to repay with."""

    NOTHING = "nothing"
    FREE = "free"
    COLLATERAL = "collateral"
    BOTH = "both"

    @property
    def free(self) -> bool:
        """Whether free bitcoin may be sold."""
        return self in (SellFrom.FREE, SellFrom.BOTH)

    @property
    def collateral(self) -> bool:
        """Whether pledged bitcoin may be sold."""
        return self in (SellFrom.COLLATERAL, SellFrom.BOTH)


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What may be used, and for what.

    Attributes:
        budget_sats: bitcoin to post or sell; None for all that is free.
        budget_cash: money to repay with, by currency; each serves loans of its currency.
        to_ltv: LTV to bring every loan to; None for each called loan's own cure.
        target_price: base-currency price at which that has to hold; None for today's.
        objective: None for ``CHEAPEST`` where a target is named, else ``LAST_STAND``.
        sell_fee: cost of selling, a fraction of the proceeds.
        sell_from: which bitcoin may be sold.
        sale_price: base-currency price at which is sold; None for today's.
        sigma: yearly volatility, a fraction; ``MIN_TOTAL`` needs it.
        days: horizon of ``MIN_TOTAL``.
    """

    budget_sats: int | None = None
    budget_cash: Mapping[str, Decimal] = field(default_factory=dict)
    to_ltv: Decimal | None = None
    target_price: Decimal | None = None
    objective: Objective | None = None
    sell_fee: Decimal = DEFAULT_SELL_FEE
    sell_from: SellFrom = SellFrom.NOTHING
    sale_price: Decimal | None = None
    sigma: Decimal | None = None
    days: int = DEFAULT_DAYS

    @property
    def aim(self) -> Objective:
        """The objective, chosen by what is named where it is not."""
        if self.objective is not None:
            return self.objective
        named = self.to_ltv is not None or self.target_price is not None
        return Objective.CHEAPEST if named else Objective.LAST_STAND


def refusal(positions: Positions, request: PlanRequest) -> str | None:
    """Return why a request has no plan, or None."""
    if not positions.items:
        return "No loan has debt and a line that a fall of the price could reach; there is nothing to plan."
    return _budget_refusal(request) or _target_refusal(positions, request) or _volatility_refusal(request)


def _budget_refusal(request: PlanRequest) -> str | None:
    if request.budget_sats is not None and request.budget_sats < 0:
        return "The budget in bitcoin is negative; give 0 or more."
    if any(not money.is_finite() or money < 0 for money in request.budget_cash.values()):
        return "A budget in money is negative; give 0 or more."
    if not (request.sell_fee.is_finite() and 0 <= request.sell_fee < 1):
        return f"{request.sell_fee} is no cost of selling; write 0.25 % as 0.0025."
    return None


def _target_refusal(positions: Positions, request: PlanRequest) -> str | None:
    if request.to_ltv is not None and not (request.to_ltv.is_finite() and 0 < request.to_ltv <= MAX_LTV):
        return f"{request.to_ltv} is no LTV to reach; write 60 % as 0.60."
    for price, name in ((request.target_price, "target price"), (request.sale_price, "selling price")):
        if price is not None and not (price.is_finite() and price > 0):
            return f"The {name} must lie above zero."
    if request.target_price is not None and request.target_price > positions.price:
        return (
            f"The target price {request.target_price:,f} lies above today's {positions.price:,.2f}: a plan that holds "
            "only there would leave undone what is due today. Give today's price or a lower one."
        )
    return None


def _volatility_refusal(request: PlanRequest) -> str | None:
    if request.aim is not Objective.MIN_TOTAL:
        return None
    if request.sigma is None:
        return "The least total probability needs a volatility, and there is no price history to take it from."
    if not (request.sigma.is_finite() and request.sigma > 0) or request.days <= 0:
        return "The least total probability needs a volatility and a horizon above zero."
    return None
