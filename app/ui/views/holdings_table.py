"""The table of a long list: rows are made when they are looked at, choices are ranges, copies are written beside."""

from array import array
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QItemSelectionModel, QItemSelectionRange, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolTip

from app.domain.plain_cells import plain_cell
from app.ui.formats import HIDDEN, Display
from app.ui.layout_memory import LayoutMemory
from app.ui.models.holdings_finder import Check, Finder
from app.ui.models.holdings_lazy import LazyModel, Rows
from app.ui.models.rows import RowColumn
from app.ui.plain_tips import plain_tip
from app.ui.widgets.speech import announce
from app.ui.widgets.table import NOT_COPIED, Table

Row = TypeVar("Row")
_PIECE = 4096
_FLAT = str.maketrans("\t\n\r", "   ")


def rows_text(
    rows: Sequence[Row] | Rows[Row],
    numbers: Sequence[int],
    columns: Sequence[RowColumn[Row]],
    display: Display,
    *,
    headings: bool,
    check: Check,
) -> str:
    """Return rows as text for a spreadsheet: tabs between cells, a line each; no text is a formula (pure)."""
    lines = ["\t".join(plain_cell(column.title) for column in columns)] if headings else []
    for place, number in enumerate(numbers):
        if not place % _PIECE:
            check()
        row = rows[number]
        lines.append("\t".join(_cell(row, column, display) for column in columns))
    return "\n".join(lines)


def _cell(row: Row, column: RowColumn[Row], display: Display) -> str:
    shown = column.text(row, display)
    if column.raw is not None and not (column.private and display.hidden):
        shown = column.raw(row)
    flat = shown.translate(_FLAT)
    return flat if column.right else plain_cell(flat)


class LazyTable(Table, Generic[Row]):
    """A table over a ``LazyModel``."""

    def __init__(
        self,
        name: str,
        title: str,
        memory: LayoutMemory,
        model: LazyModel[Row],
        widths: Sequence[int],
        finder: Finder,
    ) -> None:
        super().__init__(name, title, memory)
        self.lazy = model
        self._finder = finder
        left = memory.table(name)
        keys = [column.key for column in model.columns]
        if left.sort_key in keys:
            model.sorted_by, model.descending = keys.index(left.sort_key), left.descending
        self.setModel(model)
        # Qt asks every row of half a million whether it is chosen before it paints one heading, to show columns that
        # are chosen; here rows are, so the headings get choices of their own, which stay empty.
        for heading in (self.horizontalHeader(), self.verticalHeader()):
            heading.setSelectionModel(QItemSelectionModel(model, heading))
        with self.arranging():
            header = self.horizontalHeader()
            header.setSortIndicator(model.sorted_by, _order(descending=model.descending))
            self.setSortingEnabled(True)
            header.setStretchLastSection(True)
            for place, width in enumerate(() if left.columns else widths):
                self.setColumnWidth(place, width)

    @property
    def chosen(self) -> "array[int]":
        """Numbers of the chosen rows, from top to bottom."""
        order = self.lazy.order
        spans = sorted((one.top(), one.bottom()) for one in self._spans())
        found = array("l")
        done = -1
        for top, bottom in spans:
            found.extend(order[max(top, done + 1) : bottom + 1])
            done = max(done, bottom)
        return found

    @property
    def chosen_count(self) -> int:
        """How many rows are chosen."""
        return sum(one.height() for one in self._spans())

    @property
    def chosen_row(self) -> Row | None:
        """The chosen row, if there is one alone."""
        spans = self._spans()
        return self.lazy.row_at(spans[0].top()) if len(spans) == 1 and spans[0].height() == 1 else None

    def _spans(self) -> list[QItemSelectionRange]:
        """Return the chosen stretches of rows; a row of it for each of half a million would be slow."""
        chosen = self.selectionModel().selection()
        return [chosen.at(place) for place in range(chosen.count())]

    def choose_place(self, place: int) -> None:
        """Choose the row in that place and no other, and show it."""
        flags = QItemSelectionModel.SelectionFlag
        index = self.lazy.index(place, 0)
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def copy_rows(self, *, headings: bool) -> None:
        """Put the chosen rows on the clipboard; many of them are written beside the window first."""
        numbers, display = self.chosen, self.lazy.display
        columns = self.shown_columns()
        rows = self.lazy.rows

        def work(check: Callable[[], None]) -> str:
            return rows_text(rows, numbers, columns, display, headings=headings, check=check)

        self._finder.make(work, len(numbers), self._put)

    def shown_columns(self) -> tuple[RowColumn[Row], ...]:
        """Return the columns that are shown, from left to right."""
        header = self.horizontalHeader()
        places = (header.logicalIndex(place) for place in range(header.count()))
        return tuple(self.lazy.columns[place] for place in places if not self.isColumnHidden(place))

    def _put(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        if HIDDEN in text:
            announce(self, NOT_COPIED)
            QToolTip.showText(self.mapToGlobal(QPoint(8, 8)), plain_tip(NOT_COPIED), self)


def _order(*, descending: bool) -> Qt.SortOrder:
    return Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
