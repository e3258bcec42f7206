"""Half a year of hourly prices with the falls of spring 2021: nobody is told so often that he stops to listen.

All five years over 300 borrowers are ``python -m tests.benchmarks.five_years``.
"""

from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain import warnings
from app.domain.warning_records import WarningKind
from tests.alarm_report import Figure
from tests.fakes.long_watch import HALF_YEAR, HOUR, LongWatch, by_loan, most_within, same_day_repeats
from tests.fakes.replay import SERIES_START, hourly_closes

HOURS = 180 * 24


def half_a_year() -> LongWatch:
    watch = LongWatch(64, (), SERIES_START)
    for hour, price in enumerate(hourly_closes()[:HOURS]):
        watch.hour(SERIES_START + hour * HOUR, price)
    return watch


def test_each_loan_is_told_of_ten_times_at_most_and_of_nothing_twice_a_day(figure: Figure) -> None:
    told = [each for borrower in half_a_year().borrowers for each in by_loan(borrower.told)]
    most = max(most_within([at for at, _ in each], HALF_YEAR) for each in told)
    figure("half a year of hourly prices, most told of one loan in 180 days", most, "at most 10")
    figure("the same, most repeats on one day", max(map(same_day_repeats, told)), "at most 1")
    assert most <= 10
    assert max(map(same_day_repeats, told)) <= 1
    kinds = {record.kind for each in told for _, record in each}
    assert kinds == {WarningKind.DROP_CALL, WarningKind.DROP_SALE, WarningKind.CALL, WarningKind.SALE}
    assert len(told) > 30


def test_with_ten_minutes_of_calm_it_would_be_far_more(monkeypatch: pytest.MonkeyPatch) -> None:
    for keep in ("CALM_KEEP", "FAR_KEEP", "CLOSE_KEEP"):
        monkeypatch.setattr(warnings, keep, timedelta(minutes=10))
    monkeypatch.setattr(warnings, "FAR", Decimal("0.02"))
    told = [each for borrower in half_a_year().borrowers for each in by_loan(borrower.told)]
    assert max(most_within([at for at, _ in each], HALF_YEAR) for each in told) > 10


def test_the_stored_series_is_whole() -> None:
    prices = hourly_closes()
    assert (len(prices), prices[0], prices[-1]) == (43_849, 59_387, 66_893)
    assert (min(prices), max(prices)) == (15_650, 126_011)
