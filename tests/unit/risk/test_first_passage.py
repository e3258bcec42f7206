"""The closed forms, against 60-digit figures, and the error function under them."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.risk import first_passage as fp
from app.risk.normal_tails import erfc, normal_cdf
from tests.fakes.golden_risk import golden, golden_number

Row = dict[str, Any]


def near(figure: str) -> object:
    return pytest.approx(float(figure), rel=1e-9, abs=0.0)


def fall(row: Row) -> "np.ndarray[Any, np.dtype[np.float64]]":
    return np.array([math.log1p(-float(row["drop"]))])


def test_the_error_function_is_that_of_the_standard_library() -> None:
    x = np.concatenate([np.linspace(-7.0, 26.5, 20_001), np.logspace(-300, 1, 500), -np.logspace(-300, 1, 500)])
    true = np.array([math.erfc(value) for value in x])
    kept = true > 1e-300
    assert np.max(np.abs(erfc(x)[kept] / true[kept] - 1)) < 2e-15


def test_the_error_function_at_the_ends() -> None:
    assert erfc(np.array([0.0, 40.0, 1e300, math.inf, -40.0, -math.inf])).tolist() == [1.0, 0.0, 0.0, 0.0, 2.0, 2.0]
    assert normal_cdf(np.array([0.0, -38.0])).tolist() == pytest.approx([0.5, 2.885428e-316], rel=1e-4)


@pytest.mark.parametrize("row", golden("flat"))
def test_without_drift(row: Row) -> None:
    assert fp.touch(fall(row), float(row["volatility"]), row["days"] / 365)[0] == near(row["touched"])


@pytest.mark.parametrize("row", golden("rising"))
def test_with_drift_and_a_debt_that_grows(row: Row) -> None:
    volatility, years, drift = float(row["volatility"]), row["days"] / 365, float(row["log_drift"])
    grown = fp.touch(fall(row), volatility, years, drift - float(row["debt_rate"]))
    assert grown[0] == near(row["touched"])
    assert fp.touch(fall(row), volatility, years, drift)[0] == near(row["touched_without_interest"])


@pytest.mark.parametrize("row", golden("looked_at_daily"))
def test_looked_at_once_a_day(row: Row) -> None:
    volatility, years = float(row["volatility"]), row["days"] / 365
    assert fp.touch(fp.seen_daily(fall(row), volatility), volatility, years)[0] == near(row["seen"])
    assert fp.touch(fall(row), volatility, years)[0] == near(row["continuous"])


def test_the_correction_for_steps() -> None:
    assert golden_number("step_correction") == fp.BGK_BETA


@pytest.mark.parametrize("row", golden("bridge"))
def test_within_a_step(row: Row) -> None:
    found = fp.bridge_hit(*(float(row[key]) for key in ("start", "end", "barrier", "variance")))
    assert found == near(row["hit"])


def test_a_step_that_ends_below_has_hit() -> None:
    assert fp.bridge_hit(0.0, -0.1, -0.05, 0.001) == 1.0


@pytest.mark.parametrize("row", golden("cure"))
def test_within_a_cure_period(row: Row) -> None:
    call, cure, sale = (float(row[key]) for key in ("call_ltv", "cure_ltv", "sale_ltv"))
    hours, volatility = row["hours"], float(row["volatility"])
    assert fp.below_cure_at_deadline(call, cure, hours, volatility) == near(row["below_cure_at_deadline"])
    assert fp.cured_by_price(call, cure, sale, hours, volatility) == near(row["cured_by_price"])
    assert fp.forced_if_idle(call, cure, sale, hours, volatility) == near(row["forced_if_idle"])
    assert fp.sale_within(call, cure, sale, hours, volatility) == near(row["sale_within"])
    rise = np.array([-math.log(call / cure)])
    assert 1 - fp.touch(rise, volatility, hours / (24 * 365))[0] == near(row["never_touched_cure"])


def test_given_time_a_walk_leaves_on_the_nearer_side_more_often() -> None:
    assert fp.first_exit(0.1, 0.3, 5.0) == pytest.approx(0.75, rel=1e-9)
    assert fp.first_exit(0.3, 0.1, 5.0) == pytest.approx(0.25, rel=1e-9)


def test_what_stands_at_or_above_the_price_is_touched() -> None:
    at = np.array([0.0, 0.3, math.inf])
    assert fp.touch(at, 0.6, 0.1).tolist() == [1.0, 1.0, 1.0]
    assert fp.touch(at, 0.6, 0.1, 0.4).tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("drift", [0.0, 0.5, -0.5])
def test_nothing_touches_a_barrier_at_zero(drift: float) -> None:
    assert fp.touch(np.array([-math.inf]), 0.6, 0.1, drift).tolist() == [0.0]


@given(st.floats(0.0, 3.0), st.floats(0.05, 2.0), st.floats(0.001, 5.0), st.floats(-2.0, 2.0), st.floats(0.0, 1.0))
def test_more_time_and_a_nearer_barrier_never_make_it_rarer(
    distance: float, volatility: float, years: float, drift: float, more: float
) -> None:
    far, close = -distance - more, -distance
    chances = fp.touch(np.array([far, close]), volatility, years, drift)
    later = fp.touch(np.array([far, close]), volatility, years * (1 + more), drift)
    assert 0 <= chances[0] <= chances[1] * (1 + 1e-12) <= 1 + 1e-12
    assert (later >= chances * (1 - 1e-12)).all()
    assert (later <= 1).all()
