"""The lower card of the Stress screen: events in their order, how each loan ends, and the chosen row explained."""

from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStackedLayout, QTabBar, QVBoxLayout, QWidget

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
CHOOSE: Final = "Choose a row: its formula with its figures stands here. E moves here; Ctrl+C in the table copies rows."
NO_EVENTS: Final = "No loan is called or sold on the way."
_LEAST_ROWS: Final = 4
_ROW: Final = 29
_SETTLE_MS: Final = 150
_FOLLOW_MS: Final = 50  # so much may a table lag behind a slider that is moved; pictures and words never do
_WHY_WIDTH: Final = 210


class StressTables(Card):
    """The two tables.

    Signals:
        loan_opened: the name of the loan of a row that was entered or double clicked.
    """

    loan_opened = Signal(str)

    def __init__(self, memory: LayoutMemory) -> None:
        super().__init__()
        self.body.setContentsMargins(10, 6, 10, 8)
        self.body.setSpacing(4)
        self.setAccessibleName("What happens, and how each loan ends")
        self._display = Display()
        self._comparison: StressComparison | None = None
        self._positions: Positions | None = None
        self._stale: set[int] = set()
        self.events_model: RowsModel[StressRow] = stress_model()
        self.ends_model: RowsModel[EndRow] = ends_model()
        self.events = _table("stress-events", "What happens, in order", self.events_model, memory)
        self.ends = _table("stress-ends", "How each loan ends", self.ends_model, memory)
        self.tabs = QTabBar()
        self.aside = ElidedLabel("", tone="muted")
        self.nothing = PlainLabel(NO_EVENTS, tone="muted", wraps=True)
        self.why = QPlainTextEdit(CHOOSE)
        self.rests_on = PlainLabel("", size="small", tone="muted", wraps=True)
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(_FOLLOW_MS)
        self._follow.timeout.connect(lambda: self._turn(self.tabs.currentIndex()))
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._fit)
        self._lay_out()
        for table in (self.events, self.ends):
            table.opened.connect(self._open)
            table.selectionModel().currentRowChanged.connect(self._explain)
            key = QShortcut(QKeySequence("E"), table)
            key.setContext(Qt.ShortcutContext.WidgetShortcut)
            key.activated.connect(self.why.setFocus)
        self.tabs.currentChanged.connect(self._turn)

    def show_comparison(self, comparison: StressComparison, positions: Positions, display: Display) -> None:
        """Show another answer; of many that come in a row every third or so."""
        redressed = display != self._display  # hidden amounts never wait
        if comparison is not self._comparison or display != self._display:
            self._comparison, self._positions, self._display = comparison, positions, display
            self._stale = {EVENTS, ENDS}
        if redressed or not self._follow.isActive():
            self._turn(self.tabs.currentIndex())
            self._follow.start()

    def show_words(self, aside: str, rests_on: str) -> None:
        """Show what happens with no action, and what the figures rest on."""
        self.aside.set_whole(aside)
        self.rests_on.setText(rests_on)

    def _turn(self, number: int) -> None:
        """Fill the table that is looked at; the other one when it is."""
        comparison, positions = self._comparison, self._positions
        if number in self._stale and comparison is not None and positions is not None:
            self._stale.discard(number)
            if number == EVENTS:
                self.tabs.setTabText(EVENTS, f"What happens, in order ({len(comparison.chosen.events):,})")
                self.events_model.show_rows(stress_rows(comparison.chosen.events, comparison.currency), self._display)
            else:
                self.ends_model.show_rows(end_rows(comparison, positions), self._display)
            self._settle.start()
        empty = number == EVENTS and not self.events_model.rowCount()
        self._pages.setCurrentIndex(2 if empty else max(number, 0))
        self._explain()

    def _fit(self) -> None:
        """Give columns the width they ask for, once the figures stand still."""
        (self.ends if self.tabs.currentIndex() == ENDS else self.events).fit_columns()

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
        if (words or CHOOSE) != self.why.toPlainText():
            self.why.setPlainText(words or CHOOSE)

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
        row_of_both = QHBoxLayout()
        row_of_both.setSpacing(14)
        row_of_both.addWidget(holder, 76)
        self.why.setReadOnly(True)
        self.why.setTabChangesFocus(True)
        self.why.setAccessibleName("How it comes about")
        self.why.setMinimumSize(_WHY_WIDTH, 80)
        side = QVBoxLayout()
        side.setContentsMargins(0, 8, 0, 0)
        side.addWidget(PlainLabel("How it comes about", size="title"))
        side.addWidget(self.why, 1)
        row_of_both.addLayout(side, 24)
        self.body.addLayout(row_of_both, 1)
        self.body.addWidget(self.rests_on)


def _table(name: str, title: str, model: RowsModel[Any], memory: LayoutMemory) -> Table:
    """Return a table over a model, in the model's own order until somebody sorts it."""
    table = Table(name, title, memory)
    left = memory.table(name)
    column, order = model.sorted_by
    table.setModel(model)
    with table.arranging():
        if not left.sort_key:
            table.horizontalHeader().setSortIndicator(column, order)
        table.setSortingEnabled(True)
        table.horizontalHeader().setStretchLastSection(True)
    table.verticalHeader().setMinimumSectionSize(_ROW)
    table.verticalHeader().setDefaultSectionSize(_ROW)
    return table
