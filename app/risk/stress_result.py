"""What a stress test answers: events in their order, each loan's end, and what it cost; exact numbers, no arrays."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.domain.figures import LoanState
from app.risk.stress_path import PricePath


class Policy(StrEnum):
    """What the borrower does."""

    CURE = "cure"
    NONE = "none"


class StressKind(StrEnum):
    """What happens."""

    MARGIN_CALL = "margin_call"
    TOP_UP = "top_up"
    LIQUIDATION = "liquidation"


@dataclass(frozen=True, slots=True)
class StressEvent:
    """One thing that happens on the way down.

    Attributes:
        price: of one BTC in the base currency.
        day: since the start, a fraction.
        index: the loan's place in the book.
        sats: called: what would cure it; topped up: posted; sold: sold.
        amount: the same in the loan's currency: the repayment that would cure it, the value posted, the proceeds.
        ltv: the loan's before it, at this price.
        line: the contract's LTV that was reached; for a top-up the LTV it is cured to.
        exposure, collateral_sats: before it; the exposure in the loan's currency.
        to_ltv: what a call is cured to, or what a partial sale restores; None for a sale of all that is owed.
        cure_hours: what the contract gives to cure the call, or the call that a top-up answers; None for no clock.
        deadline_day: when that time is over; None for no clock, and where time is left out.
        arrives_day: when the last of a top-up is there, or would be where time is left out.
        in_time: that is before the deadline, and no sale came before; None for the other kinds.
        uncured: a sale because a call ran out, not because of a forced-sale line.
        short_sats: called and not cured: how much free bitcoin is missing for it (0 where it is enough).
        free_sats: unencumbered after it.
        fee, repaid: of a sale, in the loan's currency.
    """

    kind: StressKind
    price: Decimal
    day: Decimal
    index: int
    loan: str
    currency: str
    sats: int
    amount: Decimal
    ltv: Decimal | None
    line: Decimal
    exposure: Decimal
    collateral_sats: int
    to_ltv: Decimal | None = None
    cure_hours: int | None = None
    deadline_day: Decimal | None = None
    arrives_day: Decimal | None = None
    in_time: bool | None = None
    uncured: bool = False
    short_sats: int = 0
    free_sats: int = 0
    fee: Decimal = Decimal(0)
    repaid: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class LoanEnd:
    """A loan when everything has happened; money in its own currency.

    Attributes:
        state: ``closed`` where a sale repaid everything, ``uncovered`` where nothing is left for a debt.
        ltv: at the last price, None without debt or collateral.
        posted_sats, sold_sats, returned_sats: on the way.
        shortfall: debt that no collateral stands behind any more.
        called: how often.
    """

    index: int
    loan: str
    lender: str
    currency: str
    state: LoanState
    debt: Decimal
    exposure: Decimal
    collateral_sats: int
    ltv: Decimal | None
    posted_sats: int
    sold_sats: int
    returned_sats: int
    fees: Decimal
    shortfall: Decimal
    called: int


@dataclass(frozen=True, slots=True)
class StressResult:
    """One policy's course; money in the base currency.

    Attributes:
        events: in the order in which they happen.
        loans: in the book's order; those without a line to fall to are not among them.
        end_price: the path's last.
        end_day: of the last event that waited for its clock or its delivery; at least the path's.
        free_start_sats, free_left_sats: unencumbered before and after.
        posted_sats, sold_sats: over all loans.
        fees: of forced sales.
        sold_below_end: what forced sales brought less than the same bitcoin is worth at the path's end, summed over
            those sales that did.
        shortfall: debt left without collateral. It is still owed and so is no part of the loss.
        interest: that accrues on the way.
    """

    policy: Policy
    events: tuple[StressEvent, ...]
    loans: tuple[LoanEnd, ...]
    end_price: Decimal
    end_day: Decimal
    free_start_sats: int
    free_left_sats: int
    posted_sats: int
    sold_sats: int
    fees: Decimal
    sold_below_end: Decimal
    shortfall: Decimal
    interest: Decimal

    @property
    def loss(self) -> Decimal:
        """What the borrower lost against holding: ``fees + Σ sold · max(0, end price − sale price)``."""
        return self.fees + self.sold_below_end

    def of(self, kind: StressKind) -> tuple[StressEvent, ...]:
        """Return the events of that kind."""
        return tuple(event for event in self.events if event.kind is kind)

    @property
    def first_sale(self) -> StressEvent | None:
        """The first forced sale, or None."""
        return next((event for event in self.events if event.kind is StressKind.LIQUIDATION), None)


@dataclass(frozen=True, slots=True)
class StressComparison:
    """A stress test with what would happen if nobody did anything beside it.

    Attributes:
        currency: the base currency.
        price: today's, in it.
        chosen: by the policy asked for.
        baseline: with no action; the same object where that was asked for.
        left_out: a sentence for each loan with debt that has no line to fall to.
    """

    path: PricePath
    currency: str
    price: Decimal
    chosen: StressResult
    baseline: StressResult
    left_out: tuple[str, ...]
