"""When a message is tried again, and when it is given up."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Final

from app.domain.deliveries import PERMANENT_FAULTS, DeliveryFault, Message, MessageKind, MessageState

GIVEN_UP_AFTER: Final = timedelta(hours=48)
MOST_WAIT: Final = timedelta(minutes=70)
# A computer that slept for three days must not give up at its first try.
LEAST_ATTEMPTS: Final = 10
JITTER: Final = 0.1
_STEPS: Final = (5.0, 30.0, 120.0, 600.0)
_HOUR: Final = 3_600.0
_MINUTE: Final = 60.0
# What the person at the machine is likely to put right at any moment, and which costs no server a request.
NO_SECRET: Final = frozenset((DeliveryFault.NO_ADDRESS, DeliveryFault.SECRETS_LOCKED))


def wait_seconds(fault: DeliveryFault, attempts: int) -> float:
    """Return how long to wait after the ``attempts``-th failure, before jitter: 5 s, 30 s, 2 min, 10 min, then 1 h.

    What only a person can put right is tried hourly; a missing or locked secret each minute.
    """
    if fault in NO_SECRET:
        return _MINUTE
    if fault in PERMANENT_FAULTS or attempts > len(_STEPS):
        return _HOUR
    return _STEPS[max(attempts, 1) - 1]


def after_attempt(message: Message, fault: DeliveryFault | None, now: datetime, rng: Random) -> Message:
    """Return a message after one attempt: sent, to be tried again, or given up.

    Args:
        message: that was tried.
        fault: what went wrong, or None.
        now: UTC; when the attempt ended.
        rng: spreads the next attempts by up to a tenth either way.
    """
    attempts = message.attempts + 1
    if fault is None:
        return message._replace(state=MessageState.SENT, attempts=attempts, next_at=None, sent_at=now, fault=None)
    failed = message._replace(attempts=attempts, fault=fault)
    old = now - message.created_at >= GIVEN_UP_AFTER and attempts >= LEAST_ATTEMPTS
    if old or message.kind is MessageKind.DRILL:
        return failed._replace(state=MessageState.EXPIRED, next_at=None)
    wait = wait_seconds(fault, attempts) * rng.uniform(1 - JITTER, 1 + JITTER)
    return failed._replace(next_at=now + timedelta(seconds=wait))


def hurried(messages: Iterable[Message], channel: str, now: datetime) -> tuple[Message, ...]:
    """Return the messages that wait for a channel which works again, to be tried now; the fault they had is over."""
    return tuple(
        message._replace(next_at=now, fault=None)
        for message in messages
        if message.channel == channel and message.state is MessageState.WAITING and message.fault is not None
    )


def failing_since(message: Message) -> datetime:
    """Return about when the attempts at a waiting message began: not before it was made, and not by its age alone."""
    if message.fault is None or message.next_at is None:
        return message.created_at
    waited = sum(wait_seconds(message.fault, attempt) for attempt in range(1, message.attempts + 1))
    return max(message.created_at, message.next_at - timedelta(seconds=waited * (1 + JITTER)))
