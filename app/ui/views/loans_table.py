"""The loans table as a widget: the model's rows with bars and chips, sorted by the model itself."""

from typing import Final

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import QHeaderView

from app.services.desk import DeskSnapshot
from app.ui.formats import Display
from app.ui.layout_memory import LayoutMemory
from app.ui.models.loans import DEFAULT_SORT, LoanTableModel
from app.ui.theme import Theme
from app.ui.views.loan_cells import Brushwork, LtvDelegate, NameDelegate, StateDelegate, TextDelegate
from app.ui.widgets.table import Table

_MEASURED: Final = 30
_PADDING: Final = 29
_HEADING_PADDING: Final = 20
_LEAST: Final = {"loan": 150, "ltv": 170, "state": 118}
_STRETCHED: Final = ("loan", "ltv")


class LoansTable(Table):
    """Loans, nearest danger first.

    Attributes:
        loans: the model.
        rows_wanted: how many rows its size hint has room for.

    Signals:
        loan_opened: the ``LoanFigures`` of a row that was entered or double clicked.
    """

    loan_opened = Signal(object)

    def __init__(
        self, name: str, keys: tuple[str, ...], theme: Theme, memory: LayoutMemory, *, stretched: bool = False
    ) -> None:
        super().__init__(name, "Loans", memory)
        self.loans = LoanTableModel(keys, self)
        self.rows_wanted = 4
        self._theme = theme
        brushwork = Brushwork(theme)
        self.setItemDelegate(TextDelegate(brushwork, self.loans, self))
        for key, delegate in (
            ("loan", NameDelegate(brushwork, self)),
            ("ltv", LtvDelegate(brushwork, self)),
            ("state", StateDelegate(brushwork, self)),
        ):
            if key in keys:
                self.setItemDelegateForColumn(keys.index(key), delegate)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(64)
        self.setSortingEnabled(True)
        header.setSortIndicator(keys.index(DEFAULT_SORT), Qt.SortOrder.AscendingOrder)
        self.setModel(self.loans)
        self._fitted = bool(memory.table(name).columns)
        if stretched:
            for key in _STRETCHED:
                header.setSectionResizeMode(keys.index(key), QHeaderView.ResizeMode.Stretch)
        self.opened.connect(self._open)
        theme.changed.connect(self._repaint)

    def show_snapshot(self, snapshot: DeskSnapshot, display: Display) -> None:
        """Show another snapshot, keeping the chosen row where it stays."""
        self.loans.show(snapshot, display)
        if not self._fitted and self.loans.rowCount():
            self._fitted = True
            self._fit()

    def height_for(self, rows: int) -> int:
        """Return the height that shows that many rows without scrolling."""
        return self.horizontalHeader().sizeHint().height() + rows * self.verticalHeader().defaultSectionSize() + 2

    def sizeHint(self) -> QSize:
        """Return room for a few rows; a screen may give it more."""
        return QSize(super().sizeHint().width(), self.height_for(min(max(self.loans.rowCount(), 1), self.rows_wanted)))

    def minimumSizeHint(self) -> QSize:
        """Return room for two rows."""
        return QSize(super().minimumSizeHint().width(), self.height_for(min(max(self.loans.rowCount(), 1), 2)))

    def _fit(self) -> None:
        """Make each column as wide as its heading and the first rows ask, once; later the user's widths count."""
        model, metrics = self.loans, self.fontMetrics()
        self._restoring = True
        for column, key in enumerate(model.keys()):
            heading = metrics.horizontalAdvance(str(model.headerData(column, Qt.Orientation.Horizontal) or ""))
            texts = [str(model.index(row, column).data() or "") for row in range(min(model.rowCount(), _MEASURED))]
            values = max(metrics.horizontalAdvance(text) for text in texts)
            wide = max(heading + _HEADING_PADDING, values + _PADDING)
            self.setColumnWidth(column, max(wide, _LEAST.get(key, 0)))
        self._restoring = False

    def _open(self, index: object) -> None:
        if isinstance(index, QModelIndex):
            figures = self.loans.loan_at(index.row())
            if figures is not None:
                self.loan_opened.emit(figures)

    def _repaint(self, _colours: object) -> None:
        self.viewport().update()
