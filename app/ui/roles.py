"""What a table's model gives beyond the text of a cell."""

from enum import IntEnum

from PySide6.QtCore import Qt


class Role(IntEnum):
    """Roles of our models.

    Attributes:
        KEY: on a header section: the column's key, by which its width and place are remembered.
        RAW: on a cell: the exact figure as plain text for a spreadsheet; what is shown stands in for it.
        BAR: on a cell: ``BarFigures``.
        CHIP: on a cell: ``Standing``.
    """

    KEY = Qt.ItemDataRole.UserRole + 1
    RAW = Qt.ItemDataRole.UserRole + 2
    BAR = Qt.ItemDataRole.UserRole + 3
    CHIP = Qt.ItemDataRole.UserRole + 4
