"""What the LTV-over-time chart draws: points and level segments, as floats, and the picture in words (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from itertools import groupby
from typing import Final

from app.services.ltv_history import LtvDay, LtvHistory
from app.ui.formats import day_text, ltv_text
from app.ui.levels import Level

_LEVELS: Final = ((Level.WATCH, "warning"), (Level.CALL, "call"), (Level.SALE, "sale"))
_TOLD: Final = {Level.WATCH: "warning", Level.CALL: "called", Level.SALE: "sold"}


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of days in which a contract's level stood at one LTV; ``start`` and ``end`` in epoch seconds."""

    level: Level
    start: float
    end: float
    ltv: float


@dataclass(frozen=True, slots=True)
class LtvSeries:
    """Points in epoch seconds and LTVs as fractions, rising in time; the levels beside them; everything in words."""

    times: Sequence[float]
    ltvs: Sequence[float]
    segments: tuple[Segment, ...]
    description: str

    @property
    def top(self) -> float:
        """The highest LTV to show, with some air above."""
        return max([*self.ltvs, *(segment.ltv for segment in self.segments)], default=1.0) * 1.08


def series_of(history: LtvHistory) -> LtvSeries:
    """Return what is drawn of a loan's history."""
    days = history.days
    return LtvSeries(
        [epoch(day) for day in days],
        [float(day.ltv) for day in days],
        tuple(segment for level, name in _LEVELS for segment in _segments(days, level, name)),
        _description(history),
    )


def epoch(day: LtvDay) -> float:
    """Return the end of a day, where its close stands, in epoch seconds."""
    return datetime.combine(day.day, time(23, 59, 59), tzinfo=UTC).timestamp()


def level_words(segment: Segment) -> str:
    """Return what stands beside a level (``called at 75.0 %``)."""
    return f"{_TOLD[segment.level]} at {ltv_text(Decimal(str(segment.ltv)))}"


def words_at(day: LtvDay) -> str:
    """Return a day in words, for a tooltip."""
    lines = [day_text(day.day), f"LTV {ltv_text(day.ltv)} at the close, {ltv_text(day.worst)} at the day's low"]
    for level, value in zip(_TOLD.values(), (day.warning, day.call, day.sale), strict=True):
        if value is not None:
            lines.append(f"{level} at {ltv_text(value)}")
    return "\n".join(lines)


def _segments(days: Sequence[LtvDay], level: Level, name: str) -> list[Segment]:
    found = []
    for value, run in groupby(days, key=lambda day: getattr(day, name)):
        stretch = list(run)
        if value is not None:
            found.append(Segment(level, epoch(stretch[0]), epoch(stretch[-1]), float(value)))
    return found


def _description(history: LtvHistory) -> str:
    days = history.days
    if not days:
        return "No day with a debt, collateral and a known price."
    worst = max(days, key=lambda day: day.ltv)
    last = days[-1]
    parts = [
        f"LTV from {day_text(days[0].day)} to {day_text(last.day)}",
        f"now {ltv_text(last.ltv)}",
        f"highest close {ltv_text(worst.ltv)} on {day_text(worst.day)}",
        f"days at or above the call level: {sum(_called(day) for day in days)}",
    ]
    if history.scaled:
        parts.append("prices scaled by today's ratio of the two currencies")
    return "; ".join(parts) + "."


def _called(day: LtvDay) -> bool:
    level: Decimal | None = day.call if day.call is not None else day.sale
    return level is not None and day.ltv >= level
