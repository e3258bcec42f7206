"""How long bitcoin or money takes to reach a lender, and whether that is in time."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

from app.domain.money import EXACT
from app.domain.terms import Delivery

_DAY_HOURS: Final = 24


@dataclass(frozen=True, slots=True)
class Arrival:
    """When what is sent has all arrived.

    Attributes:
        hours: from the decision to the last part's arrival.
        days: on how many days a part is sent, because the lender takes only so much a day; 1 without a cap.
        deadline_hours: what the contract gives, or None for no clock.
        reason: a sentence where it is too late, else empty.
    """

    hours: int
    days: int
    deadline_hours: int | None
    reason: str

    @property
    def in_time(self) -> bool:
        """Whether everything arrives before the deadline; without a clock it does."""
        return not self.reason


def arrival(
    loan: str,
    delivery: Delivery,
    deadline_hours: int | None,
    *,
    sats: int = 0,
    worth: Decimal = Decimal(0),
    money: Decimal = Decimal(0),
) -> Arrival:
    """Return how long ``sats`` and ``money`` (in the loan's currency) take to the lender.

    A cap in money counts what arrives, so the bitcoin's ``worth`` when it is sent, in the loan's currency, as well.
    The first day's part takes the delivery's hours; each further day of a daily cap adds a day. A cap of nothing
    never delivers; it is told as too late.
    """
    capped = _days(Decimal(sats), delivery.daily_cap_btc_sats), _days(EXACT.add(worth, money), delivery.daily_cap)
    if None in capped:
        return Arrival(0, 0, deadline_hours, f"{loan}: the lender takes nothing a day, says its daily cap.")
    days = max(1, *(count for count in capped if count is not None))
    hours = delivery.hours + (days - 1) * _DAY_HOURS
    if not sats and not money:
        return Arrival(0, 1, deadline_hours, "")
    if deadline_hours is None or hours <= deadline_hours:
        return Arrival(hours, days, deadline_hours, "")
    spread = f", spread over {days} days by its daily cap," if days > 1 else ""
    return Arrival(
        hours,
        days,
        deadline_hours,
        f"{loan}: what is needed takes {hours} hours to the lender{spread} and the call gives {deadline_hours}.",
    )


def _days(amount: Decimal, cap: Decimal | int | None) -> int | None:
    """Return on how many days an amount is sent, or None where it never arrives."""
    if cap is None or not amount:
        return 1
    if cap <= 0:
        return None
    return int(EXACT.divide(amount, Decimal(cap)).to_integral_value(ROUND_CEILING, EXACT))
