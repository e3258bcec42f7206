"""How fast a server is asked, and how long one waits for it when it is busy."""

from collections.abc import Callable
from typing import Final

from app.domain.errors import CancelledError

_STEPS: Final = (2.0, 5.0, 15.0, 30.0, 60.0)
_LONGEST: Final = 120.0


class Pace:
    """Spreads questions over time. Belongs to one thread."""

    def __init__(
        self,
        per_second: int,
        monotonic: Callable[[], float],
        wait: Callable[[float], None],
        cancelled: Callable[[], bool],
    ) -> None:
        """Make a pace.

        Args:
            per_second: questions at most; 0 for no limit.
            monotonic: seconds that never run backwards.
            wait: waits so many seconds, or less where it is told to stop.
            cancelled: whether the user wants it to stop.
        """
        self._gap = 1.0 / per_second if per_second else 0.0
        self._monotonic = monotonic
        self._wait = wait
        self._cancelled = cancelled
        self._next = 0.0

    def step(self) -> None:
        """Wait for one's turn.

        Raises:
            CancelledError: the user wants it to stop.
        """
        now = self._monotonic()
        if self._gap and now < self._next:
            self._wait(self._next - now)
            now = max(self._monotonic(), self._next)
        self._next = now + self._gap
        self.check()

    def check(self) -> None:
        """Raise ``CancelledError`` where the user wants it to stop."""
        if self._cancelled():
            raise CancelledError

    def back_off(self, attempt: int, told: float | None = None) -> bool:
        """Wait before another attempt; return whether there is to be one.

        Args:
            attempt: how many failed, from 1.
            told: seconds that the server asked for, or None.
        """
        if attempt > len(_STEPS):
            return False
        self._wait(min(max(told or 0.0, _STEPS[attempt - 1]), _LONGEST))
        self.check()
        return True
