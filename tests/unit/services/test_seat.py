"""Who judges: one at a time, a watcher before a window, and nobody by a wall clock."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.errors import BookNotWritableError, NotABookError
from app.services.alert_ports import JudgeRole, Lease
from app.services.seat import SILENT_SECONDS, Seat
from app.services.watch_state import WatchRole
from tests.fakes.keepers import SetClock

NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)


@dataclass
class OneLease:
    """Keeps one lease in memory, as the store's contract says."""

    lease: Lease | None = None
    full: bool = False
    unreadable: bool = False
    given_back: list[str] = field(default_factory=list)

    def look(self) -> Lease | None:
        if self.unreadable:
            raise NotABookError("The drive is gone.")
        return self.lease

    def take(self, seen: Lease | None, mine: Lease) -> Lease | None:
        self._refuse()
        now = None if self.lease is None else (self.lease.term, self.lease.beat)
        if now != (None if seen is None else (seen.term, seen.beat)):
            return None
        self.lease = mine._replace(term=(self.lease.term if self.lease else 0) + 1, beat=1)
        return self.lease

    def renew(self, mine: Lease) -> Lease | None:
        self._refuse()
        if self.lease is None or (self.lease.term, self.lease.holder) != (mine.term, mine.holder):
            return None
        self.lease = mine._replace(beat=self.lease.beat + 1)
        return self.lease

    def give_back(self, mine: Lease) -> None:
        if self.lease is not None and self.lease.term == mine.term:
            self.given_back.append(mine.holder)
            self.lease = self.lease._replace(holder="", beat=self.lease.beat + 1)

    def _refuse(self) -> None:
        if self.full:
            raise BookNotWritableError("There is no space left on the disk; free some and try again.")


@dataclass
class Stage:
    """Two programs with clocks of their own, and one lease."""

    keeper: OneLease = field(default_factory=OneLease)
    running: dict[str, bool | None] = field(default_factory=dict)

    def program(self, name: str, role: JudgeRole) -> tuple[Seat, SetClock]:
        clock = SetClock(NOW)
        me = Lease(0, 0, name, role, "host", 1, NOW)
        return Seat(self.keeper, clock, me, lambda lease: self.running.get(lease.holder)), clock


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_the_first_to_come_judges_and_keeps_judging(stage: Stage) -> None:
    window, _ = stage.program("window", JudgeRole.WINDOW)
    assert [window.sit().role for _ in range(3)] == [WatchRole.HERE] * 3
    assert stage.keeper.lease is not None
    assert (stage.keeper.lease.term, stage.keeper.lease.beat) == (1, 3)


def test_a_second_window_only_looks_on(stage: Stage) -> None:
    first, _ = stage.program("first", JudgeRole.WINDOW)
    second, _ = stage.program("second", JudgeRole.WINDOW)
    first.sit()
    seen = second.sit()
    assert (seen.role, seen.lease and seen.lease.holder) == (WatchRole.ELSEWHERE, "first")
    assert second.mine is None


def test_a_watcher_takes_the_seat_from_a_window_at_once(stage: Stage) -> None:
    window, _ = stage.program("window", JudgeRole.WINDOW)
    watcher, _ = stage.program("watcher", JudgeRole.WATCHER)
    window.sit()
    assert watcher.sit().role is WatchRole.HERE
    assert window.sit().role is WatchRole.ELSEWHERE
    assert watcher.sit().role is WatchRole.HERE


def test_a_window_takes_over_from_a_watcher_that_falls_silent_and_says_so(stage: Stage) -> None:
    watcher, _ = stage.program("watcher", JudgeRole.WATCHER)
    window, clock = stage.program("window", JudgeRole.WINDOW)
    watcher.sit()
    window.sit()
    clock.pass_time(timedelta(seconds=SILENT_SECONDS - 1))
    assert window.sit().role is WatchRole.ELSEWHERE
    clock.pass_time(timedelta(seconds=1))
    taken = window.sit()
    assert taken.role is WatchRole.HERE
    assert taken.fell_silent is not None
    fault = window.fault(taken)
    assert fault.present is True
    assert "fell silent" in fault.sentence
    # Told once; nothing but a watcher that runs again takes it back.
    assert window.fault(window.sit()).present is None
    again, _ = stage.program("again", JudgeRole.WATCHER)
    assert again.fault(again.sit()).present is False


