import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.errors import BookNotWritableError
from app.ui.icons import Icons
from app.ui.messages import MOST_BARS, Message, MessageArea, Messages


@pytest.fixture
def area(qtbot: QtBot, icons: Icons) -> tuple[Messages, MessageArea]:
    messages = Messages()
    made = MessageArea(messages, icons)
    qtbot.addWidget(made)
    return messages, made


def test_a_failure_says_what_and_so_what(area: tuple[Messages, MessageArea]) -> None:
    messages, shown = area
    messages.fail(BookNotWritableError("The disk is full; free some space"), "Nothing was changed.")
    (bar,) = shown.bars
    assert bar.words.text() == "The disk is full; free some space. Nothing was changed."
    assert bar.accessibleName() == bar.words.text()


def test_markup_is_shown_letter_for_letter(area: tuple[Messages, MessageArea]) -> None:
    messages, shown = area
    messages.tell(Message("<b>Lender</b> & <img src=x>"))
    assert shown.bars[0].words.textFormat() == Qt.TextFormat.PlainText
    assert shown.bars[0].words.text() == "<b>Lender</b> & <img src=x>"


def test_the_same_trouble_is_told_once(area: tuple[Messages, MessageArea]) -> None:
    messages, shown = area
    for _ in range(5):
        messages.tell(Message("No answer.", key="blind"))
    assert len(shown.bars) == 1
    messages.withdraw("blind")
    assert shown.isHidden()
    assert not shown.bars


def test_many_messages_leave_room_for_the_screen(area: tuple[Messages, MessageArea]) -> None:
    messages, shown = area
    for number in range(9):
        messages.tell(Message(f"Trouble {number}."))
    assert sum(not bar.isHidden() for bar in shown.bars) == MOST_BARS
    shown.bars[0].put_away()
    assert [bar.message.what for bar in shown.bars if not bar.isHidden()] == ["Trouble 7.", "Trouble 6.", "Trouble 5."]


def test_a_button_acts_once_and_puts_the_bar_away(area: tuple[Messages, MessageArea], qtbot: QtBot) -> None:
    messages, shown = area
    acted: list[int] = []
    messages.tell(Message("Deleted.", action="Undo", act=lambda: acted.append(1)))
    button = shown.bars[0].button
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert acted == [1]
    assert shown.bars == ()


def test_a_note_goes_by_itself_and_a_problem_stays(area: tuple[Messages, MessageArea], qtbot: QtBot) -> None:
    messages, shown = area
    messages.tell(Message("Trouble."))
    messages.tell(Message("Done.", tone="note", seconds=0))
    qtbot.waitUntil(lambda: len(shown.bars) == 1)
    assert shown.bars[0].message.what == "Trouble."
