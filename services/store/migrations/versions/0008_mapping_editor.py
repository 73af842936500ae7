"""Unsaved changes of mappings, charts from files, the warning taken."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of editing a mapping."""
    op.create_table(
        "mapping_draft",
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("changes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("store", "person", name=op.f("pk_mapping_draft")),
    )
    op.create_table(
        "chart_file",
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("accounts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("loaded", sa.DateTime(), nullable=False),
        sa.Column("loaded_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("store", name=op.f("pk_chart_file")),
    )
    op.create_table(
        "advice_taken",
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("uid", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("store", name=op.f("pk_advice_taken")),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("advice_taken", "chart_file", "mapping_draft"):
        op.drop_table(table)
