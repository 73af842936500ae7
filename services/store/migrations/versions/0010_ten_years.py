"""Indexes for what the service asks every few seconds, however old the books are."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Have the queue, the dates of a state, documents and till closes found at once."""
    op.drop_index("ix_business_day_queued", "business_day")
    op.create_index("ix_business_day_queued", "business_day", ["queued", "store", "business_date"])
    op.create_index("ix_business_day_state", "business_day", ["store", "state", "business_date"])
    op.create_index("ix_document_tenant", "document", ["tenant", "remote_id"])
    op.create_index("ix_document_key", "document", ["store", "key"])
    op.create_index("ix_till_session_closed", "till_session", ["store", "register", "closed"])


def downgrade() -> None:
    """Go back to the indexes of before."""
    op.drop_index("ix_till_session_closed", "till_session")
    op.drop_index("ix_document_key", "document")
    op.drop_index("ix_document_tenant", "document")
    op.drop_index("ix_business_day_state", "business_day")
    op.drop_index("ix_business_day_queued", "business_day")
    op.create_index("ix_business_day_queued", "business_day", ["queued"])
