"""The inbox of warnings: what needs somebody, what is snoozed, what was seen and still stands, and what is over."""

from pathlib import Path
from typing import ClassVar, Final

from PySide6.QtCore import QItemSelection, QModelIndex, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSplitter, QStackedLayout, QTabBar, QVBoxLayout, QWidget

from app.domain.warning_records import WarningRecord, WarningStatus
from app.services.desk import DeskSnapshot
from app.ui.formats import HIDDEN
from app.ui.messages import Message
from app.ui.models.warning_context import WarningContext
from app.ui.models.warning_filter import HINT, KEYS, WarningFilter
from app.ui.models.warning_quiet import EMPTY, NO_MATCH, quiet_words
from app.ui.models.warning_shelves import SHELVES, named, sorted_out, unused, yields_of
from app.ui.models.warning_words import OWN_KINDS, SETTINGS_PART, Shelf, copied, shown_warnings
from app.ui.models.warnings import WarningTableModel
from app.ui.plain_tips import plain_tip
from app.ui.shortcuts import scoped_key
from app.ui.stories import Stories
from app.ui.view import View, Workbench
from app.ui.views.warnings_dialogs import ExplainDialog, NoteDialog, snooze_menu
from app.ui.views.warnings_export import choose_export, write_export
from app.ui.views.warnings_panel import PanelActs, WarningPanel
from app.ui.views.warnings_table import WarningsTable
from app.ui.views.watch_place import WatchPlace
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import Card, EmptyState
from app.ui.widgets.labels import PlainLabel
from app.ui.widgets.table import NOT_COPIED

_TICK_MS: Final = 1_000
_TABLE, _NO_MATCH, _FIRST_EMPTY = 0, 1, 2


