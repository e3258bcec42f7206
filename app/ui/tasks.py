"""Work off the window's thread: one lane that owns the store, one that reckons, a small one for the network.

Results cross back to the window's thread here and nowhere else. Three kinds of failure are kept apart: the world's
fault is shown, a cancelled task is silent, a fault of ours is logged once and told as such.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from app.domain.errors import CancelledError, PlimsollError

log = logging.getLogger(__name__)

NETWORK_THREADS: Final = 3
T = TypeVar("T")


class Progress(NamedTuple):
    """How far a task is: ``part`` of ``whole`` (0 where nobody knows), in words."""

    words: str
    part: int = 0
    whole: int = 0


class Ticket:
    """A task that was handed in: it can be cancelled, and asked inside the work whether it was."""

    def __init__(self, label: str, lane: str, report: Callable[["Ticket", Progress], None]) -> None:
        self.label = label
        self.lane = lane
        self._report = report
        self._cancelled = threading.Event()
        self._ended = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Whether somebody has asked it to stop."""
        return self._cancelled.is_set()

    @property
    def ended(self) -> bool:
        """Whether its outcome has been told, or dropped."""
        return self._ended.is_set()

    def cancel(self) -> None:
        """Ask it to stop; its outcome is dropped, and work that has not begun never begins."""
        self._cancelled.set()

    def check(self) -> None:
        """Go on only if nobody has cancelled.

        Raises:
            CancelledError: somebody has.
        """
        if self.cancelled:
            raise CancelledError

    def report(self, words: str, part: int = 0, whole: int = 0) -> None:
        """Tell, from inside the work, how far it is."""
        self._report(self, Progress(words, part, whole))

    def end(self) -> None:
        """Note that its outcome has been dealt with."""
        self._ended.set()


class _Job(NamedTuple):
    ticket: Ticket
    work: Callable[[Ticket], Any]
    done: Callable[[Any], None] | None
    failed: Callable[[PlimsollError], None] | None
    lost: Callable[[], None] | None


class _Outcome(NamedTuple):
    job: _Job
    result: Any = None
    error: BaseException | None = None


class Reported(NamedTuple):
    """A task's progress as it reached the window's thread."""

    ticket: Ticket
    progress: Progress


