"""What comes back over HTTP, and how it becomes JSON or a named failure (pure)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, Protocol

from app.domain.errors import PriceError
from app.domain.feeds import FeedError
from app.prices.strict_json import loads

EXCERPT_BYTES: Final = 200
DEFAULT_RETRY_AFTER: Final = 60.0
MAX_RETRY_AFTER: Final = 900.0
MAX_BAN: Final = 86_400.0
_BANNED: Final = 418
_RATE_LIMITED: Final = 429
_OK: Final = 200
_BY_STATUS: Final = {
    204: "empty",
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    407: "proxy",
    408: "timeout",
    418: "banned",
    422: "bad_request",
    429: "rate_limited",
    451: "region",
}

Refine = Callable[[object], FeedError | None]


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A complete answer to one GET.

    Attributes:
        status: HTTP status.
        headers: by lower-case name.
        body: decoded bytes, within the cap.
        received_at, received_mono: wall and monotonic time of receipt.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    received_mono: float

    @property
    def server_date(self) -> datetime | None:
        """The server's ``Date``, or None."""
        return http_date(self.headers.get("date", ""))

    @property
    def age_header(self) -> int:
        """Seconds a cache kept the answer; 0 where it does not say."""
        text = self.headers.get("age", "").strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000000") else 0


class HttpFetcher(Protocol):
    """Fetches one address, once, within a deadline."""

    def get(self, url: str, *, history: bool = False) -> HttpReply:
        """Return the answer.

        Args:
            url: where to ask.
            history: allow the larger body that a history has.

        Raises:
            FeedError: no complete answer came, or it was a redirect.
        """
        ...


def http_date(text: str) -> datetime | None:
    """Return the instant of an HTTP date, or None where there is none."""
    try:
        parsed = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def retry_after(text: str | None, now: datetime, status: int) -> float:
    """Return the seconds to wait: whole seconds, an HTTP date, else a minute; at most 15 minutes, a day when banned."""
    wait = DEFAULT_RETRY_AFTER
    cleaned = (text or "").strip()
    if cleaned.isascii() and cleaned.isdigit() and len(cleaned) < len("1000000000"):
        wait = float(cleaned)
    elif (at := http_date(cleaned)) is not None:
        wait = (at - now).total_seconds()
    return min(max(wait, 1.0), MAX_BAN if status == _BANNED else MAX_RETRY_AFTER)


def excerpt(body: bytes) -> str:
    """Return the start of a body, fit for a diagnosis: no control characters, one line."""
    text = body[:EXCERPT_BYTES].decode("utf-8", "replace")
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def read_json(reply: HttpReply, refine: Refine) -> object:
    """Return the JSON of an answer.

    Args:
        reply: what came.
        refine: recognises the source's own error envelope, whatever the status says.

    Raises:
        FeedError: the status, the body or the envelope says that there is no answer.
    """
    if reply.status == _OK:
        data = _parsed(reply)
        refined = refine(data)
        if refined is not None:
            raise _placed(refined, reply)
        return data
    # Some sources hide a lasting fault behind a passing status: look into the body before believing it.
    try:
        refined = refine(loads(reply.body))
    except PriceError:
        refined = None
    raise _placed(refined or _status_error(reply), reply)


def _parsed(reply: HttpReply) -> object:
    try:
        return loads(reply.body)
    except PriceError as error:
        raise FeedError(error.reason, excerpt(reply.body), status=reply.status, server_date=reply.server_date) from None


def _status_error(reply: HttpReply) -> FeedError:
    reason = _BY_STATUS.get(reply.status, "server_error" if reply.status >= 500 else "bad_status")  # noqa: PLR2004
    if "challenge" in reply.headers.get("cf-mitigated", ""):
        reason = "challenge"
    return FeedError(reason, f"HTTP {reply.status} {excerpt(reply.body)}".strip())


def _placed(error: FeedError, reply: HttpReply) -> FeedError:
    """Return ``error`` with the status, the date and the wait that the answer told."""
    wait = error.retry_after
    header = reply.headers.get("retry-after")
    limited = reply.status in (_RATE_LIMITED, _BANNED) or error.reason == "rate_limited"
    if wait is None and (limited or header is not None):
        wait = retry_after(header, reply.server_date or reply.received_at, reply.status)
    return FeedError(
        error.reason,
        error.detail,
        status=reply.status,
        retry_after=wait,
        server_date=reply.server_date,
    )
