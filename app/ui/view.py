"""What a screen gets and what it promises."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.services.alarm_desk import AlarmDesk
from app.services.desk import Desk, DeskSnapshot
from app.services.ports import Clock
from app.ui.formats import Display
from app.ui.icons import Icons
from app.ui.layout_memory import LayoutMemory
from app.ui.live import ALL_TOPICS, Change, Live, Topic
from app.ui.messages import Messages
from app.ui.operations import Edits
from app.ui.operations.desk import Requests
from app.ui.risk_live import RiskLive
from app.ui.tasks import Tasks
from app.ui.theme import Theme

if TYPE_CHECKING:
    from app.services.import_ports import ImportReader
    from app.services.report_ports import ReportWriter
    from app.services.wallet_desk import WalletDesk


@dataclass(frozen=True, slots=True)
class Workbench:
    """Everything that a screen may use, handed to it whole.

    Attributes:
        risk: what the risk room says now.
        desk: its slow calls belong on a lane; a screen reads ``live.snapshot`` and may call ``preview``.
        ask_now: fetches prices at once.
        go: shows another screen by its key, there the item of that name if one is given.
        alarm: what is slow about the alarm; its calls belong on a lane.
        imports: reads files that somebody chose; its calls belong on a lane.
        reports: turns reports into files and pictures; its calls belong on a lane.
        wallets: makes the watched wallets' desk when it is first looked at; its calls belong on lanes.
    """

    desk: Desk
    live: Live
    risk: RiskLive
    tasks: Tasks
    edits: Edits
    requests: Requests
    messages: Messages
    theme: Theme
    icons: Icons
    memory: LayoutMemory
    clock: Clock
    resources: Path
    ask_now: Callable[[], None]
    go: Callable[[str, str | None], None]
    alarm: AlarmDesk
    imports: "ImportReader"
    reports: "ReportWriter"
    wallets: "Callable[[], WalletDesk]"

    @property
    def display(self) -> Display:
        """How amounts are shown now."""
        return self.live.display


class View(QWidget):
    """A screen. It is made at its first visit and told of changes only while it is visible.

    Attributes:
        key, title, icon: its name in the program, on the screen, and among the icons.
        concerns: what it wants to be told of.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    icon: ClassVar[str]
    concerns: ClassVar[frozenset[Topic]] = ALL_TOPICS

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.bench = bench
        self._stale = True
        self._painted = False
        self.setObjectName("view")
        self.setAccessibleName(self.title)
        bench.live.changed.connect(self._hear)

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show ``snapshot``; called when the screen is concerned and visible, and before it is first shown."""
        raise NotImplementedError

    def open_item(self, name: str) -> None:
        """Show the item of that name (a loan); screens without items do nothing."""

    def when_painted(self) -> None:
        """Make what can wait (charts, their libraries); called once, after the screen's first paint."""

    def _hear(self, change: Change) -> None:
        if not change.topics & self.concerns:
            return
        if self.isVisible():
            self._stale = False
            self.refresh(change.snapshot)
        else:
            self._stale = True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Note the first paint. A timer started at the first show would run before it."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.when_painted)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while nobody looked."""
        if self._stale:
            self._stale = False
            self.refresh(self.bench.live.snapshot)
        super().showEvent(event)
