"""Rules for every HTTP request of this process: verified, direct, not redirected, short answers, faults remembered.

The services' own code calls ``requests`` as it likes; what it may do is decided in the session, where all calls pass.
No proxies and no ``.netrc``: a message goes straight to where its address says, or not at all, because behind a proxy
nobody could tell which machine it reaches.
"""

from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests import sessions
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from app.notify.faults import BadAddressError, fault_of_status
from app.notify.reachable import ForbiddenAddressError, literal, may_reach
from app.notify.trust import tls_context
from app.notify.witness import Witness

_MOST_BYTES: Final = 65_536


class HttpRules:
    """What every request of this process keeps to.

    Attributes:
        internal: whether plain HTTP is good enough, because it stays in the own network.
        timeout: seconds to connect, and for each read.
    """

    def __init__(self, witness: Witness, *, internal: bool, ca_file: str | None, timeout: tuple[float, float]) -> None:
        self.internal = internal
        self.timeout = timeout
        self._witness = witness
        self._ca_file = ca_file

    def enforce(self) -> None:
        """Put the rules into ``requests``, for the rest of this process."""
        rules, ca_file = self, self._ca_file

        class TrustingAdapter(HTTPAdapter):
            def init_poolmanager(self, *args: Any, **named: Any) -> None:
                super().init_poolmanager(*args, **named, ssl_context=tls_context(ca_file))

            def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:  # noqa: ARG002 - its signature
                # The trust is in the context; requests would put its own list in its place.
                if url.lower().startswith("https"):
                    conn.cert_reqs = "CERT_REQUIRED"

        class RuledSession(requests.Session):
            def __init__(self) -> None:
                super().__init__()
                self.trust_env = False

            def send(self, request: requests.PreparedRequest, **named: Any) -> requests.Response:
                return rules.send(super().send, request, named)

        # Sessions make their adapters, and requests.post and its like their sessions, by these names.
        sessions.HTTPAdapter = TrustingAdapter
        sessions.Session = RuledSession  # type: ignore[misc] # the types know no other session
        requests.Session = RuledSession  # type: ignore[misc] # libraries ask for it here
        requests.session = RuledSession

    def send(self, send: Any, request: requests.PreparedRequest, named: dict[str, Any]) -> requests.Response:
        """Send one request by the rules, and remember how it failed.

        Raises:
            BadAddressError: plain HTTP to a place outside the own network.
            requests.RequestException: it failed.
        """
        with self._witness.watching():
            if not self.internal:
                _refuse_plain(request.url or "")
            ruled = {**named, "verify": True, "allow_redirects": False, "stream": True, "timeout": self.timeout}
            response: requests.Response = send(request, **{**ruled, "proxies": {}})
        self._witness.saw(fault_of_status(response.status_code))
        _read_a_little(response)
        return response


def _refuse_plain(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "https":
        return
    if all(may_reach(address, internal=False) for address in literal(parts.hostname or "")):
        raise BadAddressError
    raise ForbiddenAddressError


def _read_a_little(response: requests.Response) -> None:
    """Read no more than a service has to say; the status has told already whether it took the message."""
    try:
        content = response.raw.read(_MOST_BYTES, decode_content=True)
    except (HTTPError, OSError, ValueError):
        content = b""
    response._content = content  # noqa: SLF001 - requests has no other way to cap an answer
    response._content_consumed = True  # type: ignore[attr-defined] # noqa: SLF001 - the same; not in its types
    response.close()
