"""Chosen lots, papers, the treasury's policy, watched wallets, labels and mapping profiles."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns of entries, and the tables of what lies beside them."""
    op.add_column("txn", sa.Column("picks", sa.Text(), nullable=True))
    op.add_column("txn", sa.Column("attachments", sa.Text(), nullable=True))
    op.add_column("loan", sa.Column("attachments", sa.Text(), nullable=True))
    _make_lists()
    _make_papers()
    _make_chain()
    op.create_table(
        "policy_breach",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("bound", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("first_value", sa.Text(), nullable=False),
        sa.Column("worst_value", sa.Text(), nullable=False),
        sa.Column("ended", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_policy_breach"),
    )


def _make_lists() -> None:
    op.create_table(
        "policy_limit",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("bound", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_policy_limit"),
        sa.UniqueConstraint("kind", name="uq_policy_limit_kind"),
    )
    op.create_table(
        "label",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("spendable", sa.Boolean(), nullable=True),
        sa.Column("extra", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_label"),
    )
    op.create_table(
        "import_profile",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_profile"),
        sa.UniqueConstraint("name", name="uq_import_profile_name"),
    )


def _make_papers() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
        sa.UniqueConstraint("code", name="uq_attachment_code"),
    )
    op.create_table(
        "attachment_content",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_attachment_content"),
    )


def _make_chain() -> None:
    op.create_table(
        "wallet",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("scripts", sa.Text(), nullable=False),
        sa.Column("gap_limit", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("loan_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_wallet"),
        sa.UniqueConstraint("code", name="uq_wallet_code"),
        sa.UniqueConstraint("name", name="uq_wallet_name"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_wallet_account_id"),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name="fk_wallet_loan_id", ondelete="CASCADE"),
    )
    op.create_index("ix_wallet_account_id", "wallet", ["account_id"])
    op.create_index("ix_wallet_loan_id", "wallet", ["loan_id"])
    op.create_table(
        "wallet_scan",
        sa.Column("wallet", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("tip_height", sa.Integer(), nullable=False),
        sa.Column("tip_hash", sa.Text(), nullable=False),
        sa.Column("server", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("wallet", name="pk_wallet_scan"),
    )
    op.create_table(
        "wallet_move",
        sa.Column("wallet", sa.Text(), nullable=False),
        sa.Column("txid", sa.Text(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("block_hash", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=True),
        sa.Column("sats", sa.BigInteger(), nullable=False),
        sa.Column("fee_sats", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("wallet", "txid", name="pk_wallet_move"),
    )
