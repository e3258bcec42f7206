from decimal import Decimal

import pytest

from app.domain.errors import InputError
from app.risk.stress_path import Leg, PathPoint, PricePath, fall_to, own_path, straight_fall


def d(*texts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, texts))


def legs(path: PricePath, price: str = "100") -> list[Leg]:
    return list(path.legs(Decimal(price)))


def test_a_straight_fall_is_one_stretch() -> None:
    assert legs(straight_fall(Decimal("0.2"), Decimal(7))) == [Leg(*d("0", "7", "100", "80"))]
    left_open = straight_fall(Decimal("0.2"))
    assert left_open.timeless
    assert legs(left_open) == [Leg(*d("0", "0", "100", "80"))]
    assert not straight_fall(Decimal("0.2"), Decimal(0)).timeless


def test_a_fall_to_a_price_ends_there() -> None:
    path = fall_to(Decimal(60), Decimal(80), Decimal(3))
    assert (path.end, path.days, path.lowest) == d("0.75", "3", "0.75")


def test_a_low_within_a_step_is_reached_in_its_middle() -> None:
    path = own_path([PathPoint(*d("2", "0.9", "0.7"))])
    assert legs(path) == [Leg(*d("0", "1", "100", "70")), Leg(*d("1", "2", "70", "90"))]
    assert path.lowest == Decimal("0.7")
    assert path.lows


def test_a_low_that_is_no_lower_than_both_closes_adds_no_stretch() -> None:
    path = own_path([PathPoint(*d("1", "0.9", "0.9")), PathPoint(*d("2", "0.95", "0.92"))])
    assert [leg.end_price for leg in legs(path)] == list(d("90", "95"))


def test_an_own_path_begins_today_and_knows_whether_it_has_lows() -> None:
    path = own_path([PathPoint(*d("1", "0.9"))])
    assert path.points[0] == PathPoint(*d("0", "1"))
    assert not path.lows


@pytest.mark.parametrize(
    ("drop", "told"),
    [("1", "100 % is no fall; give one from 0 to below 100 %, written like 0.20"), ("-0.1", "-10.0 %"), ("NaN", "NaN")],
)
def test_a_fall_that_cannot_be_is_refused(drop: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        straight_fall(Decimal(drop))


@pytest.mark.parametrize(
    ("target", "told"), [("80.01", "lies above today's price of 80.00"), ("0", "no price"), ("Infinity", "no price")]
)
def test_a_price_that_no_fall_reaches_is_refused(target: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        fall_to(Decimal(target), Decimal(80))


@pytest.mark.parametrize("days", ["-1", "3651", "NaN"])
def test_a_time_that_cannot_be_is_refused(days: str) -> None:
    with pytest.raises(InputError, match="no time for a fall"):
        straight_fall(Decimal("0.1"), Decimal(days))


@pytest.mark.parametrize(
    ("points", "told"),
    [
        ([], "at least one point"),
        ([d("2", "0.9"), d("1", "0.8")], r"path\[1\]: day 1 stands after day 2"),
        ([d("1", "0")], r"path\[0\]: a price must be above zero"),
        ([d("1", "0.8", "0.9")], "its low not above it"),
        ([d("-1", "0.8")], "no time for a fall"),
    ],
)
def test_an_own_path_that_cannot_be_is_refused(points: list[tuple[Decimal, ...]], told: str) -> None:
    with pytest.raises(InputError, match=told):
        own_path([PathPoint(*point) for point in points])
