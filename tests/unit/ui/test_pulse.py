from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytestqt.qtbot import QtBot

from app.domain.errors import BookNotWritableError
from app.ui.live import Live
from app.ui.pulse import Pulse
from app.ui.tasks import Tasks
from tests.fakes.ui_book import MemoryHouse, MemoryOpened
from tests.unit.ui.conftest import PLACE


@dataclass
class Heart:
    opened: MemoryOpened
    tasks: Tasks
    live: Live
    pulse: Pulse


@pytest.fixture
def heart(qtbot: QtBot, house: MemoryHouse) -> Iterator[Heart]:
    opened = house.open_book(PLACE)
    tasks, live = Tasks(), Live(opened.desk.snapshot())
    made = Heart(opened, tasks, live, Pulse(opened.desk, tasks, live, house.clock))
    yield made
    made.pulse.stop()
    assert tasks.stop() == []


def settle(qtbot: QtBot, heart: Heart) -> None:
    qtbot.waitUntil(lambda: not heart.tasks.under_way)


def test_a_round_asks_judges_and_waits(qtbot: QtBot, heart: Heart) -> None:
    states: list[bool] = []
    heart.pulse.changed.connect(lambda state: states.append(state.asking))
    heart.pulse.start()
    settle(qtbot, heart)
    assert states == [True, False]
    assert heart.opened.prices.asked == 1
    assert len(heart.live.snapshot.warnings) == 2
    assert heart.pulse.state.due is not None


def test_rounds_never_overlap(qtbot: QtBot, heart: Heart) -> None:
    heart.pulse.start()
    for _ in range(10):
        heart.pulse.ask_now()
    settle(qtbot, heart)
    assert heart.opened.prices.asked == 1


def test_the_next_round_comes_by_itself(qtbot: QtBot, heart: Heart) -> None:
    heart.pulse.start()
    settle(qtbot, heart)
    heart.pulse._timer.start(0)
    qtbot.waitUntil(lambda: heart.opened.prices.asked == 2)
    settle(qtbot, heart)


def test_a_fault_in_a_round_does_not_end_the_watch(
    qtbot: QtBot, heart: Heart, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_currencies: tuple[str, ...]) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(heart.opened.prices, "ask", broken)
    heart.pulse.start()
    settle(qtbot, heart)
    assert heart.pulse._timer.isActive()
    assert [record.getMessage() for record in caplog.records] == ["Asking for prices broke"]


def test_once_stopped_it_asks_no_more(qtbot: QtBot, heart: Heart) -> None:
    heart.pulse.start()
    settle(qtbot, heart)
    heart.pulse.stop()
    heart.pulse.ask_now()
    assert not heart.pulse._timer.isActive()
    assert heart.opened.prices.asked == 1


def test_a_cancelled_round_does_not_end_the_watch(qtbot: QtBot, heart: Heart) -> None:
    heart.pulse.start()
    for ticket in heart.tasks.under_way:
        ticket.cancel()
    settle(qtbot, heart)
    assert not heart.pulse.state.asking
    assert heart.pulse._timer.isActive()


def test_a_book_that_cannot_be_written_does_not_end_the_watch(
    qtbot: QtBot, heart: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_answers: object) -> None:
        raise BookNotWritableError("There is no space left on the disk; free some.")

    told: list[object] = []
    heart.tasks.failed.connect(told.append)
    monkeypatch.setattr(heart.opened.desk, "judge", full)
    heart.pulse.start()
    settle(qtbot, heart)
    assert len(told) == 1
    assert heart.pulse._timer.isActive()
