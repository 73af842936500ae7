"""When days are sent: periods and receipts of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what weeks, months and receipts on their own need; nothing is rewritten."""
    op.create_table(
        "schedule_change",
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("frequency", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("store", "since", name=op.f("pk_schedule_change")),
    )
    op.add_column("business_day", sa.Column("posted_with", sa.Date(), nullable=True))
    op.add_column("business_day", sa.Column("whole", sa.Boolean(), server_default=sa.false(), nullable=False))
    # Until now a day was sent as a whole, but for bills of one that was still open.
    op.execute("UPDATE business_day SET whole = true WHERE state NOT IN ('open', 'waiting')")
    op.add_column(
        "business_day", sa.Column("each_alone", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("receipt", sa.Column("alone", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("receipt", "alone")
    op.drop_column("business_day", "each_alone")
    op.drop_column("business_day", "whole")
    op.drop_column("business_day", "posted_with")
    op.drop_table("schedule_change")
