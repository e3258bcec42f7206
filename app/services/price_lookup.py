"""From a judged round to a price that may be relied on, or the reason why there is none (pure)."""

from datetime import datetime
from decimal import Decimal
from math import ceil
from typing import Final

from app.domain.quotes import (
    Consensus,
    LastGood,
    NoQuote,
    PriceLookup,
    PriceStatus,
    Quote,
    SourceVerdict,
    Verdict,
)
from app.services.wording import age

_GOOD: Final = (PriceStatus.OK, PriceStatus.THIN)


def _used(consensus: Consensus) -> tuple[SourceVerdict, ...]:
    return tuple(row for row in consensus.sources if row.verdict is Verdict.USED)


def _asked(consensus: Consensus) -> int:
    return sum(row.verdict is not Verdict.OFF for row in consensus.sources)


def quote_of(consensus: Consensus, value: Decimal, origin: str = "") -> Quote:
    """Return ``value`` as a quote with the counts of its round."""
    used = len(_used(consensus)) if not origin else 1
    return Quote(consensus.currency, value, consensus.at, origin or consensus.origin, used, _asked(consensus))


def last_good_of(consensus: Consensus) -> LastGood | None:
    """Return what is worth keeping of a round: an agreed price; None where there is none."""
    if consensus.status not in _GOOD or consensus.value is None or consensus.low is None or consensus.high is None:
        return None
    return LastGood(
        currency=consensus.currency,
        value=consensus.value,
        low=consensus.low,
        high=consensus.high,
        sources=tuple(row.name for row in _used(consensus)),
        sources_asked=_asked(consensus),
        at=consensus.at,
        origin=consensus.origin,
    )


def _quote_of_last(last: LastGood | None) -> Quote | None:
    if last is None:
        return None
    return Quote(last.currency, last.value, last.at, last.origin, len(last.sources), last.sources_asked)


def _age_of_last(last: LastGood | None, now: datetime) -> str:
    if last is None:
        return "there is no price yet"
    if last.at > now:
        return "the last price is of unknown age"
    return f"the last price is {age(ceil((now - last.at).total_seconds()))} old"


def lookup_of(
    currency: str,
    consensus: Consensus | None,
    age_seconds: float,
    last: LastGood | None,
    now: datetime,
    fresh_seconds: float,
) -> PriceLookup:
    """Return the price to judge loans by.

    Only agreeing sources make one. A lone source, a contradiction and silence do not; the last good price goes along
    for showing greyed.

    Args:
        currency: fiat code.
        consensus: of the last round, or None before the first.
        age_seconds: since that round was judged.
        last: the last good price.
        now: UTC.
        fresh_seconds: how old a round may be.
    """
    shown = _quote_of_last(last)
    if consensus is None or age_seconds > fresh_seconds:
        return NoQuote(currency, _age_of_last(last, now), shown)
    if consensus.status in _GOOD and consensus.value is not None:
        return quote_of(consensus, consensus.value)
    if consensus.status is PriceStatus.SINGLE and consensus.value is not None:
        name = next((row.name for row in _used(consensus)), "one")
        jump = ", an unconfirmed jump" if "unconfirmed jump" in consensus.note else ""
        alone = quote_of(consensus, consensus.value, name)
        return NoQuote(currency, f"only one source answers: {name} says {consensus.value}{jump}", alone)
    if consensus.status is PriceStatus.DISAGREE:
        return NoQuote(currency, f"the sources disagree: {consensus.low} to {consensus.high}", shown)
    return NoQuote(currency, f"no source answers; {_age_of_last(last, now)}", shown)


def source_lookup_of(source: str, currency: str, consensus: Consensus | None, overall: PriceLookup) -> PriceLookup:
    """Return one source's own price for a loan whose contract names it.

    It counts only while the others bear it out, so that one lying source neither raises nor silences a warning.

    Args:
        source: source key.
        currency: fiat code.
        consensus: of the last round.
        overall: what ``lookup_of`` says.
    """
    if consensus is None or isinstance(overall, NoQuote):
        reason = overall.reason if isinstance(overall, NoQuote) else "there is no price yet"
        return NoQuote(currency, reason, overall if isinstance(overall, Quote) else overall.last)
    row = next((row for row in consensus.sources if row.name == source), None)
    if row is None or row.price is None or row.verdict is Verdict.OFF:
        return NoQuote(currency, f"{source} gives no price in {currency}", overall)
    if row.verdict is Verdict.USED or row.reason == "extra_aggregate":
        return quote_of(consensus, row.price, source)
    return NoQuote(currency, f"{source} does not agree with the other sources", overall)
