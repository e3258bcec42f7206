"""The line of today's price as it is dragged on the load-line chart: where it can be taken, and how it is drawn."""

from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.ui.charts.load_lines_plan import LoadLines, price_tick
from app.ui.colours import Colours

DRAG_WORDS: Final = "Drag this line down to see what that price would do"
_HOLD: Final = 6.0


def is_on_now(plan: LoadLines | None, area: QRectF, place: QPointF) -> bool:
    """Return whether a place is on the line of today's price, where that is one to rely on."""
    if plan is None or plan.price is None or not plan.fresh or not area.left() <= place.x() <= area.right():
        return False
    y = area.bottom() - (plan.price - plan.low) / ((plan.high - plan.low) or 1.0) * area.height()
    return abs(place.y() - y) <= _HOLD


def price_at(plan: LoadLines, area: QRectF, y: float) -> float:
    """Return the price at a height, from the axis' lower end to today's price."""
    part = (area.bottom() - y) / (area.height() or 1.0)
    price = plan.low + part * (plan.high - plan.low)
    return min(max(price, plan.low), price if plan.price is None else plan.price)


def draw_dragged(
    painter: QPainter, area: QRectF, y: float, words: str, colours: Colours, metrics: QFontMetricsF
) -> None:
    """Draw the line that is being dragged, with its words."""
    pen = QPen(QColor(colours.accent), 2)
    pen.setDashPattern([5, 3])
    painter.setPen(pen)
    painter.drawLine(QLineF(area.left(), y, area.right(), y))
    box = QRectF(area.left() + 4, y + 2, metrics.horizontalAdvance(words) + 12, metrics.height() + 4)
    if box.bottom() > area.bottom():
        box.moveBottom(y - 2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.accent))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QColor(colours.on_accent))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def dragged_words(price: float, currency: str) -> str:
    """Return what stands at the dragged line."""
    return f"stress at {price_tick(price, currency)}"
