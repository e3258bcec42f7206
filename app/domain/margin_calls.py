"""Margin calls on record: when a call was issued, until when it can be cured, and how it ended (values; see below)."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class CallState(StrEnum):
    """Where a margin call is.

    Attributes:
        RUNNING: the cure period runs, or has no end.
        OVERDUE: it has passed without a cure.
        CURED: collateral or money came, and the loan is back at the LTV that its contract asks for.
        CANCELLED: the price came back, and the contract lets the call lapse by that.
        SOLD: collateral was sold.
        ENDED: the loan is closed or no longer in the book.
    """

    RUNNING = "running"
    OVERDUE = "overdue"
    CURED = "cured"
    CANCELLED = "cancelled"
    SOLD = "sold"
    ENDED = "ended"


class MarginCall(NamedTuple):
    """One margin call of one loan.

    Attributes:
        id: unique text.
        loan: the loan's name.
        issued_at: UTC; when a confirmed price first reached the level.
        level: the LTV of the trigger that was reached.
        ltv: the loan's at that moment.
        price: of one BTC at that moment, in the loan's currency.
        top_up_sats, repay: what would have cured it then; None where that cannot be.
        due_at: when the cure period ends, or None for no clock.
        cure_ltv: what ends it; None: being under the level.
        latching: whether it stands until it is cured to ``cure_ltv``, whatever the price does.
        state: where it is.
        ended_at: UTC, or None while it stands.
    """

    id: str
    loan: str
    issued_at: datetime
    level: Decimal
    ltv: Decimal
    price: Decimal
    top_up_sats: int | None
    repay: Decimal | None
    due_at: datetime | None
    cure_ltv: Decimal | None
    latching: bool
    state: CallState = CallState.RUNNING
    ended_at: datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether it is not over."""
        return self.state in (CallState.RUNNING, CallState.OVERDUE)
