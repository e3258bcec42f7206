"""The window: composes rail, bars and screens, and hands commands to whoever does them."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from app.services.settings import Units
from app.ui.actions import Command, key_rows, make_actions
from app.ui.live import Change, Topic
from app.ui.messages import MessageArea
from app.ui.operations import Edits
from app.ui.pulse import Pulse
from app.ui.screens import HELP, HELP_PAGES, ITEMS, KEYS, make_view
from app.ui.shell.alarm_strip import AlarmStrip
from app.ui.shell.demo_band import DemoBand
from app.ui.shell.rail import Rail
from app.ui.shell.sentences import waiting
from app.ui.shell.status_bar import StatusBar
from app.ui.shell.top_bar import TopBar
from app.ui.view import View, Workbench

FIRST_SIZE = (1440, 900)
LEAST_SIZE = (960, 600)


class WindowHooks(NamedTuple):
    """What the window asks of the application."""

    closing: Callable[[QCloseEvent], None]
    quit_all: Callable[[], None]
    open_other: Callable[[], None]
    own_book: Callable[[], None]


class MainWindow(QMainWindow):
    """One book on the screen.

    Signals:
        painted: the window itself, once, after its first paint.
    """

    painted = Signal(object)

    def __init__(self, bench: Workbench, pulse: Pulse, hooks: WindowHooks) -> None:
        super().__init__()
        self._bench = bench
        self._pulse = pulse
        self._hooks = hooks
        self._was_painted = False
        self.views: dict[str, View] = {}
        self._build()
        self._wire()
        self._remember()
        self._show_snapshot()
        self.go("overview")

    def go(self, key: str, item: str | None = None) -> None:
        """Show a screen, made at its first visit, there the item of that name."""
        if key not in KEYS:
            return
        view = self.views.get(key)
        if view is None:
            view = self.views[key] = make_view(key, self._bench)
            self.stack.addWidget(view)
        self.stack.setCurrentWidget(view)
        self.rail.show_current(key)
        self.alarms.show_screen(key)
        if item is not None:
            view.open_item(item)

    def _build(self) -> None:
        bench, hooks = self._bench, self._hooks
        self.rail = Rail(ITEMS, bench.theme, bench.icons, self.go)
        self.top_bar = TopBar(bench.theme, bench.icons, bench.clock, bench.desk.lookup, bench.ask_now)
        self.top_bar.set_currencies(bench.desk.settings.prices.currencies, self.choose_currency)
        self.demo_band = DemoBand(
            use_real=lambda: bench.requests.use_live_prices(done=bench.ask_now), own_book=hooks.own_book
        )
        self.alarms = AlarmStrip(
            bench.memory,
            go=self.go,
            acknowledge=lambda ids: bench.requests.acknowledge_all(warning_ids=ids),
        )
        self.messages = MessageArea(bench.messages, bench.icons)
        self.stack = QStackedWidget()
        self.stack.setAccessibleName("Screen")
        self.status = StatusBar(
            bench.live,
            bench.tasks,
            bench.edits,
            bench.clock,
            go=self.go,
            toggle_units=self.toggle_units,
            toggle_hidden=self.toggle_hidden,
        )
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        for widget, stretch in (
            (self.top_bar, 0),
            (self.demo_band, 0),
            (self.alarms, 0),
            (self.messages, 0),
            (self.stack, 1),
            (self.status, 0),
        ):
            right.addWidget(widget, stretch)
        whole = QWidget()
        whole.setAccessibleName("Plimsoll")
        layout = QHBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rail)
        layout.addLayout(right, 1)
        self.setCentralWidget(whole)
        self.setMinimumSize(*LEAST_SIZE)

    def _wire(self) -> None:
        bench = self._bench
        self.commands = self._commands()
        self.actions_by_name = make_actions(self, self.commands)
        menu = QMenu(self)
        menu.setAccessibleName("Menu")
        group = 0
        for command in self.commands:
            if command.group != group:
                menu.addSeparator()
                group = command.group
            menu.addAction(self.actions_by_name[command.name])
        self.top_bar.menu_button.setMenu(menu)
        bench.live.changed.connect(self._hear)
        bench.edits.changed.connect(self._show_edits)
        self._pulse.changed.connect(self.top_bar.show_pulse)
        self._show_edits(bench.edits)
        self._ticker = QTimer(self)
        self._ticker.setInterval(1000)
        self._ticker.timeout.connect(self._tick)

    def _commands(self) -> tuple[Command, ...]:
        bench, hooks = self._bench, self._hooks
        screens = tuple(
            Command(item.key, item.title, (item.shortcut, *(("Ctrl+,",) if item.key == "settings" else ())),
                    partial(self.go, item.key), 0)
            for item in ITEMS
        )  # fmt: skip
        return (
            *screens,
            Command("undo", "Undo", ("Ctrl+Z",), bench.edits.undo, 1),
            Command("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), bench.edits.redo, 1),
            Command("ask", "Ask for prices now", ("F5",), bench.ask_now, 2),
            Command("units", "Show BTC or satoshis", ("Ctrl+B",), self.toggle_units, 2),
            Command("hide", "Hide or show amounts", ("Ctrl+Shift+H",), self.toggle_hidden, 2),
            Command("open", "Open another book …", ("Ctrl+O",), hooks.open_other, 3),
            Command("import", "Import files …", ("Ctrl+I",), self.import_files, 3),
            Command("export", "Export the ledger …", ("Ctrl+Shift+E",), self.export_ledger, 3),
            Command("help", "Help", ("F1",), self.show_help, 4),
            Command("keys", "Keys", ("Ctrl+F1",), self.show_keys, 4),
            Command("close", "Close window", ("Ctrl+W",), self.close, 4),
            Command("quit", "Quit", ("Ctrl+Q",), hooks.quit_all, 4),
        )

    def _remember(self) -> None:
        memory = self._bench.memory
        if not self.restoreGeometry(memory.bytes_of("window/geometry")):
            area = self.screen().availableGeometry()
            self.resize(min(FIRST_SIZE[0], area.width()), min(FIRST_SIZE[1], area.height()))

    def import_files(self) -> None:
        """Open the dialog that brings files into the book."""
        from app.ui.operations.imports import import_files  # noqa: PLC0415 - not needed before the first paint

        if not self._bench.live.snapshot.read_only:
            import_files(bench=self._bench, parent=self)

    def export_ledger(self) -> None:
        """Ask where the ledger shall go, and for which program."""
        from app.ui.operations.ledger_export import choose_export  # noqa: PLC0415 - not needed before the first paint

        choose_export(bench=self._bench, parent=self)

    def show_keys(self) -> None:
        """Show which key does what."""
        from app.ui.questions import show_keys  # noqa: PLC0415 - not needed before the first paint

        show_keys(self, key_rows(self.commands))

    def show_help(self) -> None:
        """Explain the numbers of this screen; where there are none, show the keys."""
        view = self.stack.currentWidget()
        key = view.key if isinstance(view, View) else ""
        heading = HELP.get(key, "")
        if not heading:
            self.show_keys()
            return
        from app.ui.dialogs.help_page import show_help  # noqa: PLC0415 - not needed before the first paint

        show_help(self._bench.resources, self._bench.theme, self, heading, HELP_PAGES.get(key, "risk.md"))

    def choose_currency(self, code: str) -> None:
        """Show prices in another money."""
        settings = replace(self._bench.desk.settings, display_currency=code)
        self._bench.requests.change_settings(settings=settings, done=self._bench.ask_now)

    def toggle_units(self) -> None:
        """BTC to satoshis and back, everywhere."""
        settings = self._bench.desk.settings
        other = Units.BTC if settings.units is Units.SATS else Units.SATS
        self._bench.requests.change_settings(settings=replace(settings, units=other))

    def toggle_hidden(self) -> None:
        """Hide every amount, or show them again; remembered."""
        hidden = not self._bench.live.display.hidden
        self._bench.memory.keep_flag("privacy/hidden", on=hidden)
        self._bench.live.hide_amounts(hidden=hidden)

    def _hear(self, change: Change) -> None:
        self._show_snapshot()
        if Topic.SETTINGS in change.topics:
            self._bench.theme.choose(change.snapshot.settings.theme)
            self._pulse.restart()

    def _show_snapshot(self) -> None:
        snapshot = self._bench.live.snapshot
        demo = "Demo — " if snapshot.book.demo else ""
        self.setWindowTitle(f"{demo}{snapshot.label} — Plimsoll")
        self.rail.book.set_whole(snapshot.label)
        now = snapshot.judged_at if snapshot.asking_off else self._bench.clock.now()
        self.rail.buttons["warnings"].show_count(len(waiting(snapshot.warnings, now)))
        self.top_bar.show_snapshot(snapshot)
        self.status.show_snapshot(snapshot)
        self.demo_band.show_snapshot(snapshot)
        self.alarms.show_snapshot(snapshot, self._bench.display, now)

    def _show_edits(self, edits: Edits) -> None:
        for name, words in (("undo", edits.undo_text), ("redo", edits.redo_text)):
            action = self.actions_by_name[name]
            action.setEnabled(bool(words) and not edits.busy)
            action.setText(f"{name.capitalize()} {words}".strip())

    def _tick(self) -> None:
        self.top_bar.tick()
        self.status.tick()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell once that the window has been painted, so that what can wait is made after it."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, lambda: self.painted.emit(self))

    def showEvent(self, event: QShowEvent) -> None:
        """Tell ages while somebody looks."""
        self._ticker.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while nobody looks."""
        self._ticker.stop()
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the size; the application decides whether this hides or quits."""
        self._bench.memory.keep_bytes("window/geometry", self.saveGeometry())
        self._hooks.closing(event)
