"""Rules, channels, margin calls, deliveries, and who judges."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the alarm, and give the warnings of before what they lack."""
    _make_rules_and_channels()
    _widen_warnings()
    _make_calls_and_actions()
    _make_outbox()
    op.create_table(
        "judge_lease",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("beat", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.BigInteger(), nullable=False),
        sa.Column("renewed_at", sa.Text(), nullable=False),
        sa.Column("price_at", sa.Text(), nullable=True),
        sa.Column("stuck", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_judge_lease"),
    )


def _make_rules_and_channels() -> None:
    op.create_table(
        "rule",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("threshold", sa.Text(), nullable=True),
        sa.Column("line", sa.Text(), nullable=True),
        sa.Column("fall", sa.Text(), nullable=True),
        sa.Column("due", sa.Text(), nullable=True),
        sa.Column("horizon_days", sa.Integer(), nullable=True),
        sa.Column("loans", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("hold_minutes", sa.Integer(), nullable=False),
        sa.Column("keep_minutes", sa.Integer(), nullable=False),
        sa.Column("channels", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rule"),
        sa.UniqueConstraint("code", name="uq_rule_code"),
    )
    op.create_table(
        "channel",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("after_minutes", sa.Integer(), nullable=False),
        sa.Column("quiet_start", sa.Text(), nullable=True),
        sa.Column("quiet_end", sa.Text(), nullable=True),
        sa.Column("quiet_zone", sa.Text(), nullable=True),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_channel"),
        sa.UniqueConstraint("code", name="uq_channel_code"),
        sa.UniqueConstraint("name", name="uq_channel_name"),
    )


def _widen_warnings() -> None:
    texts = ("rule", "urgency", "facts")
    with op.batch_alter_table("warning_record") as batch:
        batch.add_column(sa.Column("rule", sa.Text(), nullable=True))
        batch.add_column(sa.Column("urgency", sa.Text(), nullable=True))
        batch.add_column(sa.Column("told", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("told_at", sa.Text(), nullable=True))
        batch.add_column(sa.Column("resolving_since", sa.Text(), nullable=True))
        batch.add_column(sa.Column("facts", sa.Text(), nullable=True))
        batch.add_column(sa.Column("first_told_at", sa.Text(), nullable=True))
    op.execute(
        "UPDATE warning_record SET rule = 'lines', facts = '',"
        " urgency = CASE kind WHEN 'call' THEN 'call' WHEN 'sale' THEN 'sale' ELSE 'early' END,"
        " told = CASE WHEN announced THEN 1 ELSE 0 END,"
        " told_at = CASE WHEN announced THEN updated_at END"
    )
    with op.batch_alter_table("warning_record") as batch:
        for name in texts:
            batch.alter_column(name, existing_type=sa.Text(), nullable=False)
        batch.alter_column("told", existing_type=sa.Integer(), nullable=False)
    op.create_index("ix_warning_record_status", "warning_record", ["status"])


def _make_calls_and_actions() -> None:
    op.create_table(
        "margin_call",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("loan", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("ltv", sa.Text(), nullable=False),
        sa.Column("price", sa.Text(), nullable=False),
        sa.Column("top_up_sats", sa.BigInteger(), nullable=True),
        sa.Column("repay", sa.Text(), nullable=True),
        sa.Column("due_at", sa.Text(), nullable=True),
        sa.Column("cure_ltv", sa.Text(), nullable=True),
        sa.Column("latching", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_margin_call"),
    )
    op.create_index("ix_margin_call_state", "margin_call", ["state"])
    op.create_table(
        "warning_action",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("warning_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_warning_action"),
    )
    op.create_index("ix_warning_action_warning_id", "warning_action", ["warning_id"])
    op.create_index("ix_warning_action_applied", "warning_action", ["applied"])


def _make_outbox() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("warning_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("not_before", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
    )
    op.create_index("ix_delivery_warning_id", "delivery", ["warning_id"])
    op.create_index("ix_delivery_message_id", "delivery", ["message_id"])
    op.create_table(
        "message",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.Text(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
    )
    op.create_index("ix_message_state", "message", ["state", "created_at"])
