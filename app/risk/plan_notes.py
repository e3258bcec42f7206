"""What has to be said beside a plan before it is made: budgets of nothing, targets that change nothing, dear sales."""

from decimal import Decimal
from typing import Final

from app.domain.money import EXACT, btc_text
from app.risk.deleverage import percent
from app.risk.plan_request import Objective, PlanRequest
from app.risk.positions import Positions

_MOST_NAMES: Final = 3


def request_notes(positions: Positions, request: PlanRequest, budget_sats: int) -> tuple[str, ...]:
    """Return sentences about a request that has a plan."""
    notes = []
    selling = request.aim is Objective.CHEAPEST and request.sell_from.collateral
    if not budget_sats and not any(request.budget_cash.values()) and not selling:
        notes.append("There is no budget: nothing can be posted or repaid.")
    if budget_sats > positions.free_sats:
        notes.append(
            f"The budget of {btc_text(budget_sats)} BTC is more than the {btc_text(positions.free_sats)} BTC that is "
            "free in the book; the rest has to come from outside it."
        )
    served = {item.currency for item in positions.items}
    notes += [
        f"No loan is in {currency}; that cash stays unused."
        for currency, money in request.budget_cash.items()
        if money and currency not in served
    ]
    return (*notes, *_sold_already(positions), *_target_notes(positions, request))


def _sold_already(positions: Positions) -> list[str]:
    """Return a sentence where a lender need not wait for a fall: a plan may come too late."""
    reached = [
        item.loan
        for item in positions.items
        if item.sale is not None
        and item.exposure_now >= EXACT.multiply(EXACT.multiply(item.sale.ltv, item.collateral_btc), positions.price)
    ]
    return [f"At today's price the lender may sell already: {_names(reached)}. Act at once."] if reached else []


def _target_notes(positions: Positions, request: PlanRequest) -> list[str]:
    if request.aim is not Objective.CHEAPEST:
        asked = request.to_ltv is not None or request.target_price is not None
        notes = ["A target counts for the cheapest plan only; this one spreads the whole budget."] if asked else []
        sells = request.sell_from.free or request.sell_from.collateral
        return [*notes, "Only the cheapest plan sells bitcoin; this one sells none."] if sells else notes
    notes = []
    if request.to_ltv is not None:
        above = [item.loan for item in positions.items if request.to_ltv >= item.danger_ltv]
        if above:
            notes.append(
                f"{percent(request.to_ltv)} is not below the margin call or forced sale of {_names(above)}: a loan "
                "brought only there can still be called."
            )
    if request.sell_from.collateral:
        spread = EXACT.subtract(Decimal(1), request.sell_fee)
        dear = [item.loan for item in positions.items if (request.to_ltv or item.cure_target) >= spread]
        if dear:
            notes.append(
                f"A selling cost of {percent(request.sell_fee)} is above what a cure out of the collateral allows "
                f"for {_names(dear)}."
            )
    return notes


def _names(loans: list[str]) -> str:
    shown = ", ".join(loans[:_MOST_NAMES])
    return shown if len(loans) <= _MOST_NAMES else f"{shown} and {len(loans) - _MOST_NAMES} more"
