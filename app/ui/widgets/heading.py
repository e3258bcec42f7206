"""Headings of a table's columns; the arrow that tells the order stands beside the words and not above them."""

from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QHeaderView, QWidget

PADDING: Final = 8
ARROW: Final = 7.0
GAP: Final = 4.0


def arrow_place(rect: QRectF, words: float, *, right: bool) -> QRectF:
    """Return where the arrow stands: after words at the left edge, before words at the right edge."""
    middle = rect.center().y()
    x = rect.right() - PADDING - words - GAP - ARROW if right else rect.left() + PADDING + words + GAP
    x = min(max(x, rect.left() + 1), rect.right() - ARROW - 1)
    return QRectF(x, middle - ARROW / 4, ARROW, ARROW / 2)


class Heading(QHeaderView):
    """A horizontal header; the style sheet draws no arrow of its own."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw the words, then the arrow where the table is sorted by this column."""
        painter.save()
        super().paintSection(painter, rect, section)
        painter.restore()
        if not self.isSortIndicatorShown() or self.sortIndicatorSection() != section:
            return
        model = self.model()
        text = str(model.headerData(section, self.orientation()) or "")
        flags = model.headerData(section, self.orientation(), Qt.ItemDataRole.TextAlignmentRole)
        right = bool(int(flags or 0) & Qt.AlignmentFlag.AlignRight.value)
        box = arrow_place(QRectF(rect), QFontMetricsF(self.font()).horizontalAdvance(text), right=right)
        up = self.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder
        foot, tip = (box.bottom(), box.top()) if up else (box.top(), box.bottom())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.PlaceholderText), 1.6))
        painter.drawPolyline(
            QPolygonF([QPointF(box.left(), foot), QPointF(box.center().x(), tip), QPointF(box.right(), foot)])
        )
        painter.restore()
