import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.ui.widgets.labels import NO_BREAK, PlainLabel, held_together


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("9.4 % below", "9.4~% below"),
        ("post 36.02 BTC or", "post 36.02~BTC or"),
        ("••• BTC", "•••~BTC"),
        ("in 72 h.", "in 72~h."),
        ("call at 70 %).", "call at 70~%)."),
        ("for 3 days", "for 3~days"),
        ("10 Feb 2026", "10 Feb 2026"),
        ("two 5 holes", "two 5 holes"),
        ("4 loans", "4 loans"),
    ],
)
def test_a_figure_keeps_its_unit(text: str, kept: str) -> None:
    assert held_together(text) == kept.replace("~", NO_BREAK)


def test_words_that_wrap_are_held_together_and_copied_plain(qtbot: QtBot) -> None:
    label = PlainLabel("called 9.4 % below now", wraps=True)
    qtbot.addWidget(label)
    label.set_selectable()
    assert label.text() == "called 9.4 % below now"
    label.setSelection(0, len(label.text()))
    assert label.selectedText() == f"called 9.4{NO_BREAK}% below now"
    QTest.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "called 9.4 % below now"
    label.setText("12 h")
    assert label.text() == "12 h"


def test_no_line_begins_with_a_per_cent_sign(qtbot: QtBot) -> None:
    wrapped, plain = PlainLabel("9.4 %", wraps=True), PlainLabel("9.4 x", wraps=True)
    for label in (wrapped, plain):
        qtbot.addWidget(label)
    width = plain.fontMetrics().horizontalAdvance("9.4 ")
    assert wrapped.heightForWidth(width) < plain.heightForWidth(width)
