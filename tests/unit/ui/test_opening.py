"""Another book is opened beside the window: it stays usable, can be kept, and refusals change nothing."""

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.ui.application import Program
from app.ui.session import Session
from tests.fakes.desk import treasury
from tests.fakes.ui_book import MemoryHouse, MemoryOpened

OTHER = "other.plimsoll"


class SlowHouse:
    """Opens a book only when it is let, and says on which thread."""

    def __init__(self, house: MemoryHouse) -> None:
        house.books[OTHER] = treasury()
        self._house = house
        self.entered, self.gate = threading.Event(), threading.Event()
        self.threads: list[threading.Thread] = []

    def open(self) -> MemoryOpened:
        self.threads.append(threading.current_thread())
        self.entered.set()
        assert self.gate.wait(10)
        return self._house.open_book(OTHER)


@pytest.fixture
def session(qtbot: QtBot, program: Program) -> Session:
    program.start()
    session = program.session
    assert session is not None
    qtbot.waitExposed(session.window)
    qtbot.waitUntil(lambda: session.live.snapshot.asked_at is not None and not session.tasks.under_way)
    return session


@pytest.fixture
def slow(house: MemoryHouse) -> SlowHouse:
    return SlowHouse(house)


def bars(session: Session) -> list[str]:
    return [bar.words.text() for bar in session.window.messages.bars]


def begun(qtbot: QtBot, program: Program, slow: SlowHouse) -> None:
    program._open("Opening other.plimsoll", slow.open)
    assert slow.entered.wait(10)


def test_the_window_works_while_another_book_is_opened(
    qtbot: QtBot, program: Program, session: Session, slow: SlowHouse
) -> None:
    begun(qtbot, program, slow)
    assert slow.threads[0] is not threading.main_thread()
    qtbot.waitUntil(lambda: bars(session) == ["Opening other.plimsoll …"])
    QTest.keyClick(session.window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert session.window.stack.currentWidget() is session.window.views["loans"]
    assert program.session is session
    slow.gate.set()
    qtbot.waitUntil(lambda: program.session is not session)
    assert program.session is not None
    assert program.session.live.snapshot.label == OTHER


def test_opening_can_be_given_up_and_the_book_goes_back(
    qtbot: QtBot, program: Program, house: MemoryHouse, session: Session, slow: SlowHouse
) -> None:
    begun(qtbot, program, slow)
    qtbot.waitUntil(lambda: bool(bars(session)))
    button = session.window.messages.bars[0].button
    assert button is not None
    assert button.text() == "Cancel"
    button.click()
    assert bars(session) == []
    slow.gate.set()
    qtbot.waitUntil(lambda: not session.tasks.under_way)
    assert program.session is session
    assert [one.closings for one in house.opened] == [0, 1]


def test_a_newer_request_gives_up_the_older_one(
    qtbot: QtBot, program: Program, house: MemoryHouse, session: Session, slow: SlowHouse
) -> None:
    begun(qtbot, program, slow)
    program.start_own()
    qtbot.waitUntil(lambda: program.session is not session)
    slow.gate.set()
    qtbot.waitUntil(lambda: len(house.opened) == 3 and house.opened[2].closings == 1)
    assert program.session is not None
    assert program.session.live.snapshot.label == "own.plimsoll"


def test_the_book_left_is_given_back_before_the_next_one_is_opened(
    qtbot: QtBot, program: Program, house: MemoryHouse, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_back, entered = threading.Event(), threading.Event()

    def deaf(_ticket: object) -> None:
        entered.set()
        given_back.wait(10)

    session.tasks.on_network(deaf, label="Deaf")
    assert entered.wait(10)
    program.start_own()
    qtbot.waitUntil(lambda: program.session is not session)
    assert house.opened[0].closings == 0
    closings: list[int] = []
    second = program.session

    def again() -> MemoryOpened:
        closings.append(house.opened[0].closings)
        return house.open_book("treasury.plimsoll")

    program._open("Opening treasury.plimsoll", again)
    given_back.set()
    qtbot.waitUntil(lambda: program.session is not second)
    assert closings == [1]


def test_a_fault_of_ours_keeps_the_book_that_is_open(
    qtbot: QtBot, program: Program, session: Session, house: MemoryHouse
) -> None:
    def broken() -> MemoryOpened:
        raise ZeroDivisionError

    program._open("Opening it", broken)
    qtbot.waitUntil(lambda: bool(bars(session)))
    assert bars(session)[0].startswith("This is a fault in Plimsoll (ZeroDivisionError).")
    assert program.session is session
    assert house.opened[0].closings == 0


def test_an_end_while_a_book_is_opened_waits_for_nobody_s_word(
    qtbot: QtBot, program: Program, house: MemoryHouse, session: Session, slow: SlowHouse
) -> None:
    begun(qtbot, program, slow)
    release: Callable[[], None] = slow.gate.set
    timer = threading.Timer(0.1, release)
    timer.start()
    program.shut_down()
    timer.join()
    assert [one.closings for one in house.opened] == [1, 1]


def test_a_book_that_came_too_late_goes_back_at_the_end(
    qtbot: QtBot, program: Program, house: MemoryHouse, session: Session
) -> None:
    opened = threading.Event()

    def opener() -> MemoryOpened:
        made = house.open_demo()
        opened.set()
        return made

    program._open("Opening the demo", opener)
    assert opened.wait(10)
    program.shut_down()  # nobody looked at the outcome in between
    assert [one.closings for one in house.opened] == [1, 1]
