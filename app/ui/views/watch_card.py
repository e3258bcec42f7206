"""“Is anyone watching?”: the price, who judges, every channel with its last proved delivery, and a fire drill."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout

from app.domain.errors import PlimsollError
from app.services.desk import DeskSnapshot
from app.services.watch_state import WatchRole
from app.ui.models.channels import result_words
from app.ui.models.watch_words import (
    HOW,
    JUDGED_BY,
    MOST_CHANNELS,
    NO_ONE,
    TITLE,
    WatchLine,
    channel_lines,
    heartbeat_line,
    judge_line,
    price_line,
    reaches_nobody,
)
from app.ui.operations.channels import add_channel
from app.ui.plain_tips import plain_tip
from app.ui.view import Workbench
from app.ui.widgets.buttons import Button, IconButton
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import PlainLabel, Tone

if TYPE_CHECKING:
    from app.services.dispatch import DrillResult


class _Line:
    """A mark, a name and words, in one line of the grid."""

    def __init__(self, grid: QGridLayout, row: int) -> None:
        self.mark = PlainLabel("")
        self.name = PlainLabel("", tone="muted")
        self.name.setMaximumWidth(130)
        self.words = PlainLabel("", wraps=True)
        self.mark.setFixedWidth(16)
        for column, label in enumerate((self.mark, self.name, self.words)):
            grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)

    def show(self, line: WatchLine | None, *, whole: bool) -> None:
        """Show a line, or nothing; where there is little room, why a channel is broken is left to its tip."""
        for label in (self.mark, self.name, self.words):
            label.setVisible(line is not None)
        if line is None:
            return
        self.mark.setText(line.mark)
        self.mark.set_tone(line.tone)
        self.name.setText(line.name[:18])
        words = line.words if whole or line.name == JUDGED_BY else line.words.partition(": ")[0]
        if self.words.text() != words:
            self.words.setText(words)
        self.words.set_tone("text" if line.tone == "safe" else line.tone)
        told = f"{line.name}: {line.words}. {line.remedy}".strip()
        self.words.setAccessibleName(told)
        self.words.setToolTip(plain_tip(told))


class WatchCard(Card):
    """Fits beside a chart.

    Args:
        whole: it stands in the settings: it has room for every channel, and what sets the watch up is beside it.
    """

    def __init__(self, bench: Workbench, *, whole: bool = False) -> None:
        super().__init__(TITLE, " ")
        self._whole = whole
        self._bench = bench
        self._installed: bool | None = None
        self._drilling = False
        # No Maximum: it would cut words that wrap at the height they have when they do not.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.nobody = PlainLabel(f"▲ {NO_ONE}", size="title", tone="call")
        self.how = PlainLabel(HOW, wraps=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(2, 1)
        self.lines: list[_Line] = []
        self.asleep = PlainLabel("", size="small", tone="watch", wraps=True)
        self.results = QVBoxLayout()
        self.results.setSpacing(2)
        self.add = Button("Add a channel …", self._add, kind="primary")
        self.drill = Button("Fire drill", self._drill)
        self.drill.setToolTip(plain_tip("Sends a test message through every channel and tells the seconds."))
        self.keep = Button("Watch when closed", self._install)
        self.keep.setToolTip(plain_tip("Has the system watch this book when this window is closed."))
        self.set_up = IconButton(bench.icons, "settings", "Set up", lambda: bench.go("settings", "channels"))
        self.head.addWidget(self.set_up)
        self.set_up.setHidden(whole)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.add, self.drill, self.keep):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.body.addWidget(self.nobody)
        self.body.addWidget(self.how)
        self.body.addLayout(self._grid)
        self.body.addWidget(self.asleep)
        self.body.addLayout(self.results)
        self.body.addLayout(buttons)
        self._ask()

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show how everything stands now."""
        now = self._bench.clock.now()
        watching, demo = snapshot.watching, snapshot.book.demo
        nobody = reaches_nobody(snapshot) and not demo
        self.nobody.setVisible(nobody)
        self.how.setVisible(nobody)
        self.add.setVisible(nobody)
        self.add.setEnabled(not snapshot.read_only)
        alone = watching.role is WatchRole.HERE and self._installed is False and not demo
        most = len(watching.channels) if self._whole else MOST_CHANNELS
        lines = [price_line(snapshot, now), judge_line(watching, now, alone=alone), *channel_lines(watching, now, most)]
        if demo:
            lines.append(WatchLine("Channels", "the demo sends nothing outside", "muted"))
        elif self._whole or snapshot.settings.heartbeat:
            lines.append(heartbeat_line(snapshot, now))
        while len(self.lines) < len(lines):
            self.lines.append(_Line(self._grid, len(self.lines)))
        for place, line in enumerate(self.lines):
            line.show(lines[place] if place < len(lines) else None, whole=self._whole)
        self.asleep.setText(watching.asleep)
        self.asleep.setVisible(bool(watching.asleep))
        self.keep.setVisible(alone and not self._whole)
        self.drill.setVisible(not nobody and not demo)
        self.drill.setEnabled(not self._drilling)
        troubled = nobody or any(line.tone in ("watch", "call", "sale") for line in lines)
        self.aside.set_whole("look here" if troubled else "all well" if not demo else "demo")

    def _ask(self) -> None:
        """Look beside the window whether the system runs a watcher."""
        self._bench.tasks.on_network(
            lambda _ticket: bool(self._bench.alarm.residence.watcher_words()),
            label="Look for the watcher",
            done=self._tell_installed,
            failed=lambda _error: None,
        )

    def _tell_installed(self, installed: bool) -> None:  # noqa: FBT001 - a result, handed over by the lane
        self._installed = installed
        self.refresh(self._bench.live.snapshot)

    def _install(self) -> None:
        self.keep.setEnabled(False)
        self._bench.tasks.on_network(
            lambda _ticket: self._bench.alarm.install_watcher(),
            label="Set up the watcher",
            done=self._tell_steps,
            failed=lambda error: self._say([(f"✗ {error}", "sale")]),
            lost=lambda: self.keep.setEnabled(True),
        )

    def _tell_steps(self, steps: tuple[str, ...]) -> None:
        self.keep.setEnabled(True)
        self._say([(f"✓ {step}", "safe") for step in steps])
        self._ask()

    def _drill(self) -> None:
        self._drilling = True
        self.drill.setEnabled(False)
        self._say([("Sending a test through every channel …", "muted")])
        self._bench.tasks.on_network(
            lambda _ticket: self._bench.alarm.drill(),
            label="Fire drill",
            done=self._tell_drill,
            failed=self._drill_failed,
            lost=self._drill_over,
        )

    def _tell_drill(self, results: "tuple[DrillResult, ...]") -> None:
        self._drill_over()
        self._say([result_words(one.channel.name, one.fault, one.seconds) for one in results])

    def _drill_failed(self, error: PlimsollError) -> None:
        self._say([(f"✗ {error}", "sale")])

    def _drill_over(self) -> None:
        self._drilling = False
        self.drill.setEnabled(True)

    def _say(self, lines: list[tuple[str, Tone]]) -> None:
        while self.results.count():
            item = self.results.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for words, tone in lines:
            self.results.addWidget(PlainLabel(words, size="small", tone=tone, wraps=True))

    def _add(self) -> None:
        add_channel(bench=self._bench, parent=self)
