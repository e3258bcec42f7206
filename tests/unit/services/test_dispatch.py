import logging
import threading
from collections import deque
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from app.domain.channels import Channel
from app.domain.deliveries import DeliveryFault, MessageKind, MessageState
from app.domain.rules import Urgency
from app.services.alert_ports import AlarmChanges, SecretState
from app.services.dispatch import Dispatcher, DispatchReport
from tests.fakes.alarm_keeper import FULL, MemoryAlarm
from tests.fakes.alarms import DESKTOP, HOOK, LEASE, MAIL, NOW, delivery
from tests.fakes.carriers import MemorySecrets, ScriptedCarrier
from tests.fakes.clock import FakeClock


class Office:
    """A dispatcher with all that it needs."""

    def __init__(self, *channels: Channel) -> None:
        self.keeper = MemoryAlarm()
        self.secrets = MemorySecrets({"mail": "smtp://canary", "hook": "https://hook"})
        self.carrier = ScriptedCarrier()
        self.clock = FakeClock(NOW)
        self.channels = channels or (MAIL, HOOK)
        self.woken = 0
        self.start()

    def start(self) -> None:
        """Start anew, as after a kill: what was only in memory is gone."""
        self.dispatcher = Dispatcher(
            self.keeper,
            self.secrets,
            self.carrier,
            self.clock,
            Random(5),
            lambda: self.channels,
            lambda: "Nothing needs you now.",
            self.wake,
        )

    def wake(self) -> None:
        self.woken += 1

    def keep(self, *deliveries: object) -> None:
        self.keeper.save(AlarmChanges(deliveries=deliveries), LEASE)  # type: ignore[arg-type]

    def run(self) -> DispatchReport:
        report = self.dispatcher.run(LEASE)
        assert self.dispatcher.settle(5)
        return report

    def states(self) -> list[MessageState]:
        return [one.state for one in self.keeper.messages.values()]


def test_what_waits_is_stored_as_a_message_sent_and_marked() -> None:
    office = Office()
    office.keep(delivery(), delivery(channel="hook"))
    report = office.run()
    assert (report.planned, report.started, report.waiting, report.lost) == (2, 2, 2, False)
    assert office.states() == [MessageState.SENT] * 2
    assert office.keeper.outbox() == ((), ())
    assert office.carrier.addresses == {"mail": "smtp://canary", "hook": "https://hook"}
    assert office.woken == 2
    assert office.run() == DispatchReport()


def test_it_is_stored_before_it_is_sent() -> None:
    office = Office(MAIL)
    office.carrier.holds["mail"] = threading.Event()
    office.keep(delivery())
    office.dispatcher.run(LEASE)
    assert office.states() == [MessageState.WAITING]
    assert office.keeper.outbox()[0] == ()
    office.carrier.holds["mail"].set()
    assert office.dispatcher.settle(5)
    assert office.states() == [MessageState.SENT]


def test_a_channel_that_hangs_holds_up_no_other() -> None:
    office = Office()
    office.carrier.holds["mail"] = threading.Event()
    office.keep(delivery(), delivery(channel="hook"))
    office.dispatcher.run(LEASE)
    with office.dispatcher._lock:
        assert office.dispatcher._lock.wait_for(lambda: "hook" not in office.dispatcher._under_way, 5)
    assert [one.channel for one in office.carrier.taken] == ["hook"]
    # While it is under way it is not sent twice.
    assert office.dispatcher.run(LEASE).started == 0
    office.carrier.holds["mail"].set()
    assert office.dispatcher.settle(5)
    assert [one.channel for one in office.carrier.tried] == ["hook", "mail"]


