"""What F1 shows: the page of help on screens with numbers to explain, the keys elsewhere."""

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from app.ui.application import Program
from app.ui.dialogs.help_page import HelpPage
from app.ui.main_window import MainWindow
from app.ui.screens import HELP


@pytest.fixture
def window(qtbot: QtBot, program: Program) -> MainWindow:
    program.start()
    session = program.session
    assert session is not None
    qtbot.waitExposed(session.window)
    return session.window


@pytest.mark.parametrize("screen", HELP)
def test_f1_explains_the_numbers_of_a_screen(qtbot: QtBot, window: MainWindow, screen: str) -> None:
    window.go(screen)
    window.show_help()
    (page,) = window.findChildren(HelpPage)
    qtbot.waitUntil(lambda: page.text.textCursor().block().text() == HELP[screen])
    page.accept()


def test_f1_shows_the_keys_where_there_is_nothing_to_explain(window: MainWindow) -> None:
    window.go("overview")
    window.show_help()
    assert [dialog.windowTitle() for dialog in window.findChildren(QDialog) if dialog.isVisible()] == ["Keys"]
