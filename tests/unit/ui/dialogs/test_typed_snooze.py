"""An end for a snooze, as people type it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.domain.errors import InputError
from app.ui.dialogs.typed_snooze import MOST, parse_snooze, snooze_echo
from tests.fakes.desk import NOW

EAST = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("90 min", NOW + timedelta(minutes=90)),
        ("6h", NOW + timedelta(hours=6)),
        ("2 days", NOW + timedelta(days=2)),
        ("18:30", datetime(2026, 2, 5, 16, 30, tzinfo=UTC)),
        ("09:00", datetime(2026, 2, 6, 7, 0, tzinfo=UTC)),
        ("2026-02-10 18:30", datetime(2026, 2, 10, 16, 30, tzinfo=UTC)),
        ("10 Feb 2026 18:30", datetime(2026, 2, 10, 16, 30, tzinfo=UTC)),
    ],
)
def test_spans_and_times_here_are_read(text: str, until: datetime) -> None:
    assert parse_snooze(text, NOW, EAST) == until


@pytest.mark.parametrize(
    "text", ["", "soon", "forever", "0 min", "32 d", "25:00", "2026-02-01 10:00", "10/02/2026 10:00", "-1 h"]
)
def test_a_snooze_always_ends_and_ends_later(text: str) -> None:
    with pytest.raises(InputError):
        parse_snooze(text, NOW, EAST)


def test_the_end_is_told_as_it_was_understood() -> None:
    assert snooze_echo(NOW + timedelta(hours=6), NOW, UTC) == "until 5\u202fFeb\u202f2026 20:30, in 6\u202fh"
    assert parse_snooze("31 d", NOW) == NOW + MOST
