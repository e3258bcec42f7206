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
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from app.domain.book import AccountKind, EventKind, TransactionKind
from app.domain.channels import ChannelKind
from app.domain.labels import LabelKind
from app.domain.policy import LimitKind
from app.domain.rules import Due, Fall, RuleKind, Urgency
from app.domain.scenario import ScenarioKind
from app.domain.terms import Accrual, DayCount, Exposure, ExtentMode, FeeBase, Payment, TriggerKind
from app.domain.wallets import WalletKind
from app.store.column_types import DayText, DecimalText, InstantText, WordText
from app.store.metadata import id_column, metadata, parent_column

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
    id_column(),
    Column("name", Text, nullable=False),
    Column("base_currency", Text, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
)

account = Table(
    "account",
    metadata,
    id_column(),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False, unique=True),
    Column("kind", WordText(AccountKind), nullable=False),
)

txn = Table(
    "txn",
    metadata,
    id_column(),
    parent_column("account"),
    Column("at", InstantText, nullable=False),
    Column("kind", WordText(TransactionKind), nullable=False),
    Column("sats", BigInteger, nullable=False),
    Column("value", DecimalText),
    Column("currency", Text),
    Column("fee", DecimalText),
    Column("note", Text, nullable=False),
    Column("external_id", Text),
    Column("to_account_id", Integer, ForeignKey("account.id"), index=True),
    # Chosen lots as "instant=satoshis", and keys of papers, each list with spaces between; None where there are none.
    Column("picks", Text),
    Column("attachments", Text),
)

loan = Table(
    "loan",
    metadata,
    id_column(),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False, unique=True),
    Column("lender", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("opened_on", DayText, nullable=False),
    Column("matures_on", DayText),
    Column("attachments", Text),
)

loan_terms = Table(
    "loan_terms",
    metadata,
    id_column(),
    parent_column("loan"),
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
    id_column(),
    parent_column("loan_terms"),
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
    id_column(),
    parent_column("loan"),
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
    id_column(),
    Column("name", Text, nullable=False, unique=True),
    Column("created_at", InstantText, nullable=False),
    Column("kind", WordText(ScenarioKind), nullable=False),
    Column("request", Text, nullable=False),
)

rule = Table(
    "rule",
    metadata,
    id_column(),
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
    id_column(),
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

policy_limit = Table(
    "policy_limit",
    metadata,
    id_column(),
    Column("kind", WordText(LimitKind), nullable=False, unique=True),
    Column("bound", DecimalText, nullable=False),
)

# Public keys and addresses only: who has them sees what lies there, and can spend nothing.
wallet = Table(
    "wallet",
    metadata,
    id_column(),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    Column("kind", WordText(WalletKind), nullable=False),
    # JSON lists.
    Column("sources", Text, nullable=False),
    Column("scripts", Text, nullable=False),
    Column("gap_limit", Integer, nullable=False),
    Column("account_id", Integer, ForeignKey("account.id"), index=True),
    Column("loan_id", Integer, ForeignKey("loan.id", ondelete="CASCADE"), index=True),
)

label = Table(
    "label",
    metadata,
    id_column(),
    Column("kind", WordText(LabelKind), nullable=False),
    Column("ref", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("spendable", Boolean),
    Column("extra", Text, nullable=False),
)

import_profile = Table(
    "import_profile",
    metadata,
    id_column(),
    Column("name", Text, nullable=False, unique=True),
    Column("mapping", Text, nullable=False),
)

attachment = Table(
    "attachment",
    metadata,
    id_column(),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
)

# The bytes of papers, by their SHA-256, as Base64: the databases' own types for bytes differ. Read when one is opened.
attachment_content = Table(
    "attachment_content",
    metadata,
    Column("code", Text, primary_key=True),
    Column("content", Text, nullable=False),
)

# What the chain told, beside the book: it is asked again, and no undo takes it back.
wallet_scan = Table(
    "wallet_scan",
    metadata,
    Column("wallet", Text, primary_key=True),
    Column("at", InstantText, nullable=False),
    Column("tip_height", Integer, nullable=False),
    Column("tip_hash", Text, nullable=False),
    Column("server", Text, nullable=False),
    # JSON: how far each chain of addresses is used, and what was last heard of each script.
    Column("state", Text, nullable=False),
)

wallet_move = Table(
    "wallet_move",
    metadata,
    Column("wallet", Text, primary_key=True),
    Column("txid", Text, primary_key=True),
    # None as long as no block has it.
    Column("height", Integer),
    Column("block_hash", Text),
    Column("at", InstantText),
    Column("sats", BigInteger, nullable=False),
    Column("fee_sats", BigInteger),
)

policy_breach = Table(
    "policy_breach",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", WordText(LimitKind), nullable=False),
    Column("subject", Text, nullable=False),
    Column("bound", DecimalText, nullable=False),
    Column("opened_at", InstantText, nullable=False),
    Column("closed_at", InstantText),
    Column("first_value", DecimalText, nullable=False),
    Column("worst_value", DecimalText, nullable=False),
    Column("ended", Text, nullable=False),
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
