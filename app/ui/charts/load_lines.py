"""The load-line chart: each loan's warning, call and forced-sale price against today's, drawn with pyqtgraph.

Import this module only when a chart is to be shown: pyqtgraph costs more than the rest of the first paint.
"""

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen, QTransform
from PySide6.QtWidgets import QToolTip, QWidget

from app.ui.charts.load_lines_canvas import AXIS, GUTTER, MIDDLE, MIDDLE_CROWDED, Canvas, is_crowded, room_for
from app.ui.charts.load_lines_drag import DRAG_WORDS, dragged_words, draw_dragged, is_on_now, price_at
from app.ui.charts.load_lines_plan import MOST, LoadLines, LoanLines, price_tick, spread
from app.ui.charts.pointed import pointed
from app.ui.colours import Colours
from app.ui.levels import Level
from app.ui.plain_tips import plain_tip
from app.ui.theme import Theme


class _Picture(pg.GraphicsObject):  # type: ignore[misc] # pyqtgraph publishes no types
    """Everything inside the axes, painted in pixels so that words and hairlines stay crisp at any scale."""

    def __init__(self) -> None:
        super().__init__()
        self.plan: LoadLines | None = None
        self.colours: Colours | None = None
        self.chosen = -1
        self.focused = False
        self.dragged: float | None = None
        self.font = QFont()

    def boundingRect(self) -> QRectF:
        """Cover the whole view."""
        return QRectF(self.viewRect())

    def viewTransformChanged(self) -> None:
        """The view is the bounding rectangle, so both change together."""
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *_rest: object) -> None:
        """Draw zones, bands, lines and labels."""
        if self.plan is None or self.colours is None:
            return
        to_pixels = painter.worldTransform()
        painter.save()
        painter.setWorldTransform(QTransform())
        painter.setFont(self.font)
        area = to_pixels.mapRect(self.viewRect())
        canvas = Canvas(area, self.plan, self.colours, self.font, self.chosen if self.focused else -1)
        _draw(painter, canvas)
        if self.dragged is not None:
            words = dragged_words(self.dragged, self.plan.currency)
            draw_dragged(painter, area, canvas.y(self.dragged), words, self.colours, canvas.metrics)
        painter.restore()


def _draw(painter: QPainter, canvas: Canvas) -> None:
    plan, colours = canvas.plan, canvas.colours
    area = canvas.area
    if plan.price is not None and plan.after is not None:
        band = QColor(colours.muted)
        band.setAlpha(20)
        painter.fillRect(
            QRectF(QPointF(area.left(), canvas.y(plan.price)), QPointF(area.right(), canvas.y(plan.after))), band
        )
    for number, column in enumerate(plan.columns):
        _zones(painter, canvas, number, column)
    if plan.price is not None and plan.after is not None:
        y = canvas.y(plan.after)
        painter.setPen(QPen(QColor(colours.text), 1.4, Qt.PenStyle.CustomDashLine))
        pen = painter.pen()
        pen.setDashPattern([5, 3])
        painter.setPen(pen)
        painter.drawLine(QLineF(area.left(), y, area.right(), y))
        now = canvas.y(plan.price)
        pen = QPen(QColor(colours.accent if plan.fresh else colours.muted), 2)
        if not plan.fresh:
            pen.setDashPattern([2, 2])
        painter.setPen(pen)
        painter.drawLine(QLineF(area.left(), now, area.right(), now))
    if plan.reserve is not None:
        y = canvas.y(plan.reserve)
        pen = QPen(QColor(colours.sale), 1.6)
        pen.setDashPattern([1.2, 2.2])
        painter.setPen(pen)
        painter.drawLine(QLineF(area.left(), y, area.right(), y))
    labels = [room for number, column in enumerate(plan.columns) for room in _marks(painter, canvas, number, column)]
    _captions(painter, canvas, labels)


