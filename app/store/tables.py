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
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from app.domain.book import AccountKind, EventKind, TransactionKind
from app.domain.scenario import ScenarioKind
from app.domain.terms import Accrual, DayCount, Exposure, ExtentMode, FeeBase, Payment, TriggerKind
from app.domain.warnings import WarningKind, WarningStatus
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