class Lane:
    """A queue with daemon threads of its own, started with the first job; one thread makes it serial."""

    def __init__(self, name: str, threads: int, run: Callable[[_Job], None]) -> None:
        self.name = name
        self._most = threads
        self._run = run
        self._jobs: deque[_Job] = deque()
        self._ready = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._closed = False

    def put(self, job: _Job) -> bool:
        """Queue ``job``; return False once the lane is closed."""
        with self._ready:
            if self._closed:
                return False
            self._jobs.append(job)
            if self._idle < len(self._jobs) and len(self._threads) < self._most:
                thread = threading.Thread(target=self._work, name=f"{self.name}-{len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._ready.notify()
        return True

    def close(self) -> None:
        """Take nothing more; what is queued still runs (cancelled jobs end at once)."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()

    def join(self, seconds: float) -> list[str]:
        """Wait for the threads, in all not longer than ``seconds``; return the names of those still running."""
        deadline = threading.Event()
        timer = threading.Timer(seconds, deadline.set)
        timer.daemon = True
        timer.start()
        for thread in self._threads:
            while thread.is_alive() and not deadline.is_set():
                thread.join(0.02)
        timer.cancel()
        timer.join()
        return [thread.name for thread in self._threads if thread.is_alive()]

    def _work(self) -> None:
        while True:
            with self._ready:
                self._idle += 1
                while not self._jobs and not self._closed:
                    self._ready.wait()
                self._idle -= 1
                if not self._jobs:
                    return
                job = self._jobs.popleft()
            self._run(job)


class Tasks(QObject):
    """Hands work to the lanes and brings its outcome back to the window's thread.

    Signals:
        busy_changed: tuple of the ``Ticket``s that are under way, oldest first.
        progressed: a ``Reported``.
        failed: ``PlimsollError`` of a task that named no one to tell.
        broke: the exception that is a fault of ours, after it was logged.
    """

    busy_changed = Signal(object)
    progressed = Signal(object)
    failed = Signal(object)
    broke = Signal(object)
    _crossed = Signal(object)
    _reported = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = Lane("store", 1, self._run)
        self._reckoning = Lane("reckoning", 1, self._run)
        self._network = Lane("network", NETWORK_THREADS, self._run)
        self._under_way: dict[Ticket, None] = {}
        queued = Qt.ConnectionType.QueuedConnection
        self._crossed.connect(self._arrive, queued)
        self._reported.connect(self._tell_progress, queued)

    @property
    def under_way(self) -> tuple[Ticket, ...]:
        """What has been handed in and has not come back, oldest first."""
        return tuple(self._under_way)

    def on_store(
        self,
        work: Callable[[Ticket], T],
        *,
        label: str,
        done: Callable[[T], None] | None = None,
        failed: Callable[[PlimsollError], None] | None = None,
        lost: Callable[[], None] | None = None,
    ) -> Ticket:
        """Run ``work`` on the lane that owns the book, after everything handed in before.

        Args:
            work: gets its ticket; runs on another thread, so it touches no widget.
            label: what is being done, for the status bar.
            done: gets the result, on the window's thread.
            failed: gets the world's fault there; without it ``Tasks.failed`` tells.
            lost: called there whenever no result comes: cancelled, failed or broken.
        """
        return self._put(self._store, work, label, done, failed, lost)

    def on_network(
        self,
        work: Callable[[Ticket], T],
        *,
        label: str,
        done: Callable[[T], None] | None = None,
        failed: Callable[[PlimsollError], None] | None = None,
        lost: Callable[[], None] | None = None,
    ) -> Ticket:
        """Run ``work`` beside everything else; it may not touch the book. Arguments as for ``on_store``."""
        return self._put(self._network, work, label, done, failed, lost)

    def on_reckoning(
        self,
        work: Callable[[Ticket], T],
        *,
        label: str,
        done: Callable[[T], None] | None = None,
        failed: Callable[[PlimsollError], None] | None = None,
        lost: Callable[[], None] | None = None,
    ) -> Ticket:
        """Run ``work`` that only reckons on what it was handed, one at a time; it may be dropped.

        Arguments as for ``on_store``.
        """
        return self._put(self._reckoning, work, label, done, failed, lost)

    def stop(self, seconds: float = 3.0) -> list[str]:
        """Refuse new work, cancel what changes nothing, finish the store's queue; return the threads that hang."""
        lanes = (self._store, self._reckoning, self._network)
        for lane in lanes:
            lane.close()
        for ticket in self.under_way:
            if ticket.lane != self._store.name:
                ticket.cancel()
        return [name for lane in lanes for name in lane.join(seconds)]

    def _put(
        self,
        lane: Lane,
        work: Callable[[Ticket], T],
        label: str,
        done: Callable[[T], None] | None,
        failed: Callable[[PlimsollError], None] | None,
        lost: Callable[[], None] | None,
    ) -> Ticket:
        ticket = Ticket(label, lane.name, lambda told, progress: self._reported.emit(Reported(told, progress)))
        if not lane.put(_Job(ticket, work, done, failed, lost)):
            ticket.cancel()
            ticket.end()
            return ticket
        self._under_way[ticket] = None
        self.busy_changed.emit(self.under_way)
        return ticket

    def _run(self, job: _Job) -> None:
        """On a lane's thread: do the work and send its outcome across."""
        try:
            job.ticket.check()
            outcome = _Outcome(job, result=job.work(job.ticket))
        except Exception as error:  # noqa: BLE001 - carried across whole; a fault of ours is logged there, once
            outcome = _Outcome(job, error=error)
        try:
            self._crossed.emit(outcome)
        except RuntimeError:
            log.info("%s came back after the window was gone", job.ticket.label)

    def _arrive(self, outcome: _Outcome) -> None:
        """On the window's thread: tell whoever asked."""
        job, ticket, error = outcome.job, outcome.job.ticket, outcome.error
        self._under_way.pop(ticket, None)
        ticket.end()
        self.busy_changed.emit(self.under_way)
        dropped = isinstance(error, CancelledError) or (ticket.cancelled and ticket.lane != self._store.name)
        if job.lost is not None and (dropped or error is not None):
            job.lost()
        if dropped:
            return
        if error is None:
            if job.done is not None:
                job.done(outcome.result)
        elif isinstance(error, PlimsollError):
            if job.failed is not None:
                job.failed(error)
            else:
                self.failed.emit(error)
        else:
            log.error("%s broke", ticket.label, exc_info=error)
            self.broke.emit(error)

    def _tell_progress(self, reported: Reported) -> None:
        if not reported.ticket.ended:
            self.progressed.emit(reported)