def _zones(painter: QPainter, canvas: Canvas, number: int, column: LoanLines) -> None:
    box = canvas.column(number)
    top, level = box.top(), Level.SAFE
    for mark in (*column.marks, None):
        bottom = box.bottom() if mark is None else canvas.y(mark.price)
        if bottom > top:
            painter.fillRect(QRectF(box.left(), top, box.width(), bottom - top), QColor(canvas.colours.zone(level)))
        if mark is not None:
            top, level = max(bottom, top), mark.level
    if number == canvas.chosen:
        painter.setPen(QPen(QColor(canvas.colours.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(-4, 1, 4, -1))


def _marks(painter: QPainter, canvas: Canvas, number: int, column: LoanLines) -> list[QRectF]:
    """Draw the call and sale lines with their prices, and return where those stand.

    A graver line is thicker, so that it differs without colour.
    """
    box, plan = canvas.column(number), canvas.plan
    told = [mark for mark in column.marks if mark.label]
    fixed = [canvas.y(price) for price in (plan.price, plan.after, plan.reserve) if price is not None]
    height = canvas.metrics.height() * 0.92
    places = spread([canvas.y(mark.price) for mark in told], height, fixed)
    rooms = []
    for mark, place in zip(told, places, strict=True):
        y = canvas.y(mark.price)
        colour = QColor(canvas.colours.mark(mark.level))
        outside = "▼ " if mark.price < plan.low else "▲ " if mark.price > plan.high else ""
        painter.setPen(QPen(colour, 3.0 if mark.level is Level.SALE else 2.2))
        if not outside:
            painter.drawLine(QLineF(box.left() - canvas.over, y, box.right() + canvas.over, y))
        text = f"{outside}{mark.short if canvas.crowded else mark.label}"
        room = QRectF(box.right() + canvas.over + 4, 0, canvas.metrics.horizontalAdvance(text) + 2, height)
        room.moveTop(min(max(place - height / 2, canvas.area.top()), canvas.area.bottom() - height))
        painter.setPen(colour)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        rooms.append(room)
    return rooms


def _captions(painter: QPainter, canvas: Canvas, labels: list[QRectF]) -> None:
    """Draw the badge of today's price and the words of the line after the fall, in the gutter on the right."""
    plan, colours, area = canvas.plan, canvas.colours, canvas.area
    if plan.price is None or plan.after is None:
        return
    height = canvas.metrics.height() + 4
    width = canvas.metrics.horizontalAdvance(plan.now_label) + 12
    badge = QRectF(area.right() - width, canvas.y(plan.price) - height - 1, width, height)
    if badge.top() < area.top():
        badge.moveTop(canvas.y(plan.price) + 1)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.accent if plan.fresh else colours.muted))
    painter.drawRoundedRect(badge, 3, 3)
    painter.setPen(QColor(colours.on_accent if plan.fresh else colours.panel))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, plan.now_label)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    wide = canvas.metrics.horizontalAdvance(plan.after_label) + 4
    below = QRectF(area.right() - wide, canvas.y(plan.after) + 2, wide, height)
    if below.bottom() > area.bottom():
        below.moveTop(canvas.y(plan.after) - height)
    painter.setPen(QColor(colours.text))
    painter.drawText(below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, plan.after_label)
    _reserve_caption(painter, canvas, [badge, below, *labels])


def _reserve_caption(painter: QPainter, canvas: Canvas, taken: list[QRectF]) -> None:
    """Draw the words of the line at which the free bitcoin ends: below it, else above it, where there is room."""
    plan, area = canvas.plan, canvas.area
    if plan.reserve is None:
        return
    y, height = canvas.y(plan.reserve), canvas.metrics.height()
    tops = (y + 2, y - height - 2, y + 2 + height, y - 2 * height - 2)
    tried = [(words, top) for words in (plan.reserve_label, plan.reserve_short) for top in tops]
    free = ((words, top) for words, top in tried if _is_free(_at_right(canvas, words, top), area, taken))
    words, top = next(free, tried[0])
    painter.setPen(QColor(canvas.colours.sale))
    flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(_at_right(canvas, words, top), flags, words)


