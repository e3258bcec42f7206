"""Probabilities over the horizon as lines with their bands; drawn without any library, so that it is there at once."""

from typing import Final

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.ui.charts.chance_plan import ChanceLine, ChancePicture, percent_tick
from app.ui.charts.load_lines_plan import spread
from app.ui.colours import Colours
from app.ui.plain_tips import plain_tip
from app.ui.theme import Theme

_LEFT: Final = 46.0
_BOTTOM: Final = 24.0
_TOP: Final = 8.0
_GAP: Final = 10.0
_WIDTHS: Final = {"call": 2.0, "sale": 2.8, "best": 2.0}
_DASHES: Final = {"best": [5.0, 3.0]}
_BAND: Final = 46
_HEIGHT: Final = 250  # hint and least alike: beside text that wraps a layout takes the hint for the least


class ChanceChart(QWidget):
    """The chart; the pointer or the arrow keys tell a horizon's numbers."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._picture: ChancePicture | None = None
        self._empty = ""
        self._at = -1
        self.setMinimumSize(320, _HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Probability over the horizon")
        theme.changed.connect(self._repaint)

    @property
    def picture(self) -> ChancePicture | None:
        """What is shown."""
        return self._picture

    @property
    def told(self) -> str:
        """What is said of the horizon that is looked at."""
        if self._picture is None or not 0 <= self._at < len(self._picture.sentences):
            return ""
        return self._picture.sentences[self._at]

    def show_picture(self, picture: ChancePicture | None, empty: str = "") -> None:
        """Show another picture, or ``empty`` in its place."""
        self._picture, self._empty = picture, empty
        if picture is None or self._at >= len(picture.stops):
            self._at = -1
        self.setAccessibleDescription(picture.description if picture else empty)
        self.update()

    def _repaint(self, _colours: object) -> None:
        self.update()

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(self._theme.points * 0.9)
        return font

    def _area(self) -> QRectF:
        metrics = QFontMetricsF(self._font())
        names = [line.name for line in self._picture.lines] if self._picture else []
        right = max((metrics.horizontalAdvance(name) for name in names), default=0.0) + _GAP
        return QRectF(_LEFT, _TOP, max(self.width() - _LEFT - right, 10.0), max(self.height() - _TOP - _BOTTOM, 10.0))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw axes, the scenario's ground, bands, lines and names."""
        painter = QPainter(self)
        colours = self._theme.colours
        painter.setFont(self._font())
        picture = self._picture
        if picture is None:
            painter.setPen(QColor(colours.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(20, 0, -20, 0), flags, self._empty)
        else:
            area = self._area()
            _ground(painter, area, picture, colours)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for line in picture.lines:
                _band(painter, area, line, picture.top, colours)
            for line in picture.lines:
                _curve(painter, area, line, picture.top, colours)
            _names(painter, area, picture, colours)
            self._cursor(painter, area, colours)
        painter.end()

    def _cursor(self, painter: QPainter, area: QRectF, colours: Colours) -> None:
        picture = self._picture
        if picture is None or self._at < 0:
            return
        x = area.left() + picture.stops[self._at][1] * area.width()
        painter.setPen(QPen(QColor(colours.accent if self.hasFocus() else colours.strong_border), 1))
        painter.drawLine(QLineF(x, area.top(), x, area.bottom()))
        for line in picture.lines:
            days = picture.stops[self._at][0]
            if days in line.days:
                number = line.days.index(days)
                painter.setPen(QPen(QColor(colours.panel), 1.5))
                painter.setBrush(QColor(colours.mark(line.level)))
                painter.drawEllipse(_point(area, line.xs[number], line.values[number], picture.top), 4, 4)

    def _look_at(self, number: int, place: QPointF | None = None) -> None:
        picture = self._picture
        if picture is None:
            return
        self._at = max(0, min(number, len(picture.stops) - 1))
        area = self._area()
        where = place or QPointF(area.left() + picture.stops[self._at][1] * area.width(), area.top() + 12)
        QToolTip.showText(self.mapToGlobal(where.toPoint()), plain_tip(self.told.replace("; ", "\n")), self)
        self.setAccessibleDescription(self.told)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a comfortable width."""
        return QSize(620, _HEIGHT)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the horizon next to the pointer."""
        picture, area = self._picture, self._area()
        if picture is None or not area.left() - 8 <= event.position().x() <= area.right() + 8:
            return
        at = (event.position().x() - area.left()) / area.width()
        nearest = min(range(len(picture.stops)), key=lambda number: abs(picture.stops[number][1] - at))
        self._look_at(nearest, event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """Put the words away."""
        QToolTip.hideText()
        self._at = -1
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the horizons."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._look_at(self._at + (1 if event.key() == Qt.Key.Key_Right else -1))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that keys go here."""
        super().focusInEvent(event)
        self._at = max(self._at, 0) if self._picture is not None else -1
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show it no longer."""
        super().focusOutEvent(event)
        self._at = -1
        self.update()


def _point(area: QRectF, x: float, value: float, top: float) -> QPointF:
    return QPointF(area.left() + x * area.width(), area.bottom() - min(value / top, 1.0) * area.height())


def _ground(painter: QPainter, area: QRectF, picture: ChancePicture, colours: Colours) -> None:
    metrics = painter.fontMetrics()
    if picture.scenario is not None:
        left = area.left() + picture.scenario * area.width()
        shaded = QRectF(left, area.top(), area.right() - left, area.height())
        painter.fillRect(shaded, QColor(colours.window))
        if metrics.horizontalAdvance("scenario") + 12 < shaded.width():
            painter.setPen(QColor(colours.muted))
            painter.drawText(shaded.adjusted(6, 2, -6, 0), Qt.AlignmentFlag.AlignRight, "scenario")
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for value in picture.grid:
        y = _point(area, 0, value, picture.top).y()
        painter.setPen(QPen(QColor(colours.grid), 1))
        painter.drawLine(QLineF(area.left(), y, area.right(), y))
        painter.setPen(QColor(colours.muted))
        painter.drawText(QRectF(0, y - 10, _LEFT - 8, 20), right, percent_tick(value))
    end = -1e9
    for at, words in picture.ticks:
        wide = metrics.horizontalAdvance(words)
        x = min(area.left() + at * area.width() - wide / 2, area.right() - wide / 2)
        if x < end + 10:
            continue
        painter.drawText(QRectF(x, area.bottom() + 4, wide + 4, 20), Qt.AlignmentFlag.AlignLeft, words)
        end = x + wide


def _band(painter: QPainter, area: QRectF, line: ChanceLine, top: float, colours: Colours) -> None:
    upper = [_point(area, x, value, top) for x, value in zip(line.xs, line.highs, strict=True)]
    lower = [_point(area, x, value, top) for x, value in zip(line.xs, line.lows, strict=True)]
    fill = QColor(colours.mark(line.level))
    fill.setAlpha(_BAND)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _curve(painter: QPainter, area: QRectF, line: ChanceLine, top: float, colours: Colours) -> None:
    colour = QColor(colours.mark(line.level))
    dotted = QPen(colour, 1.2)
    dotted.setDashPattern([1.0, 3.0])
    painter.setPen(dotted)
    painter.drawPolyline([_point(area, x, value, top) for x, value in zip(line.xs, line.textbook, strict=True)])
    pen = QPen(colour, _WIDTHS[line.key])
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if line.key in _DASHES:
        pen.setDashPattern(_DASHES[line.key])
    painter.setPen(pen)
    painter.drawPolyline([_point(area, x, value, top) for x, value in zip(line.xs, line.values, strict=True)])


def _names(painter: QPainter, area: QRectF, picture: ChancePicture, colours: Colours) -> None:
    """Name each line at its end, so that nobody has to match colours."""
    height = float(painter.fontMetrics().height())
    ordered = sorted(picture.lines, key=lambda line: -line.values[-1])
    wanted = [_point(area, line.xs[-1], line.values[-1], picture.top).y() for line in ordered]
    places = spread(wanted, height)
    over = max(places[-1] + height / 2 - area.bottom(), 0.0) if places else 0.0
    for line, y in zip(ordered, places, strict=True):
        x = area.left() + line.xs[-1] * area.width() + 6
        painter.setPen(QColor(colours.mark(line.level)))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(x, y - over - height / 2, 400, height), flags, line.name)
