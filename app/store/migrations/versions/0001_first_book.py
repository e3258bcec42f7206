"""The first book: accounts, loans, warnings and prices."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables of an empty database."""
    op.create_table(
        "book",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("base_currency", sa.Text(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_book"),
    )
    _make_accounts()
    _make_loans()
    _make_prices_and_warnings()


def _make_accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("name", name="uq_account_name"),
    )
    op.create_table(
        "txn",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sats", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("fee", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("to_account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_txn_account_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["to_account_id"], ["account.id"], name="fk_txn_to_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_txn"),
    )
    op.create_index("ix_txn_account_id", "txn", ["account_id"])
    op.create_index("ix_txn_to_account_id", "txn", ["to_account_id"])


def _make_loans() -> None:
    op.create_table(
        "loan",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lender", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Text(), nullable=False),
        sa.Column("matures_on", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_loan"),
        sa.UniqueConstraint("name", name="uq_loan_name"),
    )
    op.create_table(
        "loan_terms",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("loan_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Text(), nullable=False),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.Column("day_count", sa.Text(), nullable=False),
        sa.Column("accrual", sa.Text(), nullable=False),
        sa.Column("payment", sa.Text(), nullable=False),
        sa.Column("exposure", sa.Text(), nullable=False),
        sa.Column("price_source", sa.Text(), nullable=False),
        sa.Column("basis_bps", sa.Integer(), nullable=False),
        sa.Column("delivery_hours", sa.BigInteger(), nullable=False),
        sa.Column("daily_cap_sats", sa.BigInteger(), nullable=True),
        sa.Column("daily_cap", sa.Text(), nullable=True),
        sa.Column("evidence_source", sa.Text(), nullable=False),
        sa.Column("confirmed_on", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name="fk_loan_terms_loan_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_loan_terms"),
    )
    op.create_index("ix_loan_terms_loan_id", "loan_terms", ["loan_id"])
    op.create_table(
        "loan_trigger",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("loan_terms_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ltv", sa.Text(), nullable=False),
        sa.Column("cure_hours", sa.BigInteger(), nullable=True),
        sa.Column("cure_ltv", sa.Text(), nullable=True),
        sa.Column("latching", sa.Boolean(), nullable=False),
        sa.Column("extent", sa.Text(), nullable=False),
        sa.Column("extent_ltv", sa.Text(), nullable=True),
        sa.Column("fee_rate", sa.Text(), nullable=False),
        sa.Column("fee_base", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["loan_terms_id"], ["loan_terms.id"], name="fk_loan_trigger_loan_terms_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_loan_trigger"),
    )
    op.create_index("ix_loan_trigger_loan_terms_id", "loan_trigger", ["loan_terms_id"])
    op.create_table(
        "loan_event",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("loan_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=True),
        sa.Column("sats", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("rate", sa.Text(), nullable=True),
        sa.Column("price", sa.Text(), nullable=True),
        sa.Column("fee", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name="fk_loan_event_loan_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_loan_event_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_loan_event"),
    )
    op.create_index("ix_loan_event_account_id", "loan_event", ["account_id"])
    op.create_index("ix_loan_event_loan_id", "loan_event", ["loan_id"])


def _make_prices_and_warnings() -> None:
    op.create_table(
        "warning_record",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("due_at", sa.Text(), nullable=True),
        sa.Column("acknowledged_at", sa.Text(), nullable=True),
        sa.Column("snoozed_until", sa.Text(), nullable=True),
        sa.Column("calm_rounds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_warning_record"),
    )
    op.create_table(
        "last_price",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("low", sa.Text(), nullable=False),
        sa.Column("high", sa.Text(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("sources_asked", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("currency", name="pk_last_price"),
    )
    op.create_table(
        "daily_candle",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("open", sa.Text(), nullable=False),
        sa.Column("high", sa.Text(), nullable=False),
        sa.Column("low", sa.Text(), nullable=False),
        sa.Column("close", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "currency", "day", name="pk_daily_candle"),
    )
