"""The tray: one icon whose shape tells the state, a tooltip without amounts, and a message once per warning."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from app.domain.warning_records import WarningRecord
from app.services.desk import DeskSnapshot
from app.services.watch_state import WatchRole
from app.ui.icons import Icons
from app.ui.levels import Level
from app.ui.live import Change, Live
from app.ui.shell.sentences import book_level, tray_text

ICONS: Final = {
    Level.SAFE: "tray-quiet",
    Level.WATCH: "tray-watch",
    Level.CALL: "tray-call",
    Level.SALE: "tray-sale",
    Level.UNKNOWN: "tray-blind",
}
MOST_LETTERS: Final = 240


def tray_is_there() -> bool:
    """Return whether the desktop shows tray icons now; without one a window must never hide."""
    return QSystemTrayIcon.isSystemTrayAvailable()


class Tray(QObject):
    """The tray icon of one open book."""

    def __init__(
        self,
        live: Live,
        icons: Icons,
        *,
        show_window: Callable[[], None],
        show_warnings: Callable[[], None],
        quit_all: Callable[[], None],
    ) -> None:
        super().__init__()
        self._live = live
        self._icons = icons
        self._shown: Level | None = None
        self.told: list[str] = []
        self._icon = QSystemTrayIcon(self)
        self._menu = QMenu()
        self._menu.addAction("Show Plimsoll", show_window)
        self._menu.addAction("Warnings", show_warnings)
        self._menu.addSeparator()
        self._menu.addAction("Quit", quit_all)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(
            lambda reason: show_window() if reason == QSystemTrayIcon.ActivationReason.Trigger else None
        )
        self._icon.messageClicked.connect(show_warnings)
        live.changed.connect(self._hear)
        live.announced.connect(self.announce)
        self._show(live.snapshot)
        if tray_is_there():
            self._icon.show()

    @property
    def icon(self) -> QSystemTrayIcon:
        """Qt's own icon."""
        return self._icon

    def announce(self, records: tuple[WarningRecord, ...]) -> None:
        """Tell new warnings, in one message; with hidden amounts only that there are some.

        Where another program judges, that one tells them: nothing is told twice.
        """
        if not records or self._live.snapshot.watching.role is not WatchRole.HERE:
            return
        if self._live.display.hidden:
            text = f"{len(records)} new warning{'' if len(records) == 1 else 's'}."
        else:
            text = " ".join(record.sentence for record in records[:2])
            text = text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"
        title = "Plimsoll (demo)" if self._live.snapshot.book.demo else "Plimsoll"
        self.told.append(text)
        if self._icon.isVisible():
            self._icon.showMessage(title, text, QSystemTrayIcon.MessageIcon.Warning)

    def close(self) -> None:
        """Take the icon away."""
        self._icon.hide()

    def _hear(self, change: Change) -> None:
        self._show(change.snapshot)

    def _show(self, snapshot: DeskSnapshot) -> None:
        level = book_level(snapshot)
        if level is not self._shown:
            self._shown = level
            self._icon.setIcon(self._icons.icon(ICONS[level], "text", 22))
        self._icon.setToolTip(tray_text(snapshot))