def _at_right(canvas: Canvas, words: str, top: float) -> QRectF:
    wide = canvas.metrics.horizontalAdvance(words) + 4
    return QRectF(canvas.area.right() - wide, top, wide, canvas.metrics.height())


def _is_free(room: QRectF, area: QRectF, taken: list[QRectF]) -> bool:
    inside = room.top() >= area.top() and room.bottom() <= area.bottom()
    return inside and not any(map(room.intersects, taken))


class _PriceAxis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph publishes no types
    """Prices as money, in thousands."""

    currency = "USD"

    def tickStrings(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        """Return the words beside the ticks."""
        return [price_tick(value, self.currency) for value in values]


class LoadLineChart(QWidget):
    """The chart with its axes; arrow keys walk the columns, Enter opens a loan.

    Signals:
        opened: the ``LoanFigures`` of the column that was double-clicked or chosen with Enter.
        room_changed: another number of columns can be told apart than before.
        price_dragged: the ``PointedPrice`` below today's to which the line of today's price was dragged.
    """

    opened = Signal(object)
    price_dragged = Signal(object)
    room_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._plan: LoadLines | None = None
        self.room = MOST
        self._picture = _Picture()
        self._axis = _PriceAxis("left")
        self._names = pg.AxisItem("bottom")
        self._plot = pg.PlotWidget(self, axisItems={"left": self._axis, "bottom": self._names}, background=None)
        self._dress_plot()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Load lines")
        self.setMinimumHeight(120)
        theme.changed.connect(self._wear)
        self._wear(theme.colours)

    def show_plan(self, plan: LoadLines) -> None:
        """Show another picture."""
        self._plan = plan
        self._picture.plan = plan
        self._axis.currency = plan.currency
        self._picture.chosen = min(self._picture.chosen, len(plan.columns) - 1)
        self._plot.getViewBox().setRange(xRange=(0, 1), yRange=(plan.low, plan.high), padding=0)
        self.setAccessibleDescription(plan.description)
        self._name_columns()
        self._picture.update()

    def column_at(self, x: float) -> int:
        """Return the number of the column at a place in this widget, or −1."""
        if self._plan is None or not self._plan.columns:
            return -1
        area = self._area()
        number = int((x - area.left()) // (max(area.width() - GUTTER, 1.0) / len(self._plan.columns)))
        return number if 0 <= number < len(self._plan.columns) else -1

    def _dress_plot(self) -> None:
        plot = self._plot
        plot.setMouseEnabled(x=False, y=False)
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setFrameShape(plot.Shape.NoFrame)
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.setStyleSheet("background: transparent")
        plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        plot.getViewBox().setDefaultPadding(0)
        plot.getViewBox().disableAutoRange()
        plot.showGrid(x=False, y=True, alpha=1.0)
        plot.addItem(self._picture, ignoreBounds=True)
        self._axis.setZValue(-1000)  # its grid belongs behind the columns
        self._axis.setStyle(tickLength=0, autoExpandTextSpace=True, maxTickLevel=1, maxTextLevel=1)
        self._names.setStyle(tickLength=0)
        self._names.setHeight(24)
        plot.getViewBox().sigResized.connect(self._name_columns)

    def _wear(self, colours: object) -> None:
        if not isinstance(colours, Colours):
            return
        font = QFont(self.font())
        font.setPointSizeF(self._theme.points * 0.9)
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold)
        self._picture.colours, self._picture.font = colours, bold
        for axis, tone in ((self._axis, colours.muted), (self._names, colours.text)):
            axis.setPen(QPen(QColor(colours.grid), 1))
            axis.setTextPen(QColor(tone))
            axis.setTickFont(font)
        self._picture.update()

    def _area(self) -> QRectF:
        """Return the inside of the axes in this widget's pixels."""
        return QRectF(self._plot.mapFromScene(self._plot.getViewBox().sceneBoundingRect()).boundingRect())

    def _name_columns(self, *_resized: object) -> None:
        if self._plan is None:
            return
        area = self._area()
        count = max(len(self._plan.columns), 1)
        slot = max(area.width() - GUTTER, 1.0) / count
        metrics = QFontMetricsF(self._picture.font)
        crowded = is_crowded(slot, metrics)
        elision = Qt.TextElideMode.ElideMiddle if crowded else Qt.TextElideMode.ElideRight
        place = MIDDLE_CROWDED if crowded else MIDDLE
        ticks = [
            (
                (number + place) * slot / max(area.width(), 1.0),
                metrics.elidedText(column.name, elision, slot - 6),
            )
            for number, column in enumerate(self._plan.columns)
        ]
        self._names.setTicks([ticks])

    def _tell(self, number: int, place: QPointF) -> None:
        if self._plan is None or number < 0:
            QToolTip.hideText()
            return
        words = plain_tip(self._plan.columns[number].words)
        QToolTip.showText(self.mapToGlobal(place).toPoint(), words, self)

    def _open(self, number: int) -> None:
        if self._plan is not None and 0 <= number < len(self._plan.columns):
            self.opened.emit(self._plan.columns[number].figures)

    def _choose(self, number: int) -> None:
        if self._plan is None or not self._plan.columns:
            return
        self._picture.chosen = max(0, min(number, len(self._plan.columns) - 1))
        column = self._plan.columns[self._picture.chosen]
        self.setAccessibleDescription(column.words.replace("\n", "; "))
        area = self._area()
        x = area.left() + (self._picture.chosen + 0.5) * (area.width() - GUTTER) / len(self._plan.columns)
        self._tell(self._picture.chosen, QPointF(x, area.top() + 20))
        self._picture.update()

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(760, 330)

    def resizeEvent(self, event: object) -> None:
        """Fill the widget."""
        super().resizeEvent(event)  # type: ignore[arg-type] # Qt hands over a QResizeEvent
        self._plot.setGeometry(self.rect())
        room = room_for(self.width() - AXIS - GUTTER, QFontMetricsF(self._picture.font))
        if room != self.room:
            self.room = room
            self.room_changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the line of today's price."""
        plan = self._plan
        if event.button() is Qt.MouseButton.LeftButton and is_on_now(plan, self._area(), event.position()):
            self._picture.dragged = None if plan is None else plan.price
            QToolTip.hideText()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the line, or tell about the column under the pointer."""
        plan = self._plan
        if self._picture.dragged is not None and plan is not None:
            self._picture.dragged = price_at(plan, self._area(), event.position().y())
            self._picture.update()
            return
        on_now = is_on_now(plan, self._area(), event.position())
        self.setCursor(Qt.CursorShape.SizeVerCursor if on_now else Qt.CursorShape.ArrowCursor)
        if on_now:
            QToolTip.showText(self.mapToGlobal(event.position()).toPoint(), plain_tip(DRAG_WORDS), self)
        else:
            self._tell(self.column_at(event.position().x()), event.position())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let the line go; where it was pulled down, tell the price."""
        price, self._picture.dragged = self._picture.dragged, None
        if price is None:
            return
        self._picture.update()
        if self._plan is not None and self._plan.price is not None and price < self._plan.price:
            self.price_dragged.emit(pointed(price))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the loan under the pointer."""
        self._open(self.column_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        """Put the words away."""
        QToolTip.hideText()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the columns and open one."""
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._choose(self._picture.chosen + (1 if key == Qt.Key.Key_Right else -1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self._picture.chosen)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: object) -> None:
        """Show which column is chosen."""
        super().focusInEvent(event)  # type: ignore[arg-type] # Qt hands over a QFocusEvent
        self._picture.focused = True
        self._picture.chosen = max(self._picture.chosen, 0)
        self._picture.update()

    def focusOutEvent(self, event: object) -> None:
        """Show it no longer."""
        super().focusOutEvent(event)  # type: ignore[arg-type] # Qt hands over a QFocusEvent
        self._picture.focused = False
        self._picture.update()
