"""Words of one line: text without control characters, and durations as people say them. Light: the start needs it."""

import re
from datetime import timedelta
from typing import Final

MOST_LINE: Final = 600
MOST_NAME: Final = 60
# Control characters, and the marks that break lines or turn the direction of writing around.
_ODD: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\\s]+")


def one_line(text: str, most: int = MOST_LINE) -> str:
    """Return text as one line without control characters, cut at ``most`` characters."""
    line = _ODD.sub(" ", text).strip()
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def span(duration: timedelta) -> str:
    """Return a duration as people say it: ``35 min``, ``3 h 5 min``, ``2 days 4 h``."""
    minutes = max(int(duration.total_seconds() // 60), 0)
    days, hours = minutes // 1_440, minutes // 60 % 24
    if days:
        return f"{days} day{'s' if days > 1 else ''}" + (f" {hours} h" if hours else "")
    return f"{minutes} min" if not hours else f"{hours} h" + (f" {minutes % 60} min" if minutes % 60 else "")


def days_text(days: int) -> str:
    """Return ``1 day``, ``30 days``."""
    return "1 day" if days == 1 else f"{days:,} days"


def minutes_text(minutes: int) -> str:
    """Return ``5 min``, ``2 h``, ``1 day``."""
    if minutes % 1_440 == 0 and minutes:
        return days_text(minutes // 1_440)
    return f"{minutes // 60} h" if minutes % 60 == 0 and minutes else f"{minutes} min"
