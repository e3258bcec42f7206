"""The editor of a table's amounts: as wide as an amount with all its digits, whatever the column shows."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

_SAMPLE: Final = "21 000 000.00000000"


class AmountDelegate(QStyledItemDelegate):
    """Edits in a line that grows over the cells to its right."""

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """Return the line, named after its column."""
        del option
        line = QLineEdit(parent)
        line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        heading = index.model().headerData(index.column(), Qt.Orientation.Horizontal)
        line.setAccessibleName(
            f"{heading}, {index.siblingAtColumn(0).data()}" if isinstance(index, QModelIndex) else ""
        )
        return line

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Keep the cell's left edge."""
        del index
        cell = option.rect
        wide = max(cell.width(), editor.fontMetrics().horizontalAdvance(_SAMPLE) + 24)
        editor.setGeometry(cell.adjusted(0, 0, max(wide - cell.width(), 0), 0))
