"""Residuals, the table made of them, and the futures drawn from it."""

import math

import numpy as np
import pytest

from app.domain.errors import CancelledError
from app.risk.residuals import TABLE_SIZE, ResidualTable, residuals, table_of
from app.risk.simulation import CHUNK, simulate
from app.risk.volatility import DECAY, ewma_variances
from tests.fakes.histories import made_up_history


def made_up_table(*, intraday: bool = True) -> ResidualTable:
    history = made_up_history(900)
    variances = ewma_variances(history.returns, history.daily)
    return table_of(*residuals(history, variances, intraday=intraday), intraday=intraday)


def test_residuals_are_returns_in_units_of_what_was_expected() -> None:
    history = made_up_history(900)
    variances = ewma_variances(history.returns, history.daily)
    steps, lows = residuals(history, variances, intraday=True)
    assert steps.size == 899 - 60
    assert steps.mean() == pytest.approx(0.0, abs=1e-12)
    assert steps[5] - steps[4] == pytest.approx(
        history.returns[65] / math.sqrt(variances[65]) - history.returns[64] / math.sqrt(variances[64])
    )
    dip = (history.lows[66] - history.closes[65]) / math.sqrt(variances[65])
    assert steps[5] - lows[5] == pytest.approx(history.returns[65] / math.sqrt(variances[65]) - dip)
    assert (lows <= steps).all()


def test_days_without_a_low_are_not_drawn_for_lows() -> None:
    history = made_up_history(900)
    history.has_low[100:200] = False
    variances = ewma_variances(history.returns, history.daily)
    assert residuals(history, variances, intraday=True)[0].size == 899 - 60 - 100
    assert residuals(history, variances, intraday=False)[0].size == 899 - 60


def test_every_residual_stands_in_the_table_equally_often() -> None:
    steps = np.random.default_rng(3).normal(size=1_000)
    steps -= steps.mean()
    table = table_of(steps, steps - 0.5, intraday=True)
    values, counts = np.unique(table.steps, return_counts=True)
    assert values.size == 1_000
    assert set(counts.tolist()) == {65, 66}
    assert table.steps.size == TABLE_SIZE
    assert table.steps.astype(float).mean() == pytest.approx(0.0, abs=1e-7)
    assert np.allclose(table.steps - table.lows, 0.5, atol=1e-6)
    assert np.allclose(table.growth, np.sqrt(DECAY + (1 - DECAY) * table.steps.astype(float) ** 2), rtol=1e-6)


@pytest.mark.parametrize("intraday", [True, False])
def test_a_path_is_what_a_plain_loop_makes_of_the_same_draws(intraday: bool) -> None:
    table = made_up_table(intraday=intraday)
    futures = simulate(table, (1, 5, 9), 6, seed=11)
    bits = np.random.SFC64(np.random.SeedSequence(11, spawn_key=(0,)))
    draws = np.concatenate([bits.random_raw(6).view(np.uint16).reshape(4, 6) for _ in range(3)])
    for place, days in enumerate((1, 5, 9)):
        minima, ends = [], []
        for path in range(6):
            x = low = 0.0
            v = 1.0
            for day in range(days):
                entry = int(draws[day, path])
                z = float(table.steps[entry])
                low = min(low, x + math.sqrt(v) * float(table.lows[entry]))
                x += math.sqrt(v) * z
                v = DECAY * v + (1 - DECAY) * v * z * z
            minima.append(low)
            ends.append(x)
        assert futures.minima[place].tolist() == pytest.approx(sorted(minima), rel=1e-5, abs=1e-6)
        assert futures.ends[place].tolist() == pytest.approx(sorted(ends), rel=1e-5, abs=1e-6)


def test_threads_change_nothing() -> None:
    table, paths = made_up_table(), 2 * CHUNK + 10
    one, two = simulate(table, (2, 7), paths), simulate(table, (2, 7), paths, threads=2)
    assert all(np.array_equal(a, b) for a, b in zip(one.minima + one.ends, two.minima + two.ends, strict=True))


def test_another_seed_gives_other_futures() -> None:
    table = made_up_table()
    assert not np.array_equal(simulate(table, (7,), 400).ends[0], simulate(table, (7,), 400, seed=2).ends[0])


def test_chunks_differ_from_each_other() -> None:
    futures = simulate(made_up_table(), (7,), 2 * CHUNK)
    assert np.unique(futures.ends[0]).size > 1.9 * CHUNK


def test_a_walk_of_equal_steps_agrees_with_the_reflection_principle() -> None:
    side = np.where(np.arange(TABLE_SIZE) % 2 == 0, 1.0, -1.0).astype(np.float32)
    still = np.ones(TABLE_SIZE, np.float32)
    futures = simulate(ResidualTable(side, side, still, intraday=False), (10,), 200_000)
    # P(min over 10 steps ≤ −4) = 2·P(S < −4) + P(S = −4), exact.
    exact = (2 * sum(math.comb(10, k) for k in range(3)) + math.comb(10, 3)) / 2**10
    share = np.searchsorted(futures.minima[0], -4.0, side="right") / 200_000
    assert share == pytest.approx(exact, abs=5 * math.sqrt(exact * (1 - exact) / 200_000))


def test_progress_is_told_up_to_the_end() -> None:
    told: list[float] = []
    simulate(made_up_table(), (3,), 2 * CHUNK, progress=told.append)
    assert told == [0.5, 1.0]


@pytest.mark.parametrize("threads", [1, 2])
def test_it_stops_when_asked(threads: int) -> None:
    asked = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(CancelledError):
        simulate(made_up_table(), (365,), 4 * CHUNK, threads=threads, should_stop=stop)
    assert len(asked) < 10
