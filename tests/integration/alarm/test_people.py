"""Whom a warning reaches and when: the next person, quiet hours, what was put off, two programs at one book."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from app.domain.channels import QuietHours
from app.services.alert_ports import JudgeRole
from app.services.watch_state import WatchRole
from tests.fakes.carriers import ScriptedCarrier
from tests.fakes.clock import FakeClock
from tests.fakes.hook_server import FakeHookServer
from tests.integration.alarm.scene import CALLED, CALM, HOOK, NEAR, SOLD, book_of, watched

NEXT = replace(HOOK, key="next", name="Next", person="Eve", after_minutes=20)
NIGHT = QuietHours(time(22), time(7), "Europe/Berlin")


@pytest.mark.parametrize("seen", [False, True])
def test_what_nobody_acknowledges_goes_to_the_next_person(tmp_path: Path, *, seen: bool) -> None:
    with FakeHookServer() as first, FakeHookServer() as second:
        addresses = {"hook": first.hook(), "next": second.hook()}
        with watched(tmp_path / "b.plimsoll", book_of(HOOK, NEXT), addresses) as scene:
            scene.tick(CALM)
            said = scene.round(CALLED)
            if seen:
                scene.desk.acknowledge(next(one.id for one in said.warnings if one.is_open))
            scene.round(CALLED, 19 * 60)
            assert second.requests == []
            scene.round(CALLED, 90)
            scene.round(CALLED, 90)
        assert len(second.requests) == (0 if seen else 1)
        assert len(first.requests) == 1


def test_quiet_hours_hold_what_can_wait_and_nothing_else(tmp_path: Path) -> None:
    night = FakeClock(datetime(2026, 11, 22, 22, 30, tzinfo=UTC))
    with FakeHookServer() as hook:
        quiet = replace(HOOK, quiet=NIGHT)
        with watched(tmp_path / "b.plimsoll", book_of(quiet), {"hook": hook.hook()}, clock=night) as scene:
            scene.tick(CALM)
            scene.round(NEAR)
            scene.round(NEAR, 3_600)
            assert hook.requests == []
            scene.round(CALLED)
            assert len(hook.requests) == 1
            assert b'"call"' in hook.requests[0].body
            scene.round(SOLD)
            scene.round(SOLD)
            assert b'"sale"' in hook.requests[1].body


def test_what_waited_for_the_morning_is_told_in_the_morning(tmp_path: Path) -> None:
    night = FakeClock(datetime(2026, 11, 22, 22, 30, tzinfo=UTC))
    with FakeHookServer() as hook:
        quiet = replace(HOOK, quiet=NIGHT)
        with watched(tmp_path / "b.plimsoll", book_of(quiet), {"hook": hook.hook()}, clock=night) as scene:
            scene.tick(CALM)
            scene.round(NEAR)
            scene.round(NEAR, 7 * 3_600)
            assert hook.requests == []
            # Seven in Berlin is six in UTC.
            scene.round(NEAR, 31 * 60)
        assert len(hook.requests) == 1


def test_what_was_put_off_comes_back_when_it_gets_graver(tmp_path: Path) -> None:
    carrier = ScriptedCarrier()
    with watched(tmp_path / "b.plimsoll", book_of(HOOK), {"hook": "json://x"}, by=lambda _clock: carrier) as scene:
        scene.tick(CALM)
        said = scene.round(NEAR)
        (early,) = [one for one in said.warnings if one.is_open]
        scene.desk.snooze(early.id, scene.clock.now() + timedelta(days=7))
        scene.round(NEAR, 2 * 86_400)
        assert len(carrier.taken) == 1
        scene.round(CALLED)
        scene.round(CALLED, 61)
        assert [one.urgency.value for one in carrier.taken] == ["early", "call"]
        scene.desk.snooze(early.id, scene.clock.now() + timedelta(days=7))
        scene.round(SOLD)
        scene.round(SOLD, 61)
        assert carrier.taken[-1].urgency.value == "sale"


def test_a_window_beside_a_watcher_tells_nobody_until_the_watcher_is_gone(tmp_path: Path) -> None:
    place, clock = tmp_path / "b.plimsoll", FakeClock()
    one, two = ScriptedCarrier(), ScriptedCarrier()
    alive = True
    watcher = watched(place, book_of(HOOK), {"hook": "json://x"}, clock=clock, by=lambda _clock: one, name="watcher")
    with watcher as watching:
        watching.tick(CALM)
        window = watched(
            place, None, {"hook": "json://x"}, clock=clock, by=lambda _clock: two,
            role=JudgeRole.WINDOW, name="window", runs=lambda _lease: alive,
        )  # fmt: skip
        with window as shown:
            shown.tick(CALM)
            watching.round(CALLED)
            said = shown.round(CALLED)
            assert (said.watching.role, len(two.taken)) == (WatchRole.ELSEWHERE, 0)
            assert [record.kind.value for record in said.warnings if record.is_open] == ["call"]
            assert len(one.taken) == 1
            # From here on the watcher is dead: it says nothing any more.
            alive = False
            said = shown.round(SOLD)
            assert said.watching.role is WatchRole.HERE
            shown.round(SOLD)
            assert [message.urgency.value for message in two.taken] == ["sale"]
            assert "watcher" in shown.standing()
            assert len(one.taken) == 1
