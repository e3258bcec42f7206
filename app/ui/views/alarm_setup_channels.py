"""Channels: how each leads to a person, how it does, a test, and what to do where it is broken."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.channels import Channel
from app.domain.errors import PlimsollError
from app.services.alert_ports import SecretState, Sent
from app.services.desk import DeskSnapshot
from app.services.watch_state import ChannelHealth
from app.ui.dialogs.fields import CheckField
from app.ui.models.channels import (
    DEMO_SENDS_NOTHING,
    ChannelState,
    secret_words,
    sent_words,
    state_of,
    step_words,
    whom_words,
)
from app.ui.models.watch_words import HOW, NO_ONE
from app.ui.operations import channels as acts
from app.ui.view import Workbench
from app.ui.widgets.buttons import Button, IconButton
from app.ui.widgets.cards import Card, EmptyState
from app.ui.widgets.labels import PlainLabel, Tone


class ChannelRow(QFrame):
    """One channel."""

    def __init__(self, bench: Workbench, channel: Channel, owner: QWidget) -> None:
        super().__init__()
        self._bench, self.channel = bench, channel
        self._told = ChannelState("", "muted")
        self.gone = False
        name = channel.name
        self.switch = CheckField("", checked=channel.enabled)
        self.switch.setAccessibleName(f"Use channel {name}")
        self.switch.clicked.connect(partial(self._switch, owner))
        self.name = PlainLabel(name, size="title")
        self.whom = PlainLabel(f"{whom_words(channel)} · {step_words(channel)}", tone="muted", wraps=True)
        self.state = PlainLabel("", wraps=True)
        self.remedy = PlainLabel("", size="small", tone="muted", wraps=True)
        self.test = Button("Test", self._try, name=f"Test channel {name}")
        self.edit = IconButton(
            bench.icons,
            "edit",
            f"Edit channel {name}",
            partial(acts.edit_channel, bench=bench, channel=channel, parent=owner),
        )
        self.delete = IconButton(
            bench.icons,
            "delete",
            f"Delete channel {name}",
            partial(acts.delete_channel, bench=bench, channel=channel, parent=owner),
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 6)
        layout.setSpacing(10)
        layout.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(_pair(self.name, self.whom), 5)
        layout.addLayout(_pair(self.state, self.remedy), 6)
        for widget in (self.test, self.edit, self.delete):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)

    def show_state(self, state: ChannelState) -> None:
        """Tell how it does, and what to do where something is wrong."""
        if state == self._told:
            return
        self._told = state
        self._tell(state.words, state.tone, state.remedy)

    def _tell(self, words: str, tone: Tone, remedy: str = "") -> None:
        self.state.set_tone(tone)
        self.state.setText(words)
        self.remedy.setText(remedy)
        self.remedy.setVisible(bool(remedy))

    def _switch(self, owner: QWidget, on: bool) -> None:  # noqa: FBT001 - a signal hands it over
        if acts.switch(bench=self._bench, channel=self.channel, enabled=on, parent=owner) is None:
            self.switch.setChecked(self.channel.enabled)

    def _try(self) -> None:
        self.test.setEnabled(False)
        self._tell("Sending a test message …", "muted")
        self._bench.tasks.on_network(
            lambda _ticket: self._bench.alarm.try_channel(self.channel),
            label=f"Test {self.channel.name}",
            done=self._tried,
            failed=self._failed,
            lost=self._ready_again,
        )

    def _ready_again(self) -> None:
        if not self.gone:
            self.test.setEnabled(True)

    def _tried(self, sent: Sent) -> None:
        if not self.gone:
            self.test.setEnabled(True)
            self._tell(*sent_words(sent))

    def _failed(self, error: PlimsollError) -> None:
        if not self.gone:
            self._tell(f"✗ {error}", "sale")


def _pair(above: QWidget, below: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addWidget(above)
    column.addWidget(below)
    column.addStretch(1)
    return column


class ChannelsPanel(QWidget):
    """All channels of the book."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self.rows: dict[str, ChannelRow] = {}
        self._secrets: dict[str, SecretState | None] = {}
        self._shown: tuple[object, ...] = ()
        self._asked: tuple[Channel, ...] | None = None
        self.setAccessibleName("Channels")
        self.add = Button("Add a channel …", self._add, kind="primary")
        self.drill_hint = PlainLabel(
            "Each warning goes to every channel that is told at once; the others follow if nobody acknowledges it.",
            tone="muted",
            wraps=True,
        )
        top = QHBoxLayout()
        top.addWidget(self.drill_hint, 1)
        top.addWidget(self.add, 0, Qt.AlignmentFlag.AlignTop)
        self.locked = Card()
        self.locked_words = PlainLabel("", tone="call", wraps=True)
        self.again = Button("Unlock or try again", self._ask_again)
        bar = QHBoxLayout()
        bar.addWidget(self.locked_words, 1)
        bar.addWidget(self.again)
        self.locked.body.addLayout(bar)
        self.locked.hide()
        self.card = Card("Ways to reach a person", "last proved delivery")
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.card.body.addLayout(self._list)
        self.empty = EmptyState(NO_ONE, HOW, (Button("Add a channel …", self._add, kind="primary"),))
        self.demo = PlainLabel(DEMO_SENDS_NOTHING, tone="watch", wraps=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(top)
        for widget in (self.demo, self.locked, self.card, self.empty):
            layout.addWidget(widget)
        layout.addStretch(1)

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show the channels as they stand."""
        book = snapshot.book
        shut = snapshot.read_only or book.demo
        state = (book.channels, shut)
        if self._shown != state:
            self._shown = state
            self._fill(book.channels)
            for row in self.rows.values():
                for widget in (row.switch, row.edit, row.delete):
                    widget.setEnabled(not shut)
                row.test.setEnabled(not book.demo)
        self.demo.setVisible(book.demo)
        self.add.setEnabled(not shut)
        self.card.setVisible(bool(book.channels))
        self.empty.setVisible(not book.channels and not book.demo)
        self._show_states(snapshot)
        if self.isVisible() and self._asked != book.channels and not book.demo:
            self._ask(book.channels)

    def _show_states(self, snapshot: DeskSnapshot) -> None:
        now = self._bench.clock.now()
        healths = {health.channel.key: health for health in snapshot.watching.channels}
        for key, row in self.rows.items():
            health = healths.get(key) or ChannelHealth(row.channel)
            health = health._replace(channel=row.channel)
            row.show_state(state_of(health, now, self._secrets.get(key)))
        shut = [state for state in self._secrets.values() if state is not None and state is not SecretState.MISSING]
        self.locked.setVisible(bool(shut))
        if shut:
            self.locked_words.setText(f"▲ {secret_words(shut[0])}")

    def _fill(self, channels: tuple[Channel, ...]) -> None:
        before, self.rows = self.rows, {}
        for place, channel in enumerate(channels):
            row = before.pop(channel.key, None)
            if row is None or row.channel != channel:
                if row is not None:
                    self._drop(row)
                row = ChannelRow(self._bench, channel, self)
            if self._list.indexOf(row) != place:
                self._list.insertWidget(place, row)
            self.rows[channel.key] = row
        for row in before.values():
            self._drop(row)

    def _drop(self, row: ChannelRow) -> None:
        row.gone = True
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _ask(self, channels: tuple[Channel, ...]) -> None:
        """Look beside the window whether each address is to be had; a store that hangs holds up nothing."""
        self._asked = channels
        wanted = [channel.key for channel in channels if channel.needs_secret]
        if not wanted:
            self._secrets = {}
            return
        self._bench.tasks.on_network(
            lambda _ticket: {key: self._bench.alarm.address_state(key) for key in wanted},
            label="Look for addresses",
            done=self._tell_secrets,
            failed=lambda _error: None,
            lost=lambda: self.again.setEnabled(True),
        )

    def _ask_again(self) -> None:
        self.again.setEnabled(False)
        self._ask(self._bench.live.snapshot.book.channels)

    def _tell_secrets(self, found: dict[str, SecretState | None]) -> None:
        self.again.setEnabled(True)
        self._secrets = found
        self._show_states(self._bench.live.snapshot)

    def _add(self) -> None:
        acts.add_channel(bench=self._bench, parent=self)
