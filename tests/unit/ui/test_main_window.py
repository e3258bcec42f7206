"""The window as a person meets it: on the offscreen platform, over a desk in memory."""

import sys
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QComboBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.services import edits as change
from app.services.settings import Units
from app.ui.application import Program
from app.ui.main_window import MainWindow
from app.ui.screens import KEYS
from app.ui.session import Session
from app.ui.widgets.labels import PlainLabel
from tests.fakes.ui_book import MemoryHouse
from tests.unit.ui.conftest import PLACE, unnamed

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def session(qtbot: QtBot, program: Program) -> Session:
    program.start()
    session = program.session
    assert session is not None
    qtbot.waitExposed(session.window)
    qtbot.waitUntil(lambda: session.live.snapshot.asked_at is not None and not session.tasks.under_way)
    return session


@pytest.fixture
def window(session: Session) -> MainWindow:
    return session.window


def settle(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: not session.tasks.under_way)


def test_it_starts_with_the_price_and_who_says_so(window: MainWindow) -> None:
    assert window.top_bar.price.text() == "BTC $70,727"
    assert window.top_bar.agreement.whole.startswith("5 of 5 sources agree within 0.06")
    assert window.windowTitle() == "treasury.plimsoll — Plimsoll"
    assert window.status.loans.text() == "4 loans watched"


def test_only_the_first_screen_is_made_at_the_start(window: MainWindow) -> None:
    assert list(window.views) == ["overview"]


@pytest.mark.parametrize(("number", "key"), list(enumerate(KEYS, start=1)))
def test_every_screen_has_its_key(qtbot: QtBot, window: MainWindow, number: int, key: str) -> None:
    QTest.keyClick(window, getattr(Qt.Key, f"Key_{number}"), ALT)
    assert window.stack.currentWidget() is window.views[key]
    assert window.rail.buttons[key].isChecked()


def test_the_rail_counts_what_waits(window: MainWindow) -> None:
    assert window.rail.buttons["warnings"].accessibleName() == "Warnings, 2 open"
    assert window.status.warnings.text() == "▲ 2 open warnings"


def test_units_change_everywhere_at_a_key(qtbot: QtBot, session: Session, window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_B, CTRL)
    settle(qtbot, session)
    assert session.live.snapshot.settings.units is Units.SATS
    assert window.status.units.text() == "sats"


def test_amounts_are_hidden_at_a_key_and_stay_so(
    qtbot: QtBot, session: Session, window: MainWindow, program: Program
) -> None:
    QTest.keyClick(window, Qt.Key.Key_H, CTRL | SHIFT)
    assert session.live.display.hidden
    assert window.status.hidden.text() == "Amounts hidden"
    assert program.memory.flag("privacy/hidden")
    shown = " ".join(label.text() for label in window.findChildren(PlainLabel))
    assert "118,400,000" not in shown


def test_an_edit_can_be_undone_at_a_key(qtbot: QtBot, session: Session, window: MainWindow) -> None:
    assert not window.actions_by_name["undo"].isEnabled()
    session.edits.run(change.remove_loan("Term loan B"))
    settle(qtbot, session)
    assert window.status.loans.text() == "3 loans watched"
    assert window.actions_by_name["undo"].text() == "Undo Delete loan “Term loan B”"
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    settle(qtbot, session)
    assert window.status.loans.text() == "4 loans watched"
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL | SHIFT)
    settle(qtbot, session)
    assert window.status.loans.text() == "3 loans watched"


def test_asking_at_a_key_asks(qtbot: QtBot, session: Session, window: MainWindow, house: MemoryHouse) -> None:
    before = house.opened[0].prices.asked
    QTest.keyClick(window, Qt.Key.Key_F5)
    settle(qtbot, session)
    assert house.opened[0].prices.asked == before + 1


def test_a_silent_market_is_said_in_words_and_shapes(
    qtbot: QtBot, session: Session, window: MainWindow, house: MemoryHouse
) -> None:
    house.opened[0].prices.silent = True
    window.actions_by_name["ask"].trigger()
    settle(qtbot, session)
    assert window.top_bar.watching.text() == "▲ Price alarms cannot fire"
    assert window.top_bar.agreement.whole == "Not relied on: the last price is 21 min old"
    assert window.status.sources.text().startswith("▲ USD")
    assert window.top_bar.price.property("tone") == "muted"


