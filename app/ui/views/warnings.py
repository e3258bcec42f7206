"""The warnings: those that need the user, those put aside, and what is over; each with its whole sentence."""

from typing import ClassVar

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QStackedLayout, QTabBar, QVBoxLayout, QWidget

from app.domain.quotes import NoQuote
from app.domain.warnings import WarningKind, WarningRecord
from app.services.desk import DeskSnapshot
from app.ui.formats import HIDDEN, moment_text
from app.ui.messages import Message
from app.ui.models.warning_words import (
    Shelf,
    copied,
    deadline_words,
    shelf_of,
    shown_warnings,
    standing_of_warning,
    status_words,
    title_of,
)
from app.ui.models.warnings import WARNING_COLUMNS, WarningTableModel
from app.ui.shortcuts import scoped_key
from app.ui.view import View, Workbench
from app.ui.views.overview_warnings import snooze_menu
from app.ui.widgets.buttons import Button
from app.ui.widgets.cards import Card, EmptyState
from app.ui.widgets.labels import PlainLabel
from app.ui.widgets.marks import Chip, ChipDelegate
from app.ui.widgets.table import NOT_COPIED, Table

SHELVES = (Shelf.OPEN, Shelf.SEEN, Shelf.HISTORY)
_NAMES = {Shelf.OPEN: "Need you", Shelf.SEEN: "Put aside", Shelf.HISTORY: "History"}
_QUIET = ("Quiet.", "Nothing waits for you. A warning opens when a fall as tested would call or sell a loan.")
_BLIND = ("Nothing is open, and price alarms cannot fire.", "There is no confirmed price to judge every loan by.")
_EMPTY = {
    Shelf.OPEN: _QUIET,
    Shelf.SEEN: ("Nothing put aside.", "Warnings that you have acknowledged or snoozed lie here until they are over."),
    Shelf.HISTORY: ("No history yet.", "Warnings that are over are kept here."),
}
_CHIP_FRAME = 26


