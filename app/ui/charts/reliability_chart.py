"""Stated against happened: a dot for each group of statements, with what chance alone explains, beside the diagonal."""

from typing import Final

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.ui.charts.reliability_plan import ReliabilityDot
from app.ui.plain_tips import plain_tip
from app.ui.theme import Theme

_LEFT: Final = 58.0
_BOTTOM: Final = 42.0
_AIR: Final = 10.0
_TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_REACH: Final = 14.0
_HOLLOW: Final = 5.0
_FULL: Final = 4.0
_HEIGHT: Final = 330


class ReliabilityChart(QWidget):
    """The chart; a dot outside its bar is hollow and larger, so that it differs without colour."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._dots: tuple[ReliabilityDot, ...] = ()
        self._at = -1
        self.setMinimumSize(280, _HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Stated against happened")
        theme.changed.connect(self._repaint)

    def show_dots(self, dots: tuple[ReliabilityDot, ...]) -> None:
        """Show other dots."""
        self._dots, self._at = dots, -1
        self.setAccessibleDescription(". ".join(dot.words for dot in dots))
        self.update()

    def _repaint(self, _colours: object) -> None:
        self.update()

    def _area(self) -> QRectF:
        size = max(min(self.width() - _LEFT - _AIR, self.height() - _BOTTOM - _AIR), 20.0)
        return QRectF(_LEFT, _AIR, size, size)

    def _place(self, stated: float, happened: float) -> QPointF:
        area = self._area()
        return QPointF(area.left() + stated * area.width(), area.bottom() - happened * area.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw axes, the diagonal, bars and dots."""
        painter = QPainter(self)
        colours, area = self._theme.colours, self._area()
        font = QFont(self.font())
        font.setPointSizeF(self._theme.points * 0.9)
        painter.setFont(font)
        centre = Qt.AlignmentFlag.AlignCenter
        for tick in _TICKS:
            words = f"{tick * 100:.0f}\u202f%"
            level, upright = self._place(0, tick).y(), self._place(tick, 0).x()
            painter.setPen(QPen(QColor(colours.grid), 1))
            painter.drawLine(QLineF(area.left(), level, area.right(), level))
            painter.drawLine(QLineF(upright, area.top(), upright, area.bottom()))
            painter.setPen(QColor(colours.muted))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, level - 10, _LEFT - 8, 20), right, words)
            painter.drawText(QRectF(upright - 30, area.bottom() + 3, 60, 18), centre, words)
        painter.drawText(QRectF(area.left(), area.bottom() + 21, area.width(), 18), centre, "stated")
        painter.save()
        painter.translate(10, area.center().y())
        painter.rotate(-90)
        painter.drawText(QRectF(-60, -9, 120, 18), centre, "happened")
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        diagonal = QPen(QColor(colours.strong_border), 1)
        diagonal.setDashPattern([5, 4])
        painter.setPen(diagonal)
        painter.drawLine(QLineF(self._place(0, 0), self._place(1, 1)))
        for number, dot in enumerate(self._dots):
            self._dot(painter, dot, looked_at=number == self._at)
        painter.end()

    def _dot(self, painter: QPainter, dot: ReliabilityDot, *, looked_at: bool) -> None:
        colours = self._theme.colours
        colour = QColor(colours.accent if dot.inside else colours.call)
        painter.setPen(QPen(colour, 2 if looked_at else 1.4))
        low, high = self._place(dot.stated, dot.low), self._place(dot.stated, dot.high)
        painter.drawLine(QLineF(low, high))
        for end in (low, high):
            painter.drawLine(QLineF(end.x() - 4, end.y(), end.x() + 4, end.y()))
        painter.setBrush(colour if dot.inside else QColor(colours.panel))
        painter.setPen(QPen(colour, 2))
        size = (_FULL if dot.inside else _HOLLOW) + (1.5 if looked_at else 0)
        painter.drawEllipse(self._place(dot.stated, dot.happened), size, size)

    def _look_at(self, number: int) -> None:
        self._at = max(0, min(number, len(self._dots) - 1))
        dot = self._dots[self._at]
        self.setAccessibleDescription(dot.words)
        where = self._place(dot.stated, dot.happened) + QPointF(10, 10)
        QToolTip.showText(self.mapToGlobal(where.toPoint()), plain_tip(f"{dot.words}."), self)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(360, _HEIGHT)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the group next to the pointer."""
        x = event.position().x()
        near = [(abs(self._place(dot.stated, 0).x() - x), number) for number, dot in enumerate(self._dots)]
        if near and min(near)[0] < _REACH:
            self._look_at(min(near)[1])

    def leaveEvent(self, event: QEvent) -> None:
        """Put the words away."""
        QToolTip.hideText()
        self._at = -1
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the groups."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._dots:
            self._look_at(self._at + (1 if event.key() == Qt.Key.Key_Right else -1))
        else:
            super().keyPressEvent(event)
