"""For how long a warning may be put aside: ready answers, and an end that somebody types (pure)."""

import re
from datetime import datetime, time, timedelta, tzinfo
from typing import Final

from app.domain.errors import InputError
from app.ui.dialogs.typed_days import parse_day
from app.ui.formats import left_text, moment_text, seconds_between

MORNING: Final = time(9)
MOST: Final = timedelta(days=31)
_SPAN: Final = re.compile(r"(\d{1,5}) ?(min|m|hours?|h|days?|d)", re.ASCII | re.IGNORECASE)
_CLOCK: Final = re.compile(r"(?:(.*\S)[ \u202f]+)?(\d{1,2}):(\d{2})", re.ASCII)
_UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def snooze_choices(now: datetime, zone: tzinfo | None = None) -> tuple[tuple[str, datetime], ...]:
    """Return how long a warning may be put aside: an hour, four, or until the next nine in the morning here."""
    local = now.astimezone(zone)
    morning = local.replace(hour=MORNING.hour, minute=0, second=0, microsecond=0)
    if morning <= local:
        morning += timedelta(days=1)
    return (
        ("1 hour", now + timedelta(hours=1)),
        ("4 hours", now + timedelta(hours=4)),
        ("until 09:00", morning.astimezone(now.tzinfo)),
    )


def parse_snooze(text: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """Return the end meant by ``90 min``, ``6 h``, ``2 d``, ``18:30`` (the next one here) or ``2026-02-10 18:30``.

    Raises:
        InputError: anything else, an end that has passed, and one too far away: a snooze always ends.
    """
    bare = text.strip()
    span = _SPAN.fullmatch(bare)
    until = now + int(span[1]) * _UNITS[span[2][0].lower()] if span else _moment(bare, now, zone)
    if until <= now:
        msg = "that has passed; name a later end"
        raise InputError(msg)
    if until > now + MOST:
        msg = f"at most {MOST.days} days; to stop a rule for longer, switch the rule off"
        raise InputError(msg)
    return until


def snooze_echo(until: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return a typed end as it was understood."""
    return f"until {moment_text(until, zone)}, in {left_text(seconds_between(now, until))}"


def _moment(bare: str, now: datetime, zone: tzinfo | None) -> datetime:
    found = _CLOCK.fullmatch(bare)
    if found is None:
        msg = "write how long (90 min, 6 h, 2 d) or until when (18:30, 2026-02-10 18:30)"
        raise InputError(msg)
    local = now.astimezone(zone)
    hour, minute = int(found[2]), int(found[3])
    if hour > time.max.hour or minute > time.max.minute:
        msg = f"{hour}:{minute:02d} is no time of day; write 18:30"
        raise InputError(msg)
    if found[1]:
        day = parse_day(found[1], local.date())
        at = local.replace(year=day.year, month=day.month, day=day.day, hour=hour, minute=minute)
    else:
        at = local.replace(hour=hour, minute=minute)
        at += timedelta(days=at <= local)
    return at.replace(second=0, microsecond=0).astimezone(now.tzinfo)
