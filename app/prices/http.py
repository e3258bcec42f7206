"""One hardened HTTP client for all sources.

``requests`` limits each read, not the whole: a server that drips one byte of header at a time would hold it for
ever. So a watchdog shuts the socket at a total deadline, bodies are capped while they are decoded, redirects and
automatic waits are off, and every fault becomes a ``FeedError`` with a stable word.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from weakref import WeakSet

import requests
from requests.utils import get_environ_proxies, select_proxy
from urllib3.exceptions import HTTPError

from app.domain.feeds import FeedError
from app.prices.connections import DeadlineAdapter
from app.prices.faults import classify
from app.prices.flights import Flight, flights
from app.prices.reply import HttpReply
from app.services.ports import Clock

_CHUNK: Final = 16_384
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """How long and how much.

    Attributes:
        connect_seconds, read_seconds: for one connect, for one read.
        total_seconds: for the whole answer, headers included.
        spot_bytes, history_bytes: caps on the decoded body.
    """

    connect_seconds: float = 5.0
    read_seconds: float = 10.0
    total_seconds: float = 15.0
    spot_bytes: int = 2 * 1024 * 1024
    history_bytes: int = 16 * 1024 * 1024


class HttpClient:
    """Fetches JSON over HTTP; may be used from several threads at once.

    Attributes:
        limits: deadlines and caps.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        version: str,
        limits: HttpLimits | None = None,
        ca_file: str | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> None:
        """Make a client.

        Args:
            clock: tells the time of receipt.
            version: of Plimsoll, told to the servers.
            limits: deadlines and caps.
            ca_file: one more certificate authority to trust (a company's).
            proxies: by scheme; None asks the system's settings, an empty mapping uses none.
        """
        self.limits = limits or HttpLimits()
        self._clock = clock
        self._ca_file = ca_file
        self._proxies = proxies
        self._headers = {
            "User-Agent": f"Plimsoll/{version}",
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "Cache-Control": "no-cache",
        }
        self._local = threading.local()
        self._lock = threading.Lock()
        # Weak: a thread that ends takes its session with it.
        self._sessions: WeakSet[requests.Session] = WeakSet()
        self._flying: set[Flight] = set()
        self._closed = False

    def get(self, url: str, *, history: bool = False) -> HttpReply:
        """Return the answer to one GET; a dead kept connection is replaced once.

        Raises:
            FeedError: no complete answer came, or it was a redirect.
        """
        cap = self.limits.history_bytes if history else self.limits.spot_bytes
        with self._flight() as flight:
            try:
                return self._attempt(url, cap, flight)
            except FeedError:
                if not flight.retry_is_worth_it():
                    raise
            self._forget_connections()
            return self._attempt(url, cap, flight)

    def forget_connections(self) -> None:
        """Close kept connections of all threads (after sleep, or when the network changed)."""
        with self._lock:
            sessions = list(self._sessions)
        for session in sessions:
            session.close()

    def close(self) -> None:
        """Abort what is in flight and refuse new requests."""
        with self._lock:
            self._closed = True
            flying = list(self._flying)
        for flight in flying:
            flight.abort("closed")
        self.forget_connections()

    def _attempt(self, url: str, cap: int, flight: Flight) -> HttpReply:
        flight.begin()
        try:
            with self._session().get(
                url,
                timeout=(self.limits.connect_seconds, self.limits.read_seconds),
                proxies=self._proxies_for(url),
                allow_redirects=False,
                stream=True,
            ) as response:
                flight.check()
                _refuse_redirect(response.status_code)
                body = _read_capped(response, cap, flight)
                headers = {name.lower(): value for name, value in response.headers.items()}
                status = response.status_code
        except FeedError:
            raise
        except (requests.RequestException, HTTPError, OSError, ValueError, ArithmeticError, AttributeError) as error:
            # AttributeError: the connection was taken away by ``close`` in the middle of a read.
            flight.check()
            raise classify(error) from None
        flight.check()
        return HttpReply(status, headers, body, self._clock.now(), self._clock.monotonic())

    @contextmanager
    def _flight(self) -> Iterator[Flight]:
        flight = Flight(self.limits.total_seconds)
        with self._lock:
            if self._closed:
                raise FeedError("closed", "Plimsoll is shutting down")
            self._flying.add(flight)
        try:
            with flights(flight):
                yield flight
        finally:
            with self._lock:
                self._flying.discard(flight)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False  # no .netrc, no REQUESTS_CA_BUNDLE; proxies are resolved below
            session.headers.update(self._headers)
            adapter = DeadlineAdapter(self._ca_file)
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            self._local.session = session
            with self._lock:
                self._sessions.add(session)
        return session

    def _forget_connections(self) -> None:
        self._session().close()

    def _proxies_for(self, url: str) -> dict[str, str]:
        if (urlsplit(url).hostname or "") in _LOOPBACK:
            return {}
        if self._proxies is not None:
            return dict(self._proxies)
        proxies: dict[str, str] = get_environ_proxies(url)
        chosen = select_proxy(url, proxies)
        return {urlsplit(url).scheme: chosen} if chosen else {}


def _read_capped(response: requests.Response, cap: int, flight: Flight) -> bytes:
    parts: list[bytes] = []
    size = 0
    for chunk in response.iter_content(_CHUNK):
        flight.check()
        size += len(chunk)
        if size > cap:
            raise FeedError("too_large", f"the answer is larger than {cap} bytes", status=response.status_code)
        parts.append(chunk)
    return b"".join(parts)


def _refuse_redirect(status: int) -> None:
    if 300 <= status < 400:  # noqa: PLR2004 - the class of redirects
        raise FeedError("redirected", "the network wants a login page first", status=status)
