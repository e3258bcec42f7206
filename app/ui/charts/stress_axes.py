"""Axes of the stress charts: round ticks, and where a value stands in pixels (pure)."""

import math
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF

_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_LEAST: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Axes:
    """A rectangle of pixels with a value for each of its sides; ``left`` may be the larger one."""

    area: QRectF
    left: float
    right: float
    low: float
    high: float

    def x(self, value: float) -> float:
        """Return where a value stands from the left."""
        return self.area.left() + (value - self.left) / ((self.right - self.left) or _LEAST) * self.area.width()

    def y(self, value: float) -> float:
        """Return where a value stands from the top."""
        return self.area.bottom() - (value - self.low) / ((self.high - self.low) or _LEAST) * self.area.height()

    def value_at(self, x: float) -> float:
        """Return the value at a place from the left."""
        return self.left + (x - self.area.left()) / (self.area.width() or 1.0) * (self.right - self.left)


def round_ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    """Return at most ``most`` round values from ``low`` to ``high``, evenly spaced."""
    span = high - low
    if not math.isfinite(span) or span <= 0 or most < 1:
        return ()
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next((power * step for step in _STEPS if span / (power * step) <= most), power * _STEPS[-1] * 2)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(number * step for number in range(first, last + 1))
