"""The tables of one book, the same on SQLite and PostgreSQL.

Accounts and loans carry a ``position``, the order of the file. What belongs to them (transactions, terms, triggers,
events) is in the order of its ``id``: ids within one parent only ever rise. The book's ``revision`` counts changes;
it keeps two writers from overwriting each other.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from app.domain.book import AccountKind, EventKind, TransactionKind
from app.domain.channels import ChannelKind
from app.domain.deliveries import DeliveryFault, MessageKind, MessageState
from app.domain.margin_calls import CallState
from app.domain.rules import Due, Fall, RuleKind, Urgency
from app.domain.scenario import ScenarioKind
from app.domain.terms import Accrual, DayCount, Exposure, ExtentMode, FeeBase, Payment, TriggerKind
from app.domain.warning_actions import ActionKind
from app.domain.warning_records import WarningKind, WarningStatus
from app.services.alert_ports import JudgeRole
from app.store.column_types import DayText, DecimalText, InstantText, WordText

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=False)


def _parent(table: str) -> Column[int]:
    """Return the column that names the row this one belongs to and goes away with."""
    return Column(f"{table}_id", Integer, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, index=True)


# Alembic's own table, as Alembic makes it.
alembic_version = Table(
    "alembic_version",
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)

book = Table(
    "book",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("base_currency", Text, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
)

account = Table(
    "account",
    metadata,
    _id(),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False, unique=True),
    Column("kind", WordText(AccountKind), nullable=False),
)

txn = Table(
    "txn",
    metadata,
    _id(),
    _parent("account"),
    Column("at", InstantText, nullable=False),
    Column("kind", WordText(TransactionKind), nullable=False),
    Column("sats", BigInteger, nullable=False),
    Column("value", DecimalText),
    Column("currency", Text),
    Column("fee", DecimalText),
    Column("note", Text, nullable=False),
    Column("external_id", Text),
    Column("to_account_id", Integer, ForeignKey("account.id"), index=True),
)

loan = Table(
    "loan",
    metadata,
    _id(),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False, unique=True),
    Column("lender", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("opened_on", DayText, nullable=False),
    Column("matures_on", DayText),
)

loan_terms = Table(
    "loan_terms",
    metadata,
    _id(),
    _parent("loan"),
    Column("start", DayText, nullable=False),
    Column("rate", DecimalText, nullable=False),
    Column("day_count", WordText(DayCount), nullable=False),
    Column("accrual", WordText(Accrual), nullable=False),
    Column("payment", WordText(Payment), nullable=False),
    Column("exposure", WordText(Exposure), nullable=False),
    Column("price_source", Text, nullable=False),
    Column("basis_bps", Integer, nullable=False),
    Column("delivery_hours", BigInteger, nullable=False),
    Column("daily_cap_sats", BigInteger),
    Column("daily_cap", DecimalText),
    Column("evidence_source", Text, nullable=False),
    Column("confirmed_on", DayText),
)

loan_trigger = Table(
    "loan_trigger",
    metadata,
    _id(),
    _parent("loan_terms"),
    Column("kind", WordText(TriggerKind), nullable=False),
    Column("ltv", DecimalText, nullable=False),
    Column("cure_hours", BigInteger),
    Column("cure_ltv", DecimalText),
    Column("latching", Boolean, nullable=False),
    Column("extent", WordText(ExtentMode), nullable=False),
    Column("extent_ltv", DecimalText),
    Column("fee_rate", DecimalText, nullable=False),
    Column("fee_base", WordText(FeeBase), nullable=False),
)

loan_event = Table(
    "loan_event",
    metadata,
    _id(),
    _parent("loan"),
    Column("at", InstantText, nullable=False),
    Column("kind", WordText(EventKind), nullable=False),
    Column("amount", DecimalText),
    Column("sats", BigInteger),
    Column("account_id", Integer, ForeignKey("account.id"), index=True),
    Column("rate", DecimalText),
    Column("price", DecimalText),
    Column("fee", DecimalText),
    Column("note", Text, nullable=False),
    Column("external_id", Text),
)

scenario = Table(
    "scenario",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("created_at", InstantText, nullable=False),
    Column("kind", WordText(ScenarioKind), nullable=False),
    Column("request", Text, nullable=False),
)

rule = Table(
    "rule",
    metadata,
    _id(),
    Column("code", Text, nullable=False, unique=True),
    Column("kind", WordText(RuleKind), nullable=False),
    Column("threshold", DecimalText),
    Column("line", WordText(TriggerKind)),
    Column("fall", WordText(Fall)),
    Column("due", WordText(Due)),
    Column("horizon_days", Integer),
    # Names as a JSON list.
    Column("loans", Text, nullable=False),
    Column("urgency", WordText(Urgency), nullable=False),
    Column("hold_minutes", Integer, nullable=False),
    Column("keep_minutes", Integer, nullable=False),
    Column("channels", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
)

# Never with an address: those are secrets and lie in the system's keyring.
channel = Table(
    "channel",
    metadata,
    _id(),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    Column("kind", WordText(ChannelKind), nullable=False),
    Column("person", Text, nullable=False),
    Column("after_minutes", Integer, nullable=False),
    Column("quiet_start", Text),
    Column("quiet_end", Text),
    Column("quiet_zone", Text),
    Column("internal", Boolean, nullable=False),
    Column("enabled", Boolean, nullable=False),
)

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
    _id(),
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

last_price = Table(
    "last_price",
    metadata,
    Column("currency", Text, primary_key=True),
    Column("value", DecimalText, nullable=False),
    Column("low", DecimalText, nullable=False),
    Column("high", DecimalText, nullable=False),
    Column("sources", Text, nullable=False),
    Column("sources_asked", Integer, nullable=False),
    Column("at", InstantText, nullable=False),
    Column("origin", Text, nullable=False),
)

daily_candle = Table(
    "daily_candle",
    metadata,
    Column("source", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("day", DayText, primary_key=True),
    # None where a history tells closes alone.
    Column("open", DecimalText),
    Column("high", DecimalText),
    Column("low", DecimalText),
    Column("close", DecimalText, nullable=False),
)
