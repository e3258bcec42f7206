"""Margin calls on record: when a call was issued, until when it can be cured, and how it ended.

A confirmed price issues a call and lets it lapse where the contract says so; the clock makes it overdue; the book's
events cure it, or tell that collateral was sold. No data changes nothing.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from app.domain.book import EventKind
from app.domain.edited import Edited, touches
from app.domain.figures import LoanFigures, LoanState, TriggerFigures, cure_for
from app.domain.ltv import bare_ltv, basis_factor
from app.domain.money import btc_of, exactly
from app.domain.portfolio import BookFigures
from app.domain.price_alarm import AlarmSign, alarm_sign, may_clear
from app.domain.quotes import Consensus, PriceStatus
from app.domain.terms import TriggerKind


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
        level: the LTV of the highest margin call that was reached.
        ltv: the loan's when it was issued.
        price: of one BTC when it was issued, in the loan's currency.
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


_QUORUM = (PriceStatus.OK, PriceStatus.THIN)
_OWES_NOTHING = (LoanState.CLOSED, LoanState.UNDRAWN)
_PAID_IN = (EventKind.POST, EventKind.REPAY)


def follow_calls(
    calls: Iterable[MarginCall],
    figures: BookFigures,
    consensus_of: Callable[[LoanFigures], Consensus | None],
    now: datetime,
    new_id: Callable[[], str],
    *,
    edited: Edited,
) -> tuple[MarginCall, ...]:
    """Return the calls that this round issued or changed.

    Args:
        calls: all that stand; those that are over are left alone.
        figures: of this round.
        consensus_of: what the sources say of a loan's price in this round, or None.
        now: UTC.
        new_id: for a call that is issued.
        edited: which loans were changed since the last round.
    """
    standing = {call.loan: call for call in calls if call.stands}
    indices = _called(figures, consensus_of)
    indices.update(index for index, name in enumerate(figures.loans.names) if name in standing)
    changed = []
    for index in sorted(indices):
        loan = figures.loans[index]
        call = standing.pop(loan.loan.name, None)
        consensus = consensus_of(loan)
        touched = touches(edited, loan.loan.name)
        after = follow_call(call, loan, consensus, now, new_id, sale_cost=figures.sale_cost, edited=touched)
        if after is not None and after is not call:
            changed.append(after)
    changed.extend(_ended(call, CallState.ENDED, now) for call in standing.values())
    return tuple(changed)


def _called(figures: BookFigures, consensus_of: Callable[[LoanFigures], Consensus | None]) -> set[int]:
    """Return the places of the loans that a price of this round may have called."""
    ledger = figures.ledger
    indices: set[int] = set()
    for key, lines in ledger.dangers.items():
        consensus = consensus_of(figures.loans[lines[0].loan_index]) if lines else None
        if consensus is None:
            continue
        price = consensus.value if consensus.value is not None else consensus.high
        if price is not None:
            indices |= ledger.within_reach(key, price, Decimal(0))
    return indices


def follow_call(
    call: MarginCall | None,
    loan: LoanFigures | None,
    consensus: Consensus | None,
    now: datetime,
    new_id: Callable[[], str],
    *,
    sale_cost: Decimal,
    edited: bool = False,
) -> MarginCall | None:
    """Return a loan's margin call after one round; the very same one where nothing changed.

    Args:
        call: the one that stands, or None.
        loan: its figures, or None where it is no longer in the book.
        consensus: what the sources say of its price in this round, or None.
        now: UTC.
        new_id: for a call that is issued.
        sale_cost: cost of selling bitcoin, a fraction.
        edited: the book was changed since the last round.
    """
    if call is None:
        return None if loan is None else _issued(loan, consensus, now, new_id, sale_cost)
    end = _end_by_book(call, loan)
    if end is None and loan is not None:
        end = _end_by_price(call, loan, consensus, edited=edited)
        if end is None:
            call = _nearer(call, loan, consensus, now)
    if end is not None:
        return _ended(call, end, now)
    if call.state is CallState.RUNNING and call.due_at is not None and now >= call.due_at:
        return call._replace(state=CallState.OVERDUE)
    return call


def _ended(call: MarginCall, state: CallState, now: datetime) -> MarginCall:
    return call._replace(state=state, ended_at=now)


def _calls_of(loan: LoanFigures) -> list[TriggerFigures]:
    return [line for line in loan.triggers if line.trigger.kind is TriggerKind.MARGIN_CALL]


def _reached(loan: LoanFigures, consensus: Consensus | None) -> list[TriggerFigures]:
    """Return the margin calls that a confirmed price has reached, in rising LTV order."""
    if consensus is None:
        return []
    return [
        line
        for line in _calls_of(loan)
        if line.price is not None and alarm_sign(consensus, line.price) is AlarmSign.CONFIRMED
    ]


def _issued(
    loan: LoanFigures, consensus: Consensus | None, now: datetime, new_id: Callable[[], str], sale_cost: Decimal
) -> MarginCall | None:
    reached = _reached(loan, consensus)
    if not reached or consensus is None:
        return None
    price = consensus.value if consensus.value is not None else consensus.high
    target = loan.balance.terms.cure_ltv
    if price is None or target is None:
        return None
    cure = cure_for(loan, price, target, sale_cost)
    named = [line.trigger.cure_ltv for line in _calls_of(loan) if line.trigger.cure_ltv is not None]
    highest = reached[-1].trigger
    return MarginCall(
        new_id(),
        loan.loan.name,
        now,
        highest.ltv,
        _ltv_at(loan, price),
        price,
        cure.top_up_sats,
        cure.repay,
        None if highest.cure_hours is None else now + timedelta(hours=highest.cure_hours),
        min(named, default=None),
        latching=any(line.trigger.latching for line in reached),
    )


def _ltv_at(loan: LoanFigures, price: Decimal) -> Decimal:
    balance = loan.balance
    with exactly():
        return bare_ltv(
            balance.exposure, btc_of(balance.collateral_sats) * price * basis_factor(balance.terms.basis_bps)
        )


def _end_by_book(call: MarginCall, loan: LoanFigures | None) -> CallState | None:
    """Return how a call ended by what the book says, whatever the price."""
    if loan is None:
        return CallState.ENDED
    if _happened(call, loan, (EventKind.LIQUIDATION,)):
        return CallState.SOLD
    return CallState.ENDED if loan.state in _OWES_NOTHING or not _calls_of(loan) else None


def _end_by_price(
    call: MarginCall, loan: LoanFigures, consensus: Consensus | None, *, edited: bool
) -> CallState | None:
    """Return how a call ended by a quorum's price, after an edit or by itself; a loan without collateral has none."""
    lowest = _calls_of(loan)[0].price
    if consensus is None or consensus.status not in _QUORUM or consensus.value is None or lowest is None:
        return None
    under = alarm_sign(consensus, lowest) is AlarmSign.CLEAR
    if not under or not (edited or may_clear(consensus, lowest)):
        return None
    paid_in = _happened(call, loan, _PAID_IN)
    if call.cure_ltv is None or _ltv_at(loan, consensus.value) <= call.cure_ltv:
        return CallState.CURED if paid_in else CallState.CANCELLED if _lapses(call) else None
    return None if call.latching else CallState.CANCELLED


