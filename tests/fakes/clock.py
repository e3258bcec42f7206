"""A clock that goes only when it is told to."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)


class FakeClock:
    """Implements ``ports.Clock``.

    Attributes:
        wall: the wall time.
        mono: the monotonic time, in seconds.
    """

    def __init__(self, wall: datetime = START, mono: float = 1_000.0) -> None:
        self.wall = wall
        self.mono = mono

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.mono

    def advance(self, seconds: float) -> None:
        """Let both times pass."""
        self.wall += timedelta(seconds=seconds)
        self.mono += seconds

    def sleep_machine(self, seconds: float) -> None:
        """Let only the wall time pass, as a suspended computer does."""
        self.wall += timedelta(seconds=seconds)
