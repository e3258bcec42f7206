"""The red lines above every screen."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.services.desk import DeskSnapshot
from app.ui.formats import Display
from app.ui.layout_memory import LayoutMemory
from app.ui.shell.alarm_strip import AlarmStrip
from tests.fakes.desk import NOW, warning_record
from tests.fakes.inbox import HOSTILE, called, inbox_snapshot, sold

LEFT = Qt.MouseButton.LeftButton


class Heard:
    def __init__(self, folder: Path) -> None:
        self.went: list[tuple[str, str | None]] = []
        self.acknowledged: list[tuple[str, ...]] = []
        self.beeps = 0
        self.memory = LayoutMemory(folder / "window.ini")
        self.strip = AlarmStrip(
            self.memory,
            go=lambda key, item: self.went.append((key, item)),
            acknowledge=self.acknowledged.append,
            beep=self._beep,
        )

    def _beep(self) -> None:
        self.beeps += 1

    def show(self, snapshot: DeskSnapshot) -> None:
        self.strip.show_snapshot(snapshot, Display(), NOW)


@pytest.fixture
def heard(qtbot: QtBot, tmp_path: Path) -> Heard:
    made = Heard(tmp_path)
    qtbot.addWidget(made.strip)
    return made


def test_nothing_grave_takes_no_room(heard: Heard) -> None:
    heard.show(inbox_snapshot((warning_record(),)))
    assert heard.strip.isHidden()


def test_a_new_call_is_shown_and_heard_once(heard: Heard) -> None:
    heard.show(inbox_snapshot(()))
    for _ in range(3):
        heard.show(inbox_snapshot((called(),)))
    assert heard.beeps == 1
    assert heard.strip.call.words.text() == f"◆ {called().sentence}"
    heard.show(inbox_snapshot((called()._replace(kind=sold().kind),)))
    assert heard.beeps == 2
    assert heard.strip.call.words.text().startswith("■")


def test_what_stood_at_the_start_is_shown_without_a_sound(heard: Heard) -> None:
    heard.show(inbox_snapshot((called(),)))
    assert not heard.strip.call.isHidden()
    assert heard.beeps == 0


def test_the_sound_can_be_switched_off_and_stays_off(heard: Heard) -> None:
    heard.show(inbox_snapshot(()))
    QTest.mouseClick(heard.strip.sound, LEFT)
    assert heard.strip.sound.text() == "Sound off"
    heard.show(inbox_snapshot((called(),)))
    assert heard.beeps == 0
    assert heard.memory.flag("alarm/silent")


def test_its_buttons_lead_there_and_acknowledge_all(heard: Heard) -> None:
    heard.show(inbox_snapshot((called(), sold())))
    QTest.mouseClick(heard.strip.call.show_button, LEFT)
    assert heard.went == [("warnings", sold().id)]
    assert heard.strip.call.answer_button.text() == "Acknowledge all 2"
    QTest.mouseClick(heard.strip.call.answer_button, LEFT)
    assert [set(ids) for ids in heard.acknowledged] == [{called().id, sold().id}]


def test_it_goes_when_somebody_has_answered(heard: Heard) -> None:
    heard.show(inbox_snapshot((called(),)))
    heard.show(inbox_snapshot((called()._replace(status=warning_record().status, snoozed_until=NOW.replace(hour=23)),)))
    assert heard.strip.isHidden()


def test_a_book_that_is_only_read_can_put_it_away(heard: Heard) -> None:
    snapshot = replace(inbox_snapshot((called(),)), read_only=True)
    heard.show(snapshot)
    QTest.mouseClick(heard.strip.call.answer_button, LEFT)
    assert heard.acknowledged == []
    assert heard.strip.isHidden()
    heard.show(snapshot)
    assert heard.strip.isHidden()
    heard.show(replace(inbox_snapshot((sold(),)), read_only=True))
    assert not heard.strip.isHidden()


def test_no_channel_at_all_is_told_in_a_line_of_its_own(heard: Heard) -> None:
    heard.show(inbox_snapshot(()))
    heard.show(inbox_snapshot((called(),), broken=True))
    assert heard.beeps == 1
    assert heard.strip.channels.words.text().startswith("■ No channel reaches anybody: Desktop (")
    QTest.mouseClick(heard.strip.channels.show_button, LEFT)
    assert heard.went == [("settings", "channels")]
    QTest.mouseClick(heard.strip.channels.answer_button, LEFT)
    heard.show(inbox_snapshot((called(),), broken=True))
    assert heard.strip.channels.isHidden()
    assert not heard.strip.call.isHidden()
    heard.show(inbox_snapshot(()))
    heard.show(inbox_snapshot((), broken=True))
    assert not heard.strip.channels.isHidden()


def test_markup_is_shown_letter_for_letter(heard: Heard) -> None:
    heard.show(inbox_snapshot((called()._replace(sentence=f"{HOSTILE} is called."),)))
    assert heard.strip.call.words.textFormat() == Qt.TextFormat.PlainText
    assert HOSTILE in heard.strip.call.words.text()
    assert heard.strip.call.accessibleName().startswith(HOSTILE)


def test_every_part_has_a_name(heard: Heard) -> None:
    heard.show(inbox_snapshot((called(),), broken=True))
    buttons: list[Callable[[], str]] = [
        line.accessibleName
        for line in (heard.strip.call.show_button, heard.strip.call.answer_button, heard.strip.sound)
    ]
    assert all(name() for name in buttons)


def test_over_the_overview_it_does_not_say_the_headline_again(heard: Heard) -> None:
    heard.strip.show_screen("overview")
    heard.show(inbox_snapshot((called(),)))
    assert heard.strip.call.words.text() == "◆ Nobody has answered this yet."
    assert heard.strip.call.accessibleName() == called().sentence
    heard.show(inbox_snapshot((called(), called()._replace(id="more"))))
    assert heard.strip.call.words.text() == "◆ Nobody has answered this yet, nor 1 other."
    assert heard.strip.call.answer_button.isEnabled()
    QTest.mouseClick(heard.strip.call.answer_button, LEFT)
    assert [len(ids) for ids in heard.acknowledged] == [2]
    heard.strip.show_screen("loans")
    assert heard.strip.call.words.text().startswith(f"◆ {called().sentence}")


def test_what_the_headline_does_not_tell_is_told_over_the_overview_too(heard: Heard) -> None:
    heard.strip.show_screen("overview")
    heard.show(inbox_snapshot((called(),), price="90000"))
    assert heard.strip.call.words.text() == f"◆ {called().sentence}"