def test_a_send_that_never_comes_back_counts_as_failed_and_its_good_news_still_counts() -> None:
    office = Office(MAIL)
    hangs = office.carrier.holds["mail"] = threading.Event()
    office.keep(delivery())
    office.dispatcher.run(LEASE)
    office.clock.advance(179)
    assert office.dispatcher.run(LEASE).waiting == 1
    assert next(iter(office.keeper.messages.values())).fault is None
    office.clock.advance(1)
    office.dispatcher.run(LEASE)
    assert next(iter(office.keeper.messages.values())).fault is DeliveryFault.TIMEOUT
    hangs.set()
    with office.dispatcher._lock:
        assert office.dispatcher._lock.wait_for(lambda: not office.dispatcher._hung["mail"], 5)
    assert office.states() == [MessageState.SENT]
    office.clock.advance(60)
    assert office.run().started == 0


def test_a_channel_that_hangs_again_and_again_does_not_fill_the_program_with_threads() -> None:
    office = Office(MAIL)
    hangs = office.carrier.holds["mail"] = threading.Event()
    office.keep(delivery())
    started = 0
    for _ in range(200):
        started += office.dispatcher.run(LEASE).started
        office.clock.advance(60)
    assert started == 3
    hangs.set()
    with office.dispatcher._lock:
        assert office.dispatcher._lock.wait_for(lambda: not office.dispatcher._hung["mail"], 5)


def test_a_failed_one_is_tried_again_with_the_same_id_and_words() -> None:
    office = Office(MAIL)
    office.carrier.faults["mail"] = deque([DeliveryFault.BUSY, DeliveryFault.DROPPED])
    office.keep(delivery())
    office.run()
    due = office.dispatcher.next_due()
    assert due is not None
    assert timedelta(seconds=4) < due - office.clock.now() < timedelta(seconds=6)
    assert office.run().started == 0
    office.clock.advance(6)
    office.run()
    office.clock.advance(34)
    office.run()
    assert len({(one.id, one.subject, one.text) for one in office.carrier.tried}) == 1
    assert [len(office.carrier.tried), len(office.carrier.taken)] == [3, 1]


def test_a_kill_between_sending_and_marking_sends_it_again_under_the_same_id() -> None:
    office = Office(MAIL)
    office.carrier.holds["mail"] = threading.Event()
    office.keep(delivery())
    office.dispatcher.run(LEASE)
    office.keeper.full = True
    office.carrier.holds["mail"].set()
    assert office.dispatcher.settle(5)
    office.keeper.full = False
    office.start()
    office.run()
    assert len(office.carrier.taken) == 2
    assert len({(one.id, one.subject, one.text) for one in office.carrier.taken}) == 1
    assert office.states() == [MessageState.SENT]


def test_a_full_disk_keeps_no_message_from_going_out_and_sends_none_twice() -> None:
    office = Office(MAIL)
    office.keeper.full = True
    office.dispatcher.post([delivery()])
    assert office.run().trouble == FULL
    office.clock.advance(600)
    office.run()
    assert len(office.carrier.taken) == 1
    # The alarm stores its delivery late, and what carries it is marked then.
    office.keeper.full = False
    office.keep(delivery())
    assert office.run().trouble == ""
    assert len(office.carrier.taken) == 1
    assert office.states() == [MessageState.SENT]
    assert [item.message_id for item in office.keeper.deliveries.values()] == list(office.keeper.messages)


def test_a_book_that_cannot_be_read_keeps_no_message_from_going_out() -> None:
    office = Office(MAIL)
    office.keeper.full = office.keeper.unreadable = True
    office.dispatcher.post([delivery()])
    office.run()
    assert len(office.carrier.taken) == 1


def test_whoever_lost_the_lease_sends_nothing_more() -> None:
    office = Office(MAIL)
    office.keep(delivery())
    office.keeper.lost = True
    assert office.run().lost
    assert office.carrier.tried == []
    office.keeper.lost = False
    assert office.run().lost
    assert office.dispatcher.run(LEASE._replace(term=3)).started == 1
    assert office.dispatcher.settle(5)
    assert len(office.carrier.taken) == 1


