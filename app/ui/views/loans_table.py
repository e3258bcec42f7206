"""The loans table as a widget: the model's rows with bars and chips, sorted by the model itself."""

from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHeaderView

from app.services.desk import DeskSnapshot
from app.ui.formats import Display
from app.ui.layout_memory import LayoutMemory
from app.ui.models.loans import DEFAULT_SORT, LoanTableModel
from app.ui.theme import Theme
from app.ui.views.loan_cells import LtvDelegate, NameDelegate
from app.ui.widgets.marks import ChipDelegate
from app.ui.widgets.table import Table

# How wide a column starts, told by the widest text that is usual in it.
_SAMPLES: Final = {
    "loan": "Equipment facility · cure 72 h  ",
    "lender": "Tidewater Lending",
    "debt": "$118,400,000",
    "collateral": "2,640.1234 BTC",
    "ltv": "88888888888888888888",
    "call": "$888,888  ",
    "drop": "Drop to call  ",
    "sale": "Forced sale at  ",
    "after": "After −10 %  ",
    "cure": "2,460.1235 BTC",
    "state": "◆ Forced sale   ",
    "currency": "Currency  ",
    "rate": "10.25 %  ",
    "maturity": "10 Feb 2026",
    "confirmed": "Terms confirmed ",
}


class LoansTable(Table):
    """Loans, nearest danger first.

    Signals:
        loan_opened: the ``LoanFigures`` of a row that was entered or double clicked.
    """

    loan_opened = Signal(object)

    def __init__(self, name: str, keys: tuple[str, ...], theme: Theme, memory: LayoutMemory) -> None:
        super().__init__(name, "Loans", memory)
        self.loans = LoanTableModel(keys, self)
        self._theme = theme
        for key, delegate in (
            ("loan", NameDelegate(theme, self)),
            ("ltv", LtvDelegate(theme, self)),
            ("state", ChipDelegate(theme, self)),
        ):
            if key in keys:
                self.setItemDelegateForColumn(keys.index(key), delegate)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(64)
        self.setSortingEnabled(True)
        header.setSortIndicator(keys.index(DEFAULT_SORT), Qt.SortOrder.AscendingOrder)
        self.setModel(self.loans)
        remembered = {column.key for column in memory.table(name).columns}
        self._restoring = True
        for column, key in enumerate(keys):
            if key not in remembered:
                self.setColumnWidth(column, self.fontMetrics().horizontalAdvance(_SAMPLES[key]) + 18)
        self._restoring = False
        header.setSectionResizeMode(keys.index("ltv"), QHeaderView.ResizeMode.Stretch)
        self.opened.connect(self._open)
        theme.changed.connect(self._repaint)


    def show_snapshot(self, snapshot: DeskSnapshot, display: Display) -> None:
        """Show another snapshot, keeping the chosen row where it stays."""
        self.loans.show(snapshot, display)

    def height_for(self, rows: int) -> int:
        """Return the height that shows that many rows without scrolling."""
        return self.horizontalHeader().sizeHint().height() + rows * self.verticalHeader().defaultSectionSize() + 2

    def _open(self, index: object) -> None:
        if isinstance(index, QModelIndex):
            figures = self.loans.loan_at(index.row())
            if figures is not None:
                self.loan_opened.emit(figures)

    def _repaint(self, _colours: object) -> None:
        self.viewport().update()
