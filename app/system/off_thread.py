"""One call at a time on a thread beside the caller's, waited for only so long.

What a system's keyring does is not ours: it may ask a person, or never come back. A call that does not come back
keeps its one thread and is not made again beside itself; everybody else is told at once that there is no answer.
"""

import threading
import time
from collections.abc import Callable
from enum import Enum, auto
from typing import Final, Generic, TypeVar

T = TypeVar("T")

PATIENCE_SECONDS: Final = 10.0


class NoAnswer(Enum):
    """Why a call has no result."""

    SLOW = auto()
    FAILED = auto()


class _Job(Generic[T]):
    """One call: what is done, and what came of it (nothing where it failed)."""

    def __init__(self, work: Callable[[], T]) -> None:
        self.work = work
        self.done = threading.Event()
        self.results: list[T] = []


class OffThread:
    """Makes calls on daemon threads, never two at once.

    Args:
        seconds: how long a caller waits in all.
        wait: waits for an event at most so many seconds, and returns whether it has come.
    """

    def __init__(
        self,
        seconds: float = PATIENCE_SECONDS,
        wait: Callable[[threading.Event, float], bool] = threading.Event.wait,
    ) -> None:
        self._seconds = seconds
        self._wait = wait
        self._turn = threading.Lock()
        self._ending = threading.Lock()
        self._overdue = False

    @property
    def overdue(self) -> bool:
        """Whether a call that was given up has still not come back."""
        return self._overdue

    def run(self, work: Callable[[], T]) -> T | NoAnswer:
        """Return what ``work`` returns; SLOW where the wait was too long or an earlier call still hangs.

        FAILED where no thread could be started, or ``work`` raised: that is dropped unread, it may hold a secret.
        """
        started = time.monotonic()
        if self._overdue or not self._turn.acquire(timeout=self._seconds):
            return NoAnswer.SLOW
        job = _Job(work)
        try:
            threading.Thread(target=self._do, args=(job,), name="plimsoll-keyring", daemon=True).start()
        except RuntimeError:
            self._turn.release()
            return NoAnswer.FAILED
        if not self._wait(job.done, max(0.0, self._seconds - (time.monotonic() - started))):
            with self._ending:
                if not job.done.is_set():
                    self._overdue = True
                    return NoAnswer.SLOW
        return job.results[0] if job.results else NoAnswer.FAILED

    def _do(self, job: "_Job[T]") -> None:
        try:
            job.results.append(job.work())
        except BaseException:  # noqa: BLE001, S110 - foreign code; its words may hold the secret, so nobody sees them
            pass
        finally:
            with self._ending:
                self._overdue = False
                job.done.set()
            self._turn.release()
