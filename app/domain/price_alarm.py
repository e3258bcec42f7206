"""What a price may do to an alarm (pure): raise it, hint at it, clear it, or say that nobody is looking.

An alarm is "price at or below a trigger price". One lying source neither raises nor clears it. ``app.domain.warnings``
keeps what follows from it between rounds.
"""

from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.domain.money import EXACT
from app.domain.quotes import Consensus, PriceStatus

CLEAR_MARGIN: Final = Decimal("1.01")
POSSIBLE_LIMIT: Final = timedelta(minutes=10)
BLIND_LIMIT: Final = timedelta(minutes=30)
FALL_PER_HOUR: Final = Decimal("0.015")


class AlarmSign(StrEnum):
    """What one round says of one trigger price."""

    CONFIRMED = "confirmed"
    POSSIBLE = "possible"
    CLEAR = "clear"
    UNVERIFIED = "unverified"
    BLIND = "blind"


def alarm_sign(consensus: Consensus, trigger_price: Decimal) -> AlarmSign:
    """Return what ``consensus`` says of "price at or below ``trigger_price``"."""
    status = consensus.status
    if status in (PriceStatus.STALE, PriceStatus.NONE):
        return AlarmSign.BLIND
    if status is PriceStatus.OK and consensus.value is not None:
        return AlarmSign.CONFIRMED if consensus.value <= trigger_price else AlarmSign.CLEAR
    prices = consensus.representatives
    if not prices:
        return AlarmSign.BLIND
    below = sum(price <= trigger_price for price in prices)
    if status is PriceStatus.SINGLE:
        return AlarmSign.POSSIBLE if below else AlarmSign.UNVERIFIED
    if below == len(prices):
        return AlarmSign.CONFIRMED
    return AlarmSign.POSSIBLE if below else AlarmSign.CLEAR


def may_clear(consensus: Consensus, trigger_price: Decimal) -> bool:
    """Return whether this round counts towards clearing: agreeing sources, over 1 % above the trigger price."""
    if consensus.status not in (PriceStatus.OK, PriceStatus.THIN) or consensus.value is None:
        return False
    return consensus.value > EXACT.multiply(trigger_price, CLEAR_MARGIN)


def blind_after(last_good: Decimal | None, trigger_price: Decimal | None) -> timedelta:
    """Return how long no price may be missing before that is a warning itself.

    At most 30 minutes; less where the last good price would reach the trigger sooner at 1.5 % an hour.
    """
    if last_good is None or trigger_price is None or last_good <= 0:
        return BLIND_LIMIT
    fall = EXACT.subtract(Decimal(1), EXACT.divide(trigger_price, last_good))
    if fall <= 0:
        return timedelta(0)
    hours = EXACT.divide(fall, FALL_PER_HOUR)
    # Beyond the limit the exact time does not matter, and a huge one would not fit a timedelta.
    return BLIND_LIMIT if hours >= 1 else min(BLIND_LIMIT, timedelta(seconds=float(hours * 3600)))
