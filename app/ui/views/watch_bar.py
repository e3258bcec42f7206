"""“Is anyone watching?” in one line, for screens whose room belongs to something else; the card tells it in full."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy

from app.services.desk import DeskSnapshot
from app.services.watch_state import WatchRole
from app.ui.models.watch_words import (
    HOW,
    JUDGED_BY,
    NO_ONE,
    TITLE,
    WatchLine,
    channels_line,
    judge_line,
    price_line,
    reaches_nobody,
)
from app.ui.operations.channels import add_channel
from app.ui.plain_tips import plain_tip
from app.ui.view import Workbench
from app.ui.widgets.buttons import Button, IconButton
from app.ui.widgets.labels import ElidedLabel, PlainLabel


class WatchBar(QFrame):
    """The price, who judges and how the channels do; or, where nobody can be reached, how to change that."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName(TITLE)
        self._bench = bench
        self._installed: bool | None = None
        self.title = PlainLabel(TITLE, size="title")
        self.price, self.judge, self.channels = PlainLabel(""), PlainLabel(""), ElidedLabel("")
        self.nobody = PlainLabel(f"▲ {NO_ONE}", size="title", tone="call")
        self.how = ElidedLabel(HOW)
        self.add = Button("Add a channel …", self._add, kind="primary")
        self.set_up = IconButton(bench.icons, "settings", "Set up", lambda: bench.go("settings", "channels"))
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 8, 6)
        row.setSpacing(16)
        for label in (self.title, self.price, self.judge, self.nobody):
            row.addWidget(label)
        row.addWidget(self.channels, 1)
        row.addWidget(self.how, 1)
        row.addWidget(self.add)
        row.addWidget(self.set_up)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        bench.tasks.on_network(
            lambda _ticket: bool(bench.alarm.residence.watcher_words()),
            label="Look for the watcher",
            done=self._tell_installed,
            failed=lambda _error: None,
        )

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show how everything stands now."""
        now = self._bench.clock.now()
        watching, demo = snapshot.watching, snapshot.book.demo
        nobody = reaches_nobody(snapshot) and not demo
        for widget in (self.nobody, self.how, self.add):
            widget.setVisible(nobody)
        for widget in (self.title, self.price, self.judge, self.channels):
            widget.setVisible(not nobody)
        self.add.setEnabled(not snapshot.read_only)
        alone = watching.role is WatchRole.HERE and self._installed is False and not demo
        _show(self.price, price_line(snapshot, now))
        _show(self.judge, judge_line(watching, now, alone=alone))
        _show(self.channels, channels_line(snapshot, now))

    def _tell_installed(self, installed: bool) -> None:  # noqa: FBT001 - a result, handed over by the lane
        self._installed = installed
        self.refresh(self._bench.live.snapshot)

    def _add(self) -> None:
        add_channel(bench=self._bench, parent=self)


def _plain(line: WatchLine) -> str:
    """Return a line as one clause: what is in trouble is told after a colon."""
    if line.tone == "safe" or line.name == JUDGED_BY:
        return f"{line.name} {line.words}"
    return f"{line.name}: {line.words[:1].lower()}{line.words[1:]}"


def _show(label: PlainLabel, line: WatchLine) -> None:
    words = f"{line.mark} {_plain(line)}" if line.name else line.words
    if isinstance(label, ElidedLabel):
        label.set_whole(words)
    elif label.text() != words:
        label.setText(words)
    label.set_tone("muted" if line.tone == "safe" else line.tone)
    told = f"{line.name}: {line.words}. {line.remedy}".strip()
    label.setAccessibleName(told)
    label.setToolTip(plain_tip(told))
