from datetime import UTC, datetime, time

import pytest

from app.domain.channels import QuietHours
from app.domain.quiet import quiet_until

NIGHT = QuietHours(time(22, 0), time(7, 0), "Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-22T20:59:59", None),
        ("2026-11-22T21:00:00", "2026-11-23T06:00:00"),
        ("2026-11-23T05:59:59", "2026-11-23T06:00:00"),
        ("2026-11-23T06:00:00", None),
        ("2026-07-01T20:00:00", "2026-07-02T05:00:00"),
        # The nights of both changes end at seven on the wall clock.
        ("2026-03-28T22:00:00", "2026-03-29T05:00:00"),
        ("2026-10-24T21:00:00", "2026-10-25T06:00:00"),
    ],
)
def test_a_night_ends_at_seven_on_the_clock_of_the_place(now: str, until: str | None) -> None:
    assert quiet_until(NIGHT, at(now)) == (None if until is None else at(until))


def test_an_end_inside_the_gap_of_spring_comes_right_after_the_gap() -> None:
    hours = QuietHours(time(22, 0), time(2, 30), "Europe/Berlin")
    # 02:30 does not exist on 29 March; the clock goes from 02:00 to 03:00 at 01:00 UTC.
    assert quiet_until(hours, at("2026-03-29T00:30:00")) == at("2026-03-29T01:30:00")


def test_an_end_that_comes_twice_counts_the_first_time() -> None:
    hours = QuietHours(time(22, 0), time(2, 30), "Europe/Berlin")
    first = at("2026-10-25T00:30:00")
    assert quiet_until(hours, at("2026-10-25T00:10:00")) == first
    assert quiet_until(hours, at("2026-10-25T01:10:00")) is None


def test_hours_within_one_day_hold_on_that_day_only() -> None:
    noon = QuietHours(time(12, 0), time(14, 0), "America/New_York")
    assert quiet_until(noon, at("2026-11-22T17:00:00")) == at("2026-11-22T19:00:00")
    assert quiet_until(noon, at("2026-11-22T16:59:00")) is None
    assert quiet_until(noon, at("2026-11-22T19:00:00")) is None


@pytest.mark.parametrize("zone", ["Nowhere/Atlantis", "../etc/passwd", ""])
def test_a_zone_that_is_not_known_keeps_nothing_back(zone: str) -> None:
    assert quiet_until(QuietHours(time(0, 0), time(23, 59), zone), at("2026-11-22T12:00:00")) is None


def test_hours_of_no_length_and_no_hours_are_none() -> None:
    assert quiet_until(QuietHours(time(7, 0), time(7, 0), "UTC"), at("2026-11-22T07:00:00")) is None
    assert quiet_until(None, at("2026-11-22T07:00:00")) is None
