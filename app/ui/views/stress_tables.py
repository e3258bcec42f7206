"""The lower card of the Stress screen: events in their order, how each loan ends, and the chosen row explained."""

from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QStackedLayout, QTabBar, QVBoxLayout, QWidget

from app.risk.positions import Positions
from app.risk.stress_result import StressComparison
from app.ui.formats import Display
from app.ui.layout_memory import LayoutMemory
from app.ui.models.rows import RowsModel
from app.ui.models.stress_ends import EndRow, end_rows, end_words, ends_model
from app.ui.models.stress_events import StressRow, explained, stress_model, stress_rows
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import ElidedLabel, PlainLabel
from app.ui.widgets.table import Table

EVENTS, ENDS = 0, 1
CHOOSE: Final = "Choose a row: how its figures come about stands here. E goes there, Ctrl+C copies the row."
NO_EVENTS: Final = "No loan is called or sold on the way."
_LEAST_ROWS: Final = 4


class StressTables(Card):
    """The two tables.

    Signals:
        loan_opened: the name of the loan of a row that was entered or double clicked.
    """

    loan_opened = Signal(str)

    def __init__(self, memory: LayoutMemory) -> None:
        super().__init__()
        self.setAccessibleName("What happens, and how each loan ends")
        self._display = Display()
        self._comparison: StressComparison | None = None
        self.events_model: RowsModel[StressRow] = stress_model()
        self.ends_model: RowsModel[EndRow] = ends_model()
        self.events = _table("stress-events", "What happens, in order", self.events_model, memory, wide=2)
        self.ends = _table("stress-ends", "How each loan ends", self.ends_model, memory, wide=0)
        self.tabs = QTabBar()
        self.aside = ElidedLabel("", tone="muted")
        self.nothing = PlainLabel(NO_EVENTS, tone="muted", wraps=True)
        self.why = PlainLabel(CHOOSE, size="small", tone="muted", wraps=True)
        self.rests_on = PlainLabel("", size="small", tone="muted", wraps=True)
        self._lay_out()
        for table in (self.events, self.ends):
            table.opened.connect(self._open)
            table.selectionModel().currentRowChanged.connect(self._explain)
            key = QShortcut(QKeySequence("E"), table)
            key.setContext(Qt.ShortcutContext.WidgetShortcut)
            key.activated.connect(self.why.setFocus)
        self.tabs.currentChanged.connect(self._turn)

    def show_comparison(self, comparison: StressComparison, positions: Positions, display: Display) -> None:
        """Show another answer."""
        same = comparison is self._comparison and display == self._display
        self._comparison, self._display = comparison, display
        if not same:
            events = stress_rows(comparison.chosen.events, comparison.currency)
            self.events_model.show_rows(events, display)
            self.ends_model.show_rows(end_rows(comparison, positions), display)
            for table in (self.events, self.ends):
                table.fit_columns()
            self.tabs.setTabText(EVENTS, f"What happens, in order ({len(events):,})")
            self._explain()
        self._turn(self.tabs.currentIndex())

    def show_words(self, aside: str, rests_on: str) -> None:
        """Show what happens with no action, and what the figures rest on."""
        self.aside.set_whole(aside)
        self.rests_on.setText(rests_on)

    def _turn(self, number: int) -> None:
        empty = number == EVENTS and not self.events_model.rowCount()
        self._pages.setCurrentIndex(2 if empty else max(number, 0))
        self._explain()

    def _explain(self, *_row: object) -> None:
        on_ends = self.tabs.currentIndex() == ENDS
        table = self.ends if on_ends else self.events
        row = table.currentIndex().row()
        words = ""
        if on_ends:
            end = self.ends_model.row_at(row)
            words = "" if end is None else end_words(end, self._display)
        else:
            event = self.events_model.row_at(row)
            words = "" if event is None else explained(event, self._display)
        self.why.setText(words or CHOOSE)
        self.why.set_tone("text" if words else "muted")

    def _open(self, index: Any) -> None:
        if self.tabs.currentIndex() == ENDS:
            end = self.ends_model.row_at(index.row())
            name = None if end is None else end.end.loan
        else:
            event = self.events_model.row_at(index.row())
            name = None if event is None else event.event.loan
        if name is not None:
            self.loan_opened.emit(name)

    def _lay_out(self) -> None:
        self.tabs.addTab("What happens, in order")
        self.tabs.addTab("How each loan ends")
        self.tabs.setAccessibleName("Tables")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.aside.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.aside.set_selectable()
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.tabs)
        head.addWidget(self.aside, 1)
        self.body.addLayout(head)
        holder = QWidget()
        self._pages = QStackedLayout(holder)
        empty = QWidget()
        inner = QVBoxLayout(empty)
        inner.addWidget(self.nothing)
        inner.addStretch(1)
        for page in (self.events, self.ends, empty):
            self._pages.addWidget(page)
        row = self.events.verticalHeader().defaultSectionSize()
        holder.setMinimumHeight(self.events.horizontalHeader().sizeHint().height() + _LEAST_ROWS * row)
        self.body.addWidget(holder, 1)
        self.why.set_selectable()
        self.why.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.why.setAccessibleName("Explanation")
        self.body.addWidget(self.why)
        self.body.addWidget(self.rests_on)


def _table(name: str, title: str, model: RowsModel[Any], memory: LayoutMemory, *, wide: int) -> Table:
    """Return a table over a model, in the model's own order until somebody sorts it."""
    table = Table(name, title, memory)
    left = memory.table(name)
    column, order = model.sorted_by
    table.setModel(model)
    with table.arranging():
        if not left.sort_key:
            table.horizontalHeader().setSortIndicator(column, order)
        table.setSortingEnabled(True)
        table.horizontalHeader().setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
    table.verticalHeader().setDefaultSectionSize(30)
    table.verticalHeader().setMinimumSectionSize(30)
    return table

