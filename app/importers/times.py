"""Times as exports write them. Twelve of a dozen shapes are told apart by the text; 03/04/2025 is asked about."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final, NamedTuple

_MONTHS: Final = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)  # noqa: SIM905 - reads better
}
# The zones that American exports name by their letters.
_HOURS: Final = {
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
}
_CLOCK: Final = (
    r"(?:[ T,]+(?P<h>[0-9]{1,2}):(?P<m>[0-9]{2})(?::(?P<s>[0-9]{2})(?:[.,](?P<f>[0-9]{1,9}))?)?"
    r"(?: ?(?P<half>[AP]\.?M\.?))?)?"
)
_ZONE: Final = r"(?: ?(?P<zone>[A-Z]{1,4}|[+-][0-9]{2}:?(?:[0-9]{2})?))?"
_SHAPES: Final = tuple(
    re.compile(day + _CLOCK + _ZONE, re.ASCII | re.IGNORECASE)
    for day in (
        r"(?P<Y>[0-9]{4})[-/.](?P<M>[0-9]{1,2})[-/.](?P<D>[0-9]{1,2})",
        r"(?P<D>[0-9]{1,2})\.(?P<M>[0-9]{1,2})\.(?P<Y>[0-9]{4})",
        r"(?P<name>[A-Z]{3,9})\.? (?P<D>[0-9]{1,2}),? (?P<Y>[0-9]{4})",
        r"(?P<D>[0-9]{1,2})[- ](?P<name>[A-Z]{3,9})\.?[-, ]+(?P<Y>[0-9]{4})",
    )
)
_EITHER: Final = re.compile(
    r"(?P<a>[0-9]{1,2})(?P<sep>[/-])(?P<b>[0-9]{1,2})(?P=sep)(?P<Y>[0-9]{4})" + _CLOCK + _ZONE, re.IGNORECASE
)
_MOST_MONTHS: Final = 12
_NOON: Final = 12
_MOST: Final = 60


class Local(NamedTuple):
    """A time that was read; without a zone where the text names none."""

    at: datetime


def read_time(text: str, day_first: str = "") -> Local | str:
    """Return the time in a text; else a question where it has two readings, or an empty text where it has none.

    Args:
        text: one cell.
        day_first: ``yes`` or ``no`` for dates like 03/04/2025, or empty.
    """
    body = " ".join(text[: _MOST + 1].replace("\u202f", " ").replace("\u00a0", " ").split())
    if len(body) > _MOST:
        return ""
    for shape in _SHAPES:
        found = shape.fullmatch(body)
        if found is not None:
            return _made(found.groupdict())
    found = _EITHER.fullmatch(body)
    if found is None:
        return ""
    parts = found.groupdict()
    first, second = int(parts["a"]), int(parts["b"])
    if first <= _MOST_MONTHS and second <= _MOST_MONTHS and first != second and not day_first:
        return f"“{body[:40]}” has the day or the month first"
    by_day = day_first == "yes" if day_first else first > _MOST_MONTHS
    parts["D"], parts["M"] = (parts["a"], parts["b"]) if by_day else (parts["b"], parts["a"])
    return _made(parts)


def _made(parts: dict[str, str | None]) -> Local | str:
    name = parts.get("name")
    month = _MONTHS.get(name[:3].casefold(), 0) if name else int(parts["M"] or 0)
    hour = int(parts["h"] or 0)
    half = (parts["half"] or "").replace(".", "").upper()
    if half:
        if not 1 <= hour <= _NOON:
            return ""
        hour = hour % _NOON + (_NOON if half == "PM" else 0)
    zone = _zone(parts["zone"])
    if isinstance(zone, str):
        return ""
    micro = int((parts["f"] or "0").ljust(6, "0")[:6])
    try:
        return Local(
            datetime(
                int(parts["Y"] or 0),
                month,
                int(parts["D"] or 0),
                hour,
                int(parts["m"] or 0),
                int(parts["s"] or 0),
                micro,
                zone,
            )
        )
    except ValueError:
        return ""


def _zone(text: str | None) -> tzinfo | str | None:
    """Return the zone that a text names, None where it names none, an empty text where nobody knows it."""
    if text is None:
        return None
    if text[0] in "+-":
        digits = text[1:].replace(":", "")
        span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
        return timezone(span if text[0] == "+" else -span) if span < timedelta(days=1) else ""
    hours = _HOURS.get(text.upper())
    if hours is None:
        return ""
    return UTC if not hours else timezone(timedelta(hours=hours))
