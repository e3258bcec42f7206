"""The chart of past falls from today's price: each a line with its name at its end; one can be chosen."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.ui.charts.load_lines_plan import price_tick, spread
from app.ui.charts.replay_plan import Fall, Replay
from app.ui.charts.stress_axes import Axes, round_ticks
from app.ui.charts.stress_canvas import ChartCanvas, draw_columns, draw_rows
from app.ui.charts.stress_colours import line_colour, line_pen
from app.ui.theme import Theme

_LEFT: Final = 46.0
_TOP: Final = 8.0
_BOTTOM: Final = 38.0
_GUTTER: Final = 14.0
_NEAR: Final = 10.0


class ReplayChart(ChartCanvas):
    """The chart. Up and down walk the falls, Enter reckons one; so does a click.

    Signals:
        chosen: the key of an episode.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Past falls replayed on today's book", parent)
        self._plan: Replay | None = None
        self._walked = -1

    def show_replay(self, plan: Replay) -> None:
        """Show another picture."""
        if plan == self._plan:
            return
        before, self._plan = self._plan, plan
        self._walked = min(self._walked, len(plan.falls) - 1)
        self.setAccessibleDescription(plan.description)
        if before is not None and _standing(before) == _standing(plan):
            self.update()
        else:
            self.forget()

    def axes(self) -> Axes:
        """Return where things stand."""
        plan, metrics = self._plan, self.metrics()
        names = max([metrics.horizontalAdvance(fall.label) for fall in _past(plan)] if plan else [], default=0)
        width = max(self.width() - _LEFT - names - _GUTTER - 4, 10.0)
        area = QRectF(_LEFT, _TOP, width, max(self.height() - _TOP - _BOTTOM, 10.0))
        if plan is None:
            return Axes(area, 0.0, 1.0, 0.0, 1.0)
        return Axes(area, 0.0, plan.days, plan.low, plan.high)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture, and the focus."""
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self.unmoving())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._plan is not None and self._plan.falls and self._plan.falls[-1].own:
            self._paint_own(painter, self.axes(), self._plan.falls[-1])
        if self.hasFocus():
            painter.setPen(QPen(QColor(self.colours.accent), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
            if self._plan is not None and 0 <= self._walked < len(self._plan.falls):
                painter.drawPolyline(_line_of(self._plan.falls[self._walked], self.axes()))
        painter.end()

    def paint_unmoving(self, painter: QPainter) -> None:
        """Draw grid, levels, falls and their names."""
        plan = self._plan
        if plan is None:
            return
        axes, colours = self.axes(), self.colours
        painter.setFont(self.plain)
        prices = round_ticks(plan.low, plan.high, max(int(axes.area.height() // 26), 2))
        draw_rows(painter, axes, tuple((value, price_tick(value, plan.currency)) for value in prices), colours)
        days = round_ticks(0.0, plan.days, max(int(axes.area.width() // 60), 2))
        draw_columns(painter, axes, tuple((day, f"{day:g}") for day in days), colours)
        height = self.metrics().height()
        below = QRectF(axes.area.left(), self.height() - height - 1, axes.area.width(), height)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, "days since the fall began")
        for number, fall in enumerate(_past(plan)):
            chosen = plan.chosen is not None and fall.key == plan.chosen
            painter.setPen(line_pen(colours, number, 3.0 if chosen else 1.7))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(_line_of(fall, axes))
        self._paint_levels(painter, axes, plan)
        self._paint_names(painter, axes, plan)

    def _paint_own(self, painter: QPainter, axes: Axes, fall: Fall) -> None:
        """Draw the fall that is asked for, its name at its end."""
        pen = QPen(QColor(self.colours.text), 2)
        pen.setDashPattern([5, 3])
        painter.setPen(pen)
        painter.drawPolyline(_line_of(fall, axes))
        metrics = self.metrics()
        day, price = fall.points[-1]
        width, height = metrics.horizontalAdvance(fall.label) + 6, metrics.height()
        left = min(axes.x(day) + 4, axes.area.right() - width)
        top = min(max(axes.y(price) - height / 2, axes.area.top()), axes.area.bottom() - height)
        ground = QColor(self.colours.panel)
        ground.setAlpha(215)
        box = QRectF(left, top, width, height)
        painter.fillRect(box, ground)
        painter.setFont(self.bold)
        painter.setPen(QColor(self.colours.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, fall.label)

    def _paint_levels(self, painter: QPainter, axes: Axes, plan: Replay) -> None:
        """Draw the dotted lines, the words above each at the right."""
        painter.setFont(self.bold)
        height = self.metrics().height()
        for level in plan.levels:
            if not plan.low <= level.price <= plan.high:
                continue
            y, colour = axes.y(level.price), QColor(self.colours.mark(level.level))
            pen = QPen(colour, 1.6)
            pen.setDashPattern([1.5, 2.5])
            painter.setPen(pen)
            painter.drawLine(QLineF(axes.area.left(), y, axes.area.right(), y))
            width = self.metrics().horizontalAdvance(level.label) + 6
            box = QRectF(axes.area.right() - width - 4, y - height - 1, width, height)
            ground = QColor(self.colours.panel)
            ground.setAlpha(215)
            painter.fillRect(box, ground)
            painter.setPen(colour)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, level.label)

    def _paint_names(self, painter: QPainter, axes: Axes, plan: Replay) -> None:
        """Draw each fall's name beside its end."""
        metrics = self.metrics()
        height = metrics.height()
        falls = _past(plan)
        order = sorted(range(len(falls)), key=lambda number: -falls[number].points[-1][1])
        wanted = [axes.y(falls[number].points[-1][1]) for number in order]
        painter.setFont(self.bold)
        for number, y in zip(order, _raised(spread(wanted, height), axes.area.bottom(), height), strict=True):
            fall = falls[number]
            end = QPointF(axes.x(fall.points[-1][0]), axes.y(fall.points[-1][1]))
            ink = line_colour(self.colours, number)
            left = axes.area.right() + _GUTTER
            faint = QColor(ink)
            faint.setAlpha(90)
            painter.setPen(QPen(faint, 1))
            painter.drawLine(QLineF(end, QPointF(left - 4, y)))
            painter.setPen(ink)
            box = QRectF(left, y - height / 2, metrics.horizontalAdvance(fall.label) + 2, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fall.label)

    def fall_at(self, at: QPointF) -> Fall | None:
        """Return the fall whose line or name is under a place."""
        plan, axes = self._plan, self.axes()
        if plan is None or not plan.falls:
            return None
        day = min(max(axes.value_at(at.x()), 0.0), plan.days)

        def distance(fall: Fall) -> float:
            return abs(axes.y(_price_on(fall, day)) - at.y())

        nearest = min(plan.falls, key=distance)
        return nearest if distance(nearest) <= _NEAR else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell about the fall under the pointer."""
        fall = self.fall_at(event.position())
        hand = fall is not None and fall.key
        self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
        self.tell(event.position(), "" if fall is None else fall.words)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Reckon the fall under the pointer."""
        fall = self.fall_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and fall is not None and fall.key:
            self.chosen.emit(fall.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the falls and choose one."""
        plan, key = self._plan, event.key()
        if plan is None or not plan.falls:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            down = key == Qt.Key.Key_Down
            first = 0 if down else len(plan.falls) - 1
            self._walked = first if self._walked < 0 else (self._walked + (1 if down else -1)) % len(plan.falls)
            fall = plan.falls[self._walked]
            self.setAccessibleDescription(fall.words.replace("\n", "; "))
            end = QPointF(self.axes().area.center().x(), self.axes().area.top() + 20)
            self.tell(end, fall.words)
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self._walked < len(plan.falls):
            if plan.falls[self._walked].key:
                self.chosen.emit(plan.falls[self._walked].key)
        else:
            super().keyPressEvent(event)


def _past(plan: Replay) -> tuple[Fall, ...]:
    return tuple(fall for fall in plan.falls if not fall.own)


def _standing(plan: Replay) -> Replay:
    """Return what does not move while one's own fall is changed."""
    return replace(plan, falls=_past(plan), description="")


def _line_of(fall: Fall, axes: Axes) -> QPolygonF:
    return QPolygonF([QPointF(axes.x(day), axes.y(price)) for day, price in fall.points])


def _price_on(fall: Fall, day: float) -> float:
    """Return a fall's price on a day, its last one after its end."""
    before = fall.points[0]
    for point in fall.points[1:]:
        if point[0] >= day:
            span = point[0] - before[0]
            part = (day - before[0]) / span if span else 1.0
            return before[1] + (point[1] - before[1]) * part
        before = point
    return before[1]


def _raised(places: list[float], bottom: float, height: float) -> list[float]:
    """Return the places moved up where the last would fall below the picture."""
    result, lowest = [], bottom
    for place in reversed(places):
        y = min(place, lowest)
        result.append(y)
        lowest = y - height
    return result[::-1]
