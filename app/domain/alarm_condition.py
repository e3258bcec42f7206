"""Warnings about the alarm itself, as pure functions: prices that disagree, nobody judging, a broken way, a shut book.

Each stands on its own: none of them changes any other warning.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from app.domain.rules import Urgency
from app.domain.warning_records import WarningKind, WarningRecord, WarningStatus
from app.domain.warnings import Judgement, closed

_NO_HOLD: Final = timedelta(0)


def alarm_condition(
    record: WarningRecord | None,
    present: bool | None,  # noqa: FBT001 - what the function is about
    *,
    subject: str,
    kind: WarningKind,
    sentence: str,
    now: datetime,
    new_id: Callable[[], str],
    hold: timedelta = _NO_HOLD,
    urgency: Urgency = Urgency.EARLY,
) -> Judgement:
    """Return the warning about one part of the alarm after one round.

    Args:
        record: the pending or standing one of this subject and kind, or None.
        present: whether the fault is there; None where that cannot be told, which changes nothing.
        subject: what it is about: a currency, a channel's key.
        kind: of the warning.
        sentence: what is told when the warning opens, is told again, or is over.
        now: UTC.
        new_id: for one that opens.
        hold: how long the fault must be there before anybody is told.
        urgency: how soon a person has to know.
    """
    if present is None:
        return Judgement(record)
    if not present:
        return _ended(record, sentence, now)
    if record is None:
        record = WarningRecord(
            new_id(),
            subject,
            kind,
            WarningStatus.PENDING,
            confirmed=True,
            announced=False,
            opened_at=now,
            updated_at=now,
            sentence="",
            urgency=urgency,
        )
    pending = record.status is WarningStatus.PENDING
    if pending and now < record.opened_at:  # the clock was set back
        return Judgement(record._replace(opened_at=now, updated_at=now))
    woken = record.snoozed_until is not None and record.snoozed_until <= now
    if woken or (pending and now - record.opened_at >= hold):
        return Judgement(_told(record, sentence, now), announce=True)
    return Judgement(record)


def _told(record: WarningRecord, sentence: str, now: datetime) -> WarningRecord:
    return record._replace(
        status=WarningStatus.OPEN,
        announced=True,
        updated_at=now,
        sentence=sentence,
        acknowledged_at=None,
        snoozed_until=None,
        told=record.told + 1,
        told_at=now,
        first_told_at=None,
    )


def _ended(record: WarningRecord | None, sentence: str, now: datetime) -> Judgement:
    if record is None:
        return Judgement(None)
    over = closed(record, now)
    if not record.told:
        return Judgement(over)
    return Judgement(over._replace(sentence=sentence, told=record.told + 1, told_at=now), announce=True)
