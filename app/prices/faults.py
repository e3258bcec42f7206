"""Which word a transport fault gets. Texts of exceptions are not repeated: they hold addresses."""

import ssl
from typing import Final

import requests
from requests import exceptions as req
from urllib3 import exceptions as u3

from app.domain.feeds import FeedError

# From the particular to the general: the first kind that fits gives the word.
_KINDS: Final[tuple[tuple[type[BaseException], str, str], ...]] = (
    (req.InvalidProxyURL, "proxy_settings", "the proxy's address is wrong; correct it in the system's settings"),
    (req.ProxyError, "proxy", "the proxy does not let the request through; check the system's proxy settings"),
    (u3.ProxyError, "proxy", "the proxy does not let the request through; check the system's proxy settings"),
    (u3.NameResolutionError, "dns", "the name cannot be found; check the network"),
    (u3.NewConnectionError, "refused", "no connection can be made"),
    (u3.ConnectTimeoutError, "connect_timeout", "no connection in time"),
    (req.ConnectTimeout, "connect_timeout", "no connection in time"),
    (u3.ReadTimeoutError, "timeout", "no answer in time"),
    (req.ReadTimeout, "timeout", "no answer in time"),
    (req.SSLError, "tls", "the certificate is not trusted; if your network inspects TLS, install its authority"),
    (u3.SSLError, "tls", "the certificate is not trusted; if your network inspects TLS, install its authority"),
    (ssl.SSLError, "tls", "the certificate is not trusted; if your network inspects TLS, install its authority"),
    (u3.DecodeError, "bad_encoding", "the compression is damaged"),
    (req.ContentDecodingError, "bad_encoding", "the compression is damaged"),
    (u3.IncompleteRead, "truncated", "the answer breaks off"),
    (u3.InvalidChunkLength, "truncated", "the answer breaks off"),
    (req.ChunkedEncodingError, "truncated", "the answer breaks off"),
    (req.ConnectionError, "connection", "the connection broke"),
    (u3.ProtocolError, "connection", "the connection broke"),
    (req.InvalidHeader, "bad_header", "a header cannot be sent"),
    (UnicodeEncodeError, "bad_header", "a header cannot be sent"),
    (req.InvalidSchema, "bad_url", "the address cannot be used; for a SOCKS proxy install PySocks"),
    (req.InvalidURL, "bad_url", "the address cannot be used"),
    (u3.LocationParseError, "bad_url", "the address cannot be used"),
    (TimeoutError, "timeout", "no answer in time"),
    (ConnectionError, "connection", "the connection broke"),
    (OSError, "network", "the network or a certificate file fails"),
)
_WRAPPERS: Final = (requests.RequestException, u3.MaxRetryError, u3.ProtocolError, u3.ProxyError)


def _inner(error: BaseException) -> list[BaseException]:
    """Return the error and what it wraps, innermost last."""
    chain: list[BaseException] = []
    pending: list[BaseException] = [error]
    while pending and len(chain) < 10:  # noqa: PLR2004 - wrappers are three deep; a loop must end
        current = pending.pop(0)
        chain.append(current)
        if isinstance(current, _WRAPPERS):
            pending.extend(arg for arg in current.args if isinstance(arg, BaseException))
            reason = getattr(current, "reason", None)
            if isinstance(reason, BaseException):
                pending.append(reason)
    return chain


def classify(error: BaseException) -> FeedError:
    """Return ``error`` as a failure of a source, with a stable word and a remedy."""
    chain = _inner(error)
    for kind, reason, detail in _KINDS:
        if any(isinstance(one, kind) for one in chain):
            return FeedError(reason, detail)
    return FeedError("unexpected", type(error).__name__)
