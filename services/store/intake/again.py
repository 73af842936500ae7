"""Receipts that come in again after a restore: some had been sent alone."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Table, and_, select

from services.store.incoming import Head
from services.store.tables import DocumentRow, Restore

_D = DocumentRow.__table__.c  # type: ignore[attr-defined]
_RESTORE: Table = Restore.__table__  # type: ignore[attr-defined]


def sent_by_themselves(connection: Connection, heads: Iterable[Head]) -> frozenset[Head]:
    """Return the receipts whose own document is known here though they were not.

    That is so for documents that a restore carried over; else there are none.
    """
    if connection.execute(select(_RESTORE.c.id).limit(1)).first() is None:
        return frozenset()
    asked = {
        (head.store, head.business_date, f"receipt:{head.register}/{head.receipt}"): head for head in heads
    }
    where = and_(
        _D.store.in_({store for store, _, _ in asked}),
        _D.business_date.in_({day for _, day, _ in asked}),
        _D.key.startswith("receipt:"),
        _D.withdrawn.is_(False),
    )
    known = connection.execute(select(_D.store, _D.business_date, _D.key).where(where))
    return frozenset(
        asked[each] for row in known if (each := (row.store, row.business_date, row.key)) in asked
    )
