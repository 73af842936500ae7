"""More of an integration: tries in a row, the daily look, how it was ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add receipts of disconnection, seals and back-off; nothing is rewritten."""
    op.create_table(
        "disconnection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("tenant_name", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=True),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("flow", sa.String(), nullable=False),
        sa.Column("redirect", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("dates", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("shared_with", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("removed", sa.DateTime(), nullable=True),
        sa.Column("proof", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.DateTime(), nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disconnection")),
    )
    op.create_index("ix_disconnection_store", "disconnection", ["store", "id"])
    op.create_index("ix_disconnection_state", "disconnection", ["state"])
    op.add_column("business_day", sa.Column("tenant", sa.String(), nullable=True))
    op.add_column("connection", sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column("connection", sa.Column("failing_since", sa.DateTime(), nullable=True))
    op.add_column("connection", sa.Column("looked", sa.DateTime(), nullable=True))
    op.add_column("connection", sa.Column("pause_since", sa.DateTime(), nullable=True))
    op.add_column("connection", sa.Column("pause_zone", sa.String(), nullable=True))


def downgrade() -> None:
    """Take them away again."""
    for column in ("pause_zone", "pause_since", "looked", "failing_since", "tries"):
        op.drop_column("connection", column)
    op.drop_column("business_day", "tenant")
    op.drop_index("ix_disconnection_state", "disconnection")
    op.drop_index("ix_disconnection_store", "disconnection")
    op.drop_table("disconnection")
