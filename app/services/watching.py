"""One round of judging: what the prices of this moment do to the warnings.

A warning is stored when it opens, rises, falls, closes, or counts a clear round, with its sentence of that moment. One
that merely stands is not: its sentence is made when it is read (``app.services.telling``). So that a restart without a
price tells figures that are not too old, the sentences stored longest ago are stored anew, some in each round.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nsmallest
from itertools import compress, count
from operator import attrgetter
from typing import Final

from app.domain.edited import Edited, touches
from app.domain.figures import LoanFigures
from app.domain.ledger import Ledger, PriceKey
from app.domain.portfolio import BookFigures
from app.domain.price_alarm import blind_after
from app.domain.quotes import Consensus, NoQuote, PriceLookup, PriceStatus, Quote
from app.domain.terms import CONSENSUS
from app.domain.warning_records import LINE_KINDS, WarningKind, WarningRecord, WarningStatus
from app.domain.warnings import closed, judge_warning, lines_of
from app.services.rule_facts import line_facts, price_lines
from app.services.telling import spoken, written
from app.services.wording import blind_sentence, named_blind_sentence


@dataclass(frozen=True, slots=True)
class Round:
    """What a round did to the warnings.

    Attributes:
        changed: to be stored.
        announcements: those of them that a person must be told of.
        held: not changed, but they tell this round's figures.
    """

    changed: tuple[WarningRecord, ...]
    announcements: tuple[WarningRecord, ...]
    held: tuple[WarningRecord, ...] = ()


STORED_AGAIN_AFTER: Final = timedelta(minutes=30)
STORED_AGAIN_AT_ONCE: Final = 50


def loan_warnings(
    figures: BookFigures,
    records: Iterable[WarningRecord],
    consensus_for: Callable[[str], Consensus | None],
    *,
    now: datetime,
    new_id: Callable[[], str],
    edited: Edited,
) -> Round:
    """Judge every loan's warning by this round's prices.

    Only loans that the lowest price, or the drop test from there, takes to a danger line are looked at, and those whose
    warning stands. A loan without any answer in this round keeps its warning as it is; a loan that is no longer in the
    book has its warning closed.
    """
    standing = {r.subject: r for r in records if r.is_open and r.kind in LINE_KINDS}
    changed: list[WarningRecord] = []
    held: list[WarningRecord] = []
    announcements: list[WarningRecord] = []
    told: dict[PriceLookup, str] = {}
    for index in _concerned(figures, standing, consensus_for):
        loan = figures.loans[index]
        record = standing.pop(loan.loan.name, None)
        consensus = consensus_of(loan, consensus_for)
        price = None if consensus is None else consensus.value if consensus.value is not None else consensus.low
        if consensus is None or price is None or consensus.status in (PriceStatus.STALE, PriceStatus.NONE):
            continue
        lines = lines_of(loan, price, figures.drop)
        if record is None and not lines:
            continue
        judgement = judge_warning(
            record,
            lines,
            consensus,
            subject=loan.loan.name,
            new_id=new_id() if record is None else record.id,
            now=now,
            edited=touches(edited, loan.loan.name),
        )
        after = judgement.record
        if after is None:
            continue
        if after is record:
            held.append(spoken(after, loan, now))
            continue
        after = written(spoken(after, loan, now))
        if judgement.announce:
            if loan.lookup not in told:
                told[loan.lookup] = price_lines(loan.lookup, consensus, now)
            after = after._replace(facts=line_facts(loan, told[loan.lookup], now))
            announcements.append(after)
        changed.append(after)
    changed.extend(written(closed(record, now)) for record in standing.values())
    old = {record.id for record in _stored_longest_ago(held, now)}
    changed.extend(written(record._replace(updated_at=now)) for record in held if record.id in old)
    return Round(tuple(changed), tuple(announcements), tuple([record for record in held if record.id not in old]))


def blind_warnings(
    figures: BookFigures,
    records: Iterable[WarningRecord],
    seen: Mapping[PriceKey, datetime],
    started_at: datetime,
    *,
    now: datetime,
    new_id: Callable[[], str],
) -> Round:
    """Open a warning when a price that loans depend on is missing for too long, and close it again.

    Too long is half an hour, or less where the last price was close above a line of a loan that is judged by it.

    Args:
        figures: of this round.
        records: all warnings.
        seen: when each price was last there, as far as this desk has looked.
        started_at: when this desk began to look.
        now: UTC.
        new_id: makes the id of a warning that opens.
    """
    standing = {r.subject: r for r in records if r.is_open and r.kind is WarningKind.BLIND}
    changed: list[WarningRecord] = []
    announcements: list[WarningRecord] = []
    for key in sorted(figures.ledger.indebted):
        subject = key.currency if key.source == CONSENSUS else f"{key.source} {key.currency}"
        lookup, record = figures.lookups[key], standing.pop(subject, None)
        if isinstance(lookup, Quote):
            if record is not None:
                changed.append(closed(record, now))
            continue
        last_at = lookup.last.at if lookup.last is not None else started_at
        since = max(last_at, seen.get(key, started_at), started_at)
        if record is None and now - since >= _patience(figures.ledger, key, lookup.last):
            opened = _blind(new_id(), subject, _blind_text(key, lookup, now), now)
            changed.append(opened)
            announcements.append(opened)
        elif record is not None:
            changed.append(record._replace(sentence=_blind_text(key, lookup, now), updated_at=now))
    changed.extend(closed(record, now) for record in standing.values())
    return Round(tuple(changed), tuple(announcements))


def _concerned(
    figures: BookFigures,
    standing: Mapping[str, WarningRecord],
    consensus_for: Callable[[str], Consensus | None],
) -> list[int]:
    ledger = figures.ledger
    indices = set(compress(count(), map(standing.__contains__, figures.loans.names)))
    for key in ledger.dangers:
        consensus = consensus_for(key.currency)
        prices = [] if consensus is None else [consensus.value, consensus.low, *consensus.representatives]
        lookup = figures.lookups[key]
        if isinstance(lookup, Quote):
            prices.append(lookup.value)
        lowest = min((price for price in prices if price is not None), default=None)
        if lowest is not None:
            indices |= ledger.within_reach(key, lowest, figures.drop)
    return sorted(indices)


def consensus_of(loan: LoanFigures, consensus_for: Callable[[str], Consensus | None]) -> Consensus | None:
    """Return the answer a loan is judged by; a source that the contract names is the truth for that loan alone."""
    if loan.balance.terms.price_source == CONSENSUS:
        return consensus_for(loan.loan.currency)
    lookup = loan.lookup
    if isinstance(lookup, NoQuote):
        return None
    value = lookup.value
    return Consensus(lookup.currency, PriceStatus.OK, value, value, value, lookup.at, lookup.origin, (), (value,))


def _stored_longest_ago(held: Iterable[WarningRecord], now: datetime) -> list[WarningRecord]:
    old = [record for record in held if now - record.updated_at >= STORED_AGAIN_AFTER]
    return nsmallest(STORED_AGAIN_AT_ONCE, old, key=attrgetter("updated_at"))


def _patience(ledger: Ledger, key: PriceKey, last: Quote | None) -> timedelta:
    if last is None:
        return blind_after(None, None)
    below = ledger.lines_below(key, last.value)
    return blind_after(last.value, ledger.dangers[key][below - 1].price if below else None)


def _blind(new_id: str, subject: str, sentence: str, now: datetime) -> WarningRecord:
    return WarningRecord(
        new_id,
        subject,
        WarningKind.BLIND,
        WarningStatus.OPEN,
        confirmed=True,
        announced=True,
        opened_at=now,
        updated_at=now,
        sentence=sentence,
    )


def _blind_text(key: PriceKey, lookup: NoQuote, now: datetime) -> str:
    if key.source != CONSENSUS:
        return named_blind_sentence(key.source, key.currency, lookup.reason)
    minutes = int((now - lookup.last.at).total_seconds() // 60) if lookup.last is not None else 0
    return blind_sentence(minutes, lookup.last)
