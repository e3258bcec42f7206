"""Letters, strokes and shades of a printed page. Lengths are tenths of a point; a page survives greyscale."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontDatabase, QFontMetricsF, QPen

from app.domain.errors import PlimsollError

UNITS_PER_INCH: Final = 720
INK: Final = "#111318"
SOFT: Final = "#4a4f57"
RULE: Final = "#9aa0a8"
FAINT: Final = "#d7dade"
TINT: Final = "#eef0f2"
_FAMILY: Final = "Inter"
_FILES: Final = ("Inter-Regular.ttf", "Inter-SemiBold.ttf", "Inter-Bold.ttf")
_FIGURES: Final = QFont.Tag("tnum")
_SHAPES: Final = (QFont.Tag("calt"), QFont.Tag("liga"))


def load_faces(folder: Path) -> None:
    """Make our own letters known to this process, once; a machine's own fonts play no part.

    Raises:
        PlimsollError: the files are not there; the program is incomplete.
    """
    if _FAMILY in QFontDatabase.families():
        return
    for name in _FILES:
        if QFontDatabase.addApplicationFont(str(folder / name)) < 0:
            msg = f"The font {folder / name} cannot be read; install Plimsoll again."
            raise PlimsollError(msg)


class Faces:
    """The letters of one layout, all by one scale (1 is the size that a page is meant for).

    ``air`` widens the room between lines where a page has more of it than it needs.
    """

    def __init__(self, scale: float = 1.0, air: float = 1.0) -> None:
        self.scale = scale
        self.air = air
        self._fonts: dict[tuple[float, int, bool], QFont] = {}
        self._metrics: dict[tuple[float, int, bool], QFontMetricsF] = {}

    def font(self, points: float, weight: int = 400, *, figures: bool = False) -> QFont:
        """Return letters of that size; ``figures`` of one width stand below each other, but part a date's hyphens."""
        key = points, weight, figures
        found = self._fonts.get(key)
        if found is None:
            found = QFont(_FAMILY)
            found.setPixelSize(max(round(points * 10 * self.scale), 1))
            found.setWeight(QFont.Weight(weight))
            found.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            # Other shapes of a colon between digits would be other letters to whoever searches or copies the page.
            for feature in _SHAPES:
                found.setFeature(feature, 0)
            if figures:
                found.setFeature(_FIGURES, 1)
            self._fonts[key] = found
            self._metrics[key] = QFontMetricsF(found)
        return found

    def metrics(self, points: float, weight: int = 400, *, figures: bool = False) -> QFontMetricsF:
        """Return the measures of those letters."""
        self.font(points, weight, figures=figures)
        return self._metrics[points, weight, figures]

    def width(self, text: str, points: float, weight: int = 400, *, figures: bool = False) -> float:
        """Return how far a text reaches."""
        return self.metrics(points, weight, figures=figures).horizontalAdvance(text)

    def elided(self, text: str, points: float, weight: int, width: float) -> str:
        """Return a text that fits, its middle left out where it must be."""
        metrics = self.metrics(points, weight)
        if metrics.horizontalAdvance(text) <= width:
            return text
        return metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, width)

    def gap(self, points: float) -> float:
        """Return a length of that many points."""
        return points * 10 * self.scale


def pen(colour: str, points: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """Return a stroke of that width."""
    made = QPen(QColor(colour), points * 10, style)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    return made


def brush(colour: str) -> QBrush:
    """Return a plain fill."""
    return QBrush(QColor(colour))
