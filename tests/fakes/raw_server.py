"""A loopback server that says exactly what it is told, byte for byte, however wrong."""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

Script = Callable[[socket.socket, threading.Event], None]


class RawServer:
    """Accepts connections and runs a script on each; use it as a context manager.

    Attributes:
        connections: how many were accepted.
    """

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self._script = script
        self._tls = tls
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept, name="raw-accept", daemon=True)]
        self._open: list[socket.socket] = []
        self.connections = 0

    @property
    def port(self) -> int:
        """The port it listens on."""
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        """Its address, to be used as a base URL."""
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        # A connection of our own wakes the accepting thread on every system.
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        self._threads[0].join(2)
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join(2)
        for connection in self._open:
            connection.close()
        self._listener.close()

    def _accept(self) -> None:
        while not self._over.is_set():
            connection, _ = self._listener.accept()
            if self._over.is_set():
                connection.close()
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), name="raw-serve", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            self._script(connection, self._over)
        with suppress(OSError):
            connection.close()


def read_request(connection: socket.socket) -> bytes:
    """Return the head of one request; empty where the client hung up."""
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(4096)
        if not part:
            return b""
        head += part
    return head


def say(*parts: bytes) -> Script:
    """Return a script that reads a request, sends ``parts`` and closes."""

    def script(connection: socket.socket, over: threading.Event) -> None:
        if read_request(connection):
            for part in parts:
                connection.sendall(part)

    return script


def drip(start: bytes, drop: bytes, seconds: float) -> Script:
    """Return a script that sends ``start``, and then ``drop`` again and again without end."""

    def script(connection: socket.socket, over: threading.Event) -> None:
        read_request(connection)
        connection.sendall(start)
        while not over.wait(seconds):
            connection.sendall(drop)

    return script


def flood(start: bytes, wave: bytes, most: int = 200_000) -> Script:
    """Return a script that sends ``start``, and then ``wave`` as fast as it is taken."""

    def script(connection: socket.socket, over: threading.Event) -> None:
        read_request(connection)
        connection.sendall(start)
        for _ in range(most):
            if over.is_set():
                return
            connection.sendall(wave)

    return script


def silence(connection: socket.socket, over: threading.Event) -> None:
    """Accept, and say nothing."""
    over.wait(30)


def reset(connection: socket.socket, over: threading.Event) -> None:
    """Read the request and reset the connection."""
    read_request(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.close()


def ok(body: bytes, *headers: bytes) -> bytes:
    """Return a whole, sound answer."""
    lines = [b"HTTP/1.1 200 OK", b"Content-Type: application/json", b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
