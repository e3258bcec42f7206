"""Warnings: when one opens, rises, falls and closes, as a pure function of prices over time.

A loan has at most one open warning, at the gravest level that was reached. It opens or rises at once on a confirmed
price, falls or closes only on a quorum's price that is clear by a deadband of two LTV points for two rounds and as long
as it has to be, and never because a price is missing, old or told by one source. What one lying source can do is fixed
by ``app.domain.price_alarm``. People are told when it opens, rises, is still there at the end of a snooze, and is over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from app.domain.figures import LoanFigures, LoanState
from app.domain.ltv import bare_ltv, basis_factor
from app.domain.money import btc_of, exactly
from app.domain.price_alarm import POSSIBLE_LIMIT, AlarmSign, alarm_sign, may_clear
from app.domain.quotes import Consensus, PriceStatus, Quote
from app.domain.rules import Urgency
from app.domain.terms import Trigger, TriggerKind
from app.domain.warning_actions import ActionKind, WarningAction
from app.domain.warning_records import RANK, WarningKind, WarningRecord, WarningStatus

DEADBAND: Final = Decimal("0.02")
CALM_ROUNDS: Final = 2
# On five years of prices, ten minutes told some loans of the same danger forty times in half a year. A level falls when
# it was clear for a day, so none is told twice a day; a warning is over when the price is far off, or clear for long.
CALM_KEEP: Final = timedelta(hours=24)
# A fall that would sell is told again only a week after it was clear: it asks for the same as one that would call.
EARLY_KEEP: Final = timedelta(days=7)
FAR: Final = Decimal("0.10")
FAR_KEEP: Final = timedelta(days=3)
CLOSE_KEEP: Final = timedelta(days=30)
_ONE: Final = Decimal(1)
_MARGIN_CALL, _LIQUIDATION = TriggerKind.MARGIN_CALL, TriggerKind.LIQUIDATION
_QUORUM: Final = (PriceStatus.OK, PriceStatus.THIN)
_PRICELESS: Final = (LoanState.CLOSED, LoanState.UNDRAWN)
_URGENT: Final = {WarningKind.CALL: Urgency.CALL, WarningKind.SALE: Urgency.SALE}


class Line(NamedTuple):
    """A level of a loan: its trigger, the price at which it is reached and the LTV that is compared with it.

    ``clock_hours`` is what the highest margin call at or below that LTV gives to cure it; None for no clock.
    """

    kind: WarningKind
    trigger: Trigger
    price: Decimal
    ltv: Decimal
    clock_hours: int | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one round did to a loan's warning; ``announce`` is set when a person must be told now.

    A warning that is merely held is the very record that was judged.
    """

    record: WarningRecord | None
    announce: bool = False


def lines_of(figures: LoanFigures, price: Decimal, drop: Decimal) -> tuple[Line, ...]:
    """Return a loan's levels, in rising gravity, at our ``price`` (a low estimate where sources disagree)."""
    balance = figures.balance
    if figures.state in _PRICELESS or not balance.collateral_sats or not price:
        return ()
    call, sale = figures.first(_MARGIN_CALL), figures.first(_LIQUIDATION)
    with exactly():
        now = _ltv_at(figures, price)
        kept = _ONE - drop
        after = now / kept
        lines = []
        if call is not None and call.price is not None:
            lines.append(Line(WarningKind.DROP_CALL, call.trigger, call.price / kept, after))
        if sale is not None and sale.price is not None:
            lines.append(Line(WarningKind.DROP_SALE, sale.trigger, sale.price / kept, after))
        if call is not None and call.price is not None:
            hours = _clock_hours(figures, now) if call.trigger.ltv <= now else None
            lines.append(Line(WarningKind.CALL, call.trigger, call.price, now, hours))
        if sale is not None and sale.price is not None:
            lines.append(Line(WarningKind.SALE, sale.trigger, sale.price, now))
    return tuple(lines)


def _ltv_at(figures: LoanFigures, price: Decimal) -> Decimal:
    """Return the LTV at our ``price``: the figures' own where they were reckoned at it; call it under ``exactly()``."""
    if figures.ltv is not None and isinstance(figures.lookup, Quote) and figures.lookup.value == price:
        return figures.ltv
    balance = figures.balance
    value = btc_of(balance.collateral_sats) * (price * basis_factor(balance.terms.basis_bps))
    return bare_ltv(balance.exposure, value)


def _clock_hours(figures: LoanFigures, ltv: Decimal) -> int | None:
    reached = figures.balance.terms.triggers
    return next((t.cure_hours for t in reversed(reached) if t.kind is _MARGIN_CALL and t.ltv <= ltv), None)


