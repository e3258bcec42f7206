"""The chart of LTV against a falling price; the line of the stressed price can be dragged, also by keys."""

from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.ui.charts.load_lines_plan import price_tick, spread
from app.ui.charts.ltv_curves_plan import Curve, Curves
from app.ui.charts.pointed import pointed
from app.ui.charts.stress_axes import Axes, round_ticks
from app.ui.charts.stress_canvas import ChartCanvas, draw_badge, draw_columns, draw_mark, draw_rows
from app.ui.charts.stress_colours import line_colour, line_pen
from app.ui.theme import Theme

_LEFT: Final = 46.0
_TOP: Final = 24.0
_BOTTOM: Final = 24.0
_NAMES: Final = 0.23
_WIDEST_NAMES: Final = 132.0
_STEP: Final = 5.0
_REACH: Final = 7.0
_KEY_STEP: Final = 0.01
_PAGE_STEP: Final = 0.05


class LtvCurvesChart(ChartCanvas):
    """The chart. Left and right move the stressed price by one per cent, the page keys by five; Home is now.

    Signals:
        moved: the ``PointedPrice`` that the line was moved to, while it moves.
        released: the line was let go.
    """

    moved = Signal(object)
    released = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "LTV as the price falls", parent)
        self._plan: Curves | None = None
        self._stressed: float | None = None
        self._words = ""
        self.dragging = False

    def show_curves(self, plan: Curves) -> None:
        """Show another picture."""
        if plan == self._plan:
            return
        self._plan = plan
        self._describe()
        self.forget()

    def show_price(self, price: float | None, words: str) -> None:
        """Show the stressed price with its words, or none."""
        if (price, words) == (self._stressed, self._words):
            return
        self._stressed, self._words = price, words
        self._describe()
        self.update()

    def _describe(self) -> None:
        plan = self._plan.description if self._plan is not None else ""
        self.setAccessibleDescription(f"Stressed price {self._words}. {plan}" if self._words else plan)

    def axes(self) -> Axes:
        """Return where things stand."""
        plan = self._plan
        names = min(self.width() * _NAMES, _WIDEST_NAMES)
        width = max(self.width() - _LEFT - names, 10.0)
        area = QRectF(_LEFT, _TOP, width, max(self.height() - _TOP - _BOTTOM, 10.0))
        if plan is None:
            return Axes(area, 1.0, 0.0, 0.0, 1.0)
        return Axes(area, plan.left, plan.right, plan.low, plan.high)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what is kept, then the marks and the line that moves."""
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self.unmoving())
        plan = self._plan
        if plan is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.bold)
        axes = self.axes()
        stressed = plan.price if self._stressed is None else self._stressed
        if self._stressed is not None:
            self._paint_line(painter, axes, self._stressed)
        for curve in plan.strong:
            for mark in curve.marks:
                if plan.right <= mark.price <= plan.left and plan.low <= mark.ltv <= plan.high:
                    place = QPointF(axes.x(mark.price), axes.y(mark.ltv))
                    draw_mark(painter, place, mark.level, self.colours, reached=mark.price >= stressed)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self.colours.accent), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        painter.end()

    def _paint_line(self, painter: QPainter, axes: Axes, price: float) -> None:
        area, colours = axes.area, self.colours
        x = min(max(axes.x(price), area.left()), area.right())
        shade = QColor(colours.muted)
        shade.setAlpha(22)
        plan = self._plan
        if plan is not None:
            start = axes.x(plan.price)
            painter.fillRect(QRectF(QPointF(start, area.top()), QPointF(x, area.bottom())), shade)
        pen = QPen(QColor(colours.text), 1.6)
        pen.setDashPattern([5, 3])
        painter.setPen(pen)
        painter.drawLine(QLineF(x, area.top(), x, area.bottom()))
        width = self.metrics().horizontalAdvance(self._words) + 24
        box = QRectF(x - width / 2, 2, width, _TOP - 5)
        box.moveLeft(min(max(box.left(), 1.0), self.width() - width - 1))
        draw_badge(painter, box, f"◂ {self._words} ▸", colours.text, colours.panel)

    def paint_unmoving(self, painter: QPainter) -> None:
        """Draw grid, curves, names and today's line."""
        plan = self._plan
        if plan is None:
            return
        axes, colours = self.axes(), self.colours
        painter.setFont(self.plain)
        ltvs = round_ticks(plan.low, plan.high, max(int(axes.area.height() // 26), 2))
        draw_rows(painter, axes, tuple((value, f"{value * 100:.0f} %") for value in ltvs), colours)
        prices = round_ticks(plan.right, plan.left, max(int(axes.area.width() // 62), 2))
        draw_columns(painter, axes, tuple((v, price_tick(v, plan.currency)) for v in reversed(prices)), colours)
        painter.save()
        painter.setClipRect(axes.area)
        thin = QColor(colours.muted)
        thin.setAlpha(60)
        painter.setPen(QPen(thin, 1))
        for scale in plan.thin:
            painter.drawPolyline(_line_of(scale, axes))
        for place, curve in enumerate(plan.strong):
            painter.setPen(line_pen(colours, place, 2.0))
            painter.drawPolyline(_line_of(curve.scale, axes))
        painter.restore()
        self._paint_now(painter, axes, plan)
        self._paint_names(painter, axes, plan)

    def _paint_now(self, painter: QPainter, axes: Axes, plan: Curves) -> None:
        x, colours = axes.x(plan.price), self.colours
        painter.setPen(QPen(QColor(colours.accent), 2))
        painter.drawLine(QLineF(x, axes.area.top(), x, axes.area.bottom()))
        painter.setFont(self.bold)
        width = self.metrics().horizontalAdvance("now") + 8
        painter.setPen(QColor(colours.accent))
        box = QRectF(x + 3, axes.area.top(), width, self.metrics().height())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "now")

    def _paint_names(self, painter: QPainter, axes: Axes, plan: Curves) -> None:
        """Draw each curve's name at its end, in the curves' own order, with a line to it."""
        metrics = self.metrics()
        height = metrics.height()
        ends = [_end_of(curve, axes) for curve in plan.strong]
        places = _within(spread([end.y() for end in ends], height), axes.area, height)
        painter.setFont(self.bold)
        left = axes.area.right() + 14
        room = self.width() - left - 2
        for number, (curve, end, y) in enumerate(zip(plan.strong, ends, places, strict=True)):
            colour = line_colour(self.colours, number)
            painter.setPen(QPen(colour, 1))
            painter.drawLine(QLineF(QPointF(axes.area.right() + 1, end.y()), QPointF(left - 3, y)))
            painter.setPen(colour)
            words = metrics.elidedText(curve.name, Qt.TextElideMode.ElideMiddle, room)
            box = QRectF(left, y - height / 2, room, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    def _move_to(self, price: float) -> None:
        plan = self._plan
        if plan is not None:
            self.moved.emit(pointed(min(max(price, plan.right), plan.price)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the line to the pointer."""
        if event.button() is Qt.MouseButton.LeftButton and self._plan is not None:
            self.dragging = True
            self._move_to(self.axes().value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the line, or tell about what is under the pointer."""
        plan = self._plan
        if plan is None:
            return
        axes, at = self.axes(), event.position()
        if self.dragging:
            self._move_to(axes.value_at(at.x()))
            return
        line = axes.x(plan.price if self._stressed is None else self._stressed)
        near = abs(at.x() - line) < _REACH
        self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)
        self.tell(at, self.words_at(at))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the line go."""
        if event.button() is Qt.MouseButton.LeftButton and self.dragging:
            self.dragging = False
            self.released.emit()

    def words_at(self, at: QPointF) -> str:
        """Return what is told about the curve under a place, or nothing."""
        plan, axes = self._plan, self.axes()
        if plan is None or not axes.area.contains(at) or not plan.strong:
            return ""
        price = axes.value_at(at.x())
        nearest = min(plan.strong, key=lambda curve: abs(axes.y(curve.ltv(price)) - at.y()))
        if abs(axes.y(nearest.ltv(price)) - at.y()) > _REACH:
            return ""
        return f"{nearest.words}\nAt {price_tick(price, plan.currency)} its LTV is {nearest.ltv(price) * 100:.1f} %"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the stressed price."""
        plan = self._plan
        steps = {
            Qt.Key.Key_Right: -_KEY_STEP,
            Qt.Key.Key_Left: _KEY_STEP,
            Qt.Key.Key_PageDown: -_PAGE_STEP,
            Qt.Key.Key_PageUp: _PAGE_STEP,
        }
        key = Qt.Key(event.key())
        if plan is None or (key not in steps and key is not Qt.Key.Key_Home):
            super().keyPressEvent(event)
            return
        at = plan.price if self._stressed is None else self._stressed
        self._move_to(plan.price if key is Qt.Key.Key_Home else at + steps[key] * plan.price)
        self.released.emit()


def _line_of(scale: float, axes: Axes) -> QPolygonF:
    """Return a curve from left to right, as far as it stays in the picture."""
    line = QPolygonF()
    x = axes.area.left()
    while x <= axes.area.right() + _STEP:
        price = axes.value_at(x)
        if price <= 0:
            break
        ltv = scale / price
        line.append(QPointF(x, axes.y(ltv)))
        if ltv > axes.high:
            break
        x += _STEP
    return line


def _end_of(curve: Curve, axes: Axes) -> QPointF:
    """Return where a curve leaves the picture, at the right or at the top."""
    return QPointF(axes.area.right(), max(axes.y(curve.ltv(axes.right)), axes.area.top()))


def _within(places: list[float], area: QRectF, height: float) -> list[float]:
    """Return the places moved up as a whole where the last would fall below the picture."""
    result, lowest = [], area.bottom()
    for place in reversed(places):
        y = min(place, lowest)
        result.append(y)
        lowest = y - height
    return result[::-1]