@pytest.mark.parametrize("key", KEYS)
def test_everything_has_a_name(window: MainWindow, key: str) -> None:
    window.go(key)
    QCoreApplication.processEvents()
    assert unnamed(window, (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)) == []


@pytest.mark.parametrize("key", KEYS)
def test_labels_are_plain_text(window: MainWindow, key: str) -> None:
    window.go(key)
    QCoreApplication.processEvents()
    rich = [
        label.text()
        for label in window.findChildren(QLabel)
        if label.textFormat() != Qt.TextFormat.PlainText and label.text()
    ]
    assert rich == []


def test_everything_in_the_frame_is_reached_by_tab(qtbot: QtBot, window: MainWindow) -> None:
    wanted = {
        window.top_bar.ask_button,
        window.top_bar.currency,
        window.top_bar.menu_button,
        window.status.sources,
        window.status.units,
        window.status.hidden,
    }
    reached = set()
    start = window.rail.buttons["overview"]
    widget: Any = start.nextInFocusChain()
    while widget is not start:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            reached.add(widget)
        widget = widget.nextInFocusChain()
    assert wanted <= reached


def test_arrows_walk_along_the_rail(qtbot: QtBot, window: MainWindow) -> None:
    window.rail.buttons["overview"].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(window.rail.buttons["overview"], Qt.Key.Key_Down)
    assert window.stack.currentWidget() is window.views["loans"]


@pytest.mark.parametrize("key", KEYS)
def test_it_fits_a_small_screen(window: MainWindow, key: str) -> None:
    window.go(key)
    window.resize(1280, 720)
    QCoreApplication.processEvents()
    assert window.size() == QSize(1280, 720)
    least = window.minimumSizeHint()
    assert least.width() <= 1280
    assert least.height() <= 720


def test_messages_do_not_push_the_screen_out(qtbot: QtBot, session: Session, window: MainWindow) -> None:
    from app.ui.messages import Message

    window.resize(1280, 720)
    for number in range(6):
        session.messages.tell(Message(f"Trouble {number}: " + "a long sentence about it " * 12))
    QCoreApplication.processEvents()
    assert window.size() == QSize(1280, 720)
    assert window.status.geometry().bottom() <= window.height()


def test_keys_are_listed_and_unique(window: MainWindow) -> None:
    keys = [key for command in window.commands for key in command.keys]
    assert len(keys) == len(set(keys))
    assert all(not QKeySequence(key).isEmpty() for key in keys)
    window.show_keys()
    listed = [label.text() for label in window.findChildren(PlainLabel)]
    assert "Hide or show amounts" in listed


def test_progress_shows_only_what_takes_longer_than_a_blink(qtbot: QtBot, session: Session, window: MainWindow) -> None:
    import threading

    gate = threading.Event()
    ticket = session.tasks.on_network(lambda _ticket: gate.wait(5), label="Fetching price history")
    assert window.status.work.isHidden()
    qtbot.waitUntil(lambda: not window.status.work.isHidden())
    assert window.status.work.text() == "Fetching price history …"
    window.status.cancel.click()
    assert ticket.cancelled
    gate.set()
    settle(qtbot, session)
    assert window.status.work.isHidden()


def test_thousands_of_paints_cost_no_reference(window: MainWindow, qapp: QApplication) -> None:
    before = sys.getrefcount(None)
    for _ in range(1_000):
        window.top_bar.tick()
        qapp.processEvents()
    assert abs(sys.getrefcount(None) - before) < 500


def test_the_money_of_prices_is_chosen_in_the_bar(qtbot: QtBot, session: Session, window: MainWindow) -> None:
    window.choose_currency("EUR")
    settle(qtbot, session)
    assert window.top_bar.currency.text() == "EUR ▼"
    assert window.top_bar.price.text() == "BTC €60,081"
    assert PLACE.startswith("treasury")
