"""What the pictures of holdings draw: curves as floats, gaps as NaN, and the picture in words (pure)."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from math import nan
from typing import Final, Literal

from app.domain.money import SATS_PER_BTC
from app.services.holdings_history import HoldingsDay, Step
from app.ui.formats import DOWN, NOT_KNOWN, Display, btc_text, day_text, short_money_text

Tone = Literal["safe", "call", "accent"]
MOST_POINTS: Final = 3_000


@dataclass(frozen=True, slots=True)
class Band:
    """A curve with the ground below it filled down to ``low`` (None: a line alone); NaN is a gap."""

    name: str
    tone: Tone
    times: Sequence[float]
    high: Sequence[float]
    low: Sequence[float] | None


@dataclass(frozen=True, slots=True)
class Picture:
    """Bands, what an axis of theirs counts, a day in words by its epoch seconds, and everything in words."""

    bands: tuple[Band, ...]
    currency: str | None
    words_at: Callable[[float], str]
    description: str

    @property
    def top(self) -> float:
        """The highest figure, with some air above."""
        return max((value for band in self.bands for value in band.high if value == value), default=1.0) * 1.08 or 1.0  # noqa: PLR0124 - NaN is not itself


def balance_picture(name: str, steps: Sequence[Step], until: datetime, display: Display) -> Picture:
    """Return a balance over time as stairs up to ``until``; very many steps are thinned to the last of each stretch."""
    kept = _thinned(steps)
    times: list[float] = []
    values: list[float] = []
    for at, sats in kept:
        moment, value = at.timestamp(), sats / SATS_PER_BTC
        if values:
            times.append(moment)
            values.append(values[-1])
        times.append(moment)
        values.append(value)
    if values and until.timestamp() > times[-1]:
        times.append(until.timestamp())
        values.append(values[-1])
    moments = [at.timestamp() for at, _ in kept]

    def words_at(moment: float) -> str:
        place = bisect_right(moments, moment) - 1
        if place < 0:
            return ""
        return f"{_day(moment)}\n{btc_text(kept[place][1], display, digits=8)}"

    values = _masked(values, display)
    band = Band(name, "accent", times, values, [0.0] * len(values))
    return Picture((band,) if values else (), None, words_at, _balance_words(name, steps, display))


def holdings_picture(days: Sequence[HoldingsDay], display: Display) -> Picture:
    """Return pledged bitcoin with free bitcoin stacked on it, day by day."""
    times = [_epoch(one.day) for one in days]
    both = _masked([(one.pledged + one.free) / SATS_PER_BTC for one in days], display)
    shares = [one.pledged / (one.pledged + one.free) if one.pledged else 0.0 for one in days]
    pledged = [share * whole for share, whole in zip(shares, both, strict=True)]

    def words(one: HoldingsDay) -> str:
        return f"{day_text(one.day)}\n{btc_text(one.free, display)} free, {btc_text(one.pledged, display)} pledged"

    bands = (
        Band("Free", "safe", times, both, pledged),
        Band("Pledged", "call", times, pledged, [0.0] * len(pledged)),
    )
    if not days:
        return Picture((), None, lambda _moment: "", "Nothing has moved yet.")
    first, last = days[0], days[-1]
    told = (
        f"Bitcoin from {day_text(first.day)} to {day_text(last.day)}; now {btc_text(last.free, display)} free and "
        f"{btc_text(last.pledged, display)} pledged."
    )
    return Picture(bands, None, _by_day(times, days, words), told)


def value_picture(days: Sequence[HoldingsDay], currency: str, display: Display) -> Picture:
    """Return what all bitcoin was worth, day by day; a day without a price is a gap."""
    times = [_epoch(one.day) for one in days]
    values = _masked([nan if one.value is None else float(one.value) for one in days], display)

    def told(value: Decimal | None) -> str:
        return "no price is stored for this day" if value is None else short_money_text(value, currency, display, DOWN)

    def words(one: HoldingsDay) -> str:
        return f"{day_text(one.day)}\n{told(one.value)}"

    known = [one for one in days if one.value is not None]
    if not known:
        return Picture((), currency, lambda _moment: "", "No price is stored for any of these days.")
    missing = sum(one.value is None for one in days)
    gaps = f"; {missing} days have no stored price and are left open" if missing else ""
    first, last = known[0], known[-1]
    description = f"Value from {day_text(first.day)} to {day_text(last.day)}; last {told(last.value)}{gaps}."
    return Picture((Band("Value", "accent", times, values, None),), currency, _by_day(times, days, words), description)


def axis_words(value: float, currency: str | None, display: Display) -> str:
    """Return what stands beside a tick."""
    if currency is not None:
        return short_money_text(Decimal(str(value)), currency, display)
    return btc_text(round(value * SATS_PER_BTC), display) if value >= 0 else NOT_KNOWN


def _masked(values: list[float], display: Display) -> list[float]:
    """Return values as they are, or as parts of the greatest where amounts are hidden: the ticks tell its size."""
    top = max((value for value in values if value == value), default=0.0)  # noqa: PLR0124 - NaN is not itself
    return [value / top for value in values] if display.hidden and top else values


def _by_day(
    times: list[float], days: Sequence[HoldingsDay], words: Callable[[HoldingsDay], str]
) -> Callable[[float], str]:
    def words_at(moment: float) -> str:
        place = min(bisect_right(times, moment), len(days) - 1)
        return words(days[place]) if days and moment >= times[0] - _DAY else ""

    return words_at


def _thinned(steps: Sequence[Step]) -> Sequence[Step]:
    if len(steps) <= MOST_POINTS:
        return steps
    stride = -(-len(steps) // MOST_POINTS)
    kept = list(steps[stride - 1 :: stride])
    return kept if kept[-1] is steps[-1] else [*kept, steps[-1]]


def _balance_words(name: str, steps: Sequence[Step], display: Display) -> str:
    if not steps:
        return f"Nothing has moved in {name} yet."
    most = max(steps, key=lambda step: step[1])
    now = btc_text(steps[-1][1], display, digits=8)
    return (
        f"Bitcoin in {name} since {day_text(steps[0][0].date())}: now {now}, at most "
        f"{btc_text(most[1], display, digits=8)} on {day_text(most[0].date())}."
    )


def _epoch(day: date) -> float:
    return datetime.combine(day, time(23, 59, 59), tzinfo=UTC).timestamp()


def _day(moment: float) -> str:
    return day_text(datetime.fromtimestamp(moment, UTC).date())


_DAY: Final = 86_400.0
