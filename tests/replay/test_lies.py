"""Prices that were never true: no confirmed warning, whoever tells them and however few others there are."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest

from tests.fakes.replay import VENUES, Replay, spread_book, venues_at


class Lie(NamedTuple):
    """What one source told while the others told the true price (US dollars)."""

    name: str
    at: datetime
    source: str
    true: int
    false: Decimal


HISTORICAL = (
    Lie("Binance.US", datetime(2021, 10, 21, 11, 34, tzinfo=UTC), "binanceus", 65_815, Decimal(8_200)),
    Lie("BitMEX", datetime(2024, 3, 18, 22, 40, tzinfo=UTC), "bitmex", 66_500, Decimal(8_900)),
    Lie("Pyth", datetime(2021, 9, 20, 12, 21, tzinfo=UTC), "pyth", 44_000, Decimal(5_402)),
    Lie("CoinMarketCap", datetime(2021, 12, 14, 21, 30, tzinfo=UTC), "coingecko", 48_000, Decimal(850_000_000_000)),
    Lie("Yahoo", datetime(2021, 12, 14, 22, 0, tzinfo=UTC), "mempool", 48_000, Decimal(30_000)),
)
WRONG_BY = {
    "a tenth": Decimal("0.1"),
    "ten times": Decimal(10),
    "a hundredth": Decimal("0.01"),
    "a hundred times": Decimal(100),
    "satoshis": Decimal(10) ** -8,
    "a third off": Decimal("0.67"),
}


def watched(lie: Lie, honest: int, polls: int = 40) -> Replay:
    """Return what a book made of it: an hour of the truth and, between its tenth and fiftieth minute, the lie.

    The book's lines lie from 2 % under the true price down to where the lie would take them.
    """
    lines = [lie.true * part // 100 for part in range(10, 88, 6)]
    start = lie.at - timedelta(minutes=10)
    replay = Replay(spread_book(lines, start.date()), start)
    for poll in range(polls + 20):
        answers = venues_at(lie.true, poll, VENUES[:honest])
        answers[lie.source] = lie.false if 10 <= poll < polls + 10 else Decimal(lie.true)
        replay.poll(start + timedelta(minutes=poll), answers)
    return replay


@pytest.mark.parametrize("honest", [1, 2, 3, 5])
@pytest.mark.parametrize("lie", HISTORICAL, ids=lambda lie: lie.name)
def test_a_historical_lie_raises_no_confirmed_warning(lie: Lie, honest: int) -> None:
    replay = watched(lie, honest)
    assert not [warning for warning in replay.warnings.values() if warning.confirmed]


@pytest.mark.parametrize("honest", [2, 3, 5])
@pytest.mark.parametrize("lie", HISTORICAL, ids=lambda lie: lie.name)
def test_with_two_honest_sources_it_is_not_even_told(lie: Lie, honest: int) -> None:
    assert not watched(lie, honest).told


@pytest.mark.parametrize("source", ["kraken", "coingecko"])
@pytest.mark.parametrize("name", WRONG_BY)
def test_a_price_in_the_wrong_unit_raises_no_confirmed_warning(name: str, source: str) -> None:
    for honest in (0, 1, 2, 4):
        lie = Lie(name, datetime(2026, 2, 10, tzinfo=UTC), source, 70_000, Decimal(70_000) * WRONG_BY[name])
        others = tuple(venue for venue in VENUES if venue != source)[:honest]
        start = lie.at
        replay = Replay(spread_book([69_000 * part // 100 for part in range(10, 88, 6)], start.date()), start)
        for poll in range(30):
            answers = venues_at(lie.true, poll, others)
            answers[source] = lie.false
            replay.poll(start + timedelta(minutes=poll), answers)
        assert not [warning for warning in replay.warnings.values() if warning.confirmed]


@pytest.mark.parametrize("swapped", [Decimal(1) / 70_000, Decimal(3_400), Decimal(60_000)])
def test_a_swapped_pair_raises_no_confirmed_warning(swapped: Decimal) -> None:
    """The pair upside down, another coin's price, another currency's price: one source of four."""
    start = datetime(2026, 2, 10, tzinfo=UTC)
    replay = Replay(spread_book([62_000, 60_000, 20_000, 3_500], start.date()), start)
    for poll in range(30):
        answers = venues_at(70_000, poll, VENUES[:3])
        answers["gemini"] = swapped
        replay.poll(start + timedelta(minutes=poll), answers)
    assert not replay.told


def test_the_same_fall_told_by_all_is_told_at_once() -> None:
    """The check above can fail: a fall that every source tells is confirmed."""
    start = datetime(2021, 10, 21, tzinfo=UTC)
    replay = Replay(spread_book([58_000, 30_000], start.date()), start)
    replay.poll(start, venues_at(65_815, 0))
    assert not replay.told
    replay.poll(start + timedelta(minutes=1), venues_at(8_200, 1))
    assert {record.confirmed for _, record in replay.told} == {True}
