"""Requests on their way, and connections that a watchdog can shut, whatever they are waiting for.

The watchdog holds a duplicate of the socket taken before TLS and proxies wrap it. Shutting the duplicate ends the
connection itself, so a thread that waits in a handshake, in headers or in a body wakes up at once.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from urllib3.connection import HTTPConnection

from app.domain.feeds import FeedError

_current = threading.local()


class Flight:
    """One request on its way: knows its connection, and ends it at the deadline or on demand."""

    def __init__(self, total_seconds: float) -> None:
        self._total = total_seconds
        self._lock = threading.Lock()
        self._handle: socket.socket | None = None
        self._why = ""
        self._reused = False
        self._attempts = 0

    def begin(self) -> None:
        """Start an attempt."""
        self._attempts += 1
        self._reused = False

    def holds(self, handle: socket.socket | None, *, reused: bool) -> None:
        """Note the connection in use; one that comes too late is ended at once."""
        with self._lock:
            self._handle = handle
            self._reused = reused
            if self._why:
                self._shut()

    def abort(self, why: str) -> None:
        """End the connection; the waiting thread fails with ``why``."""
        with self._lock:
            if not self._why:
                self._why = why
            self._shut()

    def check(self) -> None:
        """Raise if the flight was ended.

        Raises:
            FeedError: ``timeout`` at the total deadline, or the reason given to ``abort``.
        """
        if self._why == "timeout":
            raise FeedError("timeout", f"no complete answer within {self._total:g} s")
        if self._why:
            raise FeedError(self._why, "the request was ended")

    def retry_is_worth_it(self) -> bool:
        """Return whether a kept connection turned out to be dead, and there is still time."""
        return self._reused and self._attempts == 1 and not self._why

    def watch(self) -> threading.Timer:
        """Return a started timer that ends this flight at its deadline."""
        timer = threading.Timer(self._total, self.abort, ("timeout",))
        timer.name = "price-deadline"
        timer.daemon = True
        timer.start()
        return timer

    def _shut(self) -> None:
        if self._handle is not None:
            with suppress(OSError):
                self._handle.shutdown(socket.SHUT_RDWR)


@contextmanager
def flights(flight: Flight) -> Iterator[None]:
    """Make ``flight`` the one this thread's connections report to, and watch its deadline."""
    _current.flight = flight
    timer = flight.watch()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        _current.flight = None
        flight.holds(None, reused=False)


def _report(handle: socket.socket | None, *, reused: bool) -> None:
    flight: Flight | None = getattr(_current, "flight", None)
    if flight is not None:
        flight.holds(handle, reused=reused)


class Shuttable(HTTPConnection):
    """An HTTP connection that reports its socket to the flight it serves."""

    handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        self.handle = sock.dup()
        _report(self.handle, reused=False)
        return sock

    def putrequest(self, method: str, url: str, skip_host: bool = False, skip_accept_encoding: bool = False) -> None:  # noqa: FBT001, FBT002 - urllib3's signature
        """Start a request, and report the connection that will carry it."""
        if self.sock is not None:
            _report(self.handle, reused=self._served)
        self._served = True
        super().putrequest(method, url, skip_host, skip_accept_encoding)

    _served = False

    def _tunnel(self) -> None:
        super()._tunnel()
        # A proxy's answer that was cut at the deadline looks complete to http.client: do not start TLS on it.
        flight: Flight | None = getattr(_current, "flight", None)
        if flight is not None:
            flight.check()

    def close(self) -> None:
        """Close the connection and its duplicate."""
        super().close()
        handle, self.handle = self.handle, None
        self._served = False
        if handle is not None:
            handle.close()
