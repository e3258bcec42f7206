"""Deliveries: which warning has to be told over which channel, and the messages that carry them (values only)."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from app.domain.rules import Urgency


class DeliveryFault(StrEnum):
    """Why a message did not go out, in our own words; a server's text is never kept."""

    NO_ADDRESS = "no_address"
    SECRETS_LOCKED = "secrets_locked"
    BAD_ADDRESS = "bad_address"
    FORBIDDEN_ADDRESS = "forbidden_address"
    NO_NAME = "no_name"
    NO_CONNECTION = "no_connection"
    BAD_CERTIFICATE = "bad_certificate"
    REFUSED_LOGIN = "refused_login"
    REFUSED = "refused"
    GONE = "gone"
    REDIRECTED = "redirected"
    BUSY = "busy"
    SERVER_FAULT = "server_fault"
    DROPPED = "dropped"
    TIMEOUT = "timeout"
    NO_DESKTOP = "no_desktop"
    FAILED = "failed"


PERMANENT_FAULTS = frozenset(
    (
        DeliveryFault.NO_ADDRESS,
        DeliveryFault.BAD_ADDRESS,
        DeliveryFault.FORBIDDEN_ADDRESS,
        DeliveryFault.BAD_CERTIFICATE,
        DeliveryFault.REFUSED_LOGIN,
        DeliveryFault.REFUSED,
        DeliveryFault.GONE,
        DeliveryFault.REDIRECTED,
    )
)


class Delivery(NamedTuple):
    """One warning, at one step of its life, over one channel.

    Attributes:
        id: stable text, made of warning, step and channel; the same step over the same channel is never told twice.
        warning_id: which warning.
        step: how often that warning had been told before this, see ``WarningRecord.told``.
        channel: key of the channel.
        created_at: UTC; the moment of the transition.
        not_before: UTC; the end of quiet hours, or ``created_at``.
        urgency: of the warning at that step.
        text: what is told, as it stood at the transition.
        message_id: the message that carries it, once one was made.
    """

    id: str
    warning_id: str
    step: int
    channel: str
    created_at: datetime
    not_before: datetime
    urgency: Urgency
    text: str
    message_id: str | None = None


class MessageState(StrEnum):
    """Where a message is."""

    WAITING = "waiting"
    SENT = "sent"
    EXPIRED = "expired"


class MessageKind(StrEnum):
    """What a message is for; a drill tests the way and carries no warning."""

    WARNING = "warning"
    SUMMARY = "summary"
    DRILL = "drill"


class Message(NamedTuple):
    """What is sent over a channel, as a whole; it keeps its id and its words through every attempt.

    Attributes:
        id: stable; e-mail Message-ID and webhook id are made of it.
        channel: key of the channel.
        kind: what it is for.
        created_at: UTC.
        urgency: the highest of what it carries.
        subject: one line that carries it all.
        text: plain text.
        state: waiting, sent, or given up.
        attempts: how often it was tried.
        next_at: UTC; when it is tried next.
        sent_at: UTC; when the service took it, or None.
        fault: of the last attempt, or None.
    """

    id: str
    channel: str
    kind: MessageKind
    created_at: datetime
    urgency: Urgency
    subject: str
    text: str
    state: MessageState = MessageState.WAITING
    attempts: int = 0
    next_at: datetime | None = None
    sent_at: datetime | None = None
    fault: DeliveryFault | None = None
