"""Which messages carry what has to be told, and when each may go: pure functions over what waits.

The first delivery of a channel goes at once. What follows is gathered and goes out together a minute after the
channel's last message, a forced sale excepted. While a message cannot get through, others pile up behind it; once it
did, they go as one summary, with what holds now before what happened meanwhile.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from app.domain.backoff import GIVEN_UP_AFTER, MOST_WAIT
from app.domain.channels import Channel
from app.domain.deliveries import Delivery, DeliveryFault, Message, MessageKind, MessageState
from app.domain.rules import URGENCY_RANK, Urgency

APART: Final = timedelta(seconds=60)
# An outage that was over sooner than this needs no telling.
OUTAGE: Final = timedelta(minutes=2)
_LONGEST_QUIET: Final = timedelta(hours=26)
_ID_LENGTH: Final = 32
_CALL_RANK: Final = URGENCY_RANK[Urgency.CALL]


class Bundle(NamedTuple):
    """What one message has to say.

    Attributes:
        channel: over which.
        kind: a warning, or the summary after an outage.
        deliveries: gravest first, then as they came.
        down: for how long the channel did not get anything through, or None.
        now: UTC.
    """

    channel: Channel
    kind: MessageKind
    deliveries: tuple[Delivery, ...]
    down: timedelta | None
    now: datetime


class Plan(NamedTuple):
    """New messages, and the deliveries that they carry; both are stored as one."""

    messages: tuple[Message, ...]
    deliveries: tuple[Delivery, ...]


Compose = Callable[[Bundle], tuple[str, str]]


def plan_messages(
    deliveries: Iterable[Delivery],
    messages: Iterable[Message],
    channels: Iterable[Channel],
    now: datetime,
    *,
    last: Mapping[str, Message],
    compose: Compose,
) -> Plan:
    """Return the messages to be made now.

    Args:
        deliveries: those that no message carries yet.
        messages: those that wait.
        channels: the book's.
        now: UTC.
        last: the newest message that went out, by channel.
        compose: makes subject and text.
    """
    known = {channel.key: channel for channel in channels}
    waiting: dict[str, list[Message]] = {}
    for message in messages:
        waiting.setdefault(message.channel, []).append(message)
    piles: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        piles.setdefault(delivery.channel, []).append(delivery)
    made: list[Message] = []
    carried: list[Delivery] = []
    for key, pile in piles.items():
        channel = known.get(key)
        usable = channel is not None and channel.enabled
        plan = (
            _plan_channel(channel, pile, waiting.get(key, ()), last.get(key), now, compose)
            if channel is not None and usable
            else _without_way(key, pile, now)
        )
        made.extend(plan.messages)
        carried.extend(plan.deliveries)
    return Plan(tuple(made), tuple(carried))


def stranded(messages: Iterable[Message], channels: Iterable[Channel], now: datetime) -> tuple[Message, ...]:
    """Return the messages that are given up because their channel has been gone or switched off for two days."""
    usable = {channel.key for channel in channels if channel.enabled}
    return tuple(
        message._replace(state=MessageState.EXPIRED, next_at=None, fault=message.fault or DeliveryFault.NO_ADDRESS)
        for message in messages
        if message.channel not in usable and now - message.created_at >= GIVEN_UP_AFTER
    )


def due_messages(
    messages: Iterable[Message], channels: Iterable[Channel], last: Mapping[str, Message], now: datetime
) -> tuple[Message, ...]:
    """Return the messages to be tried now, at most one per channel: the gravest, then the oldest."""
    usable = {channel.key for channel in channels if channel.enabled}
    due: dict[str, Message] = {}
    for message in sorted(messages, key=_order):
        if message.channel in usable and _may_go(message, last.get(message.channel), now):
            due.setdefault(message.channel, message)
    return tuple(due.values())


def next_due(
    deliveries: Iterable[Delivery],
    messages: Iterable[Message],
    channels: Iterable[Channel],
    last: Mapping[str, Message],
    now: datetime,
) -> datetime | None:
    """Return when there is something to do next, not before ``now``; None where nothing waits."""
    usable = {channel.key for channel in channels if channel.enabled}
    waiting: dict[str, list[Message]] = {}
    moments = []
    for message in messages:
        if message.channel in usable:
            waiting.setdefault(message.channel, []).append(message)
            free = _free_at(last.get(message.channel), now, message.urgency)
            moments.append(max(_moment(message.next_at, now, MOST_WAIT), free))
    for delivery in deliveries:
        if delivery.channel in usable:
            at = _planned_at(delivery, waiting.get(delivery.channel, ()), last.get(delivery.channel), now)
            moments.extend(() if at is None else (at,))
    return min(moments, default=None)


def _plan_channel(
    channel: Channel,
    pile: Sequence[Delivery],
    waiting: Sequence[Message],
    last: Message | None,
    now: datetime,
    compose: Compose,
) -> Plan:
    ready = [delivery for delivery in pile if _is_ready(delivery, waiting, last, now)]
    if not ready:
        return Plan((), ())
    if any(delivery.urgency is Urgency.SALE for delivery in ready):
        # A margin call of the same moment does not wait for the next minute behind it.
        along = [one for one in pile if one.urgency is Urgency.CALL and one not in ready and one.not_before <= now]
        ready += along
    ordered = tuple(sorted(ready, key=_delivery_order))
    down = _outage(last, ordered) if not waiting else None
    kind = MessageKind.WARNING if down is None else MessageKind.SUMMARY
    subject, text = compose(Bundle(channel, kind, ordered, down, now))
    return _carrying(Message(_id_of(ordered), channel.key, kind, now, ordered[0].urgency, subject, text), ordered)


def _is_ready(delivery: Delivery, waiting: Sequence[Message], last: Message | None, now: datetime) -> bool:
    at = _planned_at(delivery, waiting, last, now)
    return at is not None and at <= now


def _planned_at(delivery: Delivery, waiting: Sequence[Message], last: Message | None, now: datetime) -> datetime | None:
    """Return from when a message may be made for a delivery; None while one that does not get through holds it back.

    A margin call is held back only by what is as grave; a forced sale by nothing but another one of this minute.
    """
    ready = _moment(delivery.not_before, now, _LONGEST_QUIET)
    if delivery.urgency is Urgency.SALE:
        newest = max((message.created_at for message in waiting if message.urgency is Urgency.SALE), default=None)
        return ready if newest is None or newest > now else max(ready, newest + APART)
    if waiting:
        rank = URGENCY_RANK[delivery.urgency]
        blocked = max(URGENCY_RANK[message.urgency] for message in waiting)
        if rank < _CALL_RANK or rank <= blocked:
            return None
    return max(ready, _free_at(last, now, delivery.urgency))


def _carrying(message: Message, deliveries: Sequence[Delivery]) -> Plan:
    if message.state is MessageState.WAITING:
        message = message._replace(next_at=message.created_at)
    return Plan((message,), tuple([delivery._replace(message_id=message.id) for delivery in deliveries]))


def _without_way(key: str, pile: Sequence[Delivery], now: datetime) -> Plan:
    """Give up what waited for two days for a channel that is gone or switched off."""
    old = tuple(sorted((d for d in pile if now - d.created_at >= GIVEN_UP_AFTER), key=_delivery_order))
    if not old:
        return Plan((), ())
    subject = f"{len(old)} not sent: the channel was switched off or removed"
    gone = Message(_id_of(old), key, MessageKind.WARNING, now, old[0].urgency, subject, "")
    return _carrying(gone._replace(state=MessageState.EXPIRED, fault=DeliveryFault.NO_ADDRESS), old)


def _outage(last: Message | None, deliveries: Sequence[Delivery]) -> timedelta | None:
    """Return for how long nothing got through, where the last message needed more than one try while these came."""
    if last is None or last.sent_at is None or last.attempts <= 1:
        return None
    down = last.sent_at - last.created_at
    piled = sum(last.created_at <= delivery.created_at <= last.sent_at for delivery in deliveries)
    return down if down >= OUTAGE and piled else None


def _may_go(message: Message, last: Message | None, now: datetime) -> bool:
    if message.state is not MessageState.WAITING or message.kind is MessageKind.DRILL:
        return False
    free = _free_at(last, now, message.urgency) <= now
    return free and _moment(message.next_at, now, MOST_WAIT) <= now


def _free_at(last: Message | None, now: datetime, urgency: Urgency) -> datetime:
    """Return from when the channel may carry another message; a last one in the future tells of a clock set back.

    A forced sale never waits for that, and a margin call not for a lesser message.
    """
    if last is None or last.sent_at is None or last.sent_at > now or urgency is Urgency.SALE:
        return now
    if urgency is Urgency.CALL and URGENCY_RANK[last.urgency] < _CALL_RANK:
        return now
    return max(now, last.sent_at + APART)


def _moment(planned: datetime | None, now: datetime, most: timedelta) -> datetime:
    """Return a planned moment; ``now`` where it has passed, or lies farther off than anything is ever put off."""
    if planned is None or planned <= now or planned - now > most:
        return now
    return planned


def _id_of(deliveries: Sequence[Delivery]) -> str:
    """Return the id of the message that carries these: the same ones make the same id, whoever plans them."""
    text = "\n".join(sorted(delivery.id for delivery in deliveries))
    return hashlib.sha256(text.encode()).hexdigest()[:_ID_LENGTH]


def _order(message: Message) -> tuple[int, datetime, str]:
    return -URGENCY_RANK[message.urgency], message.created_at, message.id


def _delivery_order(delivery: Delivery) -> tuple[int, datetime, str]:
    return -URGENCY_RANK[delivery.urgency], delivery.created_at, delivery.id