class WarningsView(View):
    """A list of warnings, and below it the chosen one with what can be done."""

    key: ClassVar[str] = "warnings"
    title: ClassVar[str] = "Warnings"
    icon: ClassVar[str] = "warnings"

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._context: WarningContext | None = None
        self._filtered = WarningFilter("", bench.clock.now())
        self.stories = Stories(bench.desk, bench.tasks)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName("Which warnings")
        for shelf in SHELVES:
            self.tabs.addTab(named(shelf, 0))
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(HINT)
        self.filter.setAccessibleName("Filter warnings")
        self.filter.setAccessibleDescription(KEYS)
        self.filter.setToolTip(plain_tip(KEYS))
        self.filter.setClearButtonEnabled(True)
        self.wrong = PlainLabel("", size="small", tone="sale", wraps=True)
        self.export_button = Button("Export …", self.export)
        self.table = WarningsTable(bench.theme, bench.memory)
        self.panel = WarningPanel(
            bench.theme,
            PanelActs(self.open_loan, self.acknowledge, self.snooze, self.explain, self.note, self.copy),
        )
        self.watch = WatchPlace(bench, in_a_line=True)
        self._states = QStackedLayout()
        self._empty: dict[Shelf, EmptyState] = {}
        self._lay_out()
        self._ticker = QTimer(self)
        self._ticker.setInterval(_TICK_MS)
        self._ticker.timeout.connect(self._tick)
        self._wire()

    @property
    def model(self) -> WarningTableModel:
        """The rows."""
        return self.table.warnings

    @property
    def shelf(self) -> Shelf:
        """Which warnings are shown."""
        return SHELVES[self.tabs.currentIndex()]

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show another snapshot's warnings; the chosen one stays chosen."""
        now = snapshot.judged_at if snapshot.asking_off else self.bench.clock.now()
        self._context = WarningContext(snapshot, now, self.bench.display, self.stories.known)
        self._show()
        self.stories.want(self._wanted(), again=True)

    def open_item(self, name: str) -> None:
        """Choose a warning by its id, or the gravest one about the loan of that name, wherever it lies."""
        self.filter.clear()
        if self._context is None:
            self.refresh(self.bench.live.snapshot)
        for place, shelf in enumerate(SHELVES):
            fires = [one for one in self._shelves[shelf] if one.status is not WarningStatus.PENDING]
            found = [one for one in self._shelves[shelf] if one.id == name] or [
                one for one in fires if one.subject == name
            ]
            if found:
                self.tabs.setCurrentIndex(place)
                self._choose(self.model.row_of(found[0].id))
                self.table.setFocus()
                return

    def current(self) -> WarningRecord | None:
        """Return the chosen warning."""
        return self.model.record_at(self.table.currentIndex().row())

    def acknowledge(self) -> None:
        """Mark the chosen warnings as seen."""
        ids = tuple(record.id for record in self._chosen_open())
        if ids:
            self.bench.requests.acknowledge_all(warning_ids=ids)

    def snooze(self) -> None:
        """Offer how long to put the chosen warnings aside."""
        chosen = self._chosen_open()
        if not chosen or self._context is None:
            return
        ids = tuple(record.id for record in chosen)
        menu = snooze_menu(
            self,
            self.bench.clock.now(),
            self._context.title(chosen[0]) if len(chosen) == 1 else f"{len(chosen)} warnings",
            lambda until: self.bench.requests.snooze_all(warning_ids=ids, until=until),
        )
        button = self.panel.snooze_button
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def explain(self) -> None:
        """Show the rule, the exact numbers and the price's sources of the chosen warning."""
        record = self.current()
        if record is not None and self._context is not None:
            ExplainDialog(record, self._context, self).open()

    def note(self) -> None:
        """Ask for a note on the chosen warning."""
        record = self.current()
        if record is None or self._context is None or self._is_read_only():
            return

        def keep(text: str) -> None:
            self.stories.forget(record.id)
            self.bench.requests.note(warning_id=record.id, text=text)

        NoteDialog(self._context.title(record), keep, self).open()

    def copy(self) -> None:
        """Put the chosen warning on the clipboard as a line for a message."""
        record = self.current()
        if record is not None and self._context is not None:
            text = copied(record, self._context.now)
            QGuiApplication.clipboard().setText(text)
            if HIDDEN in text:
                self.bench.messages.tell(Message(NOT_COPIED, tone="note", seconds=6, key="copied"))

    def open_loan(self) -> None:
        """Go where the chosen warning can be answered: its loan's ways out, the plan, or the settings."""
        record = self.current()
        if record is None or self._context is None:
            return
        if record.kind in OWN_KINDS:
            self.bench.go("settings", SETTINGS_PART.get(record.kind, "general"))
        elif self._context.figures(record) is not None:
            self.bench.go("loans", record.subject)
        else:
            self.bench.go("plan", None)

    def export(self) -> None:
        """Write what is shown to a file."""
        name, _, _ = self.tabs.tabText(self.tabs.currentIndex()).partition(" · ")
        choose_export(self, name, self.export_to)

    def export_to(self, path: Path) -> None:
        """Write what is shown to ``path``, as CSV or JSON by its ending."""
        if self._context is not None:
            write_export(self.bench, self._rows(), self._context, path)

    def when_painted(self) -> None:
        """Make the line of the watch."""
        self.watch.make()

    def _chosen_open(self) -> tuple[WarningRecord, ...]:
        if self._is_read_only():
            return ()
        return tuple(record for record in self.table.chosen() if record.status is WarningStatus.OPEN)

    def _is_read_only(self) -> bool:
        return self._context is None or self._context.snapshot.read_only

    def _rows(self) -> tuple[WarningRecord, ...]:
        records = (self.model.record_at(row) for row in range(self.model.rowCount()))
        return tuple(record for record in records if record is not None)

    def _wanted(self) -> tuple[WarningRecord, ...]:
        """Return the warnings in sight, the chosen one first."""
        record = self.current()
        return (*(() if record is None else (record,)), *self.table.seen())

    def _show(self) -> None:
        """Sort the warnings onto their shelves and show the chosen shelf."""
        context = self._context
        if context is None:
            return
        records = shown_warnings(context.snapshot.warnings, context.display)
        every = sorted_out(records, context, None)
        self._shelves = sorted_out(records, context, self._filtered) if self._filtered else every
        for place, shelf in enumerate(SHELVES):
            fires = sum(
                not (record.status is WarningStatus.PENDING or record.is_muted) for record in self._shelves[shelf]
            )
            self.tabs.setTabText(place, named(shelf, fires))
        rows = self._shelves[self.shelf]
        chosen, place = self.current(), self.table.currentIndex().row()
        channels = bool(context.snapshot.book.channels)
        self.table.leave_out(unused(self.shelf, rows, channels=channels), yields_of(self.shelf))
        self.model.show(rows, context)
        self.table.fit()
        self._say_quiet()
        no_match = bool(self._filtered) and bool(every[self.shelf])
        empty = _NO_MATCH if no_match else _FIRST_EMPTY + SHELVES.index(self.shelf)
        self._states.setCurrentIndex(_TABLE if rows else empty)
        self.export_button.setEnabled(bool(rows))
        kept = self.model.row_of(chosen.id) if chosen is not None else -1
        row = kept if kept >= 0 else min(max(place, 0), len(rows) - 1)
        if rows and self.table.currentIndex().row() != row:
            self._choose(row)
        self._show_chosen()

    def _say_quiet(self) -> None:
        if self._context is not None:
            snapshot = self._context.snapshot
            now = snapshot.judged_at if snapshot.asking_off else self.bench.clock.now()
            quiet = self._empty[Shelf.OPEN]
            for label, words in zip((quiet.title, quiet.text), quiet_words(snapshot, now), strict=True):
                if label.text() != words:
                    label.setText(words)

    def _tick(self) -> None:
        if self._states.currentIndex() == _FIRST_EMPTY:
            self._say_quiet()

    def _choose(self, row: int) -> None:
        self.table.setCurrentIndex(self.model.index(row, 0))

    def _show_chosen(self) -> None:
        record = self.current() if self.model.rowCount() else None
        self.panel.setVisible(record is not None)
        if record is None or self._context is None:
            return
        self.panel.show_record(record, self._context)
        count = len(self._chosen_open())
        several = f" {count}" if count > 1 else ""
        self.panel.ack_button.setText(f"Acknowledge{several} (A)")
        self.panel.snooze_button.setText(f"Snooze{several} (S)")

    def _chosen_changed(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._show_chosen()
        self._look_up()

    def _selection_changed(self, _chosen: QItemSelection, _left: QItemSelection) -> None:
        self._show_chosen()

    def _look_up(self, *_what: object) -> None:
        self.stories.want(self._wanted())

    def _stories_changed(self, stories: Stories) -> None:
        context = self._context
        if context is not None:
            self._context = WarningContext(context.snapshot, context.now, context.display, stories.known)
            self.model.show(self._rows(), self._context)
            self.table.fit()
            self._show_chosen()
        self._look_up()

    def _switch(self, _place: int) -> None:
        self.table.clearSelection()
        self._show()
        self._look_up()

    def _filter(self, text: str) -> None:
        self._filtered = WarningFilter(text, self.bench.clock.now())
        self.wrong.setText(self._filtered.wrong)
        self.wrong.setVisible(bool(self._filtered.wrong))
        self._show()
        self._look_up()

    def _clear_filter(self) -> None:
        self.filter.clear()
        self.table.setFocus()

    def _wire(self) -> None:
        self._shelves = {shelf: list[WarningRecord]() for shelf in SHELVES}
        self.tabs.currentChanged.connect(self._switch)
        self.filter.textChanged.connect(self._filter)
        self.stories.changed.connect(self._stories_changed)
        selection = self.table.selectionModel()
        selection.currentRowChanged.connect(self._chosen_changed)
        selection.selectionChanged.connect(self._selection_changed)
        self.table.verticalScrollBar().valueChanged.connect(self._look_up)
        self.table.opened.connect(lambda _index: self.open_loan())
        for keys, act in (
            ("A", self.acknowledge),
            ("S", self.snooze),
            ("E", self.explain),
            ("N", self.note),
            ("/", self.filter.setFocus),
        ):
            scoped_key(keys, self.table, act)
        scoped_key("Ctrl+F", self, self.filter.setFocus)
        scoped_key("Ctrl+E", self, self.export)

    def showEvent(self, event: QShowEvent) -> None:
        """Tell ages while somebody looks."""
        super().showEvent(event)
        self._ticker.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while nobody looks."""
        self._ticker.stop()
        super().hideEvent(event)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(PlainLabel("Warnings", size="headline"))
        head.addSpacing(12)
        head.addWidget(self.tabs)
        head.addStretch(1)
        self.filter.setMinimumWidth(150)
        self.filter.setMaximumWidth(380)
        head.addWidget(self.filter, 2)
        head.addWidget(self.export_button)
        self.wrong.hide()
        body = QWidget()
        body.setLayout(self._states)
        self._states.addWidget(self.table)
        self._states.addWidget(EmptyState(*NO_MATCH, [Button("Clear filter", self._clear_filter)]))
        for shelf in SHELVES:
            self._empty[shelf] = EmptyState(*EMPTY.get(shelf, ("Quiet.", "")))
            self._states.addWidget(self._empty[shelf])
        card = Card()
        card.setAccessibleName("Warnings")
        card.body.setContentsMargins(6, 4, 6, 6)
        card.body.addWidget(body, 1)
        card.setMinimumHeight(130)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(10)
        halves.addWidget(card)
        halves.addWidget(self.panel)
        halves.setStretchFactor(0, 3)
        halves.setStretchFactor(1, 2)
        halves.setSizes([390, 310])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 14, 18, 14)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addWidget(self.wrong)
        layout.addWidget(self.watch)
        layout.addWidget(halves, 1)