def test_a_beat_that_is_seen_starts_the_wait_anew(stage: Stage) -> None:
    watcher, _ = stage.program("watcher", JudgeRole.WATCHER)
    window, clock = stage.program("window", JudgeRole.WINDOW)
    watcher.sit()
    window.sit()
    for _ in range(5):
        clock.pass_time(timedelta(seconds=SILENT_SECONDS - 1))
        watcher.beat()
        assert window.sit().role is WatchRole.ELSEWHERE


@pytest.mark.parametrize("years", [-10, 10])
def test_a_wall_clock_that_jumps_decides_nothing(stage: Stage, years: int) -> None:
    watcher, _ = stage.program("watcher", JudgeRole.WATCHER)
    window, clock = stage.program("window", JudgeRole.WINDOW)
    watcher.sit()
    window.sit()
    clock._now += timedelta(days=365 * years)
    assert window.sit().role is WatchRole.ELSEWHERE
    assert watcher.sit().role is WatchRole.HERE


def test_a_dead_program_is_not_waited_for(stage: Stage) -> None:
    watcher, _ = stage.program("watcher", JudgeRole.WATCHER)
    window, _ = stage.program("window", JudgeRole.WINDOW)
    watcher.sit()
    stage.running["watcher"] = False
    assert window.sit().role is WatchRole.HERE


def test_a_seat_that_was_given_back_is_free_and_nobody_fell_silent(stage: Stage) -> None:
    watcher, _ = stage.program("watcher", JudgeRole.WATCHER)
    window, _ = stage.program("window", JudgeRole.WINDOW)
    watcher.sit()
    watcher.leave()
    taken = window.sit()
    assert (taken.role, taken.fell_silent) == (WatchRole.HERE, None)
    watcher.leave()
    assert stage.keeper.given_back == ["watcher"]


def test_who_was_taken_for_dead_finds_out_and_steps_back(stage: Stage) -> None:
    first, _ = stage.program("first", JudgeRole.WINDOW)
    second, clock = stage.program("second", JudgeRole.WINDOW)
    first.sit()
    second.sit()
    clock.pass_time(timedelta(seconds=SILENT_SECONDS))
    assert second.sit().role is WatchRole.HERE
    first.beat()
    assert first.mine is None
    assert first.sit().role is WatchRole.ELSEWHERE


def test_on_a_full_disk_whoever_judged_goes_on_and_a_newcomer_does_not_start(stage: Stage) -> None:
    watcher, _ = stage.program("watcher", JudgeRole.WATCHER)
    newcomer, _ = stage.program("newcomer", JudgeRole.WATCHER)
    watcher.sit()
    assert newcomer.sit().role is WatchRole.ELSEWHERE
    stage.keeper.full = True
    assert watcher.sit().role is WatchRole.HERE
    assert watcher.mine is not None
    assert newcomer.sit().role is WatchRole.ELSEWHERE
    # Nobody can be read either: it waits until it has been silent for long.
    stage.keeper.unreadable = True
    late, clock = stage.program("late", JudgeRole.WATCHER)
    assert late.sit().role is WatchRole.NOBODY
    clock.pass_time(timedelta(seconds=SILENT_SECONDS))
    assert (late.sit().role, late.mine) == (WatchRole.HERE, None)


def test_a_book_that_takes_no_writes_is_judged_in_memory_where_nobody_else_does(stage: Stage) -> None:
    stage.keeper.full = True
    alone, _ = stage.program("alone", JudgeRole.WINDOW)
    assert alone.sit().role is WatchRole.HERE
    assert alone.mine is None


def test_what_was_judged_is_said_with_the_pulse(stage: Stage) -> None:
    watcher, _ = stage.program("watcher", JudgeRole.WATCHER)
    watcher.sit()
    watcher.tell(price_at=NOW, stuck="mail waits")
    watcher.beat()
    assert stage.keeper.lease is not None
    assert (stage.keeper.lease.price_at, stage.keeper.lease.stuck) == (NOW, "mail waits")
