"""Card terminals in use: who runs them, keys of tills, matches, payouts."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the service keeps of terminals beside their journal."""
    with op.batch_alter_table("terminal") as terminal:
        terminal.add_column(sa.Column("tenders", sa.JSON(none_as_null=True), nullable=True))
        terminal.add_column(sa.Column("machine", sa.String(), nullable=False, server_default=""))
        terminal.add_column(sa.Column("removed", sa.DateTime(), nullable=True))
    op.create_table(
        "till_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("till", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("begins", sa.String(), nullable=False),
        sa.Column("refunds", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("last_used", sa.DateTime(), nullable=True),
        sa.Column("revoked", sa.DateTime(), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_till_key_digest")),
    )
    op.create_index("ix_till_key_store", "till_key", ["store"])
    _make_matching()


def _make_matching() -> None:
    op.create_table(
        "card_match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("register", sa.String(), nullable=True),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["terminal_attempt.id"], name=op.f("fk_card_match_attempt_id_terminal_attempt")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_match")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_card_match_attempt_id")),
        sa.UniqueConstraint(
            "store",
            "register",
            "receipt",
            "position",
            name=op.f("uq_card_match_store_register_receipt_position"),
        ),
    )
    op.create_index("ix_card_match_store", "card_match", ["store", "id"])
    op.create_table(
        "card_apart",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("register", sa.String(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["terminal_attempt.id"], name=op.f("fk_card_apart_attempt_id_terminal_attempt")
        ),
        sa.PrimaryKeyConstraint("attempt_id", "register", "receipt", "position", name=op.f("pk_card_apart")),
    )
    op.create_index("ix_card_apart_store", "card_apart", ["store"])
    op.create_table(
        "card_payout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("paid", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_payout")),
    )
    op.create_index("ix_card_payout_day", "card_payout", ["store", "business_date"])


def downgrade() -> None:
    """Drop them; what was joined, dismissed or noted as paid is lost."""
    for name in ("card_payout", "card_apart", "card_match", "till_key"):
        op.drop_table(name)
    with op.batch_alter_table("terminal") as terminal:
        for column in ("removed", "machine", "tenders"):
            terminal.drop_column(column)
