"""The alarm between rounds and between programs: one judges, the others show; what is told is told once."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.book import Book, Loan
from app.domain.channels import Channel, ChannelKind
from app.domain.deliveries import Delivery
from app.domain.errors import BookNotWritableError
from app.domain.margin_calls import CallState
from app.domain.quotes import PriceStatus
from app.domain.rules import Urgency
from app.domain.terms import Trigger, TriggerKind
from app.domain.warning_records import WarningKind, WarningStatus
from app.services.alert_ports import JudgeRole
from app.services.desk import Desk, DeskSnapshot
from app.services.seat import SILENT_SECONDS
from app.services.watch_state import WatchRole
from tests.fakes.alarm_desks import AlarmParts
from tests.fakes.alarm_keeper import MemoryAlarm
from tests.fakes.keepers import MemoryBook, MemorySettings, SetClock, SetPrices
from tests.unit.services.test_desk import a_loan

NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)
DESKTOP = Channel("desktop", "This desktop", ChannelKind.DESKTOP)
QUIET, NEAR, CALLED = ("100000", "88000", "79000")


@dataclass
class Program:
    """One running Plimsoll on a shared book."""

    desk: Desk
    parts: AlarmParts
    prices: SetPrices

    def round(self, price: str) -> DeskSnapshot:
        self.prices.say("USD", price, price, price)
        return self.desk.judge(self.desk.ask_prices())


@dataclass
class Stage:
    """A book that several programs have open, on one clock."""

    clock: SetClock
    keeper: MemoryAlarm
    book: MemoryBook

    def program(self, role: JudgeRole = JudgeRole.WINDOW, name: str = "") -> Program:
        parts = AlarmParts(self.clock, keeper=self.keeper, role=role, name=name or role.value)
        prices = SetPrices(self.clock)
        desk = Desk(
            clock=self.clock,
            contents=self.book.read(),
            keeper=self.book,
            alarm=parts.alarm(),
            prices=prices,
            settings=MemorySettings(),
            label="test",
        )
        return Program(desk, parts, prices)

    def told(self) -> list[tuple[str, int]]:
        return [(one.warning_id, one.step) for one in self.keeper.deliveries.values()]


@pytest.fixture
def stage() -> Stage:
    book = Book("Test", loans=(a_loan(),), channels=(DESKTOP,))
    return Stage(SetClock(NOW), MemoryAlarm(), MemoryBook(book))


def test_the_one_who_judges_tells_and_the_other_shows_the_same(stage: Stage) -> None:
    window, watcher = stage.program(), stage.program(JudgeRole.WATCHER)
    assert window.round(QUIET).watching.role is WatchRole.HERE
    assert watcher.round(NEAR).watching.role is WatchRole.HERE
    seen = window.round(NEAR)
    assert (seen.watching.role, seen.watching.lease and seen.watching.lease.role) == (
        WatchRole.ELSEWHERE,
        JudgeRole.WATCHER,
    )
    assert [record.kind for record in seen.warnings] == [WarningKind.DROP_CALL]
    assert len(stage.told()) == 1
    # Who only looks on tells how the channels do, once its room has looked.
    window.parts.room.dispatcher.look()
    assert [health.channel for health in window.round(NEAR).watching.channels] == [DESKTOP]
    # What merely stands tells this program's own figures.
    assert "6.9 % below now" in window.round("86000").warnings[0].sentence


def test_what_a_person_does_in_the_window_reaches_the_watcher(stage: Stage) -> None:
    window, watcher = stage.program(), stage.program(JudgeRole.WATCHER)
    watcher.round(NEAR)
    (record,) = window.round(NEAR).warnings
    window.desk.acknowledge(record.id)
    window.desk.note(record.id, "Ada calls the lender")
    assert window.round(NEAR).warnings[0].status is WarningStatus.ACKNOWLEDGED
    assert stage.keeper.records[record.id].status is WarningStatus.OPEN
    assert watcher.round(NEAR).warnings[0].status is WarningStatus.ACKNOWLEDGED
    assert stage.keeper.records[record.id].status is WarningStatus.ACKNOWLEDGED
    story = window.desk.story_of(record.id)
    assert [(action.kind, action.text, action.applied) for action in story.actions] == [
        ("acknowledge", "", True),
        ("note", "Ada calls the lender", True),
    ]


def test_a_window_takes_over_from_a_silent_watcher_and_tells_nothing_twice(stage: Stage) -> None:
    window, watcher = stage.program(), stage.program(JudgeRole.WATCHER)
    watcher.round(NEAR)
    window.round(NEAR)
    before = stage.told()
    stage.clock.pass_time(timedelta(seconds=SILENT_SECONDS))
    taken = window.round(NEAR)
    assert taken.watching.role is WatchRole.HERE
    assert {record.kind for record in taken.announcements} == {WarningKind.WATCHER}
    assert stage.told()[: len(before)] == before
    assert len(stage.told()) == len(before) + 1
    # The watcher comes back: it knows what stands, tells nothing again, and closes the warning about itself.
    again = stage.program(JudgeRole.WATCHER, "watcher again")
    back = again.round(NEAR)
    assert [record.kind for record in back.warnings if record.is_open] == [WarningKind.DROP_CALL]
    assert {record.kind for record in back.announcements} == {WarningKind.WATCHER}


def test_what_was_judged_after_the_seat_was_lost_is_neither_stored_nor_told(stage: Stage) -> None:
    first, second = stage.program(name="first"), stage.program(name="second")
    first.round(QUIET)
    second.round(QUIET)
    stage.keeper.lost = True
    assert first.round(NEAR).warnings != ()
    assert (stage.keeper.records, stage.told()) == ({}, [])
    assert first.parts.seat.mine is None


def test_on_a_full_disk_people_are_told_all_the_same_and_it_is_stored_later(stage: Stage) -> None:
    program = stage.program()
    program.round(QUIET)
    stage.keeper.full = True
    refused = program.round(NEAR)
    assert "no space" in refused.trouble
    assert stage.told() == []
    program.parts.room.dispatcher.run(None)
    assert program.parts.room.dispatcher.settle(5)
    assert ["Coin loan" in message.text for message in program.parts.carrier.taken] == [True]
    told_of_the_disk = program.round(NEAR)
    assert WarningKind.STORE in {record.kind for record in told_of_the_disk.announcements}
    stage.keeper.full = False
    stored = program.round(NEAR)
    assert stored.trouble == ""
    assert {record.kind for record in stage.keeper.records.values()} == {WarningKind.DROP_CALL, WarningKind.STORE}


def test_a_reached_call_is_on_record_until_it_is_cured(stage: Stage) -> None:
    program = stage.program()
    snapshot = program.round(CALLED)
    (call,) = snapshot.calls
    assert (call.loan, call.state, call.due_at) == ("Coin loan", CallState.RUNNING, NOW + timedelta(hours=24))
    (record,) = snapshot.warnings
    assert program.desk.story_of(record.id).call == call
    assert "Rule: the contract's own lines." in record.facts
    assert "Price: $79,000.00" in record.facts


def test_what_nobody_acknowledges_is_told_again_and_to_the_next_person(stage: Stage) -> None:
    night = Channel("night", "Night desk", ChannelKind.DESKTOP, after_minutes=15)
    stage.book.book = replace(stage.book.book, channels=(DESKTOP, night))
    program = stage.program()
    program.round(CALLED)
    assert [one.channel for one in stage.keeper.deliveries.values()] == ["desktop"]
    stage.clock.pass_time(timedelta(minutes=16))
    program.desk.expect(3600)
    program.round(CALLED)
    assert [one.channel for one in stage.keeper.deliveries.values()] == ["desktop", "night"]
    stage.clock.pass_time(timedelta(minutes=46))
    assert [record.told for record in program.round(CALLED).announcements] == [2]


def test_a_demo_tells_nobody(stage: Stage) -> None:
    stage.book.book = replace(stage.book.book, demo=True)
    program = stage.program()
    assert program.round(CALLED).announcements != ()
    assert stage.told() == []


def test_no_price_changes_nothing_that_stands(stage: Stage) -> None:
    program = stage.program()
    before = program.round(CALLED)
    program.prices.say("USD", status=PriceStatus.NONE)
    after = program.desk.judge(program.desk.ask_prices())
    assert [(r.id, r.status, r.kind, r.told) for r in after.warnings] == [
        (r.id, r.status, r.kind, r.told) for r in before.warnings
    ]
    assert after.calls == before.calls


def test_the_room_sends_by_itself_beats_the_pulse_and_ends(stage: Stage) -> None:
    program = stage.program()
    program.parts.heartbeat = True
    program.parts.secrets.put("heartbeat", "https://beat.example.org/abc")
    program.round(CALLED)
    delivery: Delivery = next(iter(stage.keeper.deliveries.values()))
    assert delivery.urgency is Urgency.CALL
    program.parts.room.start()
    try:
        assert program.parts.carrier.sent.wait(10)
    finally:
        program.parts.room.close()
    assert program.parts.switch.pinged == ["https://beat.example.org/abc"]
    assert stage.keeper.lease is not None
    assert stage.keeper.lease.price_at is not None


def test_an_action_that_cannot_be_stored_is_refused_whole(stage: Stage) -> None:
    program = stage.program()
    (record,) = program.round(NEAR).warnings
    stage.keeper.full = True
    with pytest.raises(BookNotWritableError):
        program.desk.acknowledge(record.id)
    assert program.desk.snapshot().warnings[0].status is WarningStatus.OPEN


def two_stages() -> Loan:
    triggers = (
        Trigger(TriggerKind.MARGIN_CALL, Decimal("0.75"), 72, Decimal("0.65")),
        Trigger(TriggerKind.MARGIN_CALL, Decimal("0.80"), 24, Decimal("0.60")),
        Trigger(TriggerKind.LIQUIDATION, Decimal("0.90")),
    )
    loan = a_loan()
    return replace(loan, terms=(replace(loan.terms[0], triggers=triggers),))


def test_a_deadline_that_moves_nearer_is_told_though_the_call_was_seen(stage: Stage) -> None:
    stage.book.book = replace(stage.book.book, loans=(two_stages(),))
    program = stage.program()
    (first,) = program.round("79000").announcements
    assert first.due_at == NOW + timedelta(hours=72)
    program.desk.acknowledge(first.id)
    stage.clock.pass_time(timedelta(minutes=1))
    (again,) = program.round("74000").announcements
    assert (again.id, again.status, again.told) == (first.id, WarningStatus.OPEN, 2)
    assert again.due_at == NOW + timedelta(hours=24, minutes=1)
    assert "24 h" in again.sentence or "23 h" in again.sentence
    assert program.round("73900").announcements == ()


def test_a_call_that_lapsed_and_is_issued_anew_wakes_who_had_seen_the_first(stage: Stage) -> None:
    program = stage.program()
    (first,) = program.round(CALLED).announcements
    program.desk.acknowledge(first.id)
    stage.clock.pass_time(timedelta(minutes=5))
    assert program.round("105000").announcements == ()
    stage.clock.pass_time(timedelta(minutes=5))
    (again,) = program.round(CALLED).announcements
    assert (again.id, again.told, again.due_at) == (first.id, 2, NOW + timedelta(hours=24, minutes=10))
    assert [call.state for call in program.desk.snapshot().calls] == [CallState.RUNNING, CallState.CANCELLED]
