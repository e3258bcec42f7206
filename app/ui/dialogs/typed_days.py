"""Days and moments as people type them; only spellings with one reading are taken."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

from app.domain.errors import InputError

_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_WORDED: Final = re.compile(r"(\d{1,2})\.?[ \u202f]*([a-z]{3,9})\.?[ \u202f]*(\d{4})", re.ASCII | re.IGNORECASE)
_TIME: Final = re.compile(r"(.*\S)(?:[ \u202f]+|T)(\d{1,2}):(\d{2})(?: ?(?:UTC|Z))?", re.ASCII | re.IGNORECASE)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def parse_day(text: str, today: date) -> date:
    """Return the day meant by ``2026-02-10``, ``10 Feb 2026``, ``today`` or ``yesterday``.

    Raises:
        InputError: anything else; ``02/10/2026`` could be two days.
    """
    bare = text.strip()
    if bare.lower() == "today":
        return today
    if bare.lower() == "yesterday":
        return today - timedelta(days=1)
    found = _DAY.fullmatch(bare)
    if found:
        return _day(bare, int(found[1]), int(found[2]), int(found[3]))
    found = _WORDED.fullmatch(bare)
    if found and found[2][:3].lower() in _MONTHS:
        return _day(bare, int(found[3]), _MONTHS.index(found[2][:3].lower()) + 1, int(found[1]))
    msg = f"“{bare[:40]}” is not a day with one reading; write year-month-day, like {today}"
    raise InputError(msg)


def parse_moment(text: str, now: datetime) -> datetime:
    """Return the UTC moment meant by a day, alone (00:00) or with a time (``2026-02-10 14:30``), or by ``now``.

    Raises:
        InputError: anything else.
    """
    bare = text.strip()
    if bare.lower() == "now":
        return now.replace(second=0, microsecond=0)
    found = _TIME.fullmatch(bare)
    day = parse_day(found[1] if found else bare, now.date())
    hour, minute = (int(found[2]), int(found[3])) if found else (0, 0)
    try:
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
    except ValueError:
        msg = f"{hour}:{minute:02d} is no time of day; write 14:30"
        raise InputError(msg) from None


def typed_day(day: date | None) -> str:
    """Return a day as the fields show it for editing."""
    return day.isoformat() if day is not None else ""


def typed_moment(at: datetime) -> str:
    """Return a moment as the fields show it for editing."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        msg = f"“{text[:40]}” is not in the calendar; correct the day"
        raise InputError(msg) from None
