"""The life of a rule's warning, as a pure function of its readings over time.

``none → PENDING → OPEN → ACKNOWLEDGED → (resolving) → CLOSED``. A warning of a rule is told once when it fires and once
when it is over. It is pending for as long as its rule asks, and over when it was clear for as long as its rule asks.
A reading that knows nothing changes nothing, and one inside the deadband neither opens nor ends anything.
A loan that stood beyond a level when it began is not told of it; a marker (``SKIPPED``) remembers that, and ``armed``
that it has been clear since. The marker is never closed while the loan stood so: a restart must not skip a level twice.
"""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from app.domain.edited import Edited, touches
from app.domain.rules import URGENCY_RANK, Rule, Urgency
from app.domain.warning_records import WarningKind, WarningRecord, WarningStatus
from app.domain.warnings import CALM_ROUNDS, Judgement, closed


class Sign(StrEnum):
    """What one round says of one rule and one subject.

    Attributes:
        REACHED: at or beyond the threshold.
        NEAR: inside the deadband: it neither opens nor ends a warning.
        CLEAR: away from the threshold by more than the deadband.
        UNKNOWN: it cannot be told now; nothing changes.
    """

    REACHED = "reached"
    NEAR = "near"
    CLEAR = "clear"
    UNKNOWN = "unknown"


class Reading(NamedTuple):
    """What one rule says of one subject in this round.

    Attributes:
        rule: which rule.
        subject: the loan's name, or ``BOOK_SUBJECT``.
        sign: what this round says.
        tell: makes the sentence and the facts; called only when a warning opens, is told again or closes.
        due_at: UTC; when what it is about falls due, or None.
        at_start: the loan stood beyond this threshold when it began.
    """

    rule: Rule
    subject: str
    sign: Sign
    tell: Callable[[], tuple[str, str]]
    due_at: datetime | None = None
    at_start: bool = False


class RuleRound(NamedTuple):
    """What a round did to the rules' warnings: to be stored, and those of them that people must be told of."""

    changed: tuple[WarningRecord, ...]
    announced: tuple[WarningRecord, ...]


_OPEN, _CLOSED = WarningStatus.OPEN, WarningStatus.CLOSED
_PENDING, _SKIPPED = WarningStatus.PENDING, WarningStatus.SKIPPED
_REACHED, _NEAR, _CLEAR, _UNKNOWN = Sign.REACHED, Sign.NEAR, Sign.CLEAR, Sign.UNKNOWN
_SALE_RANK: Final = URGENCY_RANK[Urgency.SALE]
_Records = dict[tuple[str, str], WarningRecord]


def judge_rules(
    records: Iterable[WarningRecord],
    readings: Sequence[Reading],
    now: datetime,
    new_id: Callable[[], str],
    *,
    edited: Edited,
    sold: AbstractSet[str] = frozenset(),
) -> RuleRound:
    """Judge all rules of a book by one round's readings.

    Args:
        records: all warnings that are not closed; those that no rule made are left alone.
        readings: one for every enabled rule and every subject it is about. What has none (the rule was removed or
            disabled, the loan is gone) has its warning closed, and nobody is told of that.
        now: UTC.
        new_id: makes the id of a warning that opens.
        edited: which loans were changed since the last round: a clear reading ends their warnings at once.
        sold: loans whose forced-sale line is reached: meanwhile nobody is told of their lesser warnings.
    """
    live, markers = _by_key(records)
    seen: set[tuple[str, str]] = set()
    changed: list[WarningRecord] = []
    announced: list[WarningRecord] = []
    for reading in readings:
        rule, subject, sign, _, _, at_start = reading
        key = rule.key, subject
        record, marker = live.get(key), markers.get(key)
        # Most readings are clear of everything, and there may be tens of thousands of them.
        if record is None and marker is None and not at_start and sign is not _REACHED:
            continue
        seen.add(key)
        if sign is _UNKNOWN:
            continue
        if marker is not None or at_start:
            after = mark(marker, reading, now, new_id, fires=record is not None)
            if after is not None and after is not marker:
                changed.append(after)
            if record is None and after is not None and after.status is _SKIPPED and not is_armed(after):
                continue
        if record is None and sign is not _REACHED:
            continue
        muted = subject in sold and URGENCY_RANK[rule.urgency] < _SALE_RANK
        judgement = step(record, reading, now, new_id, edited=touches(edited, subject), muted=muted)
        _note(judgement, record, changed, announced)
    gone = [record for kept in (live, markers) for key, record in kept.items() if key not in seen]
    changed.extend([closed(record, now) for record in gone])
    return RuleRound(tuple(changed), tuple(announced))


def _by_key(records: Iterable[WarningRecord]) -> tuple[_Records, _Records]:
    """Return the standing and pending warnings of rules, and the markers of skipped levels."""
    live: _Records = {}
    markers: _Records = {}
    for record in records:
        if record.kind is WarningKind.RULE and record.status is not _CLOSED:
            (markers if record.status is _SKIPPED else live)[record.rule, record.subject] = record
    return live, markers


def _note(
    judgement: Judgement, record: WarningRecord | None, changed: list[WarningRecord], announced: list[WarningRecord]
) -> None:
    after = judgement.record
    if after is None or after is record:
        return
    changed.append(after)
    if judgement.announce:
        announced.append(after)


def is_armed(marker: WarningRecord) -> bool:
    """Whether a loan that began beyond a level has been clear of it since."""
    return marker.calm_rounds > 0


