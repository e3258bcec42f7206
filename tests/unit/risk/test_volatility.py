"""The weighted and the plain volatility, against sums written out by hand."""

import math
from statistics import pvariance, stdev

import numpy as np
import pytest

from app.risk.volatility import ewma_variances, trailing_volatility, weekly_sigma, weekly_sigmas, yearly
from tests.fakes.golden_risk import golden
from tests.fakes.histories import made_up_history


@pytest.mark.parametrize("decay", [0.94, 0.97, 0.99])
def test_the_last_variance_is_the_weighted_sum_of_all_squares(decay: float) -> None:
    returns = made_up_history(500).returns
    count = returns.size
    start = pvariance(returns[:30].tolist())
    written_out = start * decay**count + sum(
        (1 - decay) * decay ** (count - 1 - place) * step**2 for place, step in enumerate(returns.tolist())
    )
    found = ewma_variances(returns, np.ones(count, dtype=bool), decay)
    assert found.size == count + 1
    assert found[0] == pytest.approx(start, rel=1e-12)
    assert found[-1] == pytest.approx(written_out, rel=1e-12)


def test_a_forecast_knows_nothing_of_later_days() -> None:
    returns = made_up_history(500).returns
    every = np.ones(returns.size, dtype=bool)
    assert np.array_equal(ewma_variances(returns, every)[:301], ewma_variances(returns[:300], every[:300]))


def test_a_step_over_a_gap_changes_no_forecast() -> None:
    returns = made_up_history(500).returns.copy()
    daily = np.ones(returns.size, dtype=bool)
    daily[200] = False
    returns[200] = -1.0
    found = ewma_variances(returns, daily)
    assert found[201] == found[200]
    assert np.array_equal(np.delete(found, 201), ewma_variances(np.delete(returns, 200), np.delete(daily, 200)))


def test_the_plain_volatility_is_that_of_the_last_90_days() -> None:
    returns = made_up_history(500).returns
    every = np.ones(returns.size, dtype=bool)
    assert trailing_volatility(returns, every) == pytest.approx(stdev(returns[-90:].tolist()) * math.sqrt(365))


def test_a_year_has_365_days() -> None:
    assert yearly(0.0004) == pytest.approx(0.02 * math.sqrt(365))


@pytest.mark.parametrize("row", golden("weeks"))
def test_weekly_sigmas_as_in_the_reference(row: dict[str, str]) -> None:
    volatility, distance = float(row["volatility"]), math.log(float(row["barrier"]) / float(row["price"]))
    assert distance == pytest.approx(float(row["log_distance"]), rel=1e-12)
    assert weekly_sigma(volatility) == pytest.approx(float(row["weekly_sigma"]), rel=1e-12)
    assert weekly_sigmas(distance, volatility) == pytest.approx(float(row["sigmas"]), rel=1e-12)