def test_a_lease_lost_while_sending_stops_what_follows_but_nothing_is_sent_twice_here() -> None:
    office = Office(MAIL)
    office.carrier.holds["mail"] = threading.Event()
    office.keep(delivery())
    office.dispatcher.run(LEASE)
    office.keeper.lost = True
    office.carrier.holds["mail"].set()
    assert office.dispatcher.settle(5)
    assert office.dispatcher.run(LEASE).lost
    office.keeper.lost = False
    office.clock.advance(3_600)
    office.dispatcher.run(LEASE._replace(term=3))
    assert office.dispatcher.settle(5)
    assert len(office.carrier.taken) == 1
    assert office.states() == [MessageState.SENT]


def test_what_another_program_told_meanwhile_is_not_told_again_under_a_second_name() -> None:
    office = Office(MAIL)
    told = delivery()
    office.keep(told)
    office.dispatcher.post([told])
    # The lease goes before this one has run; whoever takes it reads the book and tells. Then it comes back here.
    mine = office.dispatcher
    office.start()
    assert office.run().planned == 1
    office.dispatcher = mine
    office.clock.advance(3_600)
    assert office.run() == DispatchReport()
    assert len(office.keeper.messages) == 1
    assert office.keeper.deliveries_of(told.warning_id)[0][0].message_id == next(iter(office.keeper.messages))


@pytest.mark.parametrize(
    ("state", "fault"),
    [(SecretState.MISSING, DeliveryFault.NO_ADDRESS)]
    + [(state, DeliveryFault.SECRETS_LOCKED) for state in SecretState if state is not SecretState.MISSING],
)
def test_a_secret_that_is_not_to_be_had_waits_a_minute(state: SecretState, fault: DeliveryFault) -> None:
    office = Office(MAIL)
    office.secrets.state = state
    office.keep(delivery())
    office.run()
    (one,) = office.keeper.messages.values()
    assert one.fault is fault
    assert office.carrier.tried == []
    office.secrets.state = None
    office.clock.advance(67)
    office.run()
    assert len(office.carrier.taken) == 1


def test_a_password_store_that_stops_answering_is_bridged_from_memory() -> None:
    office = Office(MAIL)
    office.keep(delivery())
    office.run()
    office.secrets.state = SecretState.SLOW
    office.clock.advance(61)
    office.keep(delivery("Other"))
    office.run()
    assert len(office.carrier.taken) == 2
    office.dispatcher.forget_addresses()
    office.clock.advance(61)
    office.keep(delivery("Third"))
    office.run()
    assert len(office.carrier.taken) == 2


def test_the_desktop_needs_no_secret() -> None:
    office = Office(DESKTOP)
    office.secrets.state = SecretState.LOCKED
    office.keep(delivery(channel="desk"))
    office.run()
    assert office.carrier.addresses == {"desk": ""}


def test_a_fault_of_our_own_is_contained_and_tells_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    office = Office()
    office.carrier.raises.add("mail")
    office.keep(delivery(), delivery(channel="hook"))
    with caplog.at_level(logging.DEBUG):
        office.run()
    assert [one.channel for one in office.carrier.taken] == ["hook"]
    assert [one.fault for one in office.keeper.messages.values()] == [DeliveryFault.FAILED, None]
    assert "ZeroDivisionError" in caplog.text
    assert "hunter2" not in caplog.text


def test_after_an_outage_one_summary_follows_the_message_that_came_through() -> None:
    office = Office(MAIL)
    office.carrier.down["mail"] = DeliveryFault.NO_CONNECTION
    office.keep(delivery("First"))
    for minute in range(35):
        office.run()
        office.clock.advance(60)
        office.keep(delivery(f"L{minute}", at=office.clock.now()))
    office.carrier.down.clear()
    for _ in range(240):
        office.run()
        office.clock.advance(30)
    first, summary = office.carrier.taken
    assert (first.kind, summary.kind) == (MessageKind.WARNING, MessageKind.SUMMARY)
    assert summary.text.startswith("Nothing needs you now.\n\nWhile Mail was down (")
    assert sum(line.startswith("- ") for line in summary.text.splitlines()) == 35
    assert office.keeper.outbox() == ((), ())


