"""What both stress charts are made of: a widget that knows its axes, its fonts and how to draw a grid and a mark."""

from typing import Final

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from app.ui.charts.stress_axes import Axes
from app.ui.colours import Colours
from app.ui.levels import Level
from app.ui.plain_tips import plain_tip
from app.ui.theme import Theme

_FONT: Final = 0.9
_RADIUS: Final = 5.0


class ChartCanvas(QWidget):
    """A chart whose unmoving part is painted once and kept; what moves is painted over it."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._kept: QPixmap | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.setMinimumHeight(150)
        theme.changed.connect(self._wear)

    @property
    def colours(self) -> Colours:
        """The colours in force."""
        return self._theme.colours

    @property
    def plain(self) -> QFont:
        """The font of axes."""
        font = QFont(self.font())
        font.setPointSizeF(self._theme.points * _FONT)
        return font

    @property
    def bold(self) -> QFont:
        """The font of names and labels."""
        font = self.plain
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def metrics(self) -> QFontMetricsF:
        """Return the metrics of names and labels."""
        return QFontMetricsF(self.bold)

    def forget(self) -> None:
        """Paint the unmoving part anew."""
        self._kept = None
        self.update()

    def unmoving(self) -> QPixmap:
        """Return the unmoving part, painted where it is not kept."""
        if self._kept is None:
            scale = self.devicePixelRatioF()
            kept = QPixmap(QSize(max(int(self.width() * scale), 1), max(int(self.height() * scale), 1)))
            kept.setDevicePixelRatio(scale)
            kept.fill(Qt.GlobalColor.transparent)
            painter = QPainter(kept)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.paint_unmoving(painter)
            painter.end()
            self._kept = kept
        return self._kept

    def paint_unmoving(self, painter: QPainter) -> None:
        """Draw what stands still."""
        raise NotImplementedError

    def tell(self, place: QPointF, words: str) -> None:
        """Show words beside a place, or nothing."""
        if words and self.isVisible():
            QToolTip.showText(self.mapToGlobal(place).toPoint(), plain_tip(words), self)
        else:
            QToolTip.hideText()

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(560, 280)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint everything anew."""
        super().resizeEvent(event)
        self.forget()

    def changeEvent(self, event: QEvent) -> None:
        """Another screen or font paints everything anew."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.DevicePixelRatioChange):
            self.forget()

    def leaveEvent(self, event: QEvent) -> None:
        """Put the words away."""
        QToolTip.hideText()
        super().leaveEvent(event)

    def focusInEvent(self, event: object) -> None:
        """Show the focus."""
        super().focusInEvent(event)  # type: ignore[arg-type] # Qt hands over a QFocusEvent
        self.update()

    def focusOutEvent(self, event: object) -> None:
        """Show it no longer."""
        super().focusOutEvent(event)  # type: ignore[arg-type] # Qt hands over a QFocusEvent
        self.update()

    def _wear(self, _colours: object) -> None:
        self.forget()


def draw_rows(painter: QPainter, axes: Axes, rows: tuple[tuple[float, str], ...], colours: Colours) -> None:
    """Draw a line across for each value, with its words at the left."""
    metrics = QFontMetricsF(painter.font())
    for value, words in rows:
        y = axes.y(value)
        painter.setPen(QPen(QColor(colours.grid), 1))
        painter.drawLine(QLineF(axes.area.left(), y, axes.area.right(), y))
        painter.setPen(QColor(colours.muted))
        box = QRectF(0, y - metrics.height() / 2, axes.area.left() - 6, metrics.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)


def draw_columns(painter: QPainter, axes: Axes, columns: tuple[tuple[float, str], ...], colours: Colours) -> None:
    """Draw words below the picture; one that would cover the one before is left out."""
    metrics = QFontMetricsF(painter.font())
    painter.setPen(QColor(colours.muted))
    last = -1e9
    for value, words in columns:
        x, width = axes.x(value), metrics.horizontalAdvance(words) + 2
        if x - width / 2 < last + 8:
            continue
        last = x + width / 2
        box = QRectF(x - width / 2, axes.area.bottom() + 4, width, metrics.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def draw_badge(painter: QPainter, box: QRectF, words: str, ground: str, ink: str) -> None:
    """Draw words on a rounded ground."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QColor(ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def draw_mark(painter: QPainter, place: QPointF, level: Level, colours: Colours, *, reached: bool) -> None:
    """Draw a call's diamond or a sale's square; it is filled where it is reached."""
    colour = QColor(colours.mark(level))
    painter.setPen(QPen(colour, 2))
    painter.setBrush(colour if reached else QColor(colours.panel))
    if level is Level.SALE:
        r = _RADIUS * 0.85
        painter.drawRect(QRectF(place.x() - r, place.y() - r, 2 * r, 2 * r))
        return
    x, y, r = place.x(), place.y(), _RADIUS * 1.15
    painter.drawPolygon(QPolygonF([QPointF(x, y - r), QPointF(x + r, y), QPointF(x, y + r), QPointF(x - r, y)]))
