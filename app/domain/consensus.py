"""One price out of several sources (pure).

Every independence group has one vote; all aggregates together have one. A strict majority inside a band around
the median makes the price; one lying source among three groups can neither move it nor hide it. What the rounds
before have shown (stamps, moves, repeated outliers) is carried in an immutable ``Memory``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from app.domain.feeds import RawQuote, Tier
from app.domain.money import EXACT
from app.domain.price_gates import MAJOR_CURRENCIES, Admitted, Refused, SourceMemory, admit, remember
from app.domain.quotes import Consensus, LastGood, PriceStatus, SourceVerdict, Verdict

BAND: Final = Decimal("0.01")
THIN_BAND: Final = Decimal("0.015")
WIDEST_BAND: Final = Decimal("0.03")
CLOCK_WARNING: Final = timedelta(seconds=60)
AGGREGATES: Final = "agg"
_MAD_FACTOR: Final = Decimal(4)
_MOVE: Final = Decimal("0.03")
_MOVE_SECONDS: Final = 300
_QUORUM: Final = 3
_PAIR: Final = 2
_QUARANTINE_ROUNDS: Final = 3
_JUMP: Final = Decimal("0.05")
_JUMP_WINDOW: Final = timedelta(minutes=15)
# Failures that are the answer's own fault and not the network's.
_REJECTING: Final = frozenset({"unparsable_or_nonpositive", "echo_mismatch", "bad_time", "no_price"})


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that gave no quote in this round; ``off`` where it was not asked at all."""

    source: str
    group: str
    reason: str
    off: bool = False


@dataclass(frozen=True, slots=True)
class GroupMemory:
    """One group's recent prices (monotonic time, price) and its standing."""

    trail: tuple[tuple[float, Decimal], ...] = ()
    outlier_rounds: int = 0
    calm_rounds: int = 0
    quarantined: bool = False


@dataclass(frozen=True, slots=True)
class Memory:
    """What earlier rounds of one currency leave behind."""

    sources: Mapping[str, SourceMemory] = field(default_factory=dict)
    groups: Mapping[str, GroupMemory] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Round:
    """All answers of one round for one currency.

    Attributes:
        currency: fiat code.
        now, mono: wall and monotonic time of judging.
        quotes: answers, in any order.
        failures: sources without an answer.
        skew: how far this computer's clock is behind.
    """

    currency: str
    now: datetime
    mono: float
    quotes: Sequence[RawQuote] = ()
    failures: Sequence[Failure] = ()
    skew: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Vote:
    """What the representatives come to.

    Attributes:
        status: ``ok``, ``thin``, ``single``, ``disagree`` or ``none``.
        value: the price, or None.
        outliers: groups outside the band.
    """

    status: PriceStatus
    value: Decimal | None
    outliers: frozenset[str] = frozenset()


def median_of(prices: Iterable[Decimal]) -> Decimal:
    """Return the exact median of at least one price."""
    ordered = sorted(prices)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return EXACT.divide(EXACT.add(ordered[middle - 1], ordered[middle]), Decimal(2))


def deviation(price: Decimal, reference: Decimal) -> Decimal:
    """Return |price ÷ reference − 1|."""
    return abs(EXACT.subtract(EXACT.divide(price, reference), Decimal(1)))


def base_band(currency: str) -> Decimal:
    """Return the half-width inside which prices agree: 1 %, or 1.5 % where the markets are thin."""
    return BAND if currency in MAJOR_CURRENCIES else THIN_BAND


def widened_band(currency: str, reps: Mapping[str, Decimal], memory: Memory, mono: float) -> Decimal:
    """Return the band, widened to 4 MAD (at most 3 %) while at least three groups all moved over 3 % in 5 minutes."""
    band = base_band(currency)
    if len(reps) < _QUORUM:
        return band
    moves = []
    for group, price in reps.items():
        trail = memory.groups.get(group, GroupMemory()).trail
        past = [old for at, old in trail if mono - at <= _MOVE_SECONDS]
        if not past:
            return band
        moves.append(EXACT.subtract(EXACT.divide(price, past[0]), Decimal(1)))
    if not (all(move > _MOVE for move in moves) or all(move < -_MOVE for move in moves)):
        return band
    middle = median_of(reps.values())
    spread = EXACT.multiply(_MAD_FACTOR, median_of(deviation(price, middle) for price in reps.values()))
    return min(max(band, spread), WIDEST_BAND)