def mark(
    marker: WarningRecord | None, reading: Reading, now: datetime, new_id: Callable[[], str], *, fires: bool
) -> WarningRecord | None:
    """Return the marker of a level that the loan stood beyond when it began.

    It is made by the first reading that says so (unless the rule fires already), armed by the first one that is clear,
    and closed when the level is set elsewhere.
    """
    if reading.sign is _UNKNOWN:
        return marker
    if not reading.at_start:
        return None if marker is None else closed(marker, now)
    clear = reading.sign is _CLEAR
    if marker is not None:
        return marker._replace(calm_rounds=1, updated_at=now) if clear and not is_armed(marker) else marker
    if reading.sign is _NEAR or (fires and not clear):
        return None
    made = _made(reading, now, new_id(), _SKIPPED)
    return made._replace(calm_rounds=1) if clear else made


def step(
    record: WarningRecord | None,
    reading: Reading,
    now: datetime,
    new_id: Callable[[], str],
    *,
    edited: bool = False,
    muted: bool = False,
) -> Judgement:
    """Return the warning of one rule and one subject after one reading.

    A pending warning that becomes clear is closed with ``told`` 0: it never fired, and is no history.

    Args:
        record: the pending or standing one, or None; the marker of a skipped level is not meant.
        reading: of this round.
        now: UTC.
        new_id: for a warning that opens.
        edited: the book was changed, so that a clear reading ends it at once.
        muted: a forced sale of the same loan stands, so nobody is told now.
    """
    sign, rule = reading.sign, reading.rule
    if sign is _UNKNOWN:
        return Judgement(record)
    if record is None:
        if sign is not _REACHED:
            return Judgement(None)
        record = _made(reading, now, new_id(), _PENDING)
    if record.status is _PENDING:
        return _waiting(record, reading, now, muted=muted)
    if sign is _CLEAR:
        return _clearing(record, reading, now, edited=edited, muted=muted)
    graver = URGENCY_RANK[rule.urgency] > URGENCY_RANK[record.urgency]
    after = _standing(record, reading)
    over = after.snoozed_until is not None and after.snoozed_until <= now
    if not muted and (graver or over or not after.told):
        return Judgement(_told(after, reading, now), announce=True)
    return Judgement(after if after is record else after._replace(updated_at=now))


def _made(reading: Reading, now: datetime, new_id: str, status: WarningStatus) -> WarningRecord:
    rule = reading.rule
    return WarningRecord(
        new_id,
        reading.subject,
        WarningKind.RULE,
        status,
        confirmed=True,
        announced=False,
        opened_at=now,
        updated_at=now,
        sentence="",
        due_at=reading.due_at,
        rule=rule.key,
        urgency=rule.urgency,
    )


def _waiting(record: WarningRecord, reading: Reading, now: datetime, *, muted: bool) -> Judgement:
    """Let a pending warning fire when it has been reached for long enough, or vanish."""
    if reading.sign is _CLEAR:
        return Judgement(closed(record, now))
    if reading.sign is _NEAR:
        return Judgement(record)
    if now < record.opened_at:  # the clock was set back
        return Judgement(record._replace(opened_at=now, updated_at=now))
    if now - record.opened_at < timedelta(minutes=reading.rule.hold_minutes):
        return Judgement(record)
    fired = record._replace(due_at=reading.due_at, urgency=reading.rule.urgency)
    if not muted:
        return Judgement(_told(fired, reading, now), announce=True)
    sentence, facts = reading.tell()
    return Judgement(fired._replace(status=_OPEN, updated_at=now, sentence=sentence, facts=facts))


def _clearing(record: WarningRecord, reading: Reading, now: datetime, *, edited: bool, muted: bool) -> Judgement:
    """Let a standing warning end when it has been clear for long enough."""
    since = record.resolving_since
    if since is None or now < since:  # it begins, or the clock was set back
        since = now
    rounds = record.calm_rounds + 1
    kept = now - since >= timedelta(minutes=reading.rule.keep_minutes) and (
        rounds >= CALM_ROUNDS or not reading.rule.keep_minutes
    )
    if not (edited or kept):
        if since is record.resolving_since and rounds > CALM_ROUNDS:
            return Judgement(record)
        return Judgement(record._replace(resolving_since=since, calm_rounds=rounds, updated_at=now))
    sentence, facts = reading.tell()
    over = closed(record, now)._replace(sentence=sentence, facts=facts)
    if not record.told or muted:
        return Judgement(over)
    return Judgement(over._replace(told=record.told + 1, told_at=now), announce=True)


def _standing(record: WarningRecord, reading: Reading) -> WarningRecord:
    """Return a warning that is not clear: a count of clear rounds ends, what the rule says of it now holds."""
    wanted = min(record.urgency, reading.rule.urgency, key=URGENCY_RANK.__getitem__)
    if (record.resolving_since, record.calm_rounds, record.due_at, record.urgency) == (None, 0, reading.due_at, wanted):
        return record
    return record._replace(resolving_since=None, calm_rounds=0, due_at=reading.due_at, urgency=wanted)


def _told(record: WarningRecord, reading: Reading, now: datetime) -> WarningRecord:
    sentence, facts = reading.tell()
    return record._replace(
        status=_OPEN,
        announced=True,
        updated_at=now,
        sentence=sentence,
        facts=facts,
        acknowledged_at=None,
        snoozed_until=None,
        urgency=reading.rule.urgency,
        told=record.told + 1,
        told_at=now,
        first_told_at=None,
    )
