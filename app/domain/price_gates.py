"""The gates that each source's answer passes before it may vote (pure).

A refused answer gets a machine word that stays stable: ``echo_mismatch``, ``crossed_or_bad_book``, ``wide_book``,
``no_price``, ``bounds``, ``future``, ``regressed``, ``stale``, ``stuck``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from app.domain.feeds import RawQuote, Tier
from app.domain.money import EXACT

MAJOR_CURRENCIES: Final = frozenset({"USD", "EUR", "GBP"})
MAX_SPREAD: Final = Decimal("0.02")
FUTURE_TOLERANCE: Final = timedelta(seconds=60)
STUCK_SECONDS: Final = 600
_STUCK_CURRENCIES: Final = frozenset({"USD", "EUR"})
_MAX_AGE: Final = {Tier.VENUE: 120, Tier.AGGREGATE: 600}
# Gemini's only stamp is that of its volume figure, which is renewed every five minutes; mempool.space renews
# its prices every five minutes and a self-hosted one more seldom.
_MAX_AGE_BY_SOURCE: Final = {"mempool": 900, "gemini": 420}
# On a thin pair the last trade is old while the book is fresh: the book is judged by its time of receipt, and a
# stamp older than this still gives away a cached answer.
_THIN_STAMP_LIMIT: Final = 3600
_THIN_PAIRS: Final = frozenset({("coinbase", "GBP"), ("bitstamp", "GBP"), ("gemini", "EUR"), ("gemini", "GBP")})
_BOUNDS: Final = {"JPY": (Decimal(100_000), Decimal(10) ** 10)}
_MAJOR_BOUNDS: Final = (Decimal(1_000), Decimal(10) ** 8)
_ANY_BOUNDS: Final = (Decimal(1), Decimal(10) ** 13)
_BOUNDED: Final = frozenset({"USD", "EUR", "GBP", "CHF", "CAD", "AUD"})
_MIN_DATES: Final = 3


@dataclass(frozen=True, slots=True)
class SourceMemory:
    """What one source last said of one currency.

    Attributes:
        stated_at, sequence: the newest stamp and number accepted; an older one is refused.
        fingerprint: price, book and stamp of the last answer.
        unchanged_since: monotonic time since which the fingerprint is the same.
    """

    stated_at: datetime | None
    sequence: int | None
    fingerprint: tuple[object, ...]
    unchanged_since: float


@dataclass(frozen=True, slots=True)
class Admitted:
    """An answer that passed all gates: the price that votes, and how old it is in seconds."""

    quote: RawQuote
    price: Decimal
    age_seconds: int


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that failed a gate."""

    quote: RawQuote
    price: Decimal | None
    age_seconds: int
    reason: str


