"""One open book in a window: everything that lives as long as it is open, and how it ends."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QCloseEvent

from app.ui.house import House, OpenedBook
from app.ui.icons import Icons
from app.ui.layout_memory import LayoutMemory
from app.ui.live import Change, Live, Topic
from app.ui.main_window import MainWindow, WindowHooks
from app.ui.messages import Message, Messages
from app.ui.operations import Edits
from app.ui.operations.desk import Requests
from app.ui.pulse import Pulse
from app.ui.risk_live import RiskLive
from app.ui.rule_risk import RuleRisk
from app.ui.tasks import Tasks
from app.ui.theme import Theme
from app.ui.view import Workbench

if TYPE_CHECKING:
    from app.ui.tray import Tray

log = logging.getLogger(__name__)
STOP_SECONDS: Final = 3.0


class Session(QObject):
    """Wires the window to an open desk, and takes it all down again in the right order."""

    def __init__(
        self, house: House, opened: OpenedBook, theme: Theme, icons: Icons, memory: LayoutMemory, hooks: WindowHooks
    ) -> None:
        super().__init__()
        self._house = house
        self._opened = opened
        self._memory = memory
        self._closed = False
        desk = opened.desk
        self.tasks = Tasks(self)
        self.messages = Messages()
        self.live = Live(desk.snapshot(), hidden=memory.flag("privacy/hidden"))
        self.edits = Edits(desk, self.tasks, self.live, self.messages)
        self.requests = Requests(desk, self.tasks, self.live)
        self.pulse = Pulse(desk, self.tasks, self.live, house.clock)
        self.risk = RiskLive(desk, self.tasks, self.live)
        self.rule_risk = RuleRisk(desk, self.tasks, self.live, self.risk)
        bench = Workbench(
            desk=desk,
            live=self.live,
            risk=self.risk,
            tasks=self.tasks,
            edits=self.edits,
            requests=self.requests,
            messages=self.messages,
            theme=theme,
            icons=icons,
            memory=memory,
            clock=house.clock,
            resources=house.resources,
            ask_now=self.pulse.ask_now,
            go=self._go,
            alarm=opened.alarm,
            imports=house.imports,
            reports=house.reports,
            wallets=lambda: opened.wallets,
        )
        self.tasks.failed.connect(self.messages.fail)
        self.tasks.broke.connect(self.tell_fault)
        self.live.changed.connect(self._tell_trouble)
        self.window = MainWindow(bench, self.pulse, hooks)
        self.window.painted.connect(self._begin)
        self.tray: Tray | None = None
        self._icons = icons
        self._hooks = hooks

    def tell_fault(self, error: BaseException) -> None:
        """Tell a fault of ours, which has been logged."""
        self.messages.tell(
            Message(
                f"This is a fault in Plimsoll ({type(error).__name__}).",
                f"Your book is as it was. Details are in {self._house.log_file}.",
                key="fault",
            )
        )

    def show_window(self) -> None:
        """Bring the window to the front."""
        self.window.showNormal() if self.window.isMinimized() else self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def close(self) -> None:
        """Refuse new work, cancel, wait a little, say what hangs, give the book back; a second call does nothing."""
        self.leave()()

    def leave(self) -> Callable[[], None]:
        """Put the window away and return what waits for the work under way and gives the book back.

        What is returned may run on any thread, once this session is referred to elsewhere; a second one does nothing.
        """
        if self._closed:
            return lambda: None
        self._closed = True
        self.pulse.stop()
        if self.tray is not None:
            self.tray.close()
        self.window.hide()
        self._memory.flush()
        self.window.deleteLater()
        return self._give_back

    def _give_back(self) -> None:
        hanging = self.tasks.stop(STOP_SECONDS)
        if hanging:
            log.warning("still running at the end: %s", ", ".join(hanging))
        self._opened.close()

    def _go(self, key: str, item: str | None = None) -> None:
        self.window.go(key, item)

    def _begin(self, _window: object) -> None:
        """After the first paint: the tray, and the first prices."""
        from app.ui.tray import Tray  # noqa: PLC0415 - not needed before the first paint

        if self._closed:
            return
        self.tray = Tray(
            self.live,
            self._icons,
            show_window=self.show_window,
            show_warnings=self._show_warnings,
            quit_all=self._hooks.quit_all,
        )
        self._opened.alarm.start()
        self.pulse.start()
        self.risk.start()

    def _tell_trouble(self, change: Change) -> None:
        trouble = change.snapshot.trouble
        if trouble:
            self.messages.tell(Message(trouble, "Warnings are shown, but not kept for a restart.", key="not-kept"))
        elif Topic.WARNINGS in change.topics:
            self.messages.withdraw("not-kept")

    def _show_warnings(self) -> None:
        self.show_window()
        self.window.go("warnings")


def hide_instead(event: QCloseEvent, window: MainWindow) -> None:
    """Answer a closing window by hiding it."""
    event.ignore()
    window.hide()
