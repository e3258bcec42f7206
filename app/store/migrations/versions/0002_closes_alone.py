"""Daily prices of which the close alone is known."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a day's open, high and low be unknown."""
    with op.batch_alter_table("daily_candle") as batch:
        for name in ("open", "high", "low"):
            batch.alter_column(name, existing_type=sa.Text(), nullable=True)
    # These two were guessed from the midnights around the day.
    op.execute("UPDATE daily_candle SET high = NULL, low = NULL WHERE source = 'coingecko'")
