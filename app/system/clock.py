"""The machine's clock."""

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
