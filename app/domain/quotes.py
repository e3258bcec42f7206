"""A price, or the reason why there is none; never a zero, a NaN or an old figure in disguise.

``Quote`` and ``NoQuote`` are what the rest of the house sees. How the sources were combined is kept beside it
as ``SourceVerdict`` rows, so that a screen can say which source was used and which was not, and why.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class PriceStatus(StrEnum):
    """What the sources together say of one currency's price."""

    OK = "ok"
    THIN = "thin"
    SINGLE = "single"
    DISAGREE = "disagree"
    STALE = "stale"
    NONE = "none"


class Verdict(StrEnum):
    """What became of one source's answer in a round."""

    USED = "used"
    OUTLIER = "outlier"
    REJECTED = "rejected"
    FAILED = "failed"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class SourceVerdict:
    """One source's part in a consensus.

    Attributes:
        name: source key (``kraken``).
        group: independence group; one group has one vote.
        verdict: what became of its answer.
        price: in the currency asked for, or None where there was none.
        age_seconds: age of that price, or None.
        reason: a short machine word and detail where it was not used, else empty.
    """

    name: str
    group: str
    verdict: Verdict
    price: Decimal | None
    age_seconds: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A fresh price that may be relied on.

    Attributes:
        currency: fiat code.
        value: price of one BTC in it.
        at: when it was formed, UTC.
        origin: ``consensus``, ``manual``, ``fx``, ``demo`` or a source's name.
        sources_used: how many sources' answers it rests on.
        sources_asked: how many were asked.
    """

    currency: str
    value: Decimal
    at: datetime
    origin: str
    sources_used: int
    sources_asked: int


@dataclass(frozen=True, slots=True)
class NoQuote:
    """There is no price to rely on.

    Attributes:
        currency: fiat code.
        reason: one clause fit to show (``the last price is 21 min old``).
        last: the last good quote, for showing greyed with its age; never for judging.
    """

    currency: str
    reason: str
    last: Quote | None = None


PriceLookup = Quote | NoQuote


@dataclass(frozen=True, slots=True)
class Consensus:
    """What a round of asking came to, for one currency.

    Attributes:
        currency: fiat code.
        status: how far the sources agree.
        value: the price, or None where it may not be relied on as a headline (disagree, none);
            with ``stale`` it is the last good price.
        low, high: the interval the admitted prices span, or None.
        at: when the round was judged, UTC (with ``stale``: when the last good price was formed).
        origin: ``consensus`` or ``fx``.
        sources: every source with its verdict.
        representatives: one admitted price per independence group; what the alarm rules look at.
        note: one clause worth showing beside it (an unconfirmed jump, a wrong clock, the rate it was crossed with).
    """

    currency: str
    status: PriceStatus
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    at: datetime
    origin: str
    sources: tuple[SourceVerdict, ...]
    representatives: tuple[Decimal, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class LastGood:
    """The last price that several sources agreed on; kept across restarts, for showing greyed with its age.

    Attributes:
        currency: fiat code.
        value: price of one BTC in it.
        low, high: the interval the admitted prices spanned.
        sources: keys of the sources it rests on.
        sources_asked: how many were asked.
        at: when it was formed, UTC wall time.
        origin: ``consensus`` or ``fx``.
    """

    currency: str
    value: Decimal
    low: Decimal
    high: Decimal
    sources: tuple[str, ...]
    sources_asked: int
    at: datetime
    origin: str = "consensus"
