"""A loan's LTV over time against its levels, drawn with pyqtgraph; pan and zoom by mouse or keys.

Import this module only when a chart is to be shown: pyqtgraph costs more than the rest of the first paint.
"""

from bisect import bisect_left
from typing import Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QLineF, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPen, QTransform
from PySide6.QtWidgets import QToolTip, QVBoxLayout, QWidget

from app.services.ltv_history import LtvDay, LtvHistory
from app.ui.charts.ltv_series import LtvSeries, Segment, level_words, series_of, words_at
from app.ui.colours import Colours
from app.ui.levels import Level
from app.ui.plain_tips import plain_tip
from app.ui.theme import Theme

_WIDTHS: Final = {Level.WATCH: 1.0, Level.CALL: 1.6, Level.SALE: 2.4}
_DASHES: Final = {Level.WATCH: [2.0, 4.0], Level.CALL: [6.0, 3.0]}
_STEP: Final = 0.15
_LEAST_FOR_WORDS: Final = 90.0
_SHORTEST: Final = 86_400.0


class _PercentAxis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph publishes no types
    """LTVs as per cent."""

    def tickStrings(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        """Return the words beside the ticks."""
        return [f"{value * 100:.0f} %" for value in values]


class _Levels(pg.GraphicsObject):  # type: ignore[misc] # pyqtgraph publishes no types
    """The contract's levels, painted in pixels cut to the view: Qt would dash a line far beyond it."""

    def __init__(self) -> None:
        super().__init__()
        self.segments: tuple[Segment, ...] = ()
        self.colours: Colours | None = None
        self.font = QFont()

    def boundingRect(self) -> QRectF:
        """Cover the whole view."""
        return QRectF(self.viewRect())

    def viewTransformChanged(self) -> None:
        """The view is the bounding rectangle, so both change together."""
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *_rest: object) -> None:
        """Draw each stretch of a level, and its words where it begins in the view."""
        if self.colours is None:
            return
        to_pixels = painter.worldTransform()
        view = self.viewRect()
        painter.save()
        painter.setWorldTransform(QTransform())
        painter.setFont(self.font)
        for segment in self.segments:
            start, end = max(segment.start, view.left()), min(segment.end, view.right())
            if start >= end:
                continue
            line = QLineF(to_pixels.map(QPointF(start, segment.ltv)), to_pixels.map(QPointF(end, segment.ltv)))
            pen = QPen(QColor(self.colours.mark(segment.level)), _WIDTHS[segment.level])
            if segment.level in _DASHES:
                pen.setDashPattern(_DASHES[segment.level])
            painter.setPen(pen)
            painter.drawLine(line)
            words = level_words(segment)
            if line.length() > _LEAST_FOR_WORDS:
                painter.drawText(line.p1() + QPointF(4, -3), words)
        painter.restore()


class LtvHistoryChart(QWidget):
    """The chart. Arrow keys pan, plus and minus zoom, Home shows everything; so does a double click."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._days: tuple[LtvDay, ...] = ()
        self._times: list[float] = []
        self._series: LtvSeries | None = None
        self._plot = pg.PlotWidget(
            self, axisItems={"left": _PercentAxis("left"), "bottom": pg.DateAxisItem("bottom")}, background=None
        )
        # Thin and antialiased is quick at any length; clipping and downsampling are set after adding, since handing
        # them to ``plot`` fails under PySide6.
        self._curve = self._plot.plot([], [], antialias=True, skipFiniteCheck=True)
        self._curve.setClipToView(True)
        self._curve.setDownsampling(auto=True, method="peak")
        self._levels = _Levels()
        self._dress()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("LTV over time")
        theme.changed.connect(self._wear)
        self._wear(theme.colours)

    @property
    def view_box(self) -> pg.ViewBox:
        """What is panned and zoomed."""
        return self._plot.getViewBox()

    def show_history(self, history: LtvHistory) -> None:
        """Show a loan's days."""
        self._days = history.days
        self.show_series(series_of(history))

    def show_series(self, series: LtvSeries) -> None:
        """Draw points and levels, all of them in view."""
        self._series = series
        self._times = list(series.times)
        self._curve.setData(np.asarray(series.times, dtype=float), np.asarray(series.ltvs, dtype=float))
        self._levels.segments = series.segments
        self._levels.update()
        self.setAccessibleDescription(series.description)
        self.show_all()

    def show_all(self) -> None:
        """Show the whole time."""
        if self._series is None or not self._times:
            return
        first, last = self._times[0], self._times[-1]
        air = max((last - first) * 0.02, _SHORTEST / 4)
        box = self.view_box
        box.setLimits(xMin=first - air, xMax=last + air, yMin=0, yMax=self._series.top * 1.5, minXRange=_SHORTEST)
        box.setRange(xRange=(first - air, last + air), yRange=(0, self._series.top), padding=0)

    def _dress(self) -> None:
        plot = self._plot
        plot.setMouseEnabled(x=True, y=False)
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setFrameShape(plot.Shape.NoFrame)
        plot.setStyleSheet("background: transparent")
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.viewport().installEventFilter(self)
        plot.viewport().setMouseTracking(True)
        plot.addItem(self._levels, ignoreBounds=True)
        plot.showGrid(x=False, y=True, alpha=1.0)
        plot.getAxis("left").setZValue(-1000)
        plot.getAxis("left").setStyle(tickLength=0, maxTickLevel=0)
        plot.getAxis("bottom").setStyle(tickLength=0)
        self.view_box.disableAutoRange()

    def _wear(self, colours: object) -> None:
        if not isinstance(colours, Colours):
            return
        font = QFont(self.font())
        font.setPointSizeF(self._theme.points * 0.9)
        for name in ("left", "bottom"):
            axis = self._plot.getAxis(name)
            axis.setPen(QPen(QColor(colours.grid), 1))
            axis.setTextPen(QColor(colours.muted))
            axis.setTickFont(font)
        self._curve.setPen(pg.mkPen(colours.accent, width=1))  # in pixels; Qt's own pen is as wide as a whole LTV
        self._levels.colours, self._levels.font = colours, font
        self._levels.update()

    def _pan(self, part: float) -> None:
        (low, high), _ = self.view_box.viewRange()
        self.view_box.translateBy(x=(high - low) * part)

    def _tell(self, place: QPointF) -> None:
        """Tell the day under the pointer."""
        at = self.view_box.mapSceneToView(self._plot.mapToScene(place.toPoint())).x()
        if not self._days or not self._times[0] <= at <= self._times[-1]:
            QToolTip.hideText()
            return
        number = min(bisect_left(self._times, at), len(self._days) - 1)
        QToolTip.showText(self._plot.mapToGlobal(place.toPoint()), plain_tip(words_at(self._days[number])), self)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(640, 260)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell the day under the pointer; a double click shows everything."""
        if isinstance(event, QMouseEvent):
            if event.type() == QEvent.Type.MouseMove and not event.buttons():
                self._tell(event.position())
            elif event.type() == QEvent.Type.MouseButtonDblClick:
                self.show_all()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pan and zoom."""
        key = event.key()
        if key == Qt.Key.Key_Left:
            self._pan(-_STEP)
        elif key == Qt.Key.Key_Right:
            self._pan(_STEP)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.view_box.scaleBy(x=0.7)
        elif key == Qt.Key.Key_Minus:
            self.view_box.scaleBy(x=1 / 0.7)
        elif key == Qt.Key.Key_Home:
            self.show_all()
        else:
            super().keyPressEvent(event)
