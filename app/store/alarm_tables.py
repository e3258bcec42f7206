"""The tables of the alarm: warnings, margin calls, messages on their way, who judges."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from app.domain.deliveries import DeliveryFault, MessageKind, MessageState
from app.domain.margin_calls import CallState
from app.domain.rules import Urgency
from app.domain.warning_actions import ActionKind
from app.domain.warning_records import WarningKind, WarningStatus
from app.services.alert_ports import JudgeRole
from app.store.column_types import DecimalText, InstantText, WordText
from app.store.metadata import id_column, metadata

warning_record = Table(
    "warning_record",
    metadata,
    Column("id", Text, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("kind", WordText(WarningKind), nullable=False),
    Column("status", WordText(WarningStatus), nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("announced", Boolean, nullable=False),
    Column("opened_at", InstantText, nullable=False),
    Column("updated_at", InstantText, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("closed_at", InstantText),
    Column("due_at", InstantText),
    Column("acknowledged_at", InstantText),
    Column("snoozed_until", InstantText),
    Column("calm_rounds", Integer, nullable=False),
    Column("rule", Text, nullable=False),
    Column("urgency", WordText(Urgency), nullable=False),
    Column("told", Integer, nullable=False),
    Column("told_at", InstantText),
    Column("resolving_since", InstantText),
    Column("facts", Text, nullable=False),
    Column("first_told_at", InstantText),
    Index("ix_warning_record_status", "status"),
)

# The rows of the alarm refer to each other without foreign keys: what was told in spite of a full disk may be stored
# before what it is about, and no order of rows may keep an alarm from being stored.
margin_call = Table(
    "margin_call",
    metadata,
    Column("id", Text, primary_key=True),
    Column("loan", Text, nullable=False),
    Column("issued_at", InstantText, nullable=False),
    Column("level", DecimalText, nullable=False),
    Column("ltv", DecimalText, nullable=False),
    Column("price", DecimalText, nullable=False),
    Column("top_up_sats", BigInteger),
    Column("repay", DecimalText),
    Column("due_at", InstantText),
    Column("cure_ltv", DecimalText),
    Column("latching", Boolean, nullable=False),
    Column("state", WordText(CallState), nullable=False, index=True),
    Column("ended_at", InstantText),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Text, primary_key=True),
    Column("warning_id", Text, nullable=False, index=True),
    Column("step", Integer, nullable=False),
    Column("channel", Text, nullable=False),
    Column("created_at", InstantText, nullable=False),
    Column("not_before", InstantText, nullable=False),
    Column("urgency", WordText(Urgency), nullable=False),
    Column("text", Text, nullable=False),
    Column("message_id", Text, index=True),
)

message = Table(
    "message",
    metadata,
    Column("id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("kind", WordText(MessageKind), nullable=False),
    Column("created_at", InstantText, nullable=False),
    Column("urgency", WordText(Urgency), nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("state", WordText(MessageState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", InstantText),
    Column("sent_at", InstantText),
    Column("fault", WordText(DeliveryFault)),
    Index("ix_message_state", "state", "created_at"),
)

warning_action = Table(
    "warning_action",
    metadata,
    Column("id", Text, primary_key=True),
    Column("warning_id", Text, nullable=False, index=True),
    Column("kind", WordText(ActionKind), nullable=False),
    Column("at", InstantText, nullable=False),
    Column("who", Text, nullable=False),
    Column("until", InstantText),
    Column("text", Text, nullable=False),
    Column("applied", Boolean, nullable=False, index=True),
)

# One row: who judges.
judge_lease = Table(
    "judge_lease",
    metadata,
    id_column(),
    Column("term", BigInteger, nullable=False),
    Column("beat", BigInteger, nullable=False),
    Column("holder", Text, nullable=False),
    Column("role", WordText(JudgeRole), nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", BigInteger, nullable=False),
    Column("renewed_at", InstantText, nullable=False),
    Column("price_at", InstantText),
    Column("stuck", Text, nullable=False),
)
