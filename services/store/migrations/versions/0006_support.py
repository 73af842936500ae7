"""What was posted by file, and backups."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of what was handed over as files, of backups and of restores."""
    op.create_table(
        "file_posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("dates", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("mapping_version", sa.Integer(), nullable=False),
        sa.Column("taken_back", sa.DateTime(), nullable=True),
        sa.Column("taken_back_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_posting")),
    )
    op.create_index("ix_file_posting_store", "file_posting", ["store", "id"])
    op.create_table(
        "file_posting_day",
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["file_posting.id"], name=op.f("fk_file_posting_day_posting_id_file_posting")
        ),
        sa.PrimaryKeyConstraint("store", "business_date", name=op.f("pk_file_posting_day")),
    )
    op.create_table(
        "posted_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["file_posting.id"], name=op.f("fk_posted_file_posting_id_file_posting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posted_file")),
        sa.UniqueConstraint("posting_id", "position", name=op.f("uq_posted_file_posting_id_position")),
    )
    _backups()


def _backups() -> None:
    op.create_table(
        "backup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started", sa.DateTime(), nullable=False),
        sa.Column("finished", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("nightly", sa.Boolean(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup")),
    )
    op.create_index("ix_backup_finished", "backup", ["outcome", "finished"])
    op.create_table(
        "restore",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("lost", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restore")),
    )


def downgrade() -> None:
    """Remove them again."""
    for table in ("restore", "backup", "posted_file", "file_posting_day", "file_posting"):
        op.drop_table(table)
