"""One worker thread per source: never two questions to one source at a time, and nobody waits for a slow one."""

import queue
import threading
from collections.abc import Callable
from typing import Final

JOIN_SECONDS: Final = 2.0


class Lane:
    """Runs one job at a time on a thread of its own, which starts with the first job."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._inbox: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._busy = False
        self._thread: threading.Thread | None = None

    def submit(self, job: Callable[[], None]) -> bool:
        """Start ``job``, which must not raise; return False where the one before is still running."""
        with self._lock:
            if self._busy:
                return False
            self._busy = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=f"price-{self._name}", daemon=True)
                self._thread.start()
        self._inbox.put(job)
        return True

    def finish(self) -> None:
        """Tell the thread to end after its job."""
        self._inbox.put(None)

    def join(self, seconds: float = JOIN_SECONDS) -> None:
        """Wait for the thread's end, but not longer than ``seconds``."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def _run(self) -> None:
        while (job := self._inbox.get()) is not None:
            try:
                job()
            finally:
                with self._lock:
                    self._busy = False
