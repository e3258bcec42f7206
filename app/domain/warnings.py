"""Warnings: when one opens, rises, falls and closes, as a pure function of prices over time.

A loan has at most one open warning, at the gravest level that was reached. It opens or rises at once on a confirmed
price, falls or closes only on a quorum's price that stays clear for two rounds and by a deadband of two LTV points, and
never because a price is missing, old or told by one source. What one lying source can do is fixed by
``app.domain.price_alarm``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from app.domain.figures import LoanFigures, LoanState
from app.domain.ltv import bare_ltv, basis_factor
from app.domain.money import btc_of, exactly
from app.domain.price_alarm import POSSIBLE_LIMIT, AlarmSign, alarm_sign, may_clear
from app.domain.quotes import Consensus, PriceStatus, Quote
from app.domain.rules import LINES, Urgency
from app.domain.terms import Trigger, TriggerKind

DEADBAND: Final = Decimal("0.02")
CALM_ROUNDS: Final = 2
_ONE: Final = Decimal(1)
_MARGIN_CALL, _LIQUIDATION = TriggerKind.MARGIN_CALL, TriggerKind.LIQUIDATION
_PRICELESS: Final = (LoanState.CLOSED, LoanState.UNDRAWN)


class WarningKind(StrEnum):
    """What a warning says. The last four are a loan's lines, in rising gravity; ``rule`` is a rule of the book.

    The first ones are about the alarm itself: no price, disputed prices, nobody judging, a broken way to a person, a
    book that takes no changes.
    """

    BLIND = "blind"
    DISPUTED = "disputed"
    WATCHER = "watcher"
    CHANNEL = "channel"
    STORE = "store"
    RULE = "rule"
    DROP_CALL = "drop_call"
    DROP_SALE = "drop_sale"
    CALL = "call"
    SALE = "sale"


RANK: Final = {kind: rank for rank, kind in enumerate(WarningKind)}


LINE_KINDS: Final = frozenset(
    (WarningKind.DROP_CALL, WarningKind.DROP_SALE, WarningKind.CALL, WarningKind.SALE),
)


class WarningStatus(StrEnum):
    """Where a warning is in its life.

    Attributes:
        PENDING: reached, but not yet for as long as its rule asks; nobody is told.
        SKIPPED: it stood when its loan began; nobody is told until it has been clear once.
        OPEN: it fires.
        ACKNOWLEDGED: it fires, and somebody has seen it.
        CLOSED: over.
    """

    PENDING = "pending"
    SKIPPED = "skipped"
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


class WarningRecord(NamedTuple):
    """One warning from its opening to its end; a tuple, because thousands of them stand at every tick.

    Attributes:
        id: unique text.
        subject: the loan's name, or for ``blind`` the currency.
        kind: the level it has reached.
        status: open, acknowledged or closed.
        confirmed: False while the sources disagree about it.
        announced: whether a person has been told of this level.
        opened_at, closed_at: UTC.
        updated_at: UTC; when it last changed or was stored with a new sentence. A round that holds it changes nothing.
        sentence: what, when, how much, by when; as last stored.
        due_at: when the cure period of a reached margin call ends.
        acknowledged_at: by the user.
        snoozed_until: hides it until then, unless it rises.
        calm_rounds: how many rounds in a row have been clear.
        rule: key of the rule that it comes from, or ``LINES`` for what every loan is watched for.
        urgency: how soon a person has to know.
        told: how often people were told of it; the step of the next delivery.
        told_at: UTC; when they were told last, or None.
        resolving_since: UTC; since when it has been clear, while it still has to stay so; or None.
        facts: the numbers it was judged by when it last changed, in plain words, one per line.
    """

    id: str
    subject: str
    kind: WarningKind
    status: WarningStatus
    confirmed: bool
    announced: bool
    opened_at: datetime
    updated_at: datetime
    sentence: str
    closed_at: datetime | None = None
    due_at: datetime | None = None
    acknowledged_at: datetime | None = None
    snoozed_until: datetime | None = None
    calm_rounds: int = 0
    rule: str = LINES
    urgency: Urgency = Urgency.EARLY
    told: int = 0
    told_at: datetime | None = None
    resolving_since: datetime | None = None
    facts: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it still stands, acknowledged or not."""
        return self.status in (WarningStatus.OPEN, WarningStatus.ACKNOWLEDGED)

    @property
    def is_over(self) -> bool:
        """Whether it is history."""
        return self.status is WarningStatus.CLOSED

    def needs_you(self, now: datetime) -> bool:
        """Whether it waits for the user: open, not acknowledged, not snoozed."""
        return self.status is WarningStatus.OPEN and (self.snoozed_until is None or self.snoozed_until <= now)


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
        return Judgement(_held(record, now, due_at=_due(reached, now, record.due_at)))
    if not record.confirmed and possible is not None:
        loud = not record.announced and now - record.opened_at >= POSSIBLE_LIMIT
        told = record._replace(announced=True, updated_at=now) if loud else record
        return Judgement(_held(told, now, due_at=record.due_at), loud)
    calm = {line.kind for line in lines if _is_calm(line, consensus, edited=edited or not record.confirmed)}
    return Judgement(_calmed(record, lines, calm, reached, now, edited=edited))


