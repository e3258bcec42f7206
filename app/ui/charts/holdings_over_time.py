"""Holdings over time, drawn with pyqtgraph: filled curves or a line with gaps; pan and zoom by mouse or keys.

Import this module only when a picture is to be shown: pyqtgraph costs more than the rest of the first paint.
"""

from typing import Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPen
from PySide6.QtWidgets import QToolTip, QVBoxLayout, QWidget

from app.ui.charts.holdings_series import Band, Picture, axis_words
from app.ui.colours import Colours
from app.ui.formats import Display
from app.ui.plain_tips import plain_tip
from app.ui.theme import Theme

_STEP: Final = 0.15
_SHORTEST: Final = 86_400.0


class _AmountAxis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph publishes no types
    """Amounts of bitcoin or money, in the words of the screen."""

    def __init__(self) -> None:
        super().__init__("left")
        self.currency: str | None = None
        self.display = Display()

    def tickStrings(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        """Return the words beside the ticks."""
        return [axis_words(value, self.currency, self.display) for value in values]


class HoldingsChart(QWidget):
    """The picture. Arrow keys pan, plus and minus zoom, Home shows everything; so does a double click."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._picture: Picture | None = None
        self._axis = _AmountAxis()
        self._plot = pg.PlotWidget(
            self, axisItems={"left": self._axis, "bottom": pg.DateAxisItem("bottom", utcOffset=0)}, background=None
        )
        self._items: list[tuple[Band, pg.PlotCurveItem, pg.FillBetweenItem | None]] = []
        self._dress()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        theme.changed.connect(self._wear)
        self._wear(theme.colours)

    @property
    def view_box(self) -> pg.ViewBox:
        """What is panned and zoomed."""
        return self._plot.getViewBox()

    def show_picture(self, picture: Picture, display: Display) -> None:
        """Draw a picture, all of it in view."""
        self._picture = picture
        self._axis.currency, self._axis.display = picture.currency, display
        self._axis.picture = None
        for _, curve, fill in self._items:
            self._plot.removeItem(curve)
            if fill is not None:
                self._plot.removeItem(fill)
        self._items = [self._drawn(band) for band in picture.bands]
        self._wear(self._theme.colours)
        self.setAccessibleDescription(picture.description)
        self.show_all()

    def show_all(self) -> None:
        """Show the whole time."""
        picture = self._picture
        if picture is None or not picture.bands:
            return
        first, last = picture.bands[0].times[0], picture.bands[0].times[-1]
        air = max((last - first) * 0.02, _SHORTEST / 4)
        box = self.view_box
        box.setLimits(xMin=first - air, xMax=last + air, yMin=0, yMax=picture.top * 1.5, minXRange=_SHORTEST)
        box.setRange(xRange=(first - air, last + air), yRange=(0, picture.top), padding=0)

    def _drawn(self, band: Band) -> tuple[Band, pg.PlotCurveItem, pg.FillBetweenItem | None]:
        times, high = np.asarray(band.times, dtype=float), np.asarray(band.high, dtype=float)
        curve = pg.PlotCurveItem(times, high, antialias=True, connect="finite")
        fill = None
        if band.low is not None:
            ground = pg.PlotCurveItem(times, np.asarray(band.low, dtype=float))
            fill = pg.FillBetweenItem(ground, curve)
            self._plot.addItem(fill)
        self._plot.addItem(curve)
        return band, curve, fill

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
        plot.showGrid(x=False, y=True, alpha=1.0)
        self._axis.setZValue(-1000)
        self._axis.setStyle(tickLength=0, maxTickLevel=0)
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
        marks = {"safe": colours.safe, "call": colours.call, "accent": colours.accent}
        zones = {"safe": colours.safe_zone, "call": colours.call_zone, "accent": colours.safe_zone}
        for band, curve, fill in self._items:
            curve.setPen(pg.mkPen(marks[band.tone], width=1.4))
            if fill is not None:
                fill.setBrush(QColor(zones[band.tone]))

    def _pan(self, part: float) -> None:
        (low, high), _ = self.view_box.viewRange()
        self.view_box.translateBy(x=(high - low) * part)

    def _tell(self, place: QPointF) -> None:
        """Tell the day under the pointer."""
        picture = self._picture
        if picture is None or not picture.bands:
            return
        at = self.view_box.mapSceneToView(self._plot.mapToScene(place.toPoint())).x()
        words = picture.words_at(at)
        if words:
            QToolTip.showText(self._plot.mapToGlobal(place.toPoint()), plain_tip(words), self)
        else:
            QToolTip.hideText()

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(420, 220)

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
