"""Instants as they are stored: ISO text in UTC, exact to the microsecond."""

from datetime import UTC, datetime


def instant_text(at: datetime) -> str:
    """Return an aware instant as UTC ISO text ending in ``Z``."""
    return at.astimezone(UTC).isoformat()[:-6] + "Z"


def optional_text(at: datetime | None) -> str | None:
    """Return the text of an instant that may be missing."""
    return None if at is None else instant_text(at)


def optional_instant(text: str | None) -> datetime | None:
    """Return the instant of a text that may be missing."""
    return None if text is None else datetime.fromisoformat(text)
