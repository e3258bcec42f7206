"""Who has to be told of what: the deliveries that a warning's step makes, its escalations and its repeats.

A delivery's id is made of warning, step and channel, so that working anything out again makes nothing twice.
"""

import hashlib
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Final

from app.domain.channels import Channel
from app.domain.deliveries import Delivery
from app.domain.quiet import quiet_until
from app.domain.rules import URGENCY_RANK, Rule, Urgency
from app.domain.warning_records import WarningKind, WarningRecord, WarningStatus
from app.domain.warnings import sold_subjects

REPEAT_AFTER: Final = {
    Urgency.SALE: timedelta(minutes=15),
    Urgency.CALL: timedelta(minutes=60),
    Urgency.EARLY: timedelta(hours=24),
}
_ID_LENGTH: Final = 32
_CALL_RANK: Final = URGENCY_RANK[Urgency.CALL]
_SALE_RANK: Final = URGENCY_RANK[Urgency.SALE]
# A clock that was set back by more than this must not silence what is due.
_CLOCK_SLACK: Final = timedelta(minutes=5)

Tell = Callable[[WarningRecord], str]


def sentence_of(record: WarningRecord) -> str:
    """Return a warning's own sentence."""
    return record.sentence


def delivery_id(warning_id: str, step: int, channel: str) -> str:
    """Return the id of telling one step of one warning over one channel."""
    # Lengths keep apart what joining would make alike.
    text = f"{len(warning_id)}:{warning_id}:{step}:{channel}"
    return hashlib.sha256(text.encode()).hexdigest()[:_ID_LENGTH]


def deliveries_for(
    announced: Iterable[WarningRecord],
    channels: Iterable[Channel],
    rules: Iterable[Rule],
    now: datetime,
    *,
    tell: Tell = sentence_of,
    known: AbstractSet[str] = frozenset(),
) -> tuple[Delivery, ...]:
    """Return what has to be told at once.

    Args:
        announced: warnings that people must be told of; those that are over are told as news that can wait.
        channels: the book's. Those that come in later, by escalation, hear at once only that something is over that
            they were told of.
        rules: the book's; a rule may name the channels that it uses, which counts for nothing from a margin call on.
        now: UTC.
        tell: makes the text: its first line is the headline.
        known: ids of deliveries made before.
    """
    ways = [channel for channel in channels if channel.enabled]
    named = _named(rules)
    made = []
    for record in announced:
        first = [channel for channel in ways if not channel.after_minutes or _was_told(record, channel, known)]
        concerned = _concerned(record, first, ways, named)
        if concerned:
            text = tell(record)
            made.extend([_delivery(record, channel, text, now) for channel in concerned])
    return tuple(made)


def escalations(
    records: Iterable[WarningRecord],
    known: AbstractSet[str],
    channels: Iterable[Channel],
    now: datetime,
    *,
    rules: Iterable[Rule] = (),
    tell: Tell = sentence_of,
) -> tuple[Delivery, ...]:
    """Return what nobody has acknowledged for so long that further channels have to be told.

    Args:
        records: all warnings.
        known: ids of deliveries made before.
        channels: the book's.
        now: UTC.
        rules: the book's.
        tell: makes the text.
    """
    ways = [channel for channel in channels if channel.enabled]
    later = [channel for channel in ways if channel.after_minutes]
    if not later:
        return ()
    standing = tuple(records)
    sold = sold_subjects(standing)
    named = _named(rules)
    made = []
    for record in standing:
        since = record.first_told_at or record.told_at
        if since is None or not _unanswered(record, now) or _is_muted(record, sold):
            continue
        if record.urgency is Urgency.NOTICE:
            # Nobody is called a second time for a note.
            continue
        due = [
            channel
            for channel in later
            if _passed(since, timedelta(minutes=channel.after_minutes), now)
            and delivery_id(record.id, record.told, channel.key) not in known
        ]
        concerned = _concerned(record, due, ways, named) if due else ()
        if concerned:
            text = tell(record)
            made.extend([_delivery(record, channel, text, now) for channel in concerned])
    return tuple(made)


def repeats(records: Iterable[WarningRecord], now: datetime) -> tuple[WarningRecord, ...]:
    """Return the warnings that have to be told once more, because nobody has acknowledged them: each at a new step."""
    standing = tuple(records)
    due = [
        record
        for record in standing
        if record.status is WarningStatus.OPEN
        and record.told_at is not None
        and record.urgency in REPEAT_AFTER
        and _passed(record.told_at, REPEAT_AFTER[record.urgency], now)
        and _unanswered(record, now)
    ]
    sold = sold_subjects(standing) if due else frozenset()
    return tuple(
        record._replace(
            told=record.told + 1, told_at=now, first_told_at=record.first_told_at or record.told_at, updated_at=now
        )
        for record in due
        if not _is_muted(record, sold)
    )


def _named(rules: Iterable[Rule]) -> dict[str, frozenset[str]]:
    return {rule.key: frozenset(rule.channels) for rule in rules if rule.channels}


def _concerned(
    record: WarningRecord, candidates: list[Channel], ways: list[Channel], named: dict[str, frozenset[str]]
) -> list[Channel]:
    """Return the candidates that this warning is meant for.

    A rule whose channels are all gone or switched off tells all: nobody would hear of it otherwise. A broken channel
    is not told by itself that it is broken.
    """
    wanted = named.get(record.rule, frozenset())
    bound = wanted and URGENCY_RANK[record.urgency] < _CALL_RANK and any(way.name in wanted for way in ways)
    broken = record.subject if record.kind is WarningKind.CHANNEL and not record.is_over else None
    return [channel for channel in candidates if channel.key != broken and (not bound or channel.name in wanted)]


def _was_told(record: WarningRecord, channel: Channel, known: AbstractSet[str]) -> bool:
    """Whether a channel of a later turn had been told of a warning that is over."""
    if not record.is_over:
        return False
    return any(delivery_id(record.id, step, channel.key) in known for step in range(record.told - 1, 0, -1))


def _delivery(record: WarningRecord, channel: Channel, text: str, now: datetime) -> Delivery:
    urgency = Urgency.NOTICE if record.is_over else record.urgency
    quiet = quiet_until(channel.quiet, now) if URGENCY_RANK[urgency] < _CALL_RANK else None
    made = delivery_id(record.id, record.told, channel.key)
    return Delivery(made, record.id, record.told, channel.key, now, quiet or now, urgency, text)


def _unanswered(record: WarningRecord, now: datetime) -> bool:
    # What has been clear since is not repeated while it still has to stay so.
    return record.told > 0 and record.needs_you(now) and record.resolving_since is None


def _is_muted(record: WarningRecord, sold: AbstractSet[str]) -> bool:
    return record.subject in sold and URGENCY_RANK[record.urgency] < _SALE_RANK


def _passed(since: datetime, wait: timedelta, now: datetime) -> bool:
    return now - since >= wait or since > now + _CLOCK_SLACK
