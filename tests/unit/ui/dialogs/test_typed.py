from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.amounts import parse_typed_btc, parse_typed_fiat, parse_typed_percent
from app.domain.errors import InputError
from app.domain.money import MAX_SATS
from app.ui.dialogs.typed_days import parse_day, parse_moment, typed_day, typed_moment
from app.ui.dialogs.typed_values import typed_btc, typed_fiat, typed_percent

TODAY = date(2026, 2, 5)
NOW = datetime(2026, 2, 5, 14, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-02-10", date(2026, 2, 10)),
        ("2026-2-9", date(2026, 2, 9)),
        ("10 Feb 2026", date(2026, 2, 10)),
        ("10. february 2026", date(2026, 2, 10)),
        ("today", TODAY),
        ("Yesterday", date(2026, 2, 4)),
    ],
)
def test_days_with_one_reading(text: str, day: date) -> None:
    assert parse_day(text, TODAY) == day


@pytest.mark.parametrize("text", ["02/10/2026", "10.02.2026", "2026", "", "10 Foo 2026", "٢٠٢٦-02-10"])
def test_other_days_are_asked_about(text: str) -> None:
    with pytest.raises(InputError, match="write year-month-day, like 2026-02-05"):
        parse_day(text, TODAY)


def test_a_day_that_is_not_in_the_calendar() -> None:
    with pytest.raises(InputError, match="not in the calendar"):
        parse_day("2026-02-30", TODAY)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-02-10 14:30", datetime(2026, 2, 10, 14, 30, tzinfo=UTC)),
        ("2026-02-10T4:05Z", datetime(2026, 2, 10, 4, 5, tzinfo=UTC)),
        ("10 Feb 2026 14:30 UTC", datetime(2026, 2, 10, 14, 30, tzinfo=UTC)),
        ("2026-02-10", datetime(2026, 2, 10, tzinfo=UTC)),
        ("now", datetime(2026, 2, 5, 14, 30, tzinfo=UTC)),
        ("today 9:00", datetime(2026, 2, 5, 9, tzinfo=UTC)),
    ],
)
def test_moments(text: str, at: datetime) -> None:
    assert parse_moment(text, NOW) == at


def test_a_time_that_is_none() -> None:
    with pytest.raises(InputError, match="no time of day"):
        parse_moment("2026-02-10 25:00", NOW)


@given(st.datetimes(datetime(2009, 1, 3), datetime(9989, 1, 1)))  # noqa: DTZ001 - made aware below
def test_what_the_fields_show_is_read_back(naive: datetime) -> None:
    at = naive.replace(second=0, microsecond=0, tzinfo=UTC)
    assert parse_moment(typed_moment(at), NOW) == at
    assert parse_day(typed_day(at.date()), TODAY) == at.date()


@given(st.integers(0, MAX_SATS))
def test_bitcoin_shown_for_editing_has_one_reading(sats: int) -> None:
    assert parse_typed_btc(typed_btc(sats)).sats == sats


@given(st.decimals(0, 10**12, places=6), st.sampled_from(("USD", "JPY", "BHD")))
def test_money_shown_for_editing_has_one_reading(amount: Decimal, currency: str) -> None:
    assert parse_typed_fiat(typed_fiat(amount, currency), currency).amount == amount


@given(st.decimals(0, 2, places=6))
def test_ratios_shown_for_editing_have_one_reading(ratio: Decimal) -> None:
    assert parse_typed_percent(typed_percent(ratio)) == ratio


def test_nothing_is_shown_as_nothing() -> None:
    assert (typed_btc(None), typed_fiat(None, "USD"), typed_percent(None), typed_day(None)) == ("", "", "", "")
