"""One of everything that the alarm keeps."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from app.domain.channels import Channel, ChannelKind, QuietHours
from app.domain.deliveries import Delivery, DeliveryFault, Message, MessageKind, MessageState
from app.domain.margin_calls import CallState, MarginCall
from app.domain.rules import Fall, Rule, RuleKind, Urgency
from app.domain.terms import TriggerKind
from app.domain.warning_actions import ActionKind, WarningAction
from app.domain.warning_records import WarningKind, WarningRecord, WarningStatus
from app.services.alert_ports import JudgeRole, Lease

# What the fourth format brought.

AT = datetime(2026, 2, 10, 12, 30, 15, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WARNING = WarningRecord(
    "w1",
    "Coin revolver",
    WarningKind.RULE,
    WarningStatus.PENDING,
    confirmed=True,
    announced=True,
    opened_at=AT,
    updated_at=AT,
    sentence="“Coin revolver” is at 70 %.",
    rule="ltv-70",
    urgency=Urgency.CALL,
    told=2,
    told_at=AT,
    resolving_since=AT + MINUTE,
    facts="ltv 70 %\nprice 70,000 USD",
    first_told_at=AT - MINUTE,
)
CALL = MarginCall(
    "c1",
    "Coin revolver",
    AT,
    Decimal("0.750"),
    Decimal("0.7512"),
    Decimal("70727.10"),
    10**8,
    Decimal("1250.50"),
    AT + timedelta(hours=12),
    Decimal("0.65"),
    latching=True,
)
ENDED = CALL._replace(
    id="c2",
    top_up_sats=None,
    repay=None,
    due_at=None,
    cure_ltv=None,
    latching=False,
    state=CallState.CURED,
    ended_at=AT,
)
DELIVERY = Delivery("w1.0.mail", "w1", 0, "mail", AT, AT + MINUTE, Urgency.CALL, "“Coin revolver” is at 70 %.")
MESSAGE = Message("m1", "mail", MessageKind.WARNING, AT, Urgency.CALL, "One margin call", "Text", next_at=AT)
SENT = MESSAGE._replace(state=MessageState.SENT, attempts=2, next_at=None, sent_at=AT, fault=DeliveryFault.BUSY)
ACTION = WarningAction("a1", "w1", ActionKind.SNOOZE, AT, "Ada", AT + MINUTE, "later")
LEASE = Lease(0, 0, "run-1", JudgeRole.WINDOW, "desk", 4711, AT, AT, "no connection")
RULES = (
    Rule("ltv-70", RuleKind.LTV, Decimal("0.70"), loans=(), urgency=Urgency.CALL, hold_minutes=5, channels=("E-mail",)),
    Rule("week", RuleKind.DROP, None, TriggerKind.MARGIN_CALL, Fall.LAST_WEEK, enabled=False),
)
CHANNELS = (
    Channel(
        "mail",
        "E-mail",
        ChannelKind.EMAIL,
        "Ada",
        15,
        QuietHours(time(22), time(6, 30), "Europe/Berlin"),
        internal=True,
    ),
    Channel("desk", "Desktop", ChannelKind.DESKTOP, enabled=False),
)
