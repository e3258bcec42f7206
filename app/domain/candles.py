"""Daily prices: one candle per UTC day, and how sources' rows become them (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from app.domain.money import EXACT

DAY: Final = timedelta(days=1)
MAX_MOVE: Final = Decimal("0.5")
_AGREEMENT: Final = Decimal("0.05")
_OVERLAP_TOLERANCE: Final = Decimal("0.02")


@dataclass(frozen=True, slots=True)
class DailyCandle:
    """One UTC day's price of one bitcoin.

    Attributes:
        day: the UTC day.
        open, high, low: prices, or None where the history does not tell them; they are never made up.
        close: the last price; low ≤ open, close ≤ high, all above zero.
    """

    day: date
    open: Decimal | None
    high: Decimal | None
    low: Decimal | None
    close: Decimal

    @classmethod
    def closing(cls, day: date, close: Decimal) -> "DailyCandle":
        """Return a day of which the close alone is known."""
        return cls(day, None, None, None, close)


@dataclass(frozen=True, slots=True)
class CandleRow:
    """A source's row before it is believed: when it opened (UTC), and its prices; None for those it does not tell."""

    opened_at: datetime
    open: Decimal | None
    high: Decimal | None
    low: Decimal | None
    close: Decimal


@dataclass(frozen=True, slots=True)
class Normalised:
    """Candles in order of days, and what was left out.

    Attributes:
        candles: oldest first, one per day; a missing day stays missing.
        duplicates: rows that stood twice; the last one counts.
        refused: rows with impossible figures or off the day's start.
        suspects: rows that moved over 50 % in a day and that no second source confirms.
    """

    candles: tuple[DailyCandle, ...]
    duplicates: int = 0
    refused: int = 0
    suspects: tuple[DailyCandle, ...] = ()


def is_sound(prices: CandleRow | DailyCandle) -> bool:
    """Return whether the prices that are told are above zero and lie between low and high."""
    told = [price for price in (prices.open, prices.high, prices.low, prices.close) if price is not None]
    if not all(price.is_finite() and price > 0 for price in told):
        return False
    return (prices.low is None or prices.low == min(told)) and (prices.high is None or prices.high == max(told))


def _starts_a_day(at: datetime) -> bool:
    utc = at.astimezone(UTC)
    return (utc.hour, utc.minute, utc.second, utc.microsecond) == (0, 0, 0, 0)


def _moves_too_far(candle: DailyCandle) -> bool:
    """Return whether the day moved, or spiked beyond both its ends, by more than half."""
    ends = (candle.close if candle.open is None else candle.open, candle.close)
    high, low = candle.high or max(ends), candle.low or min(ends)
    moved = abs(EXACT.subtract(EXACT.divide(candle.close, ends[0]), Decimal(1)))
    up = EXACT.subtract(EXACT.divide(high, max(ends)), Decimal(1))
    down = EXACT.subtract(Decimal(1), EXACT.divide(low, min(ends)))
    return max(moved, up, down) > MAX_MOVE


def _confirmed(candle: DailyCandle, second: Mapping[date, DailyCandle]) -> bool:
    other = second.get(candle.day)
    if other is None:
        return False
    pairs = ((candle.close, other.close), (candle.high, other.high), (candle.low, other.low))
    told = [(a, b) for a, b in pairs if a is not None and b is not None]
    return all(abs(EXACT.subtract(EXACT.divide(a, b), Decimal(1))) <= _AGREEMENT for a, b in told)


def normalise(
    rows: Iterable[CandleRow],
    now: datetime,
    second: Mapping[date, DailyCandle] | None = None,
) -> Normalised:
    """Return the finished days of ``rows``.

    Args:
        rows: in any order; a day that is still running at ``now`` is dropped.
        now: UTC.
        second: another source's candles by day; a day that moved over 50 % counts only if they agree within 5 %.
    """
    by_day: dict[date, DailyCandle] = {}
    duplicates = refused = 0
    for row in sorted(rows, key=lambda row: row.opened_at):
        if not is_sound(row) or not _starts_a_day(row.opened_at):
            refused += 1
            continue
        if row.opened_at + DAY > now:
            continue
        day = row.opened_at.astimezone(UTC).date()
        duplicates += day in by_day
        by_day[day] = DailyCandle(day, row.open, row.high, row.low, row.close)
    kept: list[DailyCandle] = []
    suspects: list[DailyCandle] = []
    for candle in by_day.values():
        believed = not _moves_too_far(candle) or _confirmed(candle, second or {})
        (kept if believed else suspects).append(candle)
    return Normalised(tuple(kept), duplicates, refused, tuple(suspects))


def overlap_matches(old: Sequence[DailyCandle], new: Sequence[DailyCandle]) -> bool:
    """Return whether days that stand in both series close within 2 % of each other; no common day matches, too."""
    known = {candle.day: candle.close for candle in old}
    return all(
        abs(EXACT.subtract(EXACT.divide(candle.close, known[candle.day]), Decimal(1))) <= _OVERLAP_TOLERANCE
        for candle in new
        if candle.day in known
    )


def merge(old: Sequence[DailyCandle], new: Sequence[DailyCandle]) -> tuple[DailyCandle, ...]:
    """Return both series as one, oldest first; where a day stands in both, the newer answer counts."""
    by_day = {candle.day: candle for candle in (*old, *new)}
    return tuple(by_day[day] for day in sorted(by_day))
