"""A page in a scroll area that scrolls only when its smallest size does not fit."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget


class Page(QWidget):
    """A column of things.

    A scroll area asks for the wanted height where text wraps, and would scroll long before it must; this one tells the
    least height instead.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.column = QVBoxLayout(self)

    def in_scroll_area(self, name: str) -> QScrollArea:
        """Return a scroll area that holds the page."""
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(self)
        area.setAccessibleName(name)
        return area

    def minimumSizeHint(self) -> QSize:
        """Return the least width; the least height is told for a width, since text wraps."""
        return QSize(self.column.minimumSize().width(), 0)

    def heightForWidth(self, width: int) -> int:
        """Return the least height at ``width``."""
        return self.column.minimumHeightForWidth(width)
