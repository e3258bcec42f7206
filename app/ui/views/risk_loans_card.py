"""The card with each loan's chances by horizon; the chosen cell is explained below the table."""

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QHeaderView

from app.risk.positions import Positions
from app.risk.results import BookRisk
from app.ui.formats import Display
from app.ui.layout_memory import LayoutMemory
from app.ui.models.risk_rows import RiskModel, RiskRow, risk_rows
from app.ui.theme import Theme
from app.ui.views.risk_cells import ROW_HEIGHT, TwoLineDelegate
from app.ui.views.risk_grid_card import ASK
from app.ui.widgets.cards import Card
from app.ui.widgets.labels import PlainLabel
from app.ui.widgets.table import Table

_MOST_ROWS = 12
_LEAST = 96
_WIDTHS = (190, 190, 96, 100, 104, 104, 150, 136)


class RiskLoansCard(Card):
    """Loans by horizon.

    Signals:
        opened: the name of a loan whose row was entered or double clicked.
    """

    opened = Signal(str)

    def __init__(self, theme: Theme, memory: LayoutMemory) -> None:
        super().__init__("Each loan", "chance of reaching its line; below it what the models say")
        self.model = RiskModel()
        self.table = Table("risk", "Chances of each loan", memory)
        self.table.setModel(self.model)
        self.table.setItemDelegate(TwoLineDelegate(theme, self.table))
        self.table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.table.horizontalHeader()
        header.setMinimumSectionSize(_LEAST)
        with self.table.arranging():
            header.setSortIndicator(1, self.model.sorted_by[1])
            self.table.setSortingEnabled(True)
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
            if self.table.is_left_to_us:
                for column, width in enumerate(_WIDTHS):
                    self.table.setColumnWidth(column, width)
        self.words = PlainLabel(ASK, size="small", tone="muted", wraps=True)
        self.words.set_selectable()
        self.nothing = PlainLabel("", tone="muted", wraps=True)
        self.body.addWidget(self.table)
        self.body.addWidget(self.words)
        self.body.addWidget(self.nothing)
        self.table.selectionModel().currentChanged.connect(self._look)
        self.table.opened.connect(self._open)

    def show_risk(self, risk: BookRisk | None, positions: Positions | None, display: Display) -> None:
        """Show the loans, and which have no line."""
        current = self.table.currentIndex()
        kept = self.model.row_at(current.row())
        column = current.column()
        rows = () if risk is None or positions is None else risk_rows(risk, positions)
        self.model.show_rows(rows, display)
        for widget in (self.table, self.words):
            widget.setVisible(bool(rows))
        self.nothing.setText("" if risk is None else " ".join(risk.left_out))
        self.nothing.setVisible(bool(self.nothing.text()))
        count = min(max(self.model.rowCount(), 1), _MOST_ROWS)
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + count * ROW_HEIGHT + 4)
        self._choose_again(kept, column)

    def _choose_again(self, kept: RiskRow | None, column: int) -> None:
        if kept is None:
            return
        for number in range(self.model.rowCount()):
            row = self.model.row_at(number)
            if row is not None and row.key == kept.key:
                self.table.setCurrentIndex(self.model.index(number, column))
                return

    def _look(self, current: QModelIndex, _before: object = None) -> None:
        self.words.setText(self.model.explanation(current.row(), current.column()) or ASK)

    def _open(self, index: object) -> None:
        row = self.model.row_at(index.row()) if isinstance(index, QModelIndex) else None
        if row is not None:
            self.opened.emit(row.loan.loan)
