"""Warnings about the alarm itself: told once, over once, untouched by not knowing."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.alarm_condition import alarm_condition
from app.domain.warning_records import WarningKind, WarningRecord, WarningStatus
from app.domain.warnings import Judgement, acknowledge, snooze

NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)
LIMIT = timedelta(minutes=10)


def look(
    record: WarningRecord | None, present: bool | None, minute: int = 0, hold: timedelta = timedelta(0)
) -> Judgement:
    return alarm_condition(
        record,
        present,
        subject="mail",
        kind=WarningKind.CHANNEL,
        sentence=f"as of {minute}",
        now=NOW + timedelta(minutes=minute),
        new_id=lambda: "w",
        hold=hold,
    )


def standing(minute: int = 0) -> WarningRecord:
    record = look(None, present=True, minute=minute).record
    assert record is not None
    return record


def test_a_fault_is_told_once_and_so_is_its_end() -> None:
    first = look(None, present=True)
    assert first.announce
    assert first.record == standing()
    assert look(first.record, present=True, minute=1).record is first.record
    over = look(first.record, present=False, minute=2)
    assert over.announce
    assert over.record is not None
    assert (over.record.status, over.record.told, over.record.sentence) == (WarningStatus.CLOSED, 2, "as of 2")


@pytest.mark.parametrize("record", [None, standing()])
def test_not_knowing_changes_nothing(record: WarningRecord | None) -> None:
    assert look(record, present=None) == Judgement(record)


def test_no_fault_is_no_warning() -> None:
    assert look(None, present=False) == Judgement(None)


def test_a_fault_that_has_to_last_waits_and_may_pass_untold() -> None:
    waits = look(None, present=True, hold=LIMIT).record
    assert waits is not None
    assert waits.status is WarningStatus.PENDING
    assert look(waits, present=True, minute=9, hold=LIMIT).record is waits
    assert look(waits, present=True, minute=10, hold=LIMIT).announce
    passed = look(waits, present=False, minute=5, hold=LIMIT)
    assert not passed.announce
    assert passed.record is not None
    assert passed.record.never_told


def test_a_clock_that_is_set_back_begins_to_wait_again() -> None:
    waits = look(None, present=True, minute=100, hold=LIMIT).record
    again = look(waits, present=True, minute=0, hold=LIMIT).record
    assert again is not None
    assert again.opened_at == NOW
    assert look(again, present=True, minute=10, hold=LIMIT).announce


def test_the_end_of_a_snooze_tells_again() -> None:
    hidden = snooze(acknowledge(standing(), NOW), NOW + timedelta(hours=1))
    assert look(hidden, present=True, minute=59).record is hidden
    woken = look(hidden, present=True, minute=60)
    assert woken.announce
    assert woken.record is not None
    assert woken.record.needs_you(NOW)
