"""Several stored price histories become the one that is shown (pure).

One history comes from one source. Only its end and its lows may come from another one: later days where the two agree
on the days before, and the day's low and high where a file told closes alone and the two closes agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise
from typing import Final

from app.domain.candles import DAY, DailyCandle, overlap_matches
from app.domain.money import EXACT

IMPORTED: Final = "imported"
"""The source of a history that a person loaded from a file."""
DERIVED: Final = " × ecb"
"""How the name of a history ends that was reckoned from dollar prices and the central bank's daily rates."""
ENOUGH: Final = timedelta(days=730)
_COMPARED: Final = timedelta(days=30)
_CURRENT: Final = timedelta(days=30)
_PLACES: Final = Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class ShownHistory:
    """The history that counts.

    Attributes:
        source: whose it is, or empty where there is none.
        extended_by: who told the days after its own last one, or empty.
        lows_from: who told lows and highs that it did not know itself, or empty.
        candles: oldest first, one per day; a missing day stays missing.
    """

    source: str = ""
    extended_by: str = ""
    candles: tuple[DailyCandle, ...] = ()
    lows_from: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Days without a price, the first and the last of them."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days are missing."""
        return (self.last - self.first).days + 1


def is_derived(source: str) -> bool:
    """Return whether a history was reckoned from dollar prices and daily rates."""
    return source.endswith(DERIVED)


def gaps_of(candles: Sequence[DailyCandle]) -> tuple[Gap, ...]:
    """Return the missing days between the first and the last of ``candles``, which are in order."""
    return tuple(
        Gap(before.day + DAY, after.day - DAY) for before, after in pairwise(candles) if after.day - before.day > DAY
    )


def shown_history(histories: Mapping[str, Sequence[DailyCandle]]) -> ShownHistory:
    """Return the longest of ``histories``, extended to today where another one goes on and agrees with it.

    A history that ended over a month before the others gives way to a current one of two years or more.

    Args:
        histories: by source, each oldest first.
    """
    extended = [_extended(key, histories) for key, candles in histories.items() if candles]
    if not extended:
        return ShownHistory()
    newest = max(one.candles[-1].day for one in extended)
    current = [one for one in extended if newest - one.candles[-1].day <= _CURRENT]
    long = [one for one in current if one.candles[-1].day - one.candles[0].day >= ENOUGH]
    return _with_lows(max(long or extended, key=lambda one: len(one.candles)), histories)


def _extended(key: str, histories: Mapping[str, Sequence[DailyCandle]]) -> ShownHistory:
    own = tuple(histories[key])
    others = [(name, _later(own, candles)) for name, candles in histories.items() if name != key]
    name, later = max(others, key=lambda other: len(other[1]), default=("", ()))
    return ShownHistory(key, name if later else "", own + later)


def _with_lows(shown: ShownHistory, histories: Mapping[str, Sequence[DailyCandle]]) -> ShownHistory:
    """Return ``shown`` with the lows and highs it lacks, from the history that knows the most of them."""
    lacking = {candle.day for candle in shown.candles if candle.low is None}
    if not lacking or len(histories) == 1:
        return shown
    offers = {
        name: {candle.day: candle for candle in candles if candle.day in lacking and candle.low is not None}
        for name, candles in histories.items()
        if name != shown.source
    }
    name, known = max(offers.items(), key=lambda offer: len(offer[1]))
    candles = tuple(_lowered(candle, known.get(candle.day)) for candle in shown.candles)
    return replace(shown, candles=candles, lows_from=name) if candles != shown.candles else shown


def _lowered(candle: DailyCandle, other: DailyCandle | None) -> DailyCandle:
    """Return ``candle`` with the other's low and high, in proportion to the two closes; itself where these disagree."""
    if other is None or other.low is None or not overlap_matches([other], [candle]):
        return candle
    ratio = EXACT.divide(candle.close, other.close)
    low = min(candle.close, _eight_places(EXACT.multiply(other.low, ratio)))
    high = None if other.high is None else max(candle.close, _eight_places(EXACT.multiply(other.high, ratio)))
    return replace(candle, open=None, low=low, high=high)


def _eight_places(price: Decimal) -> Decimal:
    return price.quantize(_PLACES, ROUND_HALF_EVEN, EXACT)


def _later(own: Sequence[DailyCandle], other: Sequence[DailyCandle]) -> tuple[DailyCandle, ...]:
    """Return the days of ``other`` after the last of ``own``; none where the two share no recent day, or disagree."""
    last = own[-1].day
    recent = {candle.day for candle in own if last - candle.day < _COMPARED}
    shared = [candle for candle in other if candle.day in recent]
    if not shared or not overlap_matches(own, shared):
        return ()
    return tuple(candle for candle in other if candle.day > last)
