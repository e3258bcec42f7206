"""The machine's clock."""

import sys
import time
from datetime import UTC, datetime


class SystemClock:
    """Wall and monotonic time; implements ``ports.Clock``."""

    def now(self) -> datetime:
        """Return the wall time in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()


def elapsed() -> float:
    """Return seconds that run on while the machine sleeps, and that setting the clock does not change.

    Linux's monotonic clock stands still in sleep, and so does Python's on macOS; those of Windows run on.
    """
    name = {"linux": "CLOCK_BOOTTIME", "darwin": "CLOCK_MONOTONIC"}.get(sys.platform, "")
    number: int | None = getattr(time, name, None)
    return time.monotonic() if number is None else time.clock_gettime(number)
