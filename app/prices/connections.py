"""Connections that a watchdog can shut, whatever they are waiting for.

The watchdog holds a duplicate of the socket taken before TLS and proxies wrap it. Shutting the duplicate ends the
connection itself, so a thread that waits in a handshake, in headers or in a body wakes up at once.
"""

import os
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import truststore
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

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
        super().close()
        handle, self.handle = self.handle, None
        self._served = False
        if handle is not None:
            handle.close()


class _ShuttableTls(Shuttable, HTTPSConnection):
    """The same over TLS."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = Shuttable


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _ShuttableTls


_POOLS: Final = {"http": _PlainPool, "https": _TlsPool}


def _system_has_authorities() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    paths = ssl.get_default_verify_paths()
    if paths.cafile or os.environ.get("SSL_CERT_FILE"):
        return True
    return bool(paths.capath and any(Path(paths.capath).iterdir()))


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """Return a context that trusts what the system trusts, and ``ca_file`` besides.

    A bare Linux may have no list of authorities at all; the one that comes with requests stands in for it.

    Raises:
        OSError: ``ca_file`` cannot be read.
    """
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not _system_has_authorities():
        context.load_verify_locations(requests_authorities())
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


def requests_authorities() -> str:
    """Return the file of certificate authorities that is installed with requests."""
    from certifi import where  # noqa: PLC0415 - only where the system has none

    return where()


class DeadlineAdapter(HTTPAdapter):
    """Mounts the shuttable connections and the system's certificate store; never retries by itself."""

    def __init__(self, ca_file: str | None) -> None:
        self._context = tls_context(ca_file)
        super().__init__(pool_connections=4, pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:  # noqa: FBT001, FBT002 - requests' signature
        """Make the pools for direct connections."""
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._context, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = dict(_POOLS)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> PoolManager:
        """Return the pools for connections through ``proxy``."""
        known = proxy in self.proxy_manager
        manager: PoolManager = super().proxy_manager_for(proxy, ssl_context=self._context, **proxy_kwargs)
        if not known and proxy.lower().startswith("socks"):
            from app.prices.socks_connections import SOCKS_POOLS  # noqa: PLC0415 - needs PySocks

            manager.pool_classes_by_scheme = dict(SOCKS_POOLS)
        elif not known:
            manager.pool_classes_by_scheme = dict(_POOLS)
        return manager

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:  # noqa: ARG002 - requests' signature
        """Leave the trust to the context; requests would load its own list into it."""
        if url.lower().startswith("https"):
            conn.cert_reqs = "CERT_REQUIRED"
            conn.ca_certs = None
            conn.ca_cert_dir = None
