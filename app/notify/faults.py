"""Which fault a failure is. Texts of exceptions and of servers are not repeated: they hold addresses and worse."""

import http.client
import smtplib
import socket
import ssl
from collections.abc import Iterator
from typing import Final

import requests
from requests import exceptions as req
from urllib3 import exceptions as u3

from app.domain.deliveries import DeliveryFault
from app.notify.reachable import ForbiddenAddressError


class BadAddressError(ValueError):
    """A channel's address cannot be used. Does not repeat it."""

    def __init__(self) -> None:
        super().__init__("the channel's address cannot be used")


# From the particular to the general: the first kind that any link of the chain fits gives the fault.
_KINDS: Final[tuple[tuple[type[BaseException], DeliveryFault], ...]] = (
    (ForbiddenAddressError, DeliveryFault.FORBIDDEN_ADDRESS),
    (BadAddressError, DeliveryFault.BAD_ADDRESS),
    (socket.gaierror, DeliveryFault.NO_NAME),
    (u3.NameResolutionError, DeliveryFault.NO_NAME),
    (ssl.SSLEOFError, DeliveryFault.DROPPED),
    (ssl.SSLZeroReturnError, DeliveryFault.DROPPED),
    (TimeoutError, DeliveryFault.TIMEOUT),
    (u3.NewConnectionError, DeliveryFault.NO_CONNECTION),  # which is a kind of time-out there
    (u3.TimeoutError, DeliveryFault.TIMEOUT),
    (requests.Timeout, DeliveryFault.TIMEOUT),
    (ssl.SSLError, DeliveryFault.BAD_CERTIFICATE),
    (u3.SSLError, DeliveryFault.BAD_CERTIFICATE),
    (req.SSLError, DeliveryFault.BAD_CERTIFICATE),
    (smtplib.SMTPServerDisconnected, DeliveryFault.DROPPED),
    (ConnectionRefusedError, DeliveryFault.NO_CONNECTION),
    (ConnectionResetError, DeliveryFault.DROPPED),
    (BrokenPipeError, DeliveryFault.DROPPED),
    (http.client.HTTPException, DeliveryFault.DROPPED),
    (u3.ProtocolError, DeliveryFault.DROPPED),
    (req.InvalidURL, DeliveryFault.BAD_ADDRESS),
    (req.InvalidSchema, DeliveryFault.BAD_ADDRESS),
    (req.MissingSchema, DeliveryFault.BAD_ADDRESS),
    (u3.LocationParseError, DeliveryFault.BAD_ADDRESS),
    (UnicodeError, DeliveryFault.BAD_ADDRESS),
    (smtplib.SMTPException, DeliveryFault.FAILED),
    (OSError, DeliveryFault.NO_CONNECTION),
)
_STATUSES: Final = {
    401: DeliveryFault.REFUSED_LOGIN,
    403: DeliveryFault.REFUSED_LOGIN,
    404: DeliveryFault.GONE,
    407: DeliveryFault.REFUSED_LOGIN,
    408: DeliveryFault.TIMEOUT,
    410: DeliveryFault.GONE,
    425: DeliveryFault.BUSY,
    429: DeliveryFault.BUSY,
}
_CLASSES: Final = {3: DeliveryFault.REDIRECTED, 4: DeliveryFault.REFUSED, 5: DeliveryFault.SERVER_FAULT}
_LOGIN_REPLIES: Final = frozenset((530, 534, 535, 538))
_DEEPEST: Final = 12


def fault_of_status(status: int) -> DeliveryFault | None:
    """Return what an HTTP status means; None where the service took it."""
    if 200 <= status < 300:  # noqa: PLR2004 - the class of success
        return None
    return _STATUSES.get(status) or _CLASSES.get(status // 100, DeliveryFault.FAILED)


def fault_of_reply(code: int) -> DeliveryFault:
    """Return what a refusing SMTP reply means: 4xx for now, 5xx for good."""
    if code in _LOGIN_REPLIES:
        return DeliveryFault.REFUSED_LOGIN
    if 400 <= code < 500:  # noqa: PLR2004 - the class of transient refusals
        return DeliveryFault.BUSY
    return DeliveryFault.REFUSED if code >= 500 else DeliveryFault.FAILED  # noqa: PLR2004


def fault_of_refused(refused: dict[str, tuple[int, bytes]]) -> DeliveryFault:
    """Return what it means that a server took a mail for some or none of its recipients: the worst of them."""
    return fault_of_reply(max((code for code, _ in refused.values()), default=0))


def fault_of(error: BaseException) -> DeliveryFault:
    """Return what an exception means."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return fault_of_refused(error.recipients)
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        return fault_of_reply(error.smtp_code)
    chain = tuple(_chain(error))
    return next((fault for kind, fault in _KINDS if any(isinstance(e, kind) for e in chain)), DeliveryFault.FAILED)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it wraps or came from."""
    pending: list[BaseException] = [error]
    seen: set[int] = set()
    while pending and len(seen) < _DEEPEST:
        current = pending.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        inside = (*current.args, getattr(current, "reason", None), current.__cause__, current.__context__)
        pending.extend(one for one in inside if isinstance(one, BaseException))
