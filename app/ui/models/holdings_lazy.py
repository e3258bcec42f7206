"""A table of very many rows: each is made when it is looked at, and others say which rows and in which order.

Nothing here sorts or filters; ``holdings_finder`` has that done beside the window and hands in the answer.
"""

from array import array
from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from app.ui.formats import Display
from app.ui.models.rows import RowColumn
from app.ui.plain_tips import plain_tip
from app.ui.roles import Role

Row = TypeVar("Row")
Made_co = TypeVar("Made_co", covariant=True)
Index = QModelIndex | QPersistentModelIndex
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_REMEMBERED = 512


class Rows(Protocol[Made_co]):
    """Rows by number."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: int, /) -> Made_co: ...


class LazyModel(QAbstractTableModel, Generic[Row]):
    """Rows that are made when they are shown.

    Signals:
        order_asked: the column and the ``Qt.SortOrder`` that a heading was clicked for.
    """

    order_asked = Signal(int, object)

    def __init__(
        self,
        columns: Sequence[RowColumn[Row]],
        words: Callable[[Row, Display], str],
        *,
        sort_key: str,
        descending: bool = False,
    ) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self._words = words
        self._rows: Sequence[Row] | Rows[Row] = ()
        self._order = array("l")
        self._display = Display()
        self._made: dict[int, Row] = {}
        self.sorted_by = [column.key for column in self.columns].index(sort_key)
        self.descending = descending

    @property
    def order(self) -> "array[int]":
        """Numbers of the rows that are shown, from top to bottom."""
        return self._order

    @property
    def rows(self) -> "Sequence[Row] | Rows[Row]":
        """Every row, by its number."""
        return self._rows

    @property
    def display(self) -> Display:
        """How amounts are shown."""
        return self._display

    def show_rows(self, rows: Sequence[Row] | Rows[Row], order: "array[int]", display: Display) -> None:
        """Show these rows in this order."""
        self.beginResetModel()
        self._rows, self._order, self._display = rows, order, display
        self._made = {}
        self.endResetModel()

    def show_display(self, display: Display) -> None:
        """Show amounts in another way; the rows stay."""
        if display != self._display:
            self._display = display
            self.touch()

    def touch(self) -> None:
        """Paint the rows again: what their texts rest on has changed."""
        if self._order:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._order) - 1, len(self.columns) - 1))

    def row_at(self, place: int) -> Row | None:
        """Return what stands in a place of the table, or None."""
        if not 0 <= place < len(self._order):
            return None
        number = self._order[place]
        row = self._made.get(number)
        if row is None:
            if len(self._made) >= _REMEMBERED:
                self._made.clear()
            row = self._made[number] = self._rows[number]
        return row

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Rows that are shown."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, exact figure, alignment, and the row in words for a screen reader."""
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.right else _LEFT
        row = self.row_at(index.row()) if role in _TOLD else None
        return None if row is None else self._text(row, column, index.column(), role)

    def _text(self, row: Row, column: RowColumn[Row], place: int, role: int) -> str | None:
        if role == Qt.ItemDataRole.AccessibleTextRole and place == 0:
            return self._words(row, self._display)
        shown = column.text(row, self._display)
        if role == Role.RAW:
            masked = column.private and self._display.hidden
            return shown if masked or column.raw is None else column.raw(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {shown}"
        return plain_tip(shown) or None if role == Qt.ItemDataRole.ToolTipRole else shown

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles, and the key by which a column is remembered."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.right else _LEFT
        return column.key if role == Role.KEY else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask for another order; the rows stay until it is there."""
        if not 0 <= column < len(self.columns):
            return
        self.sorted_by, self.descending = column, order is Qt.SortOrder.DescendingOrder
        self.order_asked.emit(column, order)


_TOLD = frozenset(
    (
        int(Qt.ItemDataRole.DisplayRole),
        int(Qt.ItemDataRole.ToolTipRole),
        int(Qt.ItemDataRole.AccessibleTextRole),
        int(Role.RAW),
    )
)
