"""Cells of a loans table that are more than text: the name with its hours, and the LTV bar with its figure."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.ui.models.loans import SECOND
from app.ui.roles import Role
from app.ui.theme import Theme
from app.ui.widgets.marks import BarFigures, paint_bar, paint_ground

_MARGIN = 8.0
_FIGURE = "888.8 %"
_CENTRE_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTRE_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

Index = QModelIndex | QPersistentModelIndex


def bold(font: QFont) -> QFont:
    """Return the font of what a row is about."""
    strong = QFont(font)
    strong.setWeight(QFont.Weight.DemiBold)
    return strong


class NameDelegate(QStyledItemDelegate):
    """Draws a loan's name, and the hours that its margin call leaves in a quieter tone."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the cell's ground, then the two texts."""
        paint_ground(painter, option)
        area = QRectF(option.rect).adjusted(_MARGIN, 0, -_MARGIN, 0)
        font = bold(option.font)
        metrics = QFontMetricsF(font)
        name = metrics.elidedText(str(index.data() or ""), Qt.TextElideMode.ElideRight, area.width())
        painter.save()
        painter.setFont(font)
        painter.setPen(QColor(self._theme.colours.text))
        painter.drawText(area, _CENTRE_LEFT, name)
        taken = metrics.horizontalAdvance(name)
        second = f" · {index.data(SECOND)}" if index.data(SECOND) else ""
        if second and area.width() - taken > metrics.horizontalAdvance(second):
            painter.setFont(option.font)
            painter.setPen(QColor(self._theme.colours.muted))
            painter.drawText(area.adjusted(taken, 0, 0, 0), _CENTRE_LEFT, second)
        painter.restore()


class LtvDelegate(QStyledItemDelegate):
    """Draws the LTV bar with its marks, and the figure to its right."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the cell's ground, then the bar and the figure."""
        paint_ground(painter, option)
        area = QRectF(option.rect).adjusted(_MARGIN, 0, -_MARGIN, 0)
        font = bold(option.font)
        width = QFontMetricsF(font).horizontalAdvance(_FIGURE)
        figures = index.data(Role.BAR)
        if isinstance(figures, BarFigures) and area.width() > width * 1.6:
            paint_bar(painter, area.adjusted(2, 0, -width - 10, 0), figures, self._theme.colours)
        painter.save()
        painter.setFont(font)
        painter.setPen(QColor(self._theme.colours.text))
        painter.drawText(area, _CENTRE_RIGHT, str(index.data() or ""))
        painter.restore()
