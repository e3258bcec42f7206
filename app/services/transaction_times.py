"""Times as they are typed into a filter: ``2025``, ``2025-03``, ``2025-03-14``, ``2025-01..2025-03`` (pure).

Days are those of UTC, as everywhere in a book.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from app.domain.errors import InputError

_PART: Final = re.compile(r"((?:20|21)[0-9]{2})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?", re.ASCII)
_RANGE: Final = re.compile(r"(?P<first>.*?)\.\.(?P<last>.*)", re.ASCII)
_LIKE: Final = re.compile(r"(?:20|21)[0-9]{2}(?:-[0-9]*)*", re.ASCII)


class Span(NamedTuple):
    """A time with words for it; ``end`` is the first moment after it, None leaves a side open."""

    words: str
    start: datetime | None
    end: datetime | None


def span_of(text: str) -> Span | None:
    """Return the time that ``text`` means, or None where it is none.

    Raises:
        InputError: it looks like a time and is none, or ends before it begins.
    """
    found = _RANGE.fullmatch(text)
    if found is None:
        return _part(text)
    first, last = found["first"], found["last"]
    if not (first or last) or not all(_LIKE.fullmatch(part) for part in (first, last) if part):
        return None
    start, end = (_part(part) if part else None for part in (first, last))
    if start is not None and end is not None and start.start is not None and end.end is not None:
        if end.end <= start.start:
            msg = f"“{text}” ends before it begins; write the earlier one first"
            raise InputError(msg)
        return Span(f"from {first} to {last}", start.start, end.end)
    if start is not None:
        return Span(f"from {first} on", start.start, None)
    return Span(f"up to {last}", None, None if end is None else end.end)


def _part(text: str) -> Span | None:
    found = _PART.fullmatch(text)
    if found is None:
        if _LIKE.fullmatch(text):
            msg = f"“{text}” is not a year, month or day; write 2025, 2025-03 or 2025-03-14"
            raise InputError(msg)
        return None
    year, month, day = found.groups()
    try:
        start = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        msg = f"“{text}” is not in the calendar; write a day like 2025-03-14"
        raise InputError(msg) from None
    if day:
        return Span(f"on {text}", _moment(start), _moment(start + timedelta(days=1)))
    if month:
        after = date(start.year + start.month // 12, start.month % 12 + 1, 1)
        return Span(f"in {text}", _moment(start), _moment(after))
    return Span(f"in {text}", _moment(start), _moment(date(start.year + 1, 1, 1)))


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
