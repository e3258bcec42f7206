"""The loans table as a widget: the model's rows with bars and chips, sorted by the model itself."""

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHeaderView

from app.services.desk import DeskSnapshot
from app.ui.formats import Display
from app.ui.layout_memory import LayoutMemory
from app.ui.models.loans import DEFAULT_SORT, LoanTableModel
from app.ui.risk_live import RiskLive
from app.ui.theme import Theme
from app.ui.views.loan_cells import Brushwork, LtvDelegate, NameDelegate, StateDelegate, TextDelegate
from app.ui.widgets.table import Table

# What a delegate draws beside a cell's text: the hours of a cure, the bar, the chip's frame.
_LOOKED_AT: Final = 30  # as many rows as a column's width asks
_EXTRA: Final = {"loan": 80, "ltv": 110, "state": 24}
# What gives way, in this order and no further, where room is short.
_LEAST: Final = {"loan": 150, "lender": 90, "ltv": 118}
_SHORTEST_NAME: Final = 110
_STRETCHED: Final = ("loan", "ltv")


class LoansTable(Table):
    """Loans, nearest danger first.

    Attributes:
        loans: the model.
        rows_wanted: how many rows its size hint has room for.

    Args:
        yields: columns that are left out, in this order, where the window has no room for them; a hand that chooses
            columns has the last word.

    Signals:
        loan_opened: the ``LoanFigures`` of a row that was entered or double clicked.
    """

    loan_opened = Signal(object)

    def __init__(
        self,
        name: str,
        keys: tuple[str, ...],
        theme: Theme,
        memory: LayoutMemory,
        *,
        stretched: bool = False,
        hidden: tuple[str, ...] = (),
        yields: tuple[str, ...] = (),
    ) -> None:
        super().__init__(name, "Loans", memory)
        self._stretched = stretched
        self._yields = yields
        self.loans = LoanTableModel(keys, self)
        self.rows_wanted = 4
        self._stand: tuple[str, ...] = ()
        self._risk: RiskLive | None = None
        self._answer: object = None
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
        with self.arranging():
            for key in hidden if self.is_left_to_us else ():
                self.setColumnHidden(keys.index(key), True)
            for key in _STRETCHED if stretched else ():
                header.setSectionResizeMode(keys.index(key), QHeaderView.ResizeMode.Stretch)
        self.opened.connect(self._open)
        theme.changed.connect(self._repaint)

    def show_snapshot(self, snapshot: DeskSnapshot, display: Display) -> None:
        """Show another snapshot, keeping the chosen row where it stays."""
        before = self.loans.total
        self.loans.show(snapshot, display)
        # Where loans stand changes seldom, and with it what the table says of them.
        state = self.loans.keys().index("state")
        stand = tuple(str(self.loans.index(row, state).data()) for row in range(min(self.loans.rowCount(), _LOOKED_AT)))
        if self.loans.total != before or stand != self._stand:
            self._stand = stand
            self._fit()

    def follow(self, risk: RiskLive) -> None:
        """Show each answer of the risk room; one that comes while nobody looks is shown later."""
        self._risk = risk
        risk.changed.connect(self._hear_answer)

    def _hear_answer(self, _answer: object) -> None:
        if self.isVisible():
            self._show_answer()

    def _show_answer(self) -> None:
        answer = None if self._risk is None else self._risk.answer
        if answer is None or answer is self._answer:
            return
        self._answer = answer
        self.loans.show_chances(import_module("app.ui.models.risk_chances").LoanChances(answer))

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the risk room."""
        self._show_answer()
        super().showEvent(event)

    def height_for(self, rows: int) -> int:
        """Return the height that shows that many rows without scrolling."""
        return self.horizontalHeader().sizeHint().height() + rows * self.verticalHeader().defaultSectionSize() + 2

    def sizeHint(self) -> QSize:
        """Return room for a few rows; a screen may give it more."""
        return QSize(super().sizeHint().width(), self.height_for(min(max(self.loans.rowCount(), 1), self.rows_wanted)))

    def minimumSizeHint(self) -> QSize:
        """Return room for four rows: below that the page scrolls."""
        return QSize(super().minimumSizeHint().width(), self.height_for(min(max(self.loans.rowCount(), 1), 4)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width out, until somebody has chosen their own."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Make each column as wide as it asks, and as the table has room for; widths chosen by hand stay."""
        if not self.is_left_to_us or not self.loans.rowCount():
            return
        keys = self.loans.keys()
        shown = {
            key: column for column, key in enumerate(keys) if key in self._yields or not self.isColumnHidden(column)
        }
        asked = {key: self.asked_width(column) + _EXTRA.get(key, 0) for key, column in shown.items()}
        for key in gone(asked, self.viewport().width(), self._yields):
            del asked[key]
        with self.arranging():
            for key in self._yields:
                self.setColumnHidden(shown[key], key not in asked)
        # Columns that Qt stretches take what is left by themselves.
        widths = asked if self._stretched else shared_out(asked, self.viewport().width())
        with self.arranging():
            for key, width in widths.items():
                self.setColumnWidth(shown[key], width)

    def _open(self, index: object) -> None:
        if isinstance(index, QModelIndex):
            figures = self.loans.loan_at(index.row())
            if figures is not None:
                self.loan_opened.emit(figures)

    def _repaint(self, _colours: object) -> None:
        self.viewport().update()


def gone(asked: Mapping[str, int], room: int, yields: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns, of those that yield, that have no room even when names and bars have given way."""
    least = {key: min(width, _LEAST.get(key, width)) for key, width in asked.items()}
    if "loan" in least:
        least["loan"] = min(least["loan"], _SHORTEST_NAME)
    left = []
    for key in yields:
        if sum(least.values()) <= room:
            break
        if least.pop(key, 0):
            left.append(key)
    return tuple(left)


def shared_out(asked: Mapping[str, int], room: int) -> dict[str, int]:
    """Return widths that fill ``room``: names and bars give way first, and take what is left over.

    Where even that is too wide the table scrolls; no figure is ever cut.
    """
    widths = dict(asked)
    for key, least in _LEAST.items():
        over = sum(widths.values()) - room
        if over > 0 and key in widths:
            widths[key] = max(min(widths[key], least), widths[key] - over)
    over = sum(widths.values()) - room
    if over > 0 and "loan" in widths:
        widths["loan"] = max(min(widths["loan"], _SHORTEST_NAME), widths["loan"] - over)
    elif over < 0:
        takers = [key for key in _LEAST if key in widths]
        for place, key in enumerate(takers):
            widths[key] += -over // len(takers) + (place < -over % len(takers))
    return widths
