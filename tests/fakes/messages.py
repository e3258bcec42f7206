"""Channels and messages to be carried."""

from datetime import UTC, datetime

from app.domain.channels import Channel, ChannelKind
from app.domain.deliveries import Message, MessageKind
from app.domain.rules import Urgency

CANARY = "k4nary-Sécret"


def inside(kind: ChannelKind = ChannelKind.WEBHOOK) -> Channel:
    """Return a channel that may lead into the own network, as loopback does."""
    return Channel("c-1", "Mine", kind, internal=True)


def outside(kind: ChannelKind = ChannelKind.WEBHOOK) -> Channel:
    """Return a channel that may not."""
    return Channel("c-2", "Theirs", kind)


def message(
    subject: str = "[Plimsoll] CALL 13.4% away · <b>Bank</b>",
    text: str = "Bank #12 is called at $61,200.\n<script>alert(1)</script>",
    urgency: Urgency = Urgency.CALL,
) -> Message:
    """Return a message to carry."""
    made = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    return Message("msg-0001", "c-1", MessageKind.WARNING, made, urgency, subject, text)