def clock_skew(dates: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """Return how far this computer's clock is behind, from pairs of (server's ``Date``, own time of receipt).

    The median of at least three servers; with fewer, zero: one lying server must not move our clock.
    """
    seconds = sorted((theirs - ours).total_seconds() for theirs, ours in dates)
    if len(seconds) < _MIN_DATES:
        return timedelta(0)
    middle = len(seconds) // 2
    if len(seconds) % 2:
        return timedelta(seconds=seconds[middle])
    return timedelta(seconds=(seconds[middle - 1] + seconds[middle]) / 2)


def price_bounds(currency: str) -> tuple[Decimal, Decimal]:
    """Return the lowest and highest price of one bitcoin that is believed at all."""
    return _BOUNDS.get(currency, _MAJOR_BOUNDS if currency in _BOUNDED else _ANY_BOUNDS)


def age_of(quote: RawQuote, now: datetime, mono: float, skew: timedelta) -> int:
    """Return the age of a quote in seconds: time since receipt, time in caches, and age at receipt."""
    since_receipt = max(mono - quote.received_mono, (now - quote.received_at).total_seconds(), 0.0)
    at_receipt = 0.0
    if quote.stated_at is not None:
        at_receipt = max(0.0, (quote.received_at + skew - quote.stated_at).total_seconds())
    return int(since_receipt + at_receipt + max(0, quote.age_header))


def _thin(quote: RawQuote) -> bool:
    return quote.currency not in MAJOR_CURRENCIES or (quote.source, quote.currency) in _THIN_PAIRS


def _book_fault(quote: RawQuote) -> str:
    bid, ask = quote.bid, quote.ask
    if bid is None or ask is None:
        return ""
    if bid > ask:
        return "crossed_or_bad_book"
    middle = EXACT.divide(EXACT.add(bid, ask), Decimal(2))
    return "wide_book" if EXACT.subtract(ask, bid) > EXACT.multiply(MAX_SPREAD, middle) else ""


def _voting_price(quote: RawQuote) -> Decimal | None:
    if quote.bid is not None and quote.ask is not None:
        return EXACT.divide(EXACT.add(quote.bid, quote.ask), Decimal(2))
    return quote.last


def _time_fault(quote: RawQuote, age: int, true_now: datetime, seen: SourceMemory | None) -> str:
    stamp = quote.stated_at
    if stamp is not None and stamp > true_now + FUTURE_TOLERANCE:
        return "future"
    if seen is not None and _is_older(quote, seen):
        return "regressed"
    limit = _MAX_AGE_BY_SOURCE.get(quote.source, _MAX_AGE[quote.tier])
    if quote.tier is Tier.VENUE and _thin(quote) and quote.bid is not None and stamp is not None:
        limit = _THIN_STAMP_LIMIT
    return "stale" if age > limit else ""


def _is_older(quote: RawQuote, seen: SourceMemory) -> bool:
    older_stamp = quote.stated_at is not None and seen.stated_at is not None and quote.stated_at < seen.stated_at
    older_number = quote.sequence is not None and seen.sequence is not None and quote.sequence < seen.sequence
    return older_stamp or older_number


def _fingerprint(quote: RawQuote) -> tuple[object, ...]:
    return (quote.last, quote.bid, quote.ask, quote.stated_at)


def _stuck(quote: RawQuote, mono: float, seen: SourceMemory | None) -> bool:
    if quote.tier is not Tier.VENUE or quote.currency not in _STUCK_CURRENCIES or seen is None:
        return False
    return seen.fingerprint == _fingerprint(quote) and mono - seen.unchanged_since > STUCK_SECONDS


def admit(
    quote: RawQuote,
    now: datetime,
    mono: float,
    skew: timedelta,
    seen: SourceMemory | None,
) -> Admitted | Refused:
    """Return ``quote`` admitted to the vote, or refused with the gate that stopped it.

    Args:
        quote: one source's answer.
        now: wall time of judging.
        mono: monotonic time of judging.
        skew: how far the wall clock is behind (``clock_skew``).
        seen: what this source said before.
    """
    price = _voting_price(quote)
    age = age_of(quote, now, mono, skew)
    low, high = price_bounds(quote.currency)
    fault = ""
    if quote.echo != quote.currency:
        fault = "echo_mismatch"
    elif price is None:
        fault = "no_price"
    else:
        fault = _book_fault(quote)
        if not fault and not low <= price <= high:
            fault = "bounds"
    fault = fault or _time_fault(quote, age, now + skew, seen)
    if not fault and _stuck(quote, mono, seen):
        fault = "stuck"
    if fault or price is None:
        return Refused(quote, price, age, fault)
    return Admitted(quote, price, age)


def remember(memory: Mapping[str, SourceMemory], outcome: Admitted | Refused, mono: float) -> dict[str, SourceMemory]:
    """Return ``memory`` with what one source just said; a refused answer never moves the newest accepted stamp."""
    quote = outcome.quote
    seen = memory.get(quote.source)
    if isinstance(outcome, Refused) and outcome.reason != "stuck":
        return dict(memory)
    print_now = _fingerprint(quote)
    fresh = SourceMemory(quote.stated_at, quote.sequence, print_now, mono)
    if seen is not None and seen.fingerprint == print_now:
        fresh = replace(fresh, unchanged_since=seen.unchanged_since)
    if seen is not None and quote.stated_at is None:
        fresh = replace(fresh, stated_at=seen.stated_at)
    return {**memory, quote.source: fresh}
