"""The past's scaled minima, against a loop over every window."""

import math
from dataclasses import replace

import numpy as np
import pytest

from app.risk.scaled_minima import hits, running_minimum, shares, unit_minima
from app.risk.series import History
from app.risk.volatility import ewma_variances
from tests.fakes.histories import made_up_history


def by_hand(history: History, horizon: int, *, lows: bool) -> list[float]:
    """Return the same minima, window by window, from the definition."""
    variances = ewma_variances(history.returns, history.daily)
    mean = sum(history.returns[history.daily].tolist()) / int(history.daily.sum())
    days, count = history.days.tolist(), history.days.size
    result = []
    for start in range(60, count - horizon):
        if days[start + horizon] - days[start] != horizon:
            continue
        if lows and not all(history.has_low[start + 1 : start + horizon + 1]):
            continue
        levels = history.lows if lows else history.closes
        deepest = min(levels[start + k] - history.closes[start] - mean * k for k in range(1, horizon + 1))
        result.append(deepest / math.sqrt(variances[start]))
    return sorted(result)


@pytest.mark.parametrize("horizon", [1, 2, 3, 7, 30, 90])
@pytest.mark.parametrize("lows", [True, False])
def test_every_window_as_defined(horizon: int, lows: bool) -> None:
    history = made_up_history(400)
    variances = ewma_variances(history.returns, history.daily)
    found = unit_minima(history, variances, horizon, intraday=lows)
    assert found.size == 400 - 60 - horizon
    assert found.tolist() == pytest.approx(by_hand(history, horizon, lows=lows), rel=1e-9, abs=1e-12)


def test_windows_over_a_gap_or_without_a_low_are_left_out() -> None:
    history = made_up_history(400)
    days = history.days.copy()
    days[200:] += 4
    daily = history.daily.copy()
    daily[199] = False
    known = history.has_low.copy()
    known[300] = False
    broken = replace(history, days=days, daily=daily, has_low=known)
    variances = ewma_variances(broken.returns, broken.daily)
    for lows, fewer in ((False, 7), (True, 14)):
        found = unit_minima(broken, variances, 7, intraday=lows)
        assert found.size == 400 - 60 - 7 - fewer
        assert found.tolist() == pytest.approx(by_hand(broken, 7, lows=lows), rel=1e-9)


def test_a_history_shorter_than_a_window_has_none() -> None:
    history = made_up_history(300)
    variances = ewma_variances(history.returns, history.daily)
    assert unit_minima(history, variances, 250, intraday=True).size == 0


@pytest.mark.parametrize("width", [1, 2, 3, 5, 8, 13, 40])
def test_running_minima(width: int) -> None:
    values = np.random.default_rng(0).normal(size=40)
    plain = [min(values[k : k + width]) for k in range(40 - width + 1)]
    assert running_minimum(values, width).tolist() == plain


def test_a_window_that_just_reaches_counts() -> None:
    assert hits(np.array([-3.0, -2.0, -2.0, -1.0]), np.array([-4.0, -3.0, -2.0, -0.5])).tolist() == [0, 1, 3, 4]


def test_under_ten_hits_the_simulation_stands_in_up_to_ten() -> None:
    minima = np.arange(-100.0, 0.0)
    distances = np.array([-200.0, -97.0, -96.0, -91.0, -50.0])
    assert shares(minima, distances, np.array([0.02, 0.02, 0.5, 0.5, 0.9])).tolist() == [0.02, 0.04, 0.1, 0.1, 0.51]
    assert shares(minima, distances, np.zeros(5)).tolist() == [0.0, 0.04, 0.05, 0.1, 0.51]
