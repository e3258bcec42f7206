"""Daily candles out of sources' rows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.candles import CandleRow, DailyCandle, merge, normalise, overlap_matches

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 22, tzinfo=UTC)


def row(
    back: int, close: str = "101", high: str = "110", low: str = "90", first: str = "100", hours: int = 0
) -> CandleRow:
    at = TODAY - timedelta(days=back) + timedelta(hours=hours)
    return CandleRow(at, Decimal(first), Decimal(high), Decimal(low), Decimal(close))


def candle(day: int, close: str = "101") -> DailyCandle:
    return DailyCandle(date(2026, 11, day), Decimal(100), Decimal(110), Decimal(90), Decimal(close))


def test_rows_are_sorted_and_the_running_day_is_left_out() -> None:
    result = normalise([row(0), row(1), row(3), row(2)], NOW)
    assert [one.day.day for one in result.candles] == [19, 20, 21]


def test_a_day_ends_at_midnight() -> None:
    assert normalise([row(0)], TODAY + timedelta(hours=24) - timedelta(seconds=1)).candles == ()
    assert len(normalise([row(0)], TODAY + timedelta(hours=24)).candles) == 1


def test_the_last_of_two_rows_of_a_day_counts() -> None:
    result = normalise([row(1, "101"), row(1, "102")], NOW)
    assert (result.candles[0].close, result.duplicates) == (Decimal(102), 1)


def test_a_close_alone_is_a_day_without_a_low() -> None:
    bare = CandleRow(TODAY - timedelta(days=1), None, None, None, Decimal(101))
    assert normalise([bare], NOW).candles == (DailyCandle.closing(date(2026, 11, 21), Decimal(101)),)
    assert normalise([replace(bare, close=Decimal(0))], NOW).refused == 1
    assert normalise([replace(bare, low=Decimal(102))], NOW).refused == 1
    assert normalise([replace(bare, high=Decimal(100))], NOW).refused == 1
    assert normalise([replace(bare, open=Decimal(40))], NOW).suspects


def test_a_wild_day_is_confirmed_by_what_both_tell() -> None:
    wild = row(1, "40", low="40")
    closing = DailyCandle.closing(date(2026, 11, 21), Decimal(41))
    assert normalise([wild], NOW, {closing.day: closing}).candles
    assert normalise([wild], NOW, {closing.day: replace(closing, close=Decimal(100))}).suspects


def test_gaps_stay_gaps() -> None:
    assert [one.day.day for one in normalise([row(5), row(2)], NOW).candles] == [17, 20]


@pytest.mark.parametrize(
    "bad",
    [
        row(1, high="95"),
        row(1, low="105"),
        row(1, close="0"),
        row(1, low="-1"),
        row(1, close="NaN"),
        row(1, high="Infinity"),
        row(1, hours=3),
    ],
)
def test_impossible_rows_are_refused(bad: CandleRow) -> None:
    result = normalise([bad, row(2)], NOW)
    assert (len(result.candles), result.refused) == (1, 1)


@pytest.mark.parametrize(
    "wild",
    [row(1, close="151", high="160"), row(1, close="49", low="48"), row(1, high="170"), row(1, low="40")],
)
def test_a_day_that_moves_by_half_needs_a_second_source(wild: CandleRow) -> None:
    alone = normalise([wild], NOW)
    assert (alone.candles, len(alone.suspects)) == ((), 1)
    second = {alone.suspects[0].day: alone.suspects[0]}
    assert len(normalise([wild], NOW, second).candles) == 1
    calm = {alone.suspects[0].day: candle(21)}
    assert normalise([wild], NOW, calm).candles == ()


def test_the_worst_real_day_passes() -> None:
    assert len(normalise([row(1, first="7950", close="4880", high="7960", low="4400")], NOW).candles) == 1


def test_series_are_joined_and_compared() -> None:
    old, new = [candle(18), candle(19)], [candle(19, "102"), candle(20)]
    assert overlap_matches(old, new)
    assert [one.close for one in merge(old, new)] == [Decimal(101), Decimal(102), Decimal(101)]
    assert not overlap_matches(old, [candle(19, "104")])
    assert overlap_matches(old, [candle(21)])