class WarningsView(View):
    """A list of warnings, and below it the chosen one with what can be done."""

    key: ClassVar[str] = "warnings"
    title: ClassVar[str] = "Warnings"
    icon: ClassVar[str] = "warnings"

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._snapshot: DeskSnapshot | None = None
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName("Which warnings")
        for shelf in SHELVES:
            self.tabs.addTab(_NAMES[shelf])
        self.model = WarningTableModel(self)
        self.table = Table("warnings", "Warnings", bench.memory)
        self.table.setModel(self.model)
        self.table.setItemDelegateForColumn(0, ChipDelegate(bench.theme, self.table))
        self._size_columns()
        self.chip = Chip(bench.theme)
        self.heading = PlainLabel("", size="title")
        self.sentence = PlainLabel("", wraps=True)
        self.sentence.set_selectable()
        self.times = PlainLabel("", tone="muted", wraps=True)
        self.ack_button = Button("Acknowledge (A)", self.acknowledge)
        self.snooze_button = Button("Snooze (S)", self.snooze)
        self.copy_button = Button("Copy", self.copy)
        self.open_button = Button("Ways out", self.open_loan, kind="primary")
        self._states = QStackedLayout()
        self._lay_out()
        self.tabs.currentChanged.connect(self._switch)
        self.table.selectionModel().currentRowChanged.connect(self._choose)
        self.table.opened.connect(lambda _index: self.open_loan())
        for keys, act in (("A", self.acknowledge), ("S", self.snooze)):
            scoped_key(keys, self.table, act)

    @property
    def shelf(self) -> Shelf:
        """Which warnings are shown."""
        return SHELVES[self.tabs.currentIndex()]

    def refresh(self, snapshot: DeskSnapshot) -> None:
        """Show another snapshot's warnings; the chosen one stays chosen."""
        self._snapshot = snapshot
        now = self.bench.clock.now()
        shelves: dict[Shelf, list[WarningRecord]] = {shelf: [] for shelf in SHELVES}
        for record in shown_warnings(snapshot.warnings, self.bench.display):
            shelves[shelf_of(record, now)].append(record)
        for place, shelf in enumerate(SHELVES):
            count = len(shelves[shelf])
            self.tabs.setTabText(place, f"{_NAMES[shelf]} · {count:,}" if count else _NAMES[shelf])
        chosen = self.current()
        self.model.show(tuple(shelves[self.shelf]), now)
        self.table.fit_columns(_CHIP_FRAME)
        blind = any(isinstance(lookup, NoQuote) for lookup in snapshot.figures.lookups.values())
        for label, words in zip((self._quiet.title, self._quiet.text), _BLIND if blind else _QUIET, strict=True):
            label.setText(words)
        self._states.setCurrentIndex(0 if shelves[self.shelf] else 1 + SHELVES.index(self.shelf))
        row = max(self.model.row_of(chosen.id) if chosen is not None else 0, 0)
        if shelves[self.shelf]:
            self.table.setCurrentIndex(self.model.index(row, 0))
        self._show_chosen()

    def open_item(self, name: str) -> None:
        """Choose the warning about that loan."""
        for row in range(self.model.rowCount()):
            record = self.model.record_at(row)
            if record is not None and record.subject == name:
                self.table.setCurrentIndex(self.model.index(row, 0))

    def current(self) -> WarningRecord | None:
        """Return the chosen warning."""
        return self.model.record_at(self.table.currentIndex().row())

    def acknowledge(self) -> None:
        """Mark the chosen warning as seen."""
        record = self.current()
        if record is not None and record.is_open:
            self.bench.requests.acknowledge(warning_id=record.id)

    def snooze(self) -> None:
        """Offer how long to put the chosen warning aside."""
        record = self.current()
        if record is None or not record.is_open:
            return
        menu = snooze_menu(
            self,
            self.bench.clock.now(),
            lambda until: self.bench.requests.snooze(warning_id=record.id, until=until),
        )
        menu.popup(self.snooze_button.mapToGlobal(self.snooze_button.rect().bottomLeft()))

    def copy(self) -> None:
        """Put the chosen warning on the clipboard as a line for a message."""
        record = self.current()
        if record is not None:
            text = copied(record, self.bench.clock.now())
            QGuiApplication.clipboard().setText(text)
            if HIDDEN in text:
                self.bench.messages.tell(Message(NOT_COPIED, tone="note", seconds=6, key="copied"))

    def open_loan(self) -> None:
        """Open the loan that the chosen warning is about."""
        record = self.current()
        if record is not None and record.kind is not WarningKind.BLIND:
            self.bench.go("loans", record.subject)

    def _switch(self, _place: int) -> None:
        if self._snapshot is not None:
            self.refresh(self._snapshot)

    def _choose(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._show_chosen()

    def _show_chosen(self) -> None:
        record = self.current() if self.model.rowCount() else None
        self.panel.setVisible(record is not None)
        if record is None:
            return
        now = self.bench.clock.now()
        self.chip.show_standing(standing_of_warning(record))
        self.heading.setText(title_of(record))
        self.sentence.setText(record.sentence)
        words = [f"Since {moment_text(record.opened_at)}", status_words(record, now)]
        if record.due_at is not None:
            words.append(f"cure by {deadline_words(record, now)}")
        self.times.setText(" · ".join(words))
        for button in (self.ack_button, self.snooze_button):
            button.setVisible(record.is_open)
        self.open_button.setVisible(record.kind is not WarningKind.BLIND)

    def _size_columns(self) -> None:
        header = self.table.horizontalHeader()
        header.setSectionsClickable(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        with self.table.arranging():
            for column, entry in enumerate(WARNING_COLUMNS):
                if entry.key == "sentence":
                    header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(PlainLabel("Warnings", size="headline"))
        head.addSpacing(16)
        head.addWidget(self.tabs)
        head.addStretch(1)
        body = QWidget()
        body.setLayout(self._states)
        self._states.addWidget(self.table)
        for shelf in SHELVES:
            empty = EmptyState(*_EMPTY[shelf])
            self._states.addWidget(empty)
            if shelf is Shelf.OPEN:
                self._quiet = empty
        card = Card()
        card.setAccessibleName("Warnings")
        card.body.setContentsMargins(6, 4, 6, 6)
        card.body.addWidget(body, 1)
        self.panel = Card()
        self.panel.setAccessibleName("The chosen warning")
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.chip)
        top.addWidget(self.heading, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.open_button, self.ack_button, self.snooze_button, self.copy_button):
            row.addWidget(button)
        row.addStretch(1)
        self.panel.body.addLayout(top)
        self.panel.body.addWidget(self.sentence)
        self.panel.body.addWidget(self.times)
        self.panel.body.addLayout(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 14, 18, 14)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addWidget(card, 1)
        layout.addWidget(self.panel)
