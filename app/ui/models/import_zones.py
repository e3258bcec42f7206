"""Names of time zones, the likeliest first."""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QTimeZone

_NO_PLACES: Final = ("Etc/", "posix", "right", "SystemV/", "US/")


@lru_cache(maxsize=1)
def time_zones() -> tuple[str, ...]:
    """Return the names of all time zones, this computer's first."""
    from zoneinfo import available_timezones  # noqa: PLC0415 - reads hundreds of files, and only when asked

    own = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(_NO_PLACES))
    return tuple(dict.fromkeys((*((own,) if own in names else ()), "UTC", *names)))
