"""Quiet hours: until when a warning waits, on the clock of the person's own place."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.channels import QuietHours


def quiet_until(quiet: QuietHours | None, now: datetime) -> datetime | None:
    """Return when the quiet hours that run at ``now`` end, UTC; None where none run.

    An end that the change to summer time leaves out comes with the first moment after the gap; an end that comes twice
    counts the first time. Hours that begin and end at the same time are none, and a zone that is not known on this
    machine keeps nothing back: rather a warning too early than too late.
    """
    if quiet is None or quiet.start == quiet.end:
        return None
    try:
        zone = ZoneInfo(quiet.zone)
    except (ValueError, OSError, KeyError):  # a missing zone is a KeyError, a malformed name one of the others
        return None
    local = now.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    overnight = quiet.end < quiet.start
    if overnight and clock >= quiet.start:
        day = local.date() + timedelta(days=1)
    elif clock < quiet.end and (overnight or clock >= quiet.start):
        day = local.date()
    else:
        return None
    end = datetime.combine(day, quiet.end, zone).astimezone(UTC)
    return end if end > now else None
