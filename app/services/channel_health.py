"""How each channel does, told from its messages; what a broken one says; whether messages are stuck (all pure)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from app.domain.channels import Channel
from app.domain.deliveries import PERMANENT_FAULTS, Delivery, DeliveryFault, Message, MessageKind, MessageState
from app.domain.rules import URGENCY_RANK, Urgency
from app.domain.warning_records import WarningKind
from app.services.plain_line import MOST_NAME, one_line, span
from app.services.watch_state import ChannelHealth, Fault

BROKEN_AFTER: Final = timedelta(minutes=10)
STUCK_AFTER: Final = timedelta(minutes=5)
_CALL_RANK: Final = URGENCY_RANK[Urgency.CALL]
_WORDS: Final = {
    DeliveryFault.NO_ADDRESS: ("no address is kept for it", "Give its address again in Alarm."),
    DeliveryFault.SECRETS_LOCKED: (
        "the password store that holds its address is locked or does not answer",
        "Unlock it; what waits then goes out by itself.",
    ),
    DeliveryFault.BAD_ADDRESS: ("its address cannot be used", "Put the address right in Alarm."),
    DeliveryFault.FORBIDDEN_ADDRESS: (
        "its address leads into your own network",
        "If that is meant, tick “internal address” for this channel.",
    ),
    DeliveryFault.NO_NAME: ("the server's name is not known", "Check the network and the server's name."),
    DeliveryFault.NO_CONNECTION: ("the server cannot be reached", "Check the network; it is tried again by itself."),
    DeliveryFault.BAD_CERTIFICATE: (
        "the server's certificate is not to be trusted",
        "Check the server's name and certificate; nothing is sent without a safe connection.",
    ),
    DeliveryFault.REFUSED_LOGIN: ("the server refused the password", "Give a new password in Alarm."),
    DeliveryFault.REFUSED: ("the server refused the message", "Check the recipient and the sender in Alarm."),
    DeliveryFault.GONE: ("the address no longer exists there", "Give the new address in Alarm."),
    DeliveryFault.REDIRECTED: ("the server points elsewhere", "Give the address that it has moved to in Alarm."),
    DeliveryFault.BUSY: ("the server asked to wait", "It is tried again by itself."),
    DeliveryFault.SERVER_FAULT: ("the server has a fault of its own", "It is tried again by itself."),
    DeliveryFault.DROPPED: ("the server broke off", "It is tried again by itself."),
    DeliveryFault.TIMEOUT: ("the server did not answer in time", "It is tried again by itself."),
    DeliveryFault.NO_DESKTOP: ("no desktop takes notifications", "Add a channel that needs no desktop, such as mail."),
    DeliveryFault.FAILED: ("it failed for a reason that is in the log", "It is tried again by itself."),
}


def fault_words(fault: DeliveryFault) -> str:
    """Return a fault as a clause: ``the server refused the password``."""
    return _WORDS[fault][0]


def fault_remedy(fault: DeliveryFault) -> str:
    """Return what to do about a fault, as a sentence."""
    return _WORDS[fault][1]


def channel_health(
    channels: Iterable[Channel],
    deliveries: Iterable[Delivery],
    waiting: Iterable[Message],
    finished: Iterable[Message],
) -> tuple[ChannelHealth, ...]:
    """Return how each channel does, in the order of the channels.

    Args:
        channels: the book's.
        deliveries: those that no message carries yet.
        waiting: messages that wait.
        finished: messages that went out or were given up, newest first.
    """
    counts: dict[str, int] = {}
    for delivery in deliveries:
        counts[delivery.channel] = counts.get(delivery.channel, 0) + 1
    open_ones = _by_channel(waiting)
    past = _by_channel(finished)
    return tuple(
        _health(channel, counts.get(channel.key, 0), open_ones.get(channel.key, []), past.get(channel.key, []))
        for channel in channels
    )


def is_broken(health: ChannelHealth, now: datetime) -> bool:
    """Whether people must be told: at once where only a person can put it right, else after ten minutes of failing."""
    if health.fault is None or health.failing_since is None or not health.channel.enabled:
        return False
    return health.fault in PERMANENT_FAULTS or now - health.failing_since >= BROKEN_AFTER


def channel_faults(
    healths: Sequence[ChannelHealth], finished: Iterable[Message], now: datetime, told: Iterable[str] = ()
) -> tuple[Fault, ...]:
    """Return which channels are broken, which are not, and of which that cannot be told.

    Args:
        healths: of the book's channels.
        finished: messages that went out or were given up.
        now: UTC.
        told: keys of channels that a warning stands about; those no longer in the book are no fault any more.
    """
    past = tuple(finished)
    known = {health.channel.key for health in healths}
    faults = [_fault(health, healths, past, now) for health in healths]
    gone = [key for key in told if key not in known]
    faults += [Fault(WarningKind.CHANNEL, key, present=False, sentence="The channel was removed.") for key in gone]
    return tuple(faults)


def broken_sentence(
    health: ChannelHealth, healths: Iterable[ChannelHealth], finished: Iterable[Message], now: datetime
) -> str:
    """Return what is broken, for how long, why, what to do, and over what people were told meanwhile."""
    if health.fault is None or health.failing_since is None:
        return ""
    for_long = max(now - health.failing_since, timedelta(0))
    since = f" for {span(for_long)}" if for_long >= timedelta(minutes=1) else ""
    name = one_line(health.channel.name, MOST_NAME)
    text = f"{name} has failed{since}: {fault_words(health.fault)}. {fault_remedy(health.fault)}"
    names = {other.channel.key: one_line(other.channel.name, MOST_NAME) for other in healths}
    elsewhere = [
        names[message.channel]
        for message in finished
        if message.state is MessageState.SENT
        and message.kind is not MessageKind.DRILL
        and message.sent_at is not None
        and message.sent_at >= health.failing_since
        and message.channel in names
        and message.channel != health.channel.key
    ]
    if not elsewhere:
        return text
    ways = " and ".join(dict.fromkeys(elsewhere))
    went = "message went" if len(elsewhere) == 1 else "messages went"
    return f"{text} {len(elsewhere)} {went} by {ways} only."


def stuck(
    deliveries: Iterable[Delivery],
    waiting: Iterable[Message],
    finished: Iterable[Message],
    channels: Iterable[Channel],
    now: datetime,
) -> str:
    """Return why messages are stuck, or an empty text: for the pulse, and for the service that listens outside.

    They are where each channel has kept something due waiting for five minutes, or where a margin call or forced sale
    has waited so long while nothing at least as grave went out by any channel since it came.
    """
    ways = [channel.key for channel in channels if channel.enabled]
    if not ways:
        return ""
    due: dict[str, list[tuple[datetime, Urgency]]] = {}
    for delivery in deliveries:
        due.setdefault(delivery.channel, []).append((delivery.not_before, delivery.urgency))
    for message in waiting:
        due.setdefault(message.channel, []).append((message.created_at, message.urgency))
    late = [item for way in ways for item in due.get(way, ()) if now - item[0] >= STUCK_AFTER]
    if not late:
        return ""
    sent = [m for m in finished if m.state is MessageState.SENT and m.kind is not MessageKind.DRILL and m.sent_at]
    grave = [
        (at, urgency)
        for at, urgency in late
        if URGENCY_RANK[urgency] >= _CALL_RANK
        and not any(
            URGENCY_RANK[m.urgency] >= URGENCY_RANK[urgency] and m.sent_at is not None and m.sent_at >= at for m in sent
        )
    ]
    every = all(any(now - at >= STUCK_AFTER for at, _ in due.get(way, ())) for way in ways)
    if not grave and not every:
        return ""
    oldest = min(at for at, _ in (grave or late))
    what = "a margin call or forced sale" if grave else "messages"
    return f"No channel has taken {what} for {span(now - oldest)}."


def _by_channel(messages: Iterable[Message]) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = {}
    for message in messages:
        found.setdefault(message.channel, []).append(message)
    return found


def _health(channel: Channel, piled: int, waiting: Sequence[Message], finished: Sequence[Message]) -> ChannelHealth:
    sent = [message for message in finished if message.state is MessageState.SENT and message.sent_at is not None]
    proved_at = max((message.sent_at for message in sent if message.sent_at is not None), default=None)
    drill = next((message for message in sent if message.kind is MessageKind.DRILL), None)
    failing = [message for message in waiting if message.fault is not None]
    given_up = [
        message
        for message in finished
        if message.state is MessageState.EXPIRED
        and message.fault is not None
        and message.attempts
        and (proved_at is None or message.created_at > proved_at)
    ]
    since = min(_begun(failing) + [message.created_at for message in given_up], default=None)
    if since is not None and proved_at is not None:
        since = max(since, proved_at)
    newest = max(
        failing + given_up, key=lambda message: (message.fault in PERMANENT_FAULTS, message.created_at), default=None
    )
    return ChannelHealth(
        channel,
        piled + len(waiting),
        None if newest is None else newest.fault,
        since,
        proved_at,
        None if drill is None else drill.sent_at,
        None if drill is None or drill.sent_at is None else (drill.sent_at - drill.created_at).total_seconds(),
    )


def _begun(failing: Sequence[Message]) -> list[datetime]:
    """Return when the attempts at each of these began."""
    if not failing:
        return []
    from app.domain.backoff import failing_since  # noqa: PLC0415 - of failures alone: the start has none to tell

    return [failing_since(message) for message in failing]


def _fault(
    health: ChannelHealth, healths: Sequence[ChannelHealth], finished: Sequence[Message], now: datetime
) -> Fault:
    key = health.channel.key
    if is_broken(health, now):
        return Fault(WarningKind.CHANNEL, key, present=True, sentence=broken_sentence(health, healths, finished, now))
    name = one_line(health.channel.name, MOST_NAME)
    if health.fault is not None and health.channel.enabled:
        # It fails, but not for long: that neither opens nor ends anything.
        return Fault(WarningKind.CHANNEL, key, present=None, sentence="")
    said = f"{name} works again." if health.channel.enabled else f"{name} was switched off."
    return Fault(WarningKind.CHANNEL, key, present=False, sentence=said)
