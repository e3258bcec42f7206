"""A plan as it is shown: what to do at each loan, what that changes, what it costs and what waiting would cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from app.risk.plan_delivery import Arrival
from app.risk.plan_request import Objective, PlanRequest
from app.risk.reserve_result import Reserve

COSTS: Final = (
    "The cheapest plan counts selling fees first, then cash; posted bitcoin is locked, not spent, and is free."
)


@dataclass(frozen=True, slots=True)
class Action:
    """What to do at one loan. What a sale brings, less its fee, repays that loan.

    Attributes:
        place: in ``Positions.items``.
        post_sats: of the budget.
        repay: cash of the budget, in the loan's currency.
        sell_free_sats: of the budget.
        sell_collateral_sats: of what is pledged for this loan.
    """

    place: int
    post_sats: int = 0
    repay: Decimal = Decimal(0)
    sell_free_sats: int = 0
    sell_collateral_sats: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """What curing would take if nothing were done until the margin call.

    Attributes:
        call_price: in the loan's currency; today's where the call is due already.
        due: whether it is.
        top_up_sats: to post then.
        money: what that is worth then, in the loan's currency.
    """

    call_price: Decimal
    due: bool
    top_up_sats: int
    money: Decimal


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One loan before and after. Money and prices are in the loan's currency, prices in our price's terms.

    Attributes:
        place, index: in the positions, and in the book.
        sale_repay: what sold bitcoin repays.
        sale_fee: what selling costs.
        ltv_before, ltv_after: at today's price; None where no debt is left.
        ltv_at_target: after, at the plan's target price.
        arrival: how long everything takes to the lender.
        met: whether the plan's target is reached, or None where the plan has none for this loan.
    """

    place: int
    index: int
    loan: str
    lender: str
    currency: str
    post_sats: int
    repay: Decimal
    sell_free_sats: int
    sell_collateral_sats: int
    sale_repay: Decimal
    sale_fee: Decimal
    debt_before: Decimal
    debt_after: Decimal
    collateral_before_sats: int
    collateral_after_sats: int
    ltv_before: Decimal
    ltv_after: Decimal | None
    ltv_at_target: Decimal | None
    margin_call_price_before: Decimal | None
    margin_call_price_after: Decimal | None
    liquidation_price_before: Decimal | None
    liquidation_price_after: Decimal | None
    arrival: Arrival
    waiting: Waiting | None
    met: bool | None

    @property
    def sell_sats(self) -> int:
        """Bitcoin sold, free and pledged."""
        return self.sell_free_sats + self.sell_collateral_sats

    @property
    def repaid(self) -> Decimal:
        """Everything that is repaid, from cash and from sales."""
        return self.repay + self.sale_repay

    @property
    def acts(self) -> bool:
        """Whether anything is to be done here."""
        return bool(self.post_sats or self.repaid or self.sell_sats)


@dataclass(frozen=True, slots=True)
class PlanTotals:
    """A plan's sums; money in the base currency unless said otherwise.

    Attributes:
        cash_used: by currency.
        locked_value: of the posted bitcoin at today's price: not spent, but no longer free.
        waiting_sats, waiting_money: what curing every loan at its own call would take instead.
        free_left_sats: of the book's free bitcoin.
        missing_sats, missing_money: what a plan that does not reach its targets lacks, in either; None where it does.
    """

    posted_sats: int
    sold_free_sats: int
    sold_collateral_sats: int
    cash_used: Mapping[str, Decimal]
    cash_used_base: Decimal
    sale_fees: Decimal
    locked_value: Decimal
    waiting_sats: int
    waiting_money: Decimal
    free_left_sats: int
    missing_sats: int | None = None
    missing_money: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do, and what comes of it.

    Attributes:
        currency: the base currency, of ``price``, ``target_price`` and the first forced sale.
        lines: every loan of the positions, in the book's order.
        first_sale_before, first_sale_after: price of the first forced sale if nothing more is done; None without debt.
        feasible: whether every target is reached; always true where the objective has no target.
        sentence: what it does and costs.
        notes: what has to be said beside it.
    """

    currency: str
    as_of: datetime
    price: Decimal
    target_price: Decimal
    request: PlanRequest
    objective: Objective
    lines: tuple[PlanLine, ...]
    totals: PlanTotals
    first_sale_before: Decimal | None
    first_sale_after: Decimal | None
    reserve_before: Reserve
    reserve_after: Reserve
    feasible: bool
    sentence: str
    notes: tuple[str, ...]

    @property
    def in_time(self) -> bool:
        """Whether everything reaches its lender before its deadline."""
        return all(line.arrival.in_time for line in self.lines)


@dataclass(frozen=True, slots=True)
class Difference:
    """One loan under two plans."""

    loan: str
    currency: str
    post_sats: tuple[int, int]
    repaid: tuple[Decimal, Decimal]
    sell_sats: tuple[int, int]
    ltv_after: tuple[Decimal | None, Decimal | None]
    liquidation_price_after: tuple[Decimal | None, Decimal | None]