def acknowledge(record: WarningRecord, now: datetime) -> WarningRecord:
    """Return the warning as seen by the user; it stays until the danger is over."""
    return record._replace(status=WarningStatus.ACKNOWLEDGED, acknowledged_at=now) if record.is_open else record


def snooze(record: WarningRecord, until: datetime) -> WarningRecord:
    """Return the warning hidden until then; a graver level shows it again."""
    return record._replace(snoozed_until=until) if record.is_open else record


def closed(record: WarningRecord, now: datetime) -> WarningRecord:
    """Return the warning at its end."""
    return record._replace(status=WarningStatus.CLOSED, closed_at=now, updated_at=now)


def _gravest(lines: tuple[Line, ...], consensus: Consensus, wanted: AlarmSign) -> Line | None:
    for line in reversed(lines):
        if alarm_sign(consensus, line.price) is wanted:
            return line
    return None


def _opened(new_id: str, subject: str, line: Line, now: datetime, *, confirmed: bool) -> WarningRecord:
    return WarningRecord(
        new_id, subject, line.kind, WarningStatus.OPEN, confirmed, confirmed, now, now, "", due_at=_due(line, now)
    )


def _raised(record: WarningRecord, line: Line, now: datetime) -> WarningRecord:
    return record._replace(
        kind=line.kind,
        status=WarningStatus.OPEN,
        confirmed=True,
        announced=True,
        updated_at=now,
        due_at=_due(line, now, record.due_at),
        acknowledged_at=None,
        snoozed_until=None,
        calm_rounds=0,
    )


def _held(record: WarningRecord, now: datetime, *, due_at: datetime | None) -> WarningRecord:
    """Return a warning whose level still stands: the count of clear rounds begins again."""
    if not record.calm_rounds and due_at == record.due_at:
        return record
    return record._replace(calm_rounds=0, updated_at=now, due_at=due_at)


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
) -> WarningRecord:
    """Let the warning fall or close if this round is clear enough of its level, else hold it as it is."""
    watched = any(line.kind is record.kind for line in lines)
    if watched and record.kind not in calm:
        return _held(record, now, due_at=record.due_at)
    rounds = record.calm_rounds + 1
    if rounds < CALM_ROUNDS and not edited:
        return record._replace(calm_rounds=rounds, updated_at=now)
    if reached is not None:
        return record._replace(kind=reached.kind, calm_rounds=0, updated_at=now, due_at=None)
    return closed(record, now)


def _is_calm(line: Line, consensus: Consensus, *, edited: bool) -> bool:
    if not may_clear(consensus, line.price) and not (edited and _is_clear(line, consensus)):
        return False
    if line.trigger.latching and line.kind is WarningKind.CALL and line.trigger.cure_ltv is not None:
        return line.ltv <= line.trigger.cure_ltv
    return edited or line.ltv < line.trigger.ltv - DEADBAND


def _is_clear(line: Line, consensus: Consensus) -> bool:
    quorum = consensus.status in (PriceStatus.OK, PriceStatus.THIN)
    return quorum and alarm_sign(consensus, line.price) is AlarmSign.CLEAR