def judge_warning(
    record: WarningRecord | None,
    lines: tuple[Line, ...],
    consensus: Consensus,
    *,
    subject: str,
    new_id: str,
    now: datetime,
    edited: bool = False,
) -> Judgement:
    """Return a loan's warning after one round.

    Args:
        record: the open one, or None.
        lines: from ``lines_of``.
        consensus: what the sources said in this round.
        subject: the loan's name.
        new_id: for a warning that opens.
        now: UTC.
        edited: the book was changed since the last round, so that a clear price closes at once.
    """
    reached = _gravest(lines, consensus, AlarmSign.CONFIRMED)
    possible = None if reached is not None else _gravest(lines, consensus, AlarmSign.POSSIBLE)
    if record is None:
        first = reached or possible
        opened = None if first is None else _opened(new_id, subject, first, now, confirmed=reached is not None)
        return Judgement(opened, announce=reached is not None)
    if reached is not None and (RANK[reached.kind] > RANK[record.kind] or not record.confirmed):
        return Judgement(_raised(record, reached, now), announce=True)
    if reached is not None and reached.kind is record.kind:
        return _held(record, now, due_at=_due(reached, now, record.due_at))
    if not record.confirmed and possible is not None:
        loud = not record.announced and now - record.opened_at >= POSSIBLE_LIMIT
        held = _held(record, now, due_at=record.due_at)
        return Judgement(_told(held.record or record, now), announce=True) if loud else held
    calm = {line.kind for line in lines if _is_calm(line, consensus, edited=edited or not record.confirmed)}
    return _calmed(record, lines, calm, reached, now, edited=edited)


def acknowledge(record: WarningRecord, now: datetime) -> WarningRecord:
    """Return the warning as seen by the user; it stays until the danger is over."""
    return record._replace(status=WarningStatus.ACKNOWLEDGED, acknowledged_at=now) if record.is_open else record


def snooze(record: WarningRecord, until: datetime) -> WarningRecord:
    """Return the warning hidden until then; a graver level shows it again."""
    return record._replace(snoozed_until=until) if record.is_open else record


def apply_action(record: WarningRecord, action: WarningAction, now: datetime) -> WarningRecord:
    """Return the warning after what somebody did with it; the very same one where that changes nothing.

    A snooze that has no end, or is over, does nothing; nor does what was done before people were told last.
    """
    told_at = record.first_told_at or record.told_at  # a mere repeat undoes nothing
    if not record.is_open or (told_at is not None and action.at < told_at):
        return record
    if action.kind is ActionKind.ACKNOWLEDGE:
        return acknowledge(record, action.at)._replace(updated_at=now)
    if action.kind is ActionKind.SNOOZE and action.until is not None and action.until > now:
        return snooze(record, action.until)._replace(updated_at=now)
    return record


def sold_subjects(records: Iterable[WarningRecord]) -> frozenset[str]:
    """Return the loans whose forced-sale line is reached, told by a confirmed price."""
    return frozenset(r.subject for r in records if r.kind is WarningKind.SALE and r.confirmed and r.is_open)


def closed(record: WarningRecord, now: datetime) -> WarningRecord:
    """Return the warning at its end."""
    return record._replace(status=WarningStatus.CLOSED, closed_at=now, updated_at=now)


def _gravest(lines: tuple[Line, ...], consensus: Consensus, wanted: AlarmSign) -> Line | None:
    return next((line for line in reversed(lines) if alarm_sign(consensus, line.price) is wanted), None)


def _opened(new_id: str, subject: str, line: Line, now: datetime, *, confirmed: bool) -> WarningRecord:
    record = WarningRecord(
        new_id,
        subject,
        line.kind,
        WarningStatus.OPEN,
        confirmed,
        announced=False,
        opened_at=now,
        updated_at=now,
        sentence="",
        due_at=_due(line, now),
        urgency=_urgency(line.kind),
    )
    return _told(record, now) if confirmed else record


def _urgency(kind: WarningKind) -> Urgency:
    return _URGENT.get(kind, Urgency.EARLY)


def _told(record: WarningRecord, now: datetime) -> WarningRecord:
    return record._replace(announced=True, updated_at=now, told=record.told + 1, told_at=now, first_told_at=None)


def _raised(record: WarningRecord, line: Line, now: datetime) -> WarningRecord:
    due_at = _due(line, now, record.due_at)
    risen = _fresh(record)._replace(kind=line.kind, confirmed=True, due_at=due_at, urgency=_urgency(line.kind))
    return _told(risen, now)


