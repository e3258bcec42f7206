"""The red lines above every screen: what cannot wait stays there until somebody has answered it."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.services.desk import DeskSnapshot
from app.ui.formats import Display
from app.ui.layout_memory import LayoutMemory
from app.ui.models.alarm_words import Alarm, call_alarm, channels_alarm, loud_keys
from app.ui.plain_tips import plain_tip
from app.ui.widgets.buttons import Button
from app.ui.widgets.labels import PlainLabel, repolish
from app.ui.widgets.speech import announce

MUTE = "alarm/silent"


class AlarmLine(QFrame):
    """One line: its shape and words, and what can be done."""

    def __init__(self, go: Callable[[str, str | None], None], answer: Callable[[Alarm], None]) -> None:
        super().__init__()
        self.setObjectName("alarmBar")
        self.alarm: Alarm | None = None
        self.words = PlainLabel("", wraps=True)
        self.words.set_selectable()
        self._go, self._answer = go, answer
        self.show_button = Button("Show", self._show_it)
        self.answer_button = Button("Acknowledge", self._answer_it)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(18, 7, 18, 7)
        layout.setSpacing(10)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.show_button)
        layout.addWidget(self.answer_button)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.hide()

    def show_alarm(self, alarm: Alarm | None, *, answer: str, below_is_told: bool = False) -> None:
        """Show a line, or none; ``answer`` names the button that answers it."""
        self.alarm = alarm
        self.setVisible(alarm is not None)
        if alarm is None:
            return
        level = alarm.level.value
        if self.property("level") != level:
            self.setProperty("level", level)
            for widget in (self, *self.findChildren(QWidget)):
                repolish(widget)
        words = alarm.words(below_is_told=below_is_told)
        if self.words.text() != words:
            self.words.setText(words)
        self.setAccessibleName(alarm.text)
        self.show_button.setText(alarm.action)
        self.answer_button.setText(answer)

    def _show_it(self) -> None:
        if self.alarm is not None:
            self._go(self.alarm.screen, self.alarm.item)

    def _answer_it(self) -> None:
        if self.alarm is not None:
            self._answer(self.alarm)


class AlarmStrip(QWidget):
    """The lines of one book; a new call or sale is spoken and, unless that is switched off, heard.

    Args:
        go: shows a screen, there an item.
        acknowledge: acknowledges these warnings.
        beep: makes the sound.
    """

    def __init__(
        self,
        memory: LayoutMemory,
        *,
        go: Callable[[str, str | None], None],
        acknowledge: Callable[[tuple[str, ...]], object],
        beep: Callable[[], object] = QApplication.beep,
    ) -> None:
        super().__init__()
        self.setAccessibleName("Alarms")
        self._memory = memory
        self._acknowledge = acknowledge
        self._beep = beep
        self._heard: frozenset[tuple[str, str]] | None = None
        self._broken = False
        self._put_away: set[str] = set()
        self._read_only = False
        self._over_overview = False
        self.call = AlarmLine(go, self._answer)
        self.channels = AlarmLine(go, self._answer)
        self.sound = Button("", self._toggle_sound)
        call_row = self.call.layout()
        if call_row is not None:
            call_row.addWidget(self.sound)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        for line in (self.call, self.channels):
            layout.addWidget(line)
        self._name_sound()

    def show_snapshot(self, snapshot: DeskSnapshot, display: Display, now: datetime) -> None:
        """Show what cannot wait in this snapshot."""
        self._read_only = snapshot.read_only
        call, channels = call_alarm(snapshot, display, now), channels_alarm(snapshot, now)
        answer = "Put away" if self._read_only else self._answer_words(call)
        self.call.show_alarm(self._wanted(call), answer=answer, below_is_told=self._over_overview)
        self.channels.show_alarm(self._wanted(channels), answer="Put away")
        if channels is None:
            self._put_away.discard("channels")
        self.setVisible(not self.call.isHidden() or not self.channels.isHidden())
        self._tell(loud_keys(snapshot.warnings, now), call, channels)

    def show_screen(self, key: str) -> None:
        """Say which screen is below: the overview's headline needs no repeating."""
        self._over_overview = key == "overview"
        line = self.call
        if line.alarm is not None:
            line.words.setText(line.alarm.words(below_is_told=self._over_overview))

    def _tell(self, loud: frozenset[tuple[str, str]], call: Alarm | None, channels: Alarm | None) -> None:
        """Say and sound what is new; what stood when the window opened is only shown."""
        new_call = self._heard is not None and bool(loud - self._heard)
        new_break = channels is not None and not self._broken
        self._heard, self._broken = loud, channels is not None
        for alarm, is_new in ((call, new_call), (channels, new_break)):
            if alarm is not None and is_new:
                announce(self, alarm.text)
        if (new_call or new_break) and not self._memory.flag(MUTE):
            self._beep()

    def _wanted(self, alarm: Alarm | None) -> Alarm | None:
        return None if alarm is None or alarm.key in self._put_away else alarm

    @staticmethod
    def _answer_words(alarm: Alarm | None) -> str:
        count = 0 if alarm is None else len(alarm.warning_ids)
        return f"Acknowledge all {count}" if count > 1 else "Acknowledge"

    def _answer(self, alarm: Alarm) -> None:
        if alarm.warning_ids and not self._read_only:
            self._acknowledge(alarm.warning_ids)
            return
        self._put_away.add(alarm.key)
        for line in (self.call, self.channels):
            if line.alarm is alarm:
                line.hide()
        self.setVisible(not self.call.isHidden() or not self.channels.isHidden())

    def _toggle_sound(self) -> None:
        self._memory.keep_flag(MUTE, on=not self._memory.flag(MUTE))
        self._name_sound()

    def _name_sound(self) -> None:
        silent = self._memory.flag(MUTE)
        self.sound.setText("Sound off" if silent else "Sound on")
        words = "Calls and forced sales are shown without a sound" if silent else "A new call or forced sale is heard"
        self.sound.setAccessibleName(f"{self.sound.text()}: {words}")
        self.sound.setToolTip(plain_tip(words))
        self.sound.setCursor(Qt.CursorShape.PointingHandCursor)
