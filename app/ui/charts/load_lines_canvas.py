"""Where things stand on the load-line chart, in pixels."""

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from app.ui.charts.load_lines_plan import MOST, LoadLines
from app.ui.colours import Colours

GUTTER: Final = 118.0
AXIS: Final = 44.0
MIDDLE: Final = 0.42
MIDDLE_CROWDED: Final = 0.46
_WIDEST: Final = 84.0
_PART: Final = 0.44
_PART_CROWDED: Final = 0.38
_FULL: Final = "188,888"
_SHORT: Final = "88.8k"
_AROUND: Final = 12.0


class Canvas:
    """Where things stand in pixels: one column's slot, and the height of a price."""

    def __init__(self, area: QRectF, plan: LoadLines, colours: Colours, font: QFont, chosen: int) -> None:
        self.area, self.plan, self.colours, self.chosen = area, plan, colours, chosen
        self.metrics = QFontMetricsF(font)
        count = max(len(plan.columns), 1)
        self.slot = max(area.width() - GUTTER, 1.0) / count
        self.crowded = is_crowded(self.slot, self.metrics)
        self.bar = min(self.slot * (_PART_CROWDED if self.crowded else _PART), _WIDEST)
        self.over = 2.0 if self.crowded else 5.0

    def y(self, price: float) -> float:
        """Return the height of a price, kept within the picture."""
        span = (self.plan.high - self.plan.low) or 1.0
        y = self.area.bottom() - (price - self.plan.low) / span * self.area.height()
        return min(max(y, self.area.top()), self.area.bottom())

    def centre(self, number: int) -> float:
        """Return the middle of a column; labels need more room on the right."""
        return self.area.left() + (number + (MIDDLE_CROWDED if self.crowded else MIDDLE)) * self.slot

    def column(self, number: int) -> QRectF:
        """Return a column from top to bottom."""
        return QRectF(self.centre(number) - self.bar / 2, self.area.top(), self.bar, self.area.height())


def is_crowded(slot: float, metrics: QFontMetricsF) -> bool:
    """Return whether a slot has no room for a price in full beside its column."""
    return slot * (1 - _PART) < metrics.horizontalAdvance(_FULL) + _AROUND


def room_for(width: float, metrics: QFontMetricsF) -> int:
    """Return how many columns have room for their labels in few digits."""
    slot = (metrics.horizontalAdvance(_SHORT) + _AROUND) / (1 - _PART_CROWDED)
    return max(3, min(MOST, int(width // slot)))