def vote(reps: Mapping[str, Decimal], band: Decimal) -> Vote:
    """Return the outcome for one price per group.

    With three groups and more, the median of those within ``band`` of the median, if they are at least two and a
    strict majority. Two groups agree when they differ by at most ``band`` of their mean.
    """
    count = len(reps)
    if count == 0:
        return Vote(PriceStatus.NONE, None)
    middle = median_of(reps.values())
    if count == 1:
        return Vote(PriceStatus.SINGLE, middle)
    if count == _PAIR:
        gap = EXACT.subtract(max(reps.values()), min(reps.values()))
        agree = gap <= EXACT.multiply(band, middle)
        return Vote(PriceStatus.THIN, middle) if agree else Vote(PriceStatus.DISAGREE, None)
    limit = EXACT.multiply(band, middle)
    inliers = {group for group, price in reps.items() if abs(EXACT.subtract(price, middle)) <= limit}
    if len(inliers) >= _PAIR and 2 * len(inliers) > count:
        return Vote(PriceStatus.OK, median_of(reps[group] for group in inliers), frozenset(reps) - inliers)
    return Vote(PriceStatus.DISAGREE, None)


def judge(asked: Round, memory: Memory, last_good: LastGood | None) -> tuple[Consensus, Memory]:
    """Return the consensus of a round, and what the next round should know.

    Args:
        asked: the answers.
        memory: what the rounds before left behind.
        last_good: the last price that was agreed on, for ``stale``.
    """
    outcomes, sources = _pass_gates(asked, memory)
    reps, extra = _representatives(outcomes)
    jailed = frozenset(group for group in reps if memory.groups.get(group, GroupMemory()).quarantined)
    voting = {group: price for group, price in reps.items() if group not in jailed}
    band = widened_band(asked.currency, voting, memory, asked.mono)
    result = vote(voting, band)
    rows = _verdicts(outcomes, asked.failures, extra, result.outliers, jailed)
    groups = _remember_groups(reps, result, band, memory, asked.mono)
    return _consensus(asked, result, voting, rows, last_good), Memory(sources, groups)


def _pass_gates(asked: Round, memory: Memory) -> tuple[list[Admitted | Refused], Mapping[str, SourceMemory]]:
    ordered = sorted(asked.quotes, key=lambda quote: (quote.source, quote.received_mono, str(quote.last)))
    outcomes = []
    sources: Mapping[str, SourceMemory] = dict(memory.sources)
    for quote in ordered:
        outcome = admit(quote, asked.now, asked.mono, asked.skew, memory.sources.get(quote.source))
        sources = remember(sources, outcome, asked.mono)
        outcomes.append(outcome)
    return outcomes, sources


def _representatives(outcomes: Sequence[Admitted | Refused]) -> tuple[dict[str, Decimal], frozenset[str]]:
    """Return one price per group, and the aggregates that lost the aggregates' only vote."""
    admitted = [outcome for outcome in outcomes if isinstance(outcome, Admitted)]
    aggregates = sorted({one.quote.source for one in admitted if one.quote.tier is Tier.AGGREGATE})
    extra = frozenset(aggregates[1:])
    by_group: dict[str, list[Decimal]] = {}
    for one in admitted:
        if one.quote.source not in extra:
            group = AGGREGATES if one.quote.tier is Tier.AGGREGATE else one.quote.group
            by_group.setdefault(group, []).append(one.price)
    return {group: median_of(prices) for group, prices in sorted(by_group.items())}, extra


