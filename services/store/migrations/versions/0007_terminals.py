"""The journal of the card terminals."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('pending', 'sent', 'acked', 'unknown')")


def upgrade() -> None:
    """Make the tables of terminals, their payments and their totals."""
    op.create_table(
        "terminal",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("protocol", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_terminal")),
    )
    op.create_index("ix_terminal_store", "terminal", ["store"])
    op.create_table(
        "terminal_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("terminal", sa.String(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("till", sa.String(), nullable=False),
        sa.Column("till_reference", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("cash_out", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=True),
        sa.Column("original", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("baseline", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("approved", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("receipts", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("sent", sa.DateTime(), nullable=True),
        sa.Column("acked", sa.DateTime(), nullable=True),
        sa.Column("settled", sa.DateTime(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["terminal"], ["terminal.key"], name=op.f("fk_terminal_attempt_terminal_terminal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminal_attempt")),
        sa.UniqueConstraint("reference", name=op.f("uq_terminal_attempt_reference")),
        sa.UniqueConstraint(
            "store", "till", "till_reference", name=op.f("uq_terminal_attempt_store_till_till_reference")
        ),
    )
    op.create_index(
        "uq_terminal_attempt_open",
        "terminal_attempt",
        ["terminal"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index("ix_terminal_attempt_terminal", "terminal_attempt", ["terminal", "id"])
    op.create_index("ix_terminal_attempt_day", "terminal_attempt", ["store", "business_date"])
    _make_settlements()


def _make_settlements() -> None:
    op.create_table(
        "terminal_settlement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("terminal", sa.String(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("closes", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started", sa.DateTime(), nullable=False),
        sa.Column("ended", sa.DateTime(), nullable=True),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["terminal"], ["terminal.key"], name=op.f("fk_terminal_settlement_terminal_terminal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminal_settlement")),
    )
    op.create_index("ix_terminal_settlement_terminal", "terminal_settlement", ["terminal", "id"])
    op.create_table(
        "terminal_total",
        sa.Column("settlement_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["settlement_id"],
            ["terminal_settlement.id"],
            name=op.f("fk_terminal_total_settlement_id_terminal_settlement"),
        ),
        sa.PrimaryKeyConstraint("settlement_id", "position", name=op.f("pk_terminal_total")),
    )


def downgrade() -> None:
    """Drop them; what was paid at terminals is lost."""
    for name in ("terminal_total", "terminal_settlement", "terminal_attempt", "terminal"):
        op.drop_table(name)