def test_what_waited_beside_goes_soon_after_the_channel_works_again() -> None:
    office = Office(MAIL)
    office.carrier.down["mail"] = DeliveryFault.NO_CONNECTION
    office.keep(delivery("A"))
    for _ in range(60):
        office.run()
        office.clock.advance(60)
    office.carrier.down.clear()
    office.keep(delivery("B", urgency=Urgency.SALE, at=office.clock.now()))
    office.run()
    office.clock.advance(61)
    office.run()
    assert [one.urgency for one in office.carrier.taken] == [Urgency.SALE, Urgency.EARLY]


def test_a_drill_tests_every_enabled_channel_without_a_lease() -> None:
    office = Office(MAIL, HOOK, replace(DESKTOP, enabled=False))
    office.carrier.down["hook"] = DeliveryFault.GONE
    office.keeper.lost = True
    mail, hook = office.dispatcher.drill("Ada")
    assert (mail.channel, mail.fault, mail.seconds) == (MAIL, None, 0.25)
    assert (hook.channel, hook.fault) == (HOOK, DeliveryFault.GONE)
    assert {(one.kind, one.state) for one in office.keeper.messages.values()} == {
        (MessageKind.DRILL, MessageState.SENT),
        (MessageKind.DRILL, MessageState.EXPIRED),
    }
    assert office.dispatcher.faults() == ()
    office.keeper.lost = False
    office.run()
    first, second, _ = office.dispatcher.health()
    assert (first.drill_seconds, second.fault) == (0.25, DeliveryFault.GONE)
    assert [fault.present for fault in office.dispatcher.faults()] == [False, True, False]


def test_a_drill_on_a_full_disk_still_tests() -> None:
    office = Office(MAIL)
    office.keeper.full = True
    assert office.dispatcher.drill("")[0].fault is None
    office.keeper.full = False
    office.run()
    assert office.states() == [MessageState.SENT]


def test_what_is_due_and_goes_nowhere_is_stuck() -> None:
    office = Office(MAIL)
    office.carrier.down["mail"] = DeliveryFault.TIMEOUT
    office.keep(delivery(urgency=Urgency.CALL))
    office.run()
    assert office.dispatcher.stuck() == ""
    office.clock.advance(360)
    office.run()
    assert office.dispatcher.stuck() == "No channel has taken a margin call or forced sale for 6 min."


def test_whoever_only_looks_sees_how_channels_do_and_changes_nothing() -> None:
    office = Office(MAIL)
    office.keep(delivery("A"))
    office.run()
    office.start()
    office.keep(delivery("B"))
    saves = office.keeper.saves
    office.dispatcher.look()
    (health,) = office.dispatcher.health()
    assert (health.proved_at, health.waiting) == (NOW, 1)
    assert (office.keeper.saves, len(office.carrier.tried)) == (saves, 1)


def test_a_start_does_not_say_that_a_broken_channel_works_again() -> None:
    office = Office(MAIL)
    office.carrier.down["mail"] = DeliveryFault.GONE
    office.keep(delivery())
    office.run()
    office.start()
    assert office.dispatcher.faults(["mail"]) == ()
    office.run()
    assert [fault.present for fault in office.dispatcher.faults(["mail"])] == [True]


def test_a_closed_dispatcher_starts_nothing() -> None:
    office = Office(MAIL)
    office.keep(delivery())
    office.dispatcher.close()
    assert office.run() == DispatchReport()
    assert office.carrier.tried == []


def test_no_thread_is_left_over() -> None:
    before = threading.active_count()
    office = Office()
    for number in range(20):
        office.keep(delivery(f"L{number}"), delivery(f"L{number}", "hook"))
        office.run()
        office.clock.advance(61)
    for thread in threading.enumerate():
        if thread.name.startswith("send-"):
            thread.join(5)
    assert len(office.carrier.taken) == 40
    assert threading.active_count() <= before