def _fresh(record: WarningRecord) -> WarningRecord:
    """Return a warning that nobody has seen, put off or found clear."""
    return record._replace(
        status=WarningStatus.OPEN, acknowledged_at=None, snoozed_until=None, calm_rounds=0, resolving_since=None
    )


def _held(record: WarningRecord, now: datetime, *, due_at: datetime | None) -> Judgement:
    """Hold a warning whose level still stands: the count of clear rounds begins again, a snooze may end."""
    if record.snoozed_until is not None and record.snoozed_until <= now and record.told:
        woken = _fresh(record)._replace(due_at=due_at)
        return Judgement(_told(woken, now), announce=True)
    if not record.calm_rounds and due_at == record.due_at:
        return Judgement(record)
    return Judgement(record._replace(calm_rounds=0, resolving_since=None, updated_at=now, due_at=due_at))


def _due(line: Line, now: datetime, running: datetime | None = None) -> datetime | None:
    """Return when the cure period ends: a faster call reached later can only bring it nearer."""
    if line.kind is not WarningKind.CALL or line.clock_hours is None:
        return running
    due = now + timedelta(hours=line.clock_hours)
    return due if running is None else min(due, running)


def _calmed(
    record: WarningRecord,
    lines: tuple[Line, ...],
    calm: set[WarningKind],
    reached: Line | None,
    now: datetime,
    *,
    edited: bool,
) -> Judgement:
    """Let the warning fall or close if it has been clear enough of its level for long enough, else hold it as it is."""
    watched = any(line.kind is record.kind for line in lines)
    if watched and record.kind not in calm:
        return _held(record, now, due_at=record.due_at)
    rounds, since = record.calm_rounds + 1, record.resolving_since
    if since is None or now < since:  # it begins, or the clock was set back
        since = now
    at_once = edited or (rounds >= CALM_ROUNDS and not (watched and record.told))
    kept = timedelta.max if at_once else now - since if rounds >= CALM_ROUNDS else timedelta(0)
    lower = _lower(record.kind, lines, reached, edited=edited)
    falls = lower is not record.kind and kept >= (EARLY_KEEP if record.kind is WarningKind.DROP_SALE else CALM_KEEP)
    if reached is not None and falls:
        return Judgement(_fallen(record, lower, now)._replace(calm_rounds=0, resolving_since=None))
    if reached is None and kept >= _close_keep(lines):
        over = closed(record, now)
        return Judgement(_told(over, now), announce=True) if record.told else Judgement(over)
    if lines and falls:
        return Judgement(_fallen(record, lower, now))
    if since is record.resolving_since and rounds > CALM_ROUNDS:
        return Judgement(record)
    return Judgement(record._replace(calm_rounds=rounds, resolving_since=since, updated_at=now))


def _lower(kind: WarningKind, lines: tuple[Line, ...], reached: Line | None, *, edited: bool) -> WarningKind:
    """Return the level to which a warning falls that is clear of its own.

    Without an edit a call or a sale falls no lower than to the graver of the two that a further fall would bring: who
    was told of a call is not told a day later, as if it were news, that a fall would sell.
    """
    lowest = reached.kind if reached is not None else lines[0].kind if lines else kind
    between = any(line.kind is WarningKind.DROP_SALE for line in lines)
    if not edited and between and RANK[lowest] < RANK[WarningKind.DROP_SALE] < RANK[kind]:
        return WarningKind.DROP_SALE
    return lowest


def _close_keep(lines: tuple[Line, ...]) -> timedelta:
    """Return how long a loan's lines have to be clear before its warning is over."""
    far = all(line.ltv < line.trigger.ltv - FAR for line in lines)
    return FAR_KEEP if far else CLOSE_KEEP


def _fallen(record: WarningRecord, kind: WarningKind, now: datetime) -> WarningRecord:
    due_at = record.due_at if kind is WarningKind.CALL else None
    return record._replace(kind=kind, urgency=_urgency(kind), due_at=due_at, updated_at=now)


def _is_calm(line: Line, consensus: Consensus, *, edited: bool) -> bool:
    if not may_clear(consensus, line.price) and not (edited and _is_clear(line, consensus)):
        return False
    if line.trigger.latching and line.kind is WarningKind.CALL and line.trigger.cure_ltv is not None:
        return line.ltv <= line.trigger.cure_ltv
    return edited or line.ltv < line.trigger.ltv - DEADBAND


def _is_clear(line: Line, consensus: Consensus) -> bool:
    return consensus.status in _QUORUM and alarm_sign(consensus, line.price) is AlarmSign.CLEAR
