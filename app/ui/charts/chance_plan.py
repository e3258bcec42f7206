"""What the picture of probabilities over the horizon shows, before anything is drawn (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import Final

from app.services.chance_words import band_words, chance_text
from app.services.risk_curve import CHECKED_DAYS, Curve
from app.ui.levels import Level

NAMES: Final = {
    "book": {"call": "any call", "sale": "any forced sale", "best": "with best use of free BTC"},
    "loan": {"call": "margin call", "sale": "forced sale"},
}
LEVELS: Final = {"call": Level.CALL, "sale": Level.SALE, "best": Level.SAFE}
_TICKS: Final = ((1, "1 day"), (7, "7"), (30, "30"), (90, "90 days"), (180, "180"), (365, "365 days"))
_LEAST_TOP: Final = 0.05
_STEPS: Final = (0.05, 0.1, 0.2, 0.25, 0.4, 0.5, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class ChanceLine:
    """One line.

    Attributes:
        name: what stands at its end.
        xs: places from 0 to 1, by the square root of the days, as chances grow.
        values, lows, highs, textbook: fractions.
    """

    key: str
    name: str
    level: Level
    days: tuple[int, ...]
    xs: tuple[float, ...]
    values: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    textbook: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ChancePicture:
    """The whole picture.

    Attributes:
        ticks: places with their words.
        top: the axis' end, a fraction.
        grid: values that get a line.
        scenario: from which place on it is a scenario, or None where the curve ends before.
        stops: every horizon in days with its place, for keys and pointer.
        sentences: by horizon, what is told there.
        description: everything in words.
    """

    lines: tuple[ChanceLine, ...]
    ticks: tuple[tuple[float, str], ...]
    top: float
    grid: tuple[float, ...]
    scenario: float | None
    stops: tuple[tuple[int, float], ...]
    sentences: tuple[str, ...]
    description: str


def chance_picture(curves: Sequence[Curve], scope: str, subject: str) -> ChancePicture | None:
    """Return the picture of curves, or None where there is nothing to draw.

    Args:
        curves: what is drawn.
        scope: ``book`` or ``loan``, for the lines' names.
        subject: what it is about.
    """
    if not curves:
        return None
    last = max(curve.points[-1].days for curve in curves)
    lines = tuple(_line(curve, scope, last) for curve in curves)
    top = axis_top(max(max(*line.highs, *line.textbook) for line in lines))
    days = sorted({day for line in lines for day in line.days})
    sentences = tuple(_sentence(curves, scope, day) for day in days)
    ticks = tuple((place(day, last), words) for day, words in _TICKS if day <= last)
    shown = [words for day, words in zip(days, sentences, strict=True) if day in (1, 7, 30, 90, 365)]
    return ChancePicture(
        lines,
        ticks,
        top,
        grid_of(top),
        place(CHECKED_DAYS, last) if last > CHECKED_DAYS else None,
        tuple((day, place(day, last)) for day in days),
        sentences,
        f"{subject}. {' '.join(f'{words}.' for words in shown)}",
    )


def place(days: int, last: int) -> float:
    """Return where a horizon stands from 0 to 1: by the square root of the days."""
    return sqrt(days / last)


def axis_top(highest: float) -> float:
    """Return the axis' end for the highest value: round, and never so low that noise looks like a mountain."""
    wanted = max(highest * 1.05, _LEAST_TOP)
    return next((step for step in _STEPS if step >= min(wanted, 1.0)), 1.0)


def grid_of(top: float) -> tuple[float, ...]:
    """Return four or five values from 0 to ``top``."""
    parts = 4 if round(top * 100) % 4 == 0 else 5
    return tuple(top * part / parts for part in range(parts + 1))


def percent_tick(value: float) -> str:
    """Return a value beside the axis."""
    share = Decimal(str(round(value * 100, 2)))
    return f"{share.normalize():f}\u202f%"


def _line(curve: Curve, scope: str, last: int) -> ChanceLine:
    points = curve.points
    return ChanceLine(
        curve.key,
        NAMES[scope][curve.key],
        LEVELS[curve.key],
        tuple(point.days for point in points),
        tuple(place(point.days, last) for point in points),
        tuple(float(point.chance.value) for point in points),
        tuple(float(point.chance.low) for point in points),
        tuple(float(point.chance.high) for point in points),
        tuple(float(point.chance.gbm) for point in points),
    )


def _sentence(curves: Sequence[Curve], scope: str, days: int) -> str:
    label = " (scenario)" if days > CHECKED_DAYS else ""
    parts = [f"Within {days} day{'' if days == 1 else 's'}{label}"]
    for curve in curves:
        chance = curve.at(days)
        if chance is not None:
            told = f"{NAMES[scope][curve.key]} {chance_text(chance.value)}"
            parts.append(f"{told} (models {band_words(chance)}, GBM-90d {chance_text(chance.gbm)})")
    return f"{parts[0]}: {'; '.join(parts[1:])}"
