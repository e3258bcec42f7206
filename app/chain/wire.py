"""A line-by-line connection to an Electrum server: TCP or TLS, direct or through SOCKS, with limits on everything."""

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from app.domain.errors import ChainError

TRUSTED: Final = "trusted"
"""The pin of a server whose certificate the system vouches for: it has to stay so."""
_CHUNK: Final = 65_536


@dataclass(frozen=True, slots=True)
class WireLimits:
    """How long and how much: seconds for the connection, for one answer; bytes of one line."""

    connect_seconds: float = 10.0
    answer_seconds: float = 30.0
    line_bytes: int = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class WireChoice:
    """Where to connect to.

    Attributes:
        url: ``ssl://host:port`` or ``tcp://host:port``.
        proxy: ``socks5h://host:port``, or empty.
        pin: what is remembered of the certificate: ``trusted``, or the SHA-256 of one that nobody vouches for.
    """

    url: str
    proxy: str = ""
    pin: str = ""


class Wire:
    """An open connection; ``close`` may be called from any thread and ends what another one waits for.

    Attributes:
        pin: what is to be remembered of the server's certificate.
    """

    def __init__(
        self, link: socket.socket, pin: str, name: str, limits: WireLimits, monotonic: Callable[[], float]
    ) -> None:
        self.pin = pin
        self._link = link
        self._name = name
        self._limits = limits
        self._monotonic = monotonic
        self._rest = bytearray()

    def send(self, data: bytes) -> None:
        """Send all of ``data``."""
        try:
            self._link.settimeout(self._limits.answer_seconds)
            self._link.sendall(data)
        except (OSError, ValueError) as error:
            raise broken(self._name, error) from None

    def line(self) -> bytes:
        """Return the next line, without its end.

        Raises:
            ChainError: none came in time, or it is too long.
        """
        until = self._monotonic() + self._limits.answer_seconds
        searched = 0
        while (end := self._rest.find(b"\n", searched)) < 0:
            searched = len(self._rest)
            if searched > self._limits.line_bytes:
                raise ChainError("too_large", f"{self._name} sent a line without end; choose another server.")
            left = until - self._monotonic()
            if left <= 0:
                raise broken(self._name, TimeoutError())
            try:
                self._link.settimeout(left)
                piece = self._link.recv(_CHUNK)
            except (OSError, ValueError) as error:
                raise broken(self._name, error) from None
            if not piece:
                raise broken(self._name, ConnectionError())
            self._rest += piece
        found = bytes(self._rest[:end])
        del self._rest[: end + 1]
        return found

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError):
            self._link.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            self._link.close()


def open_wire(
    choice: WireChoice,
    trusted: Callable[[], ssl.SSLContext],
    monotonic: Callable[[], float],
    limits: WireLimits | None = None,
) -> Wire:
    """Return a connection.

    Args:
        choice: where to.
        trusted: makes a context that trusts what the system trusts.
        monotonic: seconds that never run backwards.
        limits: other than the usual ones.

    Raises:
        ChainError: it cannot be made, or the certificate is another one than before.
    """
    limits = limits or WireLimits()
    parts = urlsplit(choice.url)
    host, port = parts.hostname or "", parts.port or 0
    link = _link(host, port, choice, limits)
    if parts.scheme != "ssl":
        return Wire(link, "", choice.url, limits, monotonic)
    try:
        return Wire(trusted().wrap_socket(link, server_hostname=host), TRUSTED, choice.url, limits, monotonic)
    except ssl.SSLCertVerificationError:
        link.close()
    except (OSError, ValueError) as error:
        link.close()
        raise broken(choice.url, error) from None
    # Nearly every private server vouches for itself: what it showed first is what it has to show from then on.
    link = _link(host, port, choice, limits)
    try:
        secured = _unverified().wrap_socket(link, server_hostname=host)
        shown = sha256(secured.getpeercert(binary_form=True) or b"").hexdigest()
    except (OSError, ValueError) as error:
        link.close()
        raise broken(choice.url, error) from None
    # One that the system vouched for before has no hash to be like: it is refused here, too.
    if choice.pin and shown != choice.pin:
        secured.close()
        raise _another(choice.url)
    return Wire(secured, shown, choice.url, limits, monotonic)


def broken(name: str, error: Exception) -> ChainError:
    """Return the failure of a connection; what the system says of it is not repeated."""
    match error:
        case TimeoutError():
            why = "no answer in time"
        case ssl.SSLError():
            why = "no secure connection comes about"
        case socket.gaierror():
            why = "the name cannot be found"
        case ConnectionRefusedError():
            why = "no connection can be made"
        case _:
            why = "the connection broke"
    return ChainError("unreachable", f"{name} cannot be reached ({why}); check the network and its address.")


def _another(name: str) -> ChainError:
    return ChainError(
        "certificate",
        f"{name} shows another certificate than before, so somebody may stand in between; if its owner renewed it,"
        " scan again with --trust-new-certificate.",
    )


def _link(host: str, port: int, choice: WireChoice, limits: WireLimits) -> socket.socket:
    if host.endswith(".onion") and not choice.proxy:
        # Asking for such a name would tell one's own network whom one wants to reach.
        raise ChainError(
            "onion", f"{choice.url} is reached through Tor alone; give its proxy, like socks5h://127.0.0.1:9050."
        )
    try:
        if choice.proxy:
            return _through_proxy(host, port, choice.proxy, limits)
        return socket.create_connection((host, port), limits.connect_seconds)
    except (OSError, ValueError) as error:
        raise broken(choice.url, error) from None


def _through_proxy(host: str, port: int, proxy: str, limits: WireLimits) -> socket.socket:
    import socks  # noqa: PLC0415 - only where a proxy is set

    parts = urlsplit(proxy)
    link: socket.socket = socks.create_connection(
        (host, port),
        timeout=limits.connect_seconds,
        proxy_type=socks.SOCKS5,
        proxy_addr=parts.hostname,
        proxy_port=parts.port,
        proxy_rdns=True,
    )
    return link


def _unverified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
