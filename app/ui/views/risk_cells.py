"""How a cell with a chance and its band is painted: the number, and the band below it in a quieter tone."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.ui.models.risk_rows import SECOND
from app.ui.theme import Theme
from app.ui.widgets.marks import paint_ground

ROW_HEIGHT: Final = 46
_MARGIN: Final = 8
_SMALL: Final = 0.88


class TwoLineDelegate(QStyledItemDelegate):
    """Draws a cell's text, and what its model gives under ``SECOND`` below it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the cell's ground, then both lines."""
        paint_ground(painter, option)
        colours = self._theme.colours
        area = QRectF(option.rect).adjusted(_MARGIN, 3, -_MARGIN, -3)
        flags = Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole)) & Qt.AlignmentFlag.AlignHorizontal_Mask
        first, second = str(index.data() or ""), str(index.data(SECOND) or "")
        painter.setFont(option.font)
        painter.setPen(QColor(colours.text))
        half = area.height() / 2 if second else area.height()
        elided = QFontMetricsF(option.font).elidedText(first, Qt.TextElideMode.ElideRight, area.width())
        top = QRectF(area.left(), area.top(), area.width(), half)
        painter.drawText(top, flags | Qt.AlignmentFlag.AlignVCenter, elided)
        if second:
            small = QFont(option.font)
            small.setPointSizeF(option.font.pointSizeF() * _SMALL)
            painter.setFont(small)
            painter.setPen(QColor(colours.muted))
            elided = QFontMetricsF(small).elidedText(second, Qt.TextElideMode.ElideRight, area.width())
            below = QRectF(area.left(), area.top() + half, area.width(), half)
            painter.drawText(below, flags | Qt.AlignmentFlag.AlignVCenter, elided)
