"""A limit's bar: how far it is used, with its bound as a mark."""

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.levels import Level
from app.ui.plain_tips import plain_tip
from app.ui.theme import Theme

_THICK = 6.0
_REACH = 7.0


@dataclass(frozen=True, slots=True)
class LimitBarFigures:
    """A bar from 0 to 1: how far it is filled, where the bound stands, and in which level's colour."""

    filled: float
    mark: float
    level: Level
    sentence: str


class LimitBar(QWidget):
    """What was measured as a filled track, the bound as a line across it; its sentence says both."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._figures: LimitBarFigures | None = None
        self.setMinimumSize(60, 20)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._repaint)

    def show_figures(self, figures: LimitBarFigures) -> None:
        """Show a limit."""
        self._figures = figures
        self.setAccessibleName(figures.sentence)
        self.setToolTip(plain_tip(figures.sentence))
        self.update()

    def _repaint(self, _colours: object) -> None:
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the track, its filling and the mark."""
        figures = self._figures
        if figures is None:
            return
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 0, -1, 0)
        middle = area.center().y()
        track = QRectF(area.left(), middle - _THICK / 2, area.width(), _THICK)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.track))
        painter.drawRoundedRect(track, _THICK / 2, _THICK / 2)
        if figures.filled > 0:
            painter.setBrush(QColor(colours.mark(figures.level)))
            width = max(track.width() * figures.filled, _THICK)
            painter.drawRoundedRect(QRectF(track.left(), track.top(), width, _THICK), _THICK / 2, _THICK / 2)
        x = track.left() + track.width() * figures.mark
        for colour, width in ((colours.panel, 4.0), (colours.text, 2.0)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawLine(QLineF(x, middle - _REACH, x, middle + _REACH))
        painter.end()
