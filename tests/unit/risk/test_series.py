"""From candles to returns, and the sentences about histories that cannot be used."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from app.domain.candles import DailyCandle
from app.risk.series import History, NoModel, history_of, needed_days
from tests.fakes.histories import FIRST_DAY, made_up_candles, made_up_history


def refusal(candles: list[DailyCandle], until: date | None = None) -> str:
    found = history_of(candles, until)
    assert isinstance(found, NoModel)
    return found.reason


def test_a_sound_history_becomes_logarithms() -> None:
    candles = made_up_candles(300)
    history = made_up_history(300)
    assert history.closes[7] == pytest.approx(float(candles[7].close.ln()))
    assert history.lows[7] == pytest.approx(float((candles[7].low or Decimal(0)).ln()))
    assert history.returns[3] == pytest.approx(float(candles[4].close.ln() - candles[3].close.ln()))
    assert history.daily.all()
    assert history.intraday
    assert (history.first, history.last) == (FIRST_DAY, FIRST_DAY + timedelta(days=299))
    assert history.missing_days == 0


def test_the_order_of_the_days_does_not_matter() -> None:
    shuffled = history_of(list(reversed(made_up_candles(300))))
    assert isinstance(shuffled, History)
    assert np.array_equal(shuffled.closes, made_up_history(300).closes)


def test_no_history_says_what_to_do() -> None:
    assert refusal([]) == "There is no price history; import one or let the price sources fetch it."


def test_twenty_days_are_too_few_and_it_says_how_many_are_needed() -> None:
    assert refusal(made_up_candles(20)) == (
        "A probability needs 251 days of price history in a row; there are 20 from 2018-01-01 to 2018-01-20."
    )


def test_what_lies_behind_the_moment_asked_about_does_not_count() -> None:
    candles = made_up_candles(400)
    assert "there are 200 from" in refusal(candles, FIRST_DAY + timedelta(days=199))
    known = history_of(candles, FIRST_DAY + timedelta(days=299))
    assert isinstance(known, History)
    assert known.last == FIRST_DAY + timedelta(days=299)


def test_a_step_over_a_gap_is_no_daily_return() -> None:
    candles = made_up_candles(400)
    del candles[100:103]
    history = history_of(candles)
    assert isinstance(history, History)
    assert history.missing_days == 3
    assert np.flatnonzero(~history.daily).tolist() == [99]


def test_a_history_of_gaps_says_how_many_days_are_missing() -> None:
    assert "with 399 missing between" in refusal(made_up_candles(799)[::2])


def test_a_day_that_stands_twice_is_named() -> None:
    candles = made_up_candles(300)
    assert refusal([*candles, replace(candles[10], close=Decimal(7))]) == (
        "The price history holds 2018-01-11 twice; keep one of the two."
    )


@pytest.mark.parametrize("factor", [Decimal("0.01"), Decimal(100)])
def test_a_day_at_a_hundredth_of_its_price_is_named(factor: Decimal) -> None:
    candles = made_up_candles(300)
    candles[50] = DailyCandle.closing(candles[50].day, candles[50].close * factor)
    assert "by more than a factor of 4 on 2018-02-20;" in refusal(candles)


def test_a_low_at_a_hundredth_of_its_price_is_named() -> None:
    candles = made_up_candles(300)
    candles[50] = replace(candles[50], low=candles[50].close / 100)
    assert "by more than a factor of 4 on 2018-02-20;" in refusal(candles)


@pytest.mark.parametrize("close", [Decimal(0), Decimal(-5), Decimal("NaN"), Decimal("Infinity")])
def test_a_price_that_is_none_is_named(close: Decimal) -> None:
    candles = made_up_candles(300)
    candles[50] = DailyCandle.closing(candles[50].day, close)
    assert "no usable price on 2018-02-20" in refusal(candles)


def test_closes_alone_are_not_intraday() -> None:
    assert not made_up_history(900, lows=False).intraday


def test_a_few_lows_among_many_closes_are_not_enough() -> None:
    mixed = [*made_up_candles(1000, lows=False)[:600], *made_up_candles(1000)[600:]]
    history = history_of(mixed)
    assert isinstance(history, History)
    assert not history.intraday
    assert np.count_nonzero(history.has_low) == 400


def test_two_years_of_lows_are_enough_beside_any_number_of_closes() -> None:
    mixed = [*made_up_candles(2000, lows=False)[:1200], *made_up_candles(2000)[1200:]]
    history = history_of(mixed)
    assert isinstance(history, History)
    assert history.intraday


def test_days_of_the_first_venue_are_left_out_where_enough_remains() -> None:
    history = history_of(made_up_candles(800, first=date(2011, 6, 1)))
    assert isinstance(history, History)
    assert history.first == date(2011, 12, 31)
    early = history_of(made_up_candles(300, first=date(2011, 1, 1)))
    assert isinstance(early, History)
    assert early.first == date(2011, 1, 1)


def test_longer_horizons_need_longer_histories() -> None:
    assert [needed_days(days) for days in (1, 7, 30, 90, 365)] == [251, 251, 251, 330, 1155]


def test_what_was_known_before_ends_with_that_day() -> None:
    history = made_up_history(400)
    known = history.before(300)
    assert known.days.size == 300
    assert known.returns.size == 299
    assert known.last == FIRST_DAY + timedelta(days=299)
