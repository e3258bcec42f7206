"""What a single price source answers, before anybody believes it.

Adapters turn a source's reply into ``RawQuote`` values; ``app.domain.consensus`` judges them. A figure that is
not plainly a positive number never becomes a ``RawQuote``: ``parse_price`` refuses it at the door.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.domain.errors import PriceError

_PLAIN: Final = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,30})?", re.ASCII)
_MAX_EXPONENT: Final = 20
_SECONDS: Final = (Decimal(10) ** 9, 2 * Decimal(10) ** 10)
_MILLIS: Final = (Decimal(10) ** 12, 2 * Decimal(10) ** 13)


class Tier(StrEnum):
    """Whether a source is a market of its own or repeats those of others."""

    VENUE = "venue"
    AGGREGATE = "aggregate"


class FeedError(PriceError):
    """A source gave no usable answer, with what the circuit breaker wants to know.

    Attributes:
        status: the HTTP status, or None where no answer came.
        retry_after: seconds the source asked us to wait, or None.
        server_date: the ``Date`` the server told, or None.
    """

    def __init__(
        self,
        reason: str,
        detail: str = "",
        *,
        status: int | None = None,
        retry_after: float | None = None,
        server_date: datetime | None = None,
    ) -> None:
        super().__init__(reason, detail)
        self.status = status
        self.retry_after = retry_after
        self.server_date = server_date


@dataclass(frozen=True, slots=True)
class RawQuote:
    """One source's price of one bitcoin, unjudged.

    Attributes:
        source: source key (``kraken``).
        group: independence group; one group has one vote.
        tier: market or aggregate.
        currency: fiat code that was asked for.
        echo: fiat code that the answer itself names; equal to ``currency`` where it names none.
        last: last trade, or None where the source gives only a book.
        bid, ask: best book prices, or None.
        stated_at: the source's own time of this price, or None where it gives none.
        sequence: a number that never falls (a trade's number), or None.
        received_at, received_mono: wall and monotonic time of receipt.
        server_date: the HTTP ``Date`` of the answer, or None.
        age_header: seconds a cache kept the answer (HTTP ``Age``).
    """

    source: str
    group: str
    tier: Tier
    currency: str
    echo: str
    last: Decimal | None
    bid: Decimal | None
    ask: Decimal | None
    stated_at: datetime | None
    received_at: datetime
    received_mono: float
    sequence: int | None = None
    server_date: datetime | None = None
    age_header: int = 0


@dataclass(frozen=True, slots=True)
class FxRate:
    """How many units of ``currency`` one US dollar is worth.

    Attributes:
        currency: fiat code.
        per_usd: units of it for one dollar.
        source: who says so.
        at: when it was formed or received, UTC.
        day: the day of a daily fixing, or None for a live rate; it decides the age, not the time of receipt.
    """

    currency: str
    per_usd: Decimal
    source: str
    at: datetime
    day: date | None = None


def parse_price(value: object) -> Decimal:
    """Return a positive price from a JSON number or a plain ASCII decimal string.

    Raises:
        PriceError: ``unparsable_or_nonpositive`` for anything else; nothing is repaired, no separator is stripped.
    """
    number: Decimal | None = None
    if isinstance(value, bool):
        number = None
    elif isinstance(value, int):
        number = Decimal(value)
    elif isinstance(value, Decimal):
        number = value
    elif isinstance(value, str) and _PLAIN.fullmatch(value):
        number = Decimal(value)
    if number is None or not number.is_finite() or number <= 0 or abs(number.adjusted()) > _MAX_EXPONENT:
        reason = "unparsable_or_nonpositive"
        raise PriceError(reason, f"{value!r}"[:60])
    return number


def parse_optional_price(value: object) -> Decimal | None:
    """Return a price, or None where the source leaves it out.

    Raises:
        PriceError: it is there and is no positive number.
    """
    return None if value is None else parse_price(value)


def _epoch(value: object, bounds: tuple[Decimal, Decimal], per_second: int) -> datetime:
    number = parse_price(value)
    if not bounds[0] <= number <= bounds[1]:
        reason = "bad_time"
        raise PriceError(reason, f"{value!r}"[:60])
    return datetime.fromtimestamp(float(number / per_second), UTC)


def parse_epoch_seconds(value: object) -> datetime:
    """Return the instant for seconds since 1970; a figure of another magnitude is refused, never rescaled.

    Raises:
        PriceError: ``bad_time`` or ``unparsable_or_nonpositive``.
    """
    return _epoch(value, _SECONDS, 1)


def parse_epoch_millis(value: object) -> datetime:
    """Return the instant for milliseconds since 1970; a figure of another magnitude is refused.

    Raises:
        PriceError: ``bad_time`` or ``unparsable_or_nonpositive``.
    """
    return _epoch(value, _MILLIS, 1000)


_ISO: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|\+00:00)", re.ASCII)


def parse_iso_utc(value: object) -> datetime:
    """Return the instant for ``2026-08-22T12:00:29.012523Z`` (0 to 9 fraction digits).

    Raises:
        PriceError: ``bad_time``.
    """
    match = _ISO.fullmatch(value) if isinstance(value, str) else None
    try:
        if match:
            micros = (match.group(2) or "0")[:6].ljust(6, "0")
            return datetime.fromisoformat(f"{match.group(1)}.{micros}+00:00")
    except ValueError:
        pass
    reason = "bad_time"
    raise PriceError(reason, f"{value!r}"[:60])
