"""A web service on loopback that takes webhooks, with faults; over TLS where it is given a certificate.

::

    with FakeHookServer() as server:
        server.answer(302, headers={"Location": server.url("elsewhere")})
        gate = server.hang()
"""

import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

_Request = socket.socket | tuple[bytes, socket.socket]


class HookRequest(NamedTuple):
    """What came in: names of headers in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class FakeHookServer:
    """Records what it is sent; use it as a context manager.

    Attributes:
        requests: all of them, in order.
        arrived: set with each request.
    """

    def __init__(self, certificate: Path | None = None) -> None:
        self.requests: list[HookRequest] = []
        self.arrived = threading.Event()
        self._reply: tuple[int, bytes, Mapping[str, str]] = (200, b"", {})
        self._gate: threading.Event | None = None
        self._closes = False
        self._scheme = "http" if certificate is None else "https"
        self._server = _Server(self)
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
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
        if self._gate is not None:
            self._gate.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.server_port

    def url(self, path: str = "hook", host: str = "127.0.0.1") -> str:
        """Return an address of it in a browser's form."""
        return f"{self._scheme}://{host}:{self.port}/{path}"

    def hook(self, path: str = "hook", host: str = "127.0.0.1") -> str:
        """Return an address of it as a channel keeps it."""
        return self.url(path, host).replace("http", "json", 1)

    def answer(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        """Let it answer so from now on."""
        self._reply = (status, body, headers or {})

    def close_at_once(self) -> None:
        """Let it hang up instead of answering."""
        self._closes = True

    def hang(self) -> threading.Event:
        """Let it answer nothing until the returned event is set."""
        self._gate = threading.Event()
        return self._gate

    def take(self, request: HookRequest) -> tuple[int, bytes, Mapping[str, str]] | None:
        """Return the answer to one request; None to hang up."""
        self.requests.append(request)
        self.arrived.set()
        if self._gate is not None:
            self._gate.wait(30)
        return None if self._closes else self._reply


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, owner: FakeHookServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.owner = owner

    def handle_error(self, request: _Request, client_address: object) -> None:
        """Say nothing of clients that hang up in the middle."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 5

    def _take(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.owner.take(HookRequest(self.command, self.path, headers, body))
        if reply is None:
            return
        with suppress(OSError):
            status, answer, more = reply
            self.send_response_only(status)
            for name, value in {"Content-Length": str(len(answer)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

    def do_GET(self) -> None:
        self._take()

    def do_POST(self) -> None:
        self._take()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""
