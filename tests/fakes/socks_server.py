"""A SOCKS5 proxy on loopback that leads every name to one port, and remembers the names that it was told."""

import socket
import threading
from contextlib import suppress

from tests.fakes.raw_server import RawServer

_DOMAIN = 3


class FakeSocks(RawServer):
    """Use it as a context manager.

    Attributes:
        target: the loopback port that everything leads to.
        names: host and port of every connection; a bare address is written as it came.
    """

    def __init__(self, target: int) -> None:
        super().__init__(self._serve_one)
        self.target = target
        self.names: list[tuple[str, int]] = []

    @property
    def proxy(self) -> str:
        """Its address as a setting."""
        return f"socks5h://127.0.0.1:{self.port}"

    def _serve_one(self, connection: socket.socket, over: threading.Event) -> None:
        connection.recv(257)
        connection.sendall(b"\x05\x00")
        request = connection.recv(512)
        named = request[3] == _DOMAIN
        name = request[5 : 5 + request[4]].decode() if named else socket.inet_ntoa(request[4:8])
        self.names.append((name, int.from_bytes(request[-2:], "big")))
        with socket.create_connection(("127.0.0.1", self.target), 5) as onward:
            connection.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")
            back = threading.Thread(target=_carry, args=(onward, connection), daemon=True)
            back.start()
            _carry(connection, onward)
            back.join(5)
        del over


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
