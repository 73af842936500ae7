"""The allowance of an organisation, and the machines that share it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add calls, turns, machines and sealed secrets; nothing is rewritten."""
    op.create_table(
        "allowance",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("minute_others", sa.Integer(), nullable=False),
        sa.Column("minute_told", sa.DateTime(), nullable=True),
        sa.Column("day_others", sa.Integer(), nullable=False),
        sa.Column("day_told", sa.DateTime(), nullable=True),
        sa.Column("blocked_at", sa.DateTime(), nullable=True),
        sa.Column("blocked_until", sa.DateTime(), nullable=True),
        sa.Column("blocked_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", name=op.f("pk_allowance")),
    )
    op.create_table(
        "allowance_call",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("executor", sa.String(), nullable=False),
        sa.Column("began", sa.DateTime(), nullable=False),
        sa.Column("ended", sa.DateTime(), nullable=True),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "number", name=op.f("pk_allowance_call")),
    )
    op.create_index("ix_allowance_call_ended", "allowance_call", ["tenant", "ended"])
    op.create_table(
        "machine",
        sa.Column("executor", sa.String(), nullable=False),
        sa.Column("machine", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("started", sa.DateTime(), nullable=False),
        sa.Column("seen", sa.DateTime(), nullable=False),
        sa.Column("dead_after", sa.Float(), nullable=False),
        sa.Column("ended", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("executor", name=op.f("pk_machine")),
    )
    op.create_table(
        "sending_turn",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("taken", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name=op.f("pk_sending_turn")),
    )
    op.create_table(
        "sealed_secret",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sealed_secret")),
    )
    op.add_column("business_day", sa.Column("asked", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("business_day", "asked")
    op.drop_table("sealed_secret")
    op.drop_table("sending_turn")
    op.drop_table("machine")
    op.drop_index("ix_allowance_call_ended", "allowance_call")
    op.drop_table("allowance_call")
    op.drop_table("allowance")
