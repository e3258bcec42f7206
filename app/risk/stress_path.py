"""The way a price takes in a stress test: points in time, as ratios to today's price.

Between two points the price falls straight from the close to the low, and rises straight to the next close. When in a
step the low was is not known; half of the step's time is taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from app.domain.errors import InputError
from app.domain.money import EXACT

MOST_DAYS: Final = 3_650
_ZERO: Final = Decimal(0)
_ONE: Final = Decimal(1)
_TWO: Final = Decimal(2)


class PathKind(StrEnum):
    """Where a path comes from."""

    DROP = "drop"
    TO_PRICE = "to_price"
    OWN = "own"
    EPISODE = "episode"


class PathPoint(NamedTuple):
    """A moment of a path.

    Attributes:
        day: since the start; may be a fraction.
        close: the price then ÷ today's.
        low: the lowest since the point before ÷ today's price, or None where it is not known.
    """

    day: Decimal
    close: Decimal
    low: Decimal | None = None


class Leg(NamedTuple):
    """A stretch on which the price moves straight from one value to another; days may be equal."""

    start_day: Decimal
    end_day: Decimal
    start_price: Decimal
    end_price: Decimal


@dataclass(frozen=True, slots=True)
class PricePath:
    """A path, its first point being today's price on day 0.

    Attributes:
        key: the episode's id, else empty.
        name: what it is, in words.
        points: in rising order of days.
        lows: lows within the day are known; without them only closes are, which fall less deep.
        timeless: how long it takes is left open: every top-up is there at once, no clock runs out.
    """

    kind: PathKind
    name: str
    points: tuple[PathPoint, ...]
    key: str = ""
    lows: bool = True
    timeless: bool = False

    @property
    def days(self) -> Decimal:
        """How long it takes."""
        return self.points[-1].day

    @property
    def end(self) -> Decimal:
        """The last close ÷ today's price."""
        return self.points[-1].close

    @property
    def lowest(self) -> Decimal:
        """The lowest price of all ÷ today's."""
        return min(min(point.close, point.low or point.close) for point in self.points)

    def legs(self, price: Decimal) -> Iterator[Leg]:
        """Yield its stretches at today's ``price``."""
        before = self.points[0]
        at = EXACT.multiply(before.close, price)
        for point in self.points[1:]:
            close = EXACT.multiply(point.close, price)
            start = before.day
            if point.low is not None and point.low < point.close and point.low < before.close:
                low = EXACT.multiply(point.low, price)
                middle = EXACT.divide(EXACT.add(before.day, point.day), _TWO)
                yield Leg(start, middle, at, low)
                start, at = middle, low
            yield Leg(start, point.day, at, close)
            before, at = point, close


def straight_fall(drop: Decimal, days: Decimal | None = None) -> PricePath:
    """Return a straight fall by a fraction within some days; 0 is at once, None leaves time out.

    Raises:
        InputError: no fall between 0 and 100 %, or a time that cannot be.
    """
    if not drop.is_finite() or not 0 <= drop < 1:
        per_cent = f"{EXACT.multiply(drop, Decimal(100)):f} %" if drop.is_finite() else str(drop)
        msg = f"{per_cent} is no fall; give one from 0 to below 100 %, written like 0.20"
        raise InputError(msg)
    name = f"a straight fall by {EXACT.multiply(drop, Decimal(100)).normalize(EXACT):f} %"
    return _straight(PathKind.DROP, name, EXACT.subtract(_ONE, drop), days)


def fall_to(target: Decimal, price: Decimal, days: Decimal | None = None) -> PricePath:
    """Return a straight fall from today's ``price`` to ``target`` within some days; 0 is at once, None leaves time out.

    Raises:
        InputError: the target is no price, or lies above today's.
    """
    if not target.is_finite() or target <= 0:
        msg = f"{target} is no price; it must be more than zero"
        raise InputError(msg)
    if target > price:
        msg = f"{target:f} lies above today's price of {price:.2f}, and only a fall calls a loan; give a lower one"
        raise InputError(msg)
    return _straight(PathKind.TO_PRICE, f"a straight fall to {target:f}", EXACT.divide(target, price), days)


def own_path(points: Sequence[PathPoint], name: str = "my own path") -> PricePath:
    """Return a path of one's own; day 0 at today's price is put before it where it is missing.

    Raises:
        InputError: no points, days that do not rise, a ratio that is no price, a low above its close.
    """
    if not points:
        msg = "a path needs at least one point"
        raise InputError(msg, "path")
    before: Decimal | None = None
    for number, point in enumerate(points):
        place = f"path[{number}]"
        _check_days(point.day, place)
        if before is not None and point.day < before:
            msg = f"day {point.day} stands after day {before}; list the points in order of time"
            raise InputError(msg, place)
        before = point.day
        low = point.close if point.low is None else point.low
        if not (point.close.is_finite() and low.is_finite() and 0 < low <= point.close):
            msg = "a price must be above zero, and its low not above it"
            raise InputError(msg, place)
    start = PathPoint(_ZERO, _ONE)
    rows = tuple(points) if points[0] == start else (start, *points)
    return PricePath(PathKind.OWN, name, rows, lows=all(point.low is not None for point in rows[1:]))


def _straight(kind: PathKind, name: str, ratio: Decimal, days: Decimal | None) -> PricePath:
    if days is not None:
        _check_days(days, "")
    end = PathPoint(_ZERO if days is None else days, ratio, ratio)
    return PricePath(kind, name, (PathPoint(_ZERO, _ONE), end), timeless=days is None)


def _check_days(days: Decimal, place: str) -> None:
    if not days.is_finite() or not 0 <= days <= MOST_DAYS:
        msg = f"{days} is no time for a fall; give 0 (at once) to {MOST_DAYS} days"
        raise InputError(msg, place)
