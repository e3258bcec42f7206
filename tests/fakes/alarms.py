"""Warnings, channels, deliveries and messages that tests start from."""

from datetime import UTC, datetime

from app.domain.channels import Channel, ChannelKind
from app.domain.deliveries import Delivery, Message, MessageKind, MessageState
from app.domain.grouping import Bundle
from app.domain.outbox import delivery_id
from app.domain.rules import Urgency
from app.domain.warning_records import WarningKind, WarningRecord, WarningStatus
from app.services.alert_ports import JudgeRole, Lease

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MAIL = Channel("mail", "Mail", ChannelKind.EMAIL)
HOOK = Channel("hook", "Webhook", ChannelKind.WEBHOOK)
DESKTOP = Channel("desk", "Desktop", ChannelKind.DESKTOP)
LEASE = Lease(1, 1, "me", JudgeRole.WATCHER, "here", 1, NOW)


def warning(
    subject: str = "Harbour", urgency: Urgency = Urgency.EARLY, told: int = 1, at: datetime = NOW
) -> WarningRecord:
    """Return a warning that was told at ``at``."""
    kind = {Urgency.SALE: WarningKind.SALE, Urgency.CALL: WarningKind.CALL}.get(urgency, WarningKind.DROP_CALL)
    sentence = f"{subject} is called at $61,200, 13.4 % below now."
    record = WarningRecord(f"w-{subject}", subject, kind, WarningStatus.OPEN, True, True, at, at, sentence)
    return record._replace(urgency=urgency, told=told, told_at=at)


def delivery(
    subject: str = "Harbour", channel: str = "mail", urgency: Urgency = Urgency.EARLY, step: int = 1, at: datetime = NOW
) -> Delivery:
    """Return what is to be told of a warning."""
    made = delivery_id(f"w-{subject}", step, channel)
    return Delivery(
        made, f"w-{subject}", step, channel, at, at, urgency, f"CALL near · {subject}\nIt is near.\nPost 1 BTC."
    )


def message(name: str = "m", channel: str = "mail", at: datetime = NOW, urgency: Urgency = Urgency.EARLY) -> Message:
    """Return a message that waits to be tried for the first time."""
    return Message(name, channel, MessageKind.WARNING, at, urgency, "subject", "text", MessageState.WAITING, 0, at)


def plain_words(bundle: Bundle) -> tuple[str, str]:
    """Compose a message of the warnings' ids, one per line."""
    return f"{bundle.kind.value} {len(bundle.deliveries)}", "\n".join(item.id for item in bundle.deliveries)
