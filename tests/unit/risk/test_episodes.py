"""The past falls that the program brings with it."""

from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.errors import InputError
from app.risk.episodes import EPISODES_RESOURCE, Episode, Episodes, parse_episodes
from app.risk.stress import stress
from app.risk.stress_result import Policy
from tests.fakes.plan_books import positions
from tests.fakes.stress_books import PRICE, stressed_book

EPISODES = parse_episodes((Path(__file__).parents[3] / "resources" / EPISODES_RESOURCE).read_bytes())
MOST_POINTS = 125


def each() -> list[object]:
    return [pytest.param(item, id=item.key) for item in EPISODES.items]


def test_there_are_two_dozen_with_an_origin_in_order_of_time() -> None:
    assert len({item.key for item in EPISODES.items}) == len(EPISODES.items) == 24
    assert [item.peak for item in EPISODES.items] == sorted(item.peak for item in EPISODES.items)
    assert "no prices" in EPISODES.origin


@pytest.mark.parametrize("item", each())
def test_each_starts_at_its_peak_and_goes_on_beyond_its_trough(item: Episode) -> None:
    first, *rest = item.points
    assert (first.day, first.close) == (Decimal(0), Decimal(1))
    days = [point.day for point in item.points]
    assert days == sorted(set(days))
    assert item.days == (item.trough - item.peak).days
    assert item.days < days[-1] <= item.days + 10
    assert len(item.points) <= MOST_POINTS
    for point in rest:
        assert 0 < (point.low or point.close) <= point.close
    assert item.lows <= all(point.low is not None for point in rest)


@pytest.mark.parametrize("item", each())
def test_the_lowest_point_lies_about_the_trough(item: Episode) -> None:
    lowest = min(item.points, key=lambda point: point.low or point.close)
    assert item.lowest == (lowest.low or lowest.close)
    # An intraday low may come before the lowest close, as in May 2021, or shortly after it.
    assert lowest.day <= item.days + 5  # where a point stands for some days, it is their last


@pytest.mark.parametrize(
    ("key", "close", "low"),
    [("covid-2020-03", "0.4721", "0.3956"), ("cyprus-2013-04", "0.2992", None), ("yen-2024-08", "0.7913", "0.7196")],
)
def test_three_falls_are_as_deep_as_they_were(key: str, close: str, low: str | None) -> None:
    item = EPISODES.find(key)
    assert min(point.close for point in item.points) == Decimal(close)
    assert item.lowest == Decimal(low or close)
    assert item.lows == (low is not None)
    assert ("closes only" in item.path.name) == (low is None)


@pytest.mark.parametrize("key", ["covid-2020-03", " COVID-2020-03 "])
def test_an_episode_is_found_by_its_id(key: str) -> None:
    assert EPISODES.find(key).key == "covid-2020-03"


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("covid", "did you mean covid-2020-03"),
        ("cycle-2020", "cycle-2026, cycle-2022 or cycle-2021"),
        ("zzz", "--list names them all"),
        ("", "--list names them all"),
    ],
)
def test_an_unknown_one_names_the_nearest(key: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        EPISODES.find(key)


@pytest.mark.parametrize("item", each())
@pytest.mark.parametrize("policy", Policy)
def test_each_can_be_replayed_on_books_never_seen(item: Episode, policy: Policy) -> None:
    for seed in range(6):
        one = positions(stressed_book(seed), str(PRICE), 30)
        result = stress(one, item.path, policy)
        before = one.free_sats + sum(each.collateral_sats for each in one.items)
        pledged = sum(loan.collateral_sats for loan in result.loans)
        assert result.free_left_sats + pledged + result.sold_sats == before
        assert result.end_price == PRICE * item.points[-1].close
        assert all(event.price >= PRICE * item.lowest for event in result.events)


def test_a_file_lists_what_it_says() -> None:
    assert parse_episodes(b'{"origin": "here", "episodes": []}') == Episodes("here", ())
