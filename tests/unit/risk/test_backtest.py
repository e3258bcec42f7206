"""The walk through the past, and how its forecasts are scored."""

import numpy as np
import pytest

from app.domain.errors import CancelledError
from app.risk import first_passage
from app.risk.backtest import DROPS, HORIZONS, Backtest, backtest
from app.risk.reliability import EDGES, score
from app.risk.series import History, NoModel
from app.risk.volatility import trailing_volatility
from tests.fakes.histories import made_up_history

PATHS = 400


def walked(history: History) -> Backtest:
    found = backtest(history, paths=PATHS)
    assert isinstance(found, Backtest)
    return found


def test_it_starts_on_sundays_after_two_years_and_ends_where_ninety_days_are_known() -> None:
    history = made_up_history(1_400)
    found = walked(history)
    assert found.first.weekday() == found.last.weekday() == 6
    assert 730 <= (found.first - history.first).days < 737
    assert 90 <= (history.last - found.last).days < 97
    assert found.starts == (found.last - found.first).days // 7 + 1
    assert found.forecasts == found.starts * len(HORIZONS) * len(DROPS)
    assert sum(part.count for part in found.shown.bins) == found.forecasts
    assert found.intraday
    assert not walked(made_up_history(1_400, lows=False)).intraday


def test_what_is_said_does_not_change_with_what_came_later() -> None:
    history = made_up_history(1_400)
    changed = History(
        history.days,
        np.where(np.arange(1_400) > 1_200, history.closes - 3.0, history.closes),
        np.where(np.arange(1_400) > 1_200, history.lows - 3.0, history.lows),
        history.has_low,
        np.where(np.arange(1_399) == 1_200, history.returns - 3.0, history.returns),
        history.daily,
    )
    said: list[object] = []
    for one in (history.before(1_291), changed.before(1_291)):
        found = walked(one)
        said.append([(part.count, part.mean) for part in found.shown.bins])
    assert said[0] == said[1]


def test_gbm_is_the_closed_form_at_the_last_90_days_volatility() -> None:
    for lows in (True, False):
        history = made_up_history(1_400, lows=lows)
        found = walked(history)
        stated, happened = [], []
        for place in np.flatnonzero(history.days % 7 == 0).tolist():
            if history.days[place] - history.days[0] < 730 or place + 90 >= 1_400:
                continue
            volatility = trailing_volatility(history.returns[:place], history.daily[:place])
            for days in HORIZONS:
                for drop in DROPS:
                    line = np.array([np.log1p(-drop)])
                    seen = line if lows else first_passage.seen_daily(line, volatility)
                    stated.append(float(first_passage.touch(seen, volatility, days / 365)[0]))
                    levels = (history.lows if lows else history.closes)[place + 1 : place + days + 1]
                    happened.append(bool(levels.min() - history.closes[place] <= line[0]))
        brier = sum((p - hit) ** 2 for p, hit in zip(stated, happened, strict=True)) / len(stated)
        assert found.gbm.brier == pytest.approx(brier, rel=1e-9)


def test_the_value_at_risk_of_more_careful_levels_is_exceeded_less_often() -> None:
    shares = [one.share for one in walked(made_up_history(1_400)).exceedances]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] < 0.2


def test_a_short_history_says_how_much_is_needed() -> None:
    found = backtest(made_up_history(900))
    assert isinstance(found, NoModel)
    assert found.reason == (
        "A check against the past needs 1184 days of price history without gaps; "
        "there are 900 from 2018-01-01 to 2020-06-18."
    )


def test_it_tells_how_far_it_is_and_stops_when_asked() -> None:
    told: list[float] = []
    with pytest.raises(CancelledError):
        backtest(made_up_history(1_400), paths=PATHS, should_stop=lambda: len(told) >= 3, progress=told.append)
    assert len(told) == 3
    assert told == sorted(told)


def test_brier_and_calibration_error_as_written_out() -> None:
    stated = np.array([[0.005, 0.15], [0.15, 0.25], [0.15, 0.5]])
    happened = np.array([[False, True], [False, False], [False, True]])
    found = score("x", stated, happened, block=2)
    assert found.brier == pytest.approx((0.005**2 + 0.85**2 + 2 * 0.15**2 + 0.25**2 + 0.5**2) / 6)
    assert [(part.above, part.count) for part in found.bins] == [(0.0, 1), (0.1, 3), (0.2, 1), (0.4, 1)]
    assert [part.mean for part in found.bins] == pytest.approx([0.005, 0.15, 0.25, 0.5])
    assert [part.frequency for part in found.bins] == pytest.approx([0.0, 1 / 3, 0.0, 1.0])
    assert found.ece == pytest.approx((0.005 + 3 * abs(0.15 - 1 / 3) + 0.25 + 0.5) / 6)


def test_a_stated_probability_at_an_edge_belongs_to_the_bin_above() -> None:
    found = score("x", np.array([[0.0, 0.01, 0.3, 1.0]]), np.zeros((1, 4), dtype=bool), block=1)
    assert [part.above for part in found.bins] == [0.0, 0.01, 0.3, 0.8]
    assert EDGES[-1] == 1.0


def test_true_probabilities_lie_inside_their_intervals_and_false_ones_outside() -> None:
    rng = np.random.default_rng(5)
    stated = rng.uniform(0.0, 0.6, size=(600, 12))
    happened = rng.uniform(size=stated.shape) < stated
    honest = score("honest", stated, happened)
    assert len(honest.bins) == 8
    assert sum(part.inside for part in honest.bins) >= 6  # one in ten 90 % intervals misses by chance
    shy = score("shy", stated / 2, happened)
    assert not any(part.inside for part in shy.bins if part.above >= 0.02)


def test_the_interval_of_dependent_starts_is_wider() -> None:
    rng = np.random.default_rng(6)
    stated = np.full((520, 1), 0.15)
    runs = np.repeat(rng.uniform(size=(10, 1)) < 0.15, 52, axis=0)
    mixed = rng.uniform(size=(520, 1)) < 0.15
    (clustered,), (loose,) = score("x", stated, runs).bins, score("x", stated, mixed).bins
    assert clustered.high - clustered.low > 3 * (loose.high - loose.low)
