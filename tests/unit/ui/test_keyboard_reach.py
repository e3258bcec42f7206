"""Whatever can be pressed, typed into or chosen on a page is reached with Tab alone."""

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QTabBar,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.ui.application import Program
from app.ui.screens import KEYS
from app.ui.session import Session

KINDS = (QAbstractButton, QComboBox, QLineEdit, QTabBar, QTableView)


@pytest.fixture
def session(qtbot: QtBot, program: Program) -> Session:
    program.start()
    session = program.session
    assert session is not None
    qtbot.waitExposed(session.window)
    qtbot.waitUntil(lambda: session.live.snapshot.asked_at is not None and not session.tasks.under_way)
    return session


def wanted(page: QWidget) -> set[QWidget]:
    """Return what a person can work with; what Qt puts inside of these belongs to them."""
    found = {one for kind in KINDS for one in page.findChildren(kind) if one.isVisible() and one.isEnabled()}
    return {one for one in found if not isinstance(one.parentWidget(), (QLineEdit, QComboBox, QTabBar, QTableView))}


@pytest.mark.parametrize("place", [*KEYS, "Coin revolver"])
def test_every_widget_of_a_page_is_reached_by_tab(qtbot: QtBot, session: Session, place: str) -> None:
    window = session.window
    window.go("loans" if place not in KEYS else place, None if place in KEYS else place)
    QCoreApplication.processEvents()
    qtbot.waitUntil(lambda: not session.tasks.under_way)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page = window.stack.currentWidget()
    assert page is not None
    left = wanted(page)
    assert left
    first: QWidget | None = None
    for _ in range(400):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        at = QApplication.focusWidget()
        if at is None or at is first:
            break
        first = first or at
        left.discard(at)
        while at is not None:  # an inner editor stands for what it is inside of
            left.discard(at)
            at = at.parentWidget()
    assert [f"{type(one).__name__} {one.accessibleName()}" for one in left] == []
