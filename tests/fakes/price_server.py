"""All eight price sources on one loopback port, with settable prices and faults.

::

    with FakePriceServer({"USD": Decimal(70727)}) as server:
        server.base_url("kraken")  # http://127.0.0.1:41234/kraken
        server.fail("kraken", status=503)
        server.lie("coinbase", {"USD": Decimal(42000)})
        settings = server.settings()
"""

import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from app.services.pricing_settings import SOURCE_KEYS, PriceSettings, SourceSetting
from tests.fakes.price_answers import Market, answer

_Request = socket.socket | tuple[bytes, socket.socket]


class Fault:
    """An answer that replaces the real one: status, body and headers."""

    def __init__(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.status = status
        self.body = body
        self.headers = headers


class FakePriceServer:
    """Speaks the sources' real shapes; use it as a context manager.

    Attributes:
        prices: by currency; may be changed at any time.
        requests: (source, path and query) of every request, in order.
        days: how many days of history there are.
        connections: how many were accepted.
    """

    def __init__(
        self,
        prices: Mapping[str, Decimal] | None = None,
        now: Callable[[], datetime] | None = None,
        days: int = 900,
    ) -> None:
        self.prices: dict[str, Decimal] = dict(prices or {"USD": Decimal(70727)})
        self.requests: list[tuple[str, str]] = []
        self.days = days
        self.connections = 0
        self._now = now or (lambda: datetime.now(UTC))
        self._faults: dict[str, Fault] = {}
        self._lies: dict[str, dict[str, Decimal]] = {}
        self._gates: dict[str, threading.Event] = {}
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for gate in self._gates.values():
            gate.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()

    def base_url(self, source: str) -> str:
        """Return what to set as the source's ``base_url``."""
        return f"http://127.0.0.1:{self._server.server_port}/{source}"

    def settings(self, *keys: str, interval_seconds: int = 60) -> PriceSettings:
        """Return settings that ask this server; only ``keys`` are switched on, or all."""
        on = keys or SOURCE_KEYS
        sources = {key: SourceSetting(key in on, self.base_url(key)) for key in SOURCE_KEYS}
        return PriceSettings(interval_seconds=interval_seconds, sources=sources)

    def fail(
        self,
        source: str,
        status: int = 503,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Let ``source`` answer every request with this instead."""
        self._faults[source] = Fault(status, body, headers or {})

    def lie(self, source: str, prices: Mapping[str, Decimal]) -> None:
        """Let ``source`` tell other prices than the rest."""
        self._lies[source] = dict(prices)

    def hang(self, source: str) -> threading.Event:
        """Let ``source`` answer nothing until the returned event is set."""
        self._gates[source] = threading.Event()
        return self._gates[source]

    def heal(self, source: str) -> None:
        """Let ``source`` answer truly again."""
        self._faults.pop(source, None)
        self._lies.pop(source, None)
        gate = self._gates.pop(source, None)
        if gate is not None:
            gate.set()

    def reply(self, target: str) -> Fault:
        """Return the answer to one request."""
        source, _, rest = target.removeprefix("/").partition("/")
        self.requests.append((source, f"/{rest}"))
        gate = self._gates.get(source)
        if gate is not None:
            gate.wait(30)
        fault = self._faults.get(source)
        if fault is not None:
            return fault
        market = Market({**self.prices, **self._lies.get(source, {})}, self._now(), self.days)
        status, body = answer(source, f"/{rest}", market) if source in SOURCE_KEYS else (404, b"")
        return Fault(status, body, {})

    def date_header(self) -> str:
        """Return the HTTP date."""
        return format_datetime(self._now().astimezone(UTC), usegmt=True)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, owner: FakePriceServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.owner = owner
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()

    def process_request(self, request: _Request, client_address: object) -> None:
        self.owner.connections += 1
        if isinstance(request, socket.socket):
            with self._lock:
                self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: _Request) -> None:
        if isinstance(request, socket.socket):
            with self._lock:
                self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End kept connections, so that their threads end."""
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: _Request, client_address: object) -> None:
        """Say nothing of clients that hang up in the middle."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 5

    def do_GET(self) -> None:
        reply = self.server.owner.reply(self.path)
        headers = {
            "Content-Type": "application/json",
            "Date": self.server.owner.date_header(),
            "Content-Length": str(len(reply.body)),
            **reply.headers,
        }
        self.send_response_only(reply.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""
