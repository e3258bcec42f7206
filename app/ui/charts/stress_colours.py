"""Colours of lines that stand beside each other and mean no level; each has a name at its end and a dash of its own."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from app.ui.colours import Colours

_LIGHT: Final = ("#0b7a75", "#1a66dc", "#96479b", "#5f55c9", "#5a6270", "#8a5a00")
_DARK: Final = ("#3fc1b8", "#6fa8ff", "#d58bd9", "#a79cff", "#aab2bf", "#d9a94a")
_DASHES: Final[tuple[tuple[float, ...], ...]] = ((), (7, 3), (2, 2.5), (9, 3, 2, 3), (4, 2), (12, 3))


def line_colour(colours: Colours, place: int) -> QColor:
    """Return the colour of the line with that number; they come round again."""
    ramp = _DARK if colours.name == "dark" else _LIGHT
    return QColor(ramp[place % len(ramp)])


def line_pen(colours: Colours, place: int, width: float) -> QPen:
    """Return the pen of the line with that number."""
    pen = QPen(line_colour(colours, place), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    dashes = _DASHES[place // len(_LIGHT) % len(_DASHES)]
    if dashes:
        pen.setDashPattern(list(dashes))
    return pen
