"""A small table of rows that belong to one thing: a loan's events and terms, accounts and their transactions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.ui.formats import Display
from app.ui.plain_tips import plain_tip
from app.ui.roles import Role

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True, slots=True)
class RowColumn(Generic[Row]):
    """One column.

    Attributes:
        key: by which its width and place are remembered.
        text: what a cell shows.
        raw: the exact figure for a spreadsheet; None where the text is exact.
        order: what rows are sorted by.
        private: an amount: hidden ones are not copied either.
    """

    key: str
    title: str
    text: Callable[[Row, Display], str]
    order: Callable[[Row], Any]
    raw: Callable[[Row], str] | None = None
    right: bool = False
    private: bool = False


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Rows of one kind, sorted and filtered here; ``words`` speaks a whole row."""

    def __init__(
        self,
        columns: Sequence[RowColumn[Row]],
        words: Callable[[Row, Display], str],
        *,
        sort_key: str = "",
        descending: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._words = words
        self._all: tuple[Row, ...] = ()
        self._rows: list[Row] = []
        self._display = Display()
        self._filter: tuple[str, ...] = ()
        keys = [column.key for column in self._columns]
        self._sorted_by = keys.index(sort_key) if sort_key else 0
        self._descending = descending

    @property
    def all_rows(self) -> tuple[Row, ...]:
        """Every row, in the order given."""
        return self._all

    @property
    def sorted_by(self) -> tuple[int, Qt.SortOrder]:
        """The column that rows are sorted by, and which way."""
        down = Qt.SortOrder.DescendingOrder
        return self._sorted_by, down if self._descending else Qt.SortOrder.AscendingOrder

    def show_rows(self, rows: Sequence[Row], display: Display) -> None:
        """Show other rows; the same ones again change nothing, so that a price tick keeps the selection."""
        if display == self._display and (rows is self._all or tuple(rows) == self._all):
            return
        self.beginResetModel()
        self._all, self._display = tuple(rows), display
        self._arrange()
        self.endResetModel()

    def touch(self) -> None:
        """Paint the rows again: what their texts rest on has changed (a price)."""
        if self._rows:
            last = self.index(len(self._rows) - 1, len(self._columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def set_filter(self, text: str) -> None:
        """Show only rows that hold every word of ``text``."""
        self._filter = tuple(text.casefold().split())
        self.beginResetModel()
        self._arrange()
        self.endResetModel()

    def row_at(self, row: int) -> Row | None:
        """Return what stands in a row, or None."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, wanted: Row) -> int:
        """Return where a row stands, or −1."""
        return next((index for index, row in enumerate(self._rows) if row is wanted or row == wanted), -1)

    def _arrange(self) -> None:
        column = self._columns[self._sorted_by]
        kept = [row for row in self._all if self._matches(row)]
        self._rows = sorted(kept, key=column.order, reverse=self._descending)

    def _matches(self, row: Row) -> bool:
        if not self._filter:
            return True
        text = " ".join(column.text(row, self._display) for column in self._columns).casefold()
        return all(word in text for word in self._filter)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Rows that the filter leaves."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Columns."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, exact figure, alignment, and the row in words for a screen reader."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self._columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.right else _LEFT
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return self._words(row, self._display)
        return self._text(row, column, role)

    def _text(self, row: Row, column: RowColumn[Row], role: int) -> str | None:
        shown = column.text(row, self._display)
        masked = column.raw is None or (column.private and self._display.hidden)
        if role == Qt.ItemDataRole.DisplayRole:
            return shown
        if role == Role.RAW:
            return shown if masked or column.raw is None else column.raw(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {shown}"
        return plain_tip(shown) or None if role == Qt.ItemDataRole.ToolTipRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles, and the key by which a column is remembered."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.right else _LEFT
        return column.key if role == Role.KEY else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column's exact figures."""
        if not 0 <= column < len(self._columns):
            return
        self._sorted_by, self._descending = column, order is Qt.SortOrder.DescendingOrder
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        held = [(self._rows[index.row()], index.column()) for index in before]
        self._arrange()
        after = [self.index(self.row_of(row), place) for row, place in held]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()
