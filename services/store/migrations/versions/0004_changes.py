"""What changed after it was posted, and what was decided about it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    """Add corrections, removals and decisions; nothing is rewritten."""
    op.create_table(
        "kept_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("after_document", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("stands_for", _JSON, nullable=False),
        sa.Column("over", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_change")),
    )
    op.create_index("ix_kept_change_day", "kept_change", ["store", "business_date"])
    for table, column in _columns():
        op.add_column(table, column)


def downgrade() -> None:
    """Take them away again."""
    for table, column in reversed(_columns()):
        op.drop_column(table, column.name)
    op.drop_table("kept_change")


def _columns() -> list[tuple[str, sa.Column[object]]]:
    return [
        ("store", sa.Column("on_change", sa.String(), server_default="wait", nullable=False)),
        ("business_day", sa.Column("resolution", sa.String(), nullable=True)),
        ("business_day", sa.Column("resolution_by", sa.String(), nullable=True)),
        ("business_day", sa.Column("policy_tried", sa.Integer(), nullable=True)),
        ("document", sa.Column("delta", sa.Integer(), server_default="0", nullable=False)),
        ("document", sa.Column("corrects", sa.Integer(), nullable=True)),
        ("document", sa.Column("replaced_by", sa.Integer(), nullable=True)),
        ("document", sa.Column("undoing", sa.Boolean(), server_default=sa.false(), nullable=False)),
        ("document", sa.Column("voided", sa.Boolean(), server_default=sa.false(), nullable=False)),
        ("document", sa.Column("stands_for", _JSON, nullable=True)),
        ("document", sa.Column("accepted", _JSON, nullable=True)),
        ("connection", sa.Column("drift_read", sa.DateTime(), nullable=True)),
        ("connection", sa.Column("drift_begun", sa.DateTime(), nullable=True)),
        ("receipt", sa.Column("gone", sa.Boolean(), server_default=sa.false(), nullable=False)),
    ]
