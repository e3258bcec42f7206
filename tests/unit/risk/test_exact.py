"""The doorway between Decimal and double."""

import math
from decimal import Decimal

import numpy as np
import pytest

from app.risk.exact import exact, floats, log_distances, probability, rising_distances
from tests.fakes.golden_risk import golden


def test_decimals_and_whole_numbers_become_doubles() -> None:
    assert floats([Decimal("0.1"), 3, Decimal("1e-30")]).tolist() == [0.1, 3.0, 1e-30]


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("1e400")])
def test_what_is_not_finite_stays_outside(value: Decimal) -> None:
    with pytest.raises((ValueError, OverflowError)):
        floats([value])


def test_distances_are_logarithms_of_price_ratios() -> None:
    found = log_distances([Decimal(50), Decimal(100), Decimal(200), Decimal(0)], Decimal(100))
    assert found.tolist() == [math.log(0.5), 0.0, math.log(2), -math.inf]


@pytest.mark.parametrize("price", [Decimal(0), Decimal(-1), Decimal("NaN")])
def test_there_is_no_distance_from_no_price(price: Decimal) -> None:
    with pytest.raises(ValueError, match="price"):
        log_distances([Decimal(1)], price)


def test_a_rising_barrier_grows_by_simple_interest() -> None:
    for row in golden("interest"):
        distance = np.array([math.log(0.5)])
        risen = rising_distances(distance, np.array([float(row["yearly_rate"])]), [row["days"]])
        grown = math.exp(risen[0, 0] - distance[0]) * float(row["principal"])
        assert grown == pytest.approx(float(row["simple"]), rel=1e-12)


def test_rising_distances_have_a_column_for_each_horizon() -> None:
    risen = rising_distances(np.array([-1.0, -0.5, -np.inf]), np.array([0.0, 0.12, 0.12]), [0, 30, 365])
    assert risen.shape == (3, 3)
    assert risen[0].tolist() == [-1.0, -1.0, -1.0]
    assert risen[1].tolist() == pytest.approx([-0.5, -0.5 + math.log1p(0.12 * 30 / 365), -0.5 + math.log(1.12)])
    assert risen[2].tolist() == [-math.inf] * 3


def test_probabilities_are_rounded_up_and_stay_between_0_and_1() -> None:
    assert probability(0.1234561) == Decimal("0.123457")
    assert probability(1e-12) == Decimal("0.000001")
    assert probability(0.0) == 0
    assert probability(1.0000001) == 1
    assert probability(-1e-9) == 0


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_decimal_comes_of_what_is_not_finite(value: float) -> None:
    assert probability(value) is None
    assert exact(value, 2) is None


def test_doubles_become_decimals_of_the_places_asked_for() -> None:
    assert exact(2.675, 1) == Decimal("2.7")
    assert exact(0.5, 0) == Decimal(0)
    assert exact(1.5, 0) == Decimal(2)
