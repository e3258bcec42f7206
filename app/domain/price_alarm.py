"""What a price may do to an alarm (pure): raise it, hint at it, clear it, or say that nobody is looking.

An alarm is "price at or below a trigger price". One lying source neither raises nor clears it. Nothing but two
rounds of agreeing sources clears it: not silence, not a lone source, not a restart.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.domain.money import EXACT
from app.domain.quotes import Consensus, PriceStatus

CLEAR_MARGIN: Final = Decimal("1.01")
CLEAR_ROUNDS: Final = 2
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


@dataclass(frozen=True, slots=True)
class AlarmState:
    """One trigger's alarm between rounds; kept across restarts by whoever owns it.

    Attributes:
        active: the alarm stands.
        clear_rounds: rounds in a row that would clear it.
        possible_since: since when it has been only possible, or None.
        blind_since: since when no price could be judged, or None.
    """

    active: bool = False
    clear_rounds: int = 0
    possible_since: datetime | None = None
    blind_since: datetime | None = None


class AlarmNews(StrEnum):
    """What a round changes, and so what a person is told."""

    NOTHING = "nothing"
    RAISED = "raised"
    UNCONFIRMED = "unconfirmed"
    CLEARED = "cleared"


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


def next_alarm(
    state: AlarmState,
    consensus: Consensus,
    trigger_price: Decimal,
    now: datetime,
) -> tuple[AlarmState, AlarmNews]:
    """Return the alarm after a round, and what it changes.

    A possible alarm is told as unconfirmed once, after ten minutes without an answer either way.
    """
    sign = alarm_sign(consensus, trigger_price)
    blind_since = (state.blind_since or now) if sign is AlarmSign.BLIND else None
    if state.active:
        rounds = state.clear_rounds + 1 if may_clear(consensus, trigger_price) else 0
        if rounds >= CLEAR_ROUNDS:
            return AlarmState(), AlarmNews.CLEARED
        return replace(state, clear_rounds=rounds, blind_since=blind_since, possible_since=None), AlarmNews.NOTHING
    if sign is AlarmSign.CONFIRMED:
        return AlarmState(active=True), AlarmNews.RAISED
    if sign is AlarmSign.CLEAR:
        return AlarmState(), AlarmNews.NOTHING
    # A possible alarm is not taken back by silence or a lone source above the trigger.
    since = state.possible_since or (now if sign is AlarmSign.POSSIBLE else None)
    waiting = replace(state, possible_since=since, blind_since=blind_since)
    if sign is AlarmSign.POSSIBLE and since is not None and now - since >= POSSIBLE_LIMIT:
        return AlarmState(active=True), AlarmNews.UNCONFIRMED
    return waiting, AlarmNews.NOTHING


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


def is_blind(state: AlarmState, now: datetime, last_good: Decimal | None, trigger_price: Decimal | None) -> bool:
    """Return whether prices have been missing for so long that it must be said: alarms are not being evaluated."""
    if state.blind_since is None:
        return False
    return now - state.blind_since >= blind_after(last_good, trigger_price)
