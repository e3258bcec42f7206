"""What says that figures are hypothetical: a tinted frame around them with its words; and a grid that follows width."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.ui.theme import Theme
from app.ui.widgets.labels import PlainLabel


class WhatIfFrame(QWidget):
    """A tinted frame; contents go into ``body``."""

    def __init__(self, theme: Theme, word: str, explained: str) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(f"{word}. {explained}")
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        self.word = PlainLabel(word, size="title", tone="accent")
        self.explained = PlainLabel(explained, size="small", tone="muted", wraps=True)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.word)
        head.addWidget(self.explained, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addLayout(self.body, 1)
        theme.changed.connect(self._repaint)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the tint and a dashed border: a shape that no real figure has."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.colours.accent), 1.4, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(self._theme.colours.note))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        painter.end()

    def _repaint(self, _colours: object) -> None:
        self.update()


class FlowGrid(QWidget):
    """Widgets in as many columns as fit, filled row by row.

    Args:
        least: width in pixels that a column needs at the least; larger text makes it more.
    """

    def __init__(self, least: int, most: int = 8) -> None:
        super().__init__()
        self._least, self._most = least, most
        self._columns = 0
        self._items: tuple[QWidget, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)

    def show_items(self, items: Sequence[QWidget]) -> None:
        """Show these widgets in this order; ones left out are taken off the grid and hidden."""
        for old in self._items:
            if old not in items:
                self._grid.removeWidget(old)
                old.hide()
        self._items = tuple(items)
        self._columns = 0
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the width that there is."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        if not self._items:
            return
        asked = max(self._least, *(item.minimumSizeHint().width() for item in self._items))
        fit = max((self.width() + 12) // (asked + 12), 1)
        columns = min(fit, self._most, len(self._items))
        if columns == self._columns:
            return
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)
        for place, item in enumerate(self._items):
            self._grid.addWidget(item, place // columns, place % columns, Qt.AlignmentFlag.AlignTop)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)
        self._columns = columns
        self.updateGeometry()
