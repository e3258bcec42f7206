"""What the alarm keeps outlives a restart, and only the judge's writes are taken, wherever the book lies."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.book import Book
from app.domain.errors import LeaseLostError, NotABookError
from app.domain.warning_records import WarningStatus
from app.services.alert_ports import AlarmChanges
from app.store.alarm import BookAlarm
from app.store.book_store import BookStore
from app.store.lease import BookLease
from tests.contract.store.alarm_samples import (
    ACTION,
    AT,
    CALL,
    CHANNELS,
    DELIVERY,
    ENDED,
    LEASE,
    MESSAGE,
    MINUTE,
    RULES,
    SENT,
    WARNING,
)
from tests.contract.store.places import Places

EVERYTHING = AlarmChanges((WARNING,), (CALL, ENDED), (DELIVERY,), (MESSAGE,), (ACTION,))


@pytest.fixture
def store(places: Places) -> Iterator[BookStore]:
    with closing(BookStore.create(places.fresh(), Book("Desk"))) as made:
        yield made


def test_a_new_book_has_nothing(store: BookStore) -> None:
    alarm = BookAlarm(store.backend)
    assert (alarm.load(5), alarm.calls(5), alarm.outbox(), alarm.sent(5), alarm.actions()) == ((), (), ((), ()), (), ())
    assert alarm.deliveries_of("w1") == ()
    assert alarm.revision() == 1


def test_everything_comes_back_digit_for_digit(store: BookStore) -> None:
    BookAlarm(store.backend).save(EVERYTHING)
    alarm = BookAlarm(store.backend)
    assert repr(alarm.load(0)) == repr((WARNING,))
    assert repr(alarm.calls(5)) == repr((CALL, ENDED))
    assert alarm.calls(0) == (CALL,)
    assert repr(alarm.outbox()) == repr(((DELIVERY,), (MESSAGE,)))
    assert alarm.actions() == alarm.actions("w1") == (ACTION,)
    assert alarm.deliveries_of("w1") == ((DELIVERY, None),)


def test_a_carried_delivery_and_a_sent_message_stay_so(store: BookStore) -> None:
    alarm = BookAlarm(store.backend)
    carried = DELIVERY._replace(message_id="m1")
    alarm.save(AlarmChanges(deliveries=(carried,), messages=(SENT,)))
    alarm.save(AlarmChanges(deliveries=(DELIVERY,), messages=(MESSAGE,)))
    assert alarm.outbox() == ((), ())
    assert alarm.sent(5) == (SENT,)
    assert alarm.deliveries_of("w1") == ((carried, SENT),)


def test_an_applied_action_stays_applied(store: BookStore) -> None:
    alarm = BookAlarm(store.backend)
    alarm.save(AlarmChanges(actions=(ACTION._replace(applied=True),)))
    alarm.save(AlarmChanges(actions=(ACTION,)))
    assert alarm.actions() == ()
    assert alarm.actions("w1") == (ACTION._replace(applied=True),)


def test_what_ended_untold_is_no_history(store: BookStore) -> None:
    alarm = BookAlarm(store.backend)
    alarm.save(AlarmChanges((WARNING._replace(told=0),)))
    alarm.save(AlarmChanges((WARNING._replace(told=0, status=WarningStatus.CLOSED, closed_at=AT),)))
    assert alarm.load(5) == ()


def test_only_the_holder_may_write(store: BookStore) -> None:
    alarm, leases = BookAlarm(store.backend), BookLease(store.backend)
    assert leases.look() is None
    first = leases.take(None, LEASE)
    assert first == LEASE._replace(term=1, beat=1) == leases.look()
    assert leases.take(None, LEASE._replace(holder="run-2")) is None
    renewed = leases.renew(first)
    assert renewed is not None
    assert renewed.beat == 2
    # The pulse was seen too early: the lease has beaten since.
    assert leases.take(first, LEASE._replace(holder="run-2")) is None
    alarm.save(AlarmChanges((WARNING,)), first)
    second = leases.take(renewed, LEASE._replace(holder="run-2"))
    assert second is not None
    assert (second.term, second.holder) == (2, "run-2")
    for old in (first, renewed, second._replace(holder="run-3"), second._replace(term=3)):
        with pytest.raises(LeaseLostError):
            alarm.save(AlarmChanges(calls=(CALL,), actions=(ACTION,)), old)
        assert leases.renew(old) is None
        leases.give_back(old)
    assert leases.look() == second
    assert (alarm.calls(1), alarm.actions()) == ((), ())
    alarm.save(AlarmChanges(actions=(ACTION,)))
    leases.give_back(second)
    back = leases.look()
    assert back is not None
    assert back.holder == ""
    with pytest.raises(LeaseLostError):
        alarm.save(AlarmChanges(calls=(CALL,)), back)
    third = leases.take(back, LEASE)
    assert third is not None
    assert third.term == 3


def test_a_refused_row_takes_the_whole_step_with_it(store: BookStore) -> None:
    alarm = BookAlarm(store.backend)
    with pytest.raises(Exception, match="nothing was changed"):
        alarm.save(AlarmChanges((WARNING,), (CALL._replace(top_up_sats=2**70),)))
    assert alarm.load(5) == ()


def test_rules_and_channels_belong_to_the_book(store: BookStore) -> None:
    empty = store.read()
    full = replace(empty, rules=RULES, channels=CHANNELS)
    store.apply(empty, full)
    assert repr(store.read()) == repr(full)
    fewer = replace(full, rules=RULES[1:], channels=tuple(reversed(CHANNELS)))
    store.apply(full, fewer)
    assert repr(store.read()) == repr(fewer)
    store.apply(fewer, replace(fewer, rules=(), channels=()))
    assert store.read() == empty


def test_old_history_goes_and_what_people_did_stays(store: BookStore) -> None:
    alarm = BookAlarm(store.backend)
    closed = [
        WARNING._replace(id=f"w{number}", status=WarningStatus.CLOSED, closed_at=AT, updated_at=AT + number * MINUTE)
        for number in range(5)
    ]
    told = [DELIVERY._replace(id=one.id, warning_id=one.id, message_id=f"m{one.id}") for one in closed]
    sent = [SENT._replace(id=f"m{one.id}") for one in closed]
    alarm.save(AlarmChanges(tuple(closed), (ENDED,), tuple(told), tuple(sent), (ACTION,)))
    alarm.prune(AT + timedelta(days=700), most=2)
    assert len(alarm.load(9)) == 5
    alarm.prune(AT + timedelta(days=800), most=2)
    assert [one.id for one in alarm.load(9)] == ["w4", "w3", "w1"]
    assert alarm.deliveries_of("w1") == ((told[1], sent[1]),)
    assert alarm.deliveries_of("w0") == ()
    assert alarm.calls(9) == (ENDED,)
    assert alarm.actions("w1") == (ACTION,)


@pytest.mark.parametrize(
    "damage", ["UPDATE margin_call SET ltv = 'NaN'", "UPDATE margin_call SET state = 'running', issued_at = 'x'"]
)
def test_a_damaged_row_is_told_with_its_table(store: BookStore, damage: str) -> None:
    alarm = BookAlarm(store.backend)
    alarm.save(AlarmChanges(calls=(CALL,)))
    store.backend.execute([(damage, [{}])])
    with pytest.raises(NotABookError, match="table margin_call"):
        alarm.calls(5)