def _verdicts(
    outcomes: Sequence[Admitted | Refused],
    failures: Sequence[Failure],
    extra: frozenset[str],
    outliers: frozenset[str],
    jailed: frozenset[str],
) -> tuple[SourceVerdict, ...]:
    rows = []
    for outcome in outcomes:
        quote = outcome.quote
        group = AGGREGATES if quote.tier is Tier.AGGREGATE else quote.group
        verdict, reason = Verdict.USED, ""
        if isinstance(outcome, Refused):
            verdict, reason = Verdict.REJECTED, outcome.reason
        elif quote.source in extra:
            verdict, reason = Verdict.REJECTED, "extra_aggregate"
        elif group in jailed:
            verdict, reason = Verdict.OUTLIER, "quarantined"
        elif group in outliers:
            verdict, reason = Verdict.OUTLIER, "outside_band"
        rows.append(SourceVerdict(quote.source, group, verdict, outcome.price, outcome.age_seconds, reason))
    for failure in failures:
        verdict = Verdict.FAILED
        if failure.off:
            verdict = Verdict.OFF
        elif failure.reason.partition(":")[0] in _REJECTING:
            verdict = Verdict.REJECTED
        rows.append(SourceVerdict(failure.source, failure.group, verdict, None, None, failure.reason))
    return tuple(sorted(rows, key=lambda row: row.name))


def _remember_groups(
    reps: Mapping[str, Decimal],
    result: Vote,
    band: Decimal,
    memory: Memory,
    mono: float,
) -> dict[str, GroupMemory]:
    groups = dict(memory.groups)
    for group, price in reps.items():
        old = groups.get(group, GroupMemory())
        recent = tuple(point for point in old.trail if mono - point[0] <= _MOVE_SECONDS)
        fresh = replace(old, trail=(*recent, (mono, price)))
        if result.status in (PriceStatus.OK, PriceStatus.THIN) and result.value is not None:
            fresh = _standing(fresh, deviation(price, result.value), outlier=group in result.outliers, band=band)
        groups[group] = fresh
    return groups


def _standing(group: GroupMemory, off_by: Decimal, *, outlier: bool, band: Decimal) -> GroupMemory:
    """Return the group's standing after a round: three outliers in a row jail it, three calm rounds free it."""
    if group.quarantined:
        calm = group.calm_rounds + 1 if off_by <= EXACT.divide(band, Decimal(2)) else 0
        if calm >= _QUARANTINE_ROUNDS:
            return replace(group, quarantined=False, calm_rounds=0, outlier_rounds=0)
        return replace(group, calm_rounds=calm)
    rounds = group.outlier_rounds + 1 if outlier else 0
    return replace(group, outlier_rounds=rounds, quarantined=rounds >= _QUARANTINE_ROUNDS, calm_rounds=0)


def _consensus(
    asked: Round,
    result: Vote,
    reps: Mapping[str, Decimal],
    rows: tuple[SourceVerdict, ...],
    last_good: LastGood | None,
) -> Consensus:
    status, value, at, origin = result.status, result.value, asked.now, "consensus"
    if status is PriceStatus.NONE and last_good is not None:
        status, value, at, origin = PriceStatus.STALE, last_good.value, last_good.at, last_good.origin
    prices = tuple(sorted(reps.values()))
    return Consensus(
        currency=asked.currency,
        status=status,
        value=value,
        low=prices[0] if prices else None,
        high=prices[-1] if prices else None,
        at=at,
        origin=origin,
        sources=rows,
        representatives=prices,
        note=_note(asked, result, last_good),
    )


def _note(asked: Round, result: Vote, last_good: LastGood | None) -> str:
    notes = []
    if abs(asked.skew) > CLOCK_WARNING:
        minutes = int(abs(asked.skew).total_seconds() // 60)
        side = "behind" if asked.skew > timedelta(0) else "ahead"
        notes.append(f"this computer's clock is {minutes} min {side}; set it")
    if result.status is PriceStatus.SINGLE and result.value is not None and last_good is not None:
        fresh = timedelta(0) <= asked.now - last_good.at < _JUMP_WINDOW
        if fresh and deviation(result.value, last_good.value) > _JUMP:
            notes.append("unconfirmed jump")
    return "; ".join(notes)
