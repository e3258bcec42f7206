"""Starting, changing books, closing and ending."""

import logging
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMessageBox
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.domain.errors import BookMissingError
from app.ui import tray
from app.ui.application import Program
from app.ui.session import Session
from tests.fakes.ui_book import MemoryHouse
from tests.unit.ui.conftest import PLACE, unnamed


@pytest.fixture
def quits(program: Program, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    found: list[int] = []
    monkeypatch.setattr(program._application, "quit", lambda: found.append(1))
    return found


@pytest.fixture
def own_hook() -> Iterator[None]:
    before = sys.excepthook
    yield
    sys.excepthook = before


def started(qtbot: QtBot, program: Program) -> Session:
    program.start()
    assert program.session is not None
    session = program.session
    qtbot.waitUntil(lambda: session.live.snapshot.asked_at is not None and not session.tasks.under_way)
    return session


def test_a_first_start_offers_three_ways(qtbot: QtBot, program: Program, house: MemoryHouse) -> None:
    house.first = None
    program.start()
    page = program.first
    assert page is not None
    assert [button.text() for button in page.buttons] == ["Look around", "Start my book", "Open existing …"]
    assert unnamed(page, (QAbstractButton,)) == []


def test_looking_around_opens_the_demo_and_says_so(qtbot: QtBot, program: Program, house: MemoryHouse) -> None:
    house.first = None
    program.start()
    page = program.first
    assert page is not None
    QTest.mouseClick(page.buttons[0], Qt.MouseButton.LeftButton)
    session = program.session
    assert session is not None
    qtbot.waitUntil(lambda: session.live.snapshot.asked_at is not None and not session.tasks.under_way)
    assert program.first is not page
    assert not session.window.demo_band.isHidden()
    assert session.window.demo_band.accessibleName().startswith("Demo, not your money")
    assert session.window.windowTitle().startswith("Demo — ")
    assert "demo price" in session.window.top_bar.agreement.whole


def test_real_prices_come_to_the_demo_only_when_asked(qtbot: QtBot, program: Program, house: MemoryHouse) -> None:
    program.enter(house.open_demo())
    session = program.session
    assert session is not None
    qtbot.waitUntil(lambda: session.live.snapshot.asked_at is not None and not session.tasks.under_way)
    assert session.live.snapshot.asking_off
    assert not session.pulse._timer.isActive()
    session.window.demo_band.use_real.click()
    qtbot.waitUntil(lambda: session.pulse._timer.isActive() and not session.tasks.under_way)
    assert not session.live.snapshot.asking_off
    assert session.window.demo_band.use_real.isHidden()
    assert not session.window.demo_band.isHidden()


def test_an_own_book_begins_empty(qtbot: QtBot, program: Program, house: MemoryHouse) -> None:
    house.first = None
    program.start()
    assert program.first is not None
    program.first.buttons[1].click()
    session = program.session
    assert session is not None
    qtbot.waitUntil(lambda: session.live.snapshot.asked_at is not None and not session.tasks.under_way)
    assert session.live.snapshot.book.loans == ()
    assert session.window.demo_band.isHidden()
    assert session.window.status.loans.text() == "No loans yet"


def test_changing_books_gives_the_first_one_back(qtbot: QtBot, program: Program, house: MemoryHouse) -> None:
    first = started(qtbot, program)
    program.start_own()
    qtbot.waitUntil(lambda: program.session is not first)
    qtbot.waitUntil(lambda: house.opened[0].closings == 1)
    assert house.opened[1].closings == 0
    assert program.session is not None
    assert program.session.window.isVisible()
    assert not isValid(first.window) or first.window.isHidden()


def test_a_book_that_cannot_be_opened_is_told_and_the_other_stays(
    qtbot: QtBot, program: Program, house: MemoryHouse
) -> None:
    session = started(qtbot, program)
    program._open_place("gone.plimsoll")
    qtbot.waitUntil(lambda: bool(session.window.messages.bars))
    assert program.session is session
    assert house.opened[0].closings == 0
    assert session.window.messages.bars[0].words.text() == "There is no book at gone.plimsoll; choose another file."


def test_a_missing_book_at_the_start_is_the_caller_s_to_tell(program: Program, house: MemoryHouse) -> None:
    house.first = "gone.plimsoll"
    with pytest.raises(BookMissingError):
        program.start()
    assert program.session is None


def test_without_a_tray_closing_ends_it(
    qtbot: QtBot, program: Program, quits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tray, "tray_is_there", lambda: False)
    session = started(qtbot, program)
    session.window.close()
    assert quits == [1]


def test_with_a_tray_closing_is_explained_once(
    qtbot: QtBot, program: Program, quits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = started(qtbot, program)
    monkeypatch.setattr(tray, "tray_is_there", lambda: True)
    session.window.close()
    box = session.window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    assert box.textFormat() == Qt.TextFormat.PlainText
    assert "4 loans" in box.text()
    assert quits == []
    keep = next(button for button in box.buttons() if button.text() == "Keep watching")
    keep.click()
    qtbot.waitUntil(lambda: not session.tasks.under_way)
    assert session.window.isHidden()
    assert session.live.snapshot.settings.close_to_tray
    session.window.show()
    session.window.close()
    assert session.window.isHidden()
    assert quits == []


def test_quitting_is_silent_once_it_was_chosen(
    qtbot: QtBot, program: Program, quits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = started(qtbot, program)
    monkeypatch.setattr(tray, "tray_is_there", lambda: True)
    program._quit_for_good()
    session.window.close()
    assert quits == [1, 1]
    assert session.window.findChild(QMessageBox) is None


def test_the_end_gives_the_book_back_once(qtbot: QtBot, program: Program, house: MemoryHouse) -> None:
    session = started(qtbot, program)
    program.shut_down()
    program.shut_down()
    session.close()
    assert house.opened[0].closings == 1
    assert not session.pulse._timer.isActive()


def test_what_hangs_at_the_end_is_logged(
    qtbot: QtBot,
    program: Program,
    house: MemoryHouse,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import threading

    from app.ui import session as module

    monkeypatch.setattr(module, "STOP_SECONDS", 0.2)
    session = started(qtbot, program)
    entered, gate = threading.Event(), threading.Event()

    def deaf(_ticket: object) -> None:
        entered.set()
        gate.wait(5)

    session.tasks.on_network(deaf, label="Deaf")
    assert entered.wait(5)
    with caplog.at_level(logging.WARNING):
        program.shut_down()
    assert "still running at the end: network-" in caplog.text
    assert house.opened[0].closings == 1
    gate.set()


@pytest.mark.usefixtures("own_hook")
def test_a_fault_nobody_caught_is_told_without_a_traceback(
    qtbot: QtBot, program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    session = started(qtbot, program)
    error = ZeroDivisionError("secret 123")
    sys.excepthook(ZeroDivisionError, error, None)
    text = session.window.messages.bars[0].words.text()
    assert text.startswith("This is a fault in Plimsoll (ZeroDivisionError).")
    assert "secret" not in text
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_a_book_that_is_read_only_says_so(qtbot: QtBot, program: Program, house: MemoryHouse) -> None:
    house.readonly = True
    session = started(qtbot, program)
    assert session.window.status.saved.text() == "▲ Viewing only"


def test_the_tray_tells_a_warning_once(qtbot: QtBot, program: Program) -> None:
    session = started(qtbot, program)
    assert session.tray is not None
    assert len(session.tray.told) == 1
    session.pulse.ask_now()
    qtbot.waitUntil(lambda: not session.tasks.under_way)
    assert len(session.tray.told) == 1
    assert "called" in session.tray.told[0]


def test_the_tray_tells_no_amounts_when_they_are_hidden(qtbot: QtBot, program: Program) -> None:
    session = started(qtbot, program)
    assert session.tray is not None
    session.live.hide_amounts(hidden=True)
    session.tray.announce(session.live.snapshot.warnings[:1])
    assert session.tray.told[-1] == "1 new warning."


def test_the_theme_of_the_settings_is_worn(qtbot: QtBot, program: Program) -> None:
    from app.services.settings import Theme as Choice

    session = started(qtbot, program)
    settings = replace(session.live.snapshot.settings, theme=Choice.DARK)
    session.requests.change_settings(settings=settings)
    qtbot.waitUntil(lambda: not session.tasks.under_way)
    assert program.theme.colours.name == "dark"
    assert PLACE in session.window.rail.book.whole