def _lapses(call: MarginCall) -> bool:
    """Whether the price alone can end it; a latched call ends so where its contract names what it has to come to."""
    return not call.latching or call.cure_ltv is not None


def _happened(call: MarginCall, loan: LoanFigures, kinds: tuple[EventKind, ...]) -> bool:
    """Whether the loan has such an event since the call; one with a day and no time counts on the call's own day."""
    issued = call.issued_at
    return any(
        event.kind in kinds
        and (event.at >= issued or (event.at.date() == issued.date() and event.at.time() == time.min))
        for event in loan.loan.events
    )


def _nearer(call: MarginCall, loan: LoanFigures, consensus: Consensus | None, now: datetime) -> MarginCall:
    """Let a faster call that is reached later bring the deadline nearer, or a latching one latch."""
    reached = _reached(loan, consensus)
    if not reached or reached[-1].trigger.ltv <= call.level:
        return call
    highest = reached[-1].trigger
    latching = call.latching or highest.latching
    if highest.cure_hours is None:
        return call._replace(level=highest.ltv, latching=latching)
    due_at = now + timedelta(hours=highest.cure_hours)
    due_at = due_at if call.due_at is None else min(due_at, call.due_at)
    return call._replace(level=highest.ltv, latching=latching, due_at=due_at)
