"""The card that says down to which price the free bitcoin holds the loans, and how it is spent on the way."""

from PySide6.QtCore import QItemSelection
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.risk.positions import Positions
from app.risk.reserve_result import Reserve
from app.ui.formats import Display
from app.ui.layout_memory import LayoutMemory
from app.ui.models.reserve_rows import (
    ReserveModel,
    ReserveRow,
    StepRow,
    free_words,
    promise_words,
    reserve_rows,
    shown_currency,
    step_rows,
    steps_model,
)
from app.ui.views.rows_card import RowsCard
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import PlainLabel

_TITLE = "Down to which price does the free bitcoin hold?"
_OVERDRAWN = "The accounts hold less bitcoin than is pledged, so nothing is free; correct the book's holdings first."
_NO_STEPS = "No top-up is needed above that price."


class RiskReserveCard(Card):
    """The four promises beside the top-ups of the second one."""

    def __init__(self, memory: LayoutMemory) -> None:
        super().__init__(_TITLE, " ")
        self._display = Display()
        self.promises: RowsCard[ReserveRow] = RowsCard(
            "Four promises",
            "reserve",
            ReserveModel(),
            memory,
            widths=(118, 84, 78, 150, 108, 100, 118),
            empty="",
            wide=3,
        )
        self.steps: RowsCard[StepRow] = RowsCard(
            "On the way down, curing each call",
            "reserve_steps",
            steps_model(),
            memory,
            widths=(44, 80, 78, 90, 150, 90),
            empty=_NO_STEPS,
            wide=4,
        )
        for part in (self.promises, self.steps):
            part.setObjectName("bare")
            part.body.setContentsMargins(0, 0, 0, 0)
        self.words = PlainLabel("", size="small", tone="muted", wraps=True)
        self.words.set_selectable()
        self.nothing = PlainLabel(_OVERDRAWN, tone="muted", wraps=True)
        left = QVBoxLayout()
        left.addWidget(self.promises)
        left.addWidget(self.words)
        left.addStretch(1)
        row = self._row = QHBoxLayout()
        row.setSpacing(24)
        row.addLayout(left, 3)
        right = QVBoxLayout()
        right.addWidget(self.steps)
        right.addStretch(1)
        row.addLayout(right, 2)
        self.body.addLayout(row)
        self.body.addWidget(self.nothing)
        self.promises.table.selectionModel().selectionChanged.connect(self._look)

    def arrange(self, *, narrow: bool) -> None:
        """Put the two tables below each other where there is no room beside each other."""
        self._row.setDirection(QHBoxLayout.Direction.TopToBottom if narrow else QHBoxLayout.Direction.LeftToRight)

    def show_reserve(self, reserve: Reserve | None, positions: Positions, display: Display) -> None:
        """Show the four prices, or why there are none."""
        self._display = display
        for part in (self.promises, self.steps, self.words):
            part.setVisible(reserve is not None)
        self.nothing.setVisible(reserve is None)
        self.aside.set_whole(" " if reserve is None else free_words(reserve, display))
        if reserve is None:
            return
        currency = shown_currency(positions, display)
        self.promises.show_rows(reserve_rows(reserve, positions, currency), display)
        for part in (self.promises, self.steps):
            part.table.horizontalHeader().ensurePolished()
        self.promises.fit_rows(4, 4)
        self.steps.show_rows(step_rows(reserve, positions, currency), display)
        self.steps.fit_rows(1, 5)
        if not self.promises.selected:
            self.promises.choose_number(1)
        self._look()

    def _look(self, *_changed: QItemSelection) -> None:
        chosen = self.promises.selected
        self.words.setText(promise_words(chosen[0], self._display) if chosen else "")
