"""Receipts of disconnections: what stayed unsent, and the proof."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Session, col, select, update

from services.store.tables import Day, Disconnection, DocumentRow

PENDING, ENDED, SHARED, GONE, KEPT = "pending", "ended", "shared", "gone", "kept"
"""Asked for and not ended yet; ended and proven; others share it; ended in the ledger; in use again."""


def latest(session: Session, store: str) -> Disconnection | None:
    """Return a store's newest receipt; None when it was never disconnected."""
    wanted = select(Disconnection).where(Disconnection.store == store)
    return session.exec(wanted.order_by(col(Disconnection.id).desc()).limit(1)).first()


def of_store(session: Session, store: str) -> list[Disconnection]:
    """Return all receipts of a store, newest first."""
    wanted = select(Disconnection).where(Disconnection.store == store)
    return list(session.exec(wanted.order_by(col(Disconnection.id).desc())))


def pending(session: Session, store: str | None = None) -> list[Disconnection]:
    """Return what a person ended here and the ledger has not confirmed, oldest first."""
    wanted = select(Disconnection).where(Disconnection.state == PENDING)
    if store is not None:
        wanted = wanted.where(Disconnection.store == store)
    return list(session.exec(wanted.order_by(col(Disconnection.id))))


def name_of(session: Session, tenant: str) -> str | None:
    """Return the name of an organisation that a store was disconnected from."""
    wanted = select(Disconnection.tenant_name).where(Disconnection.tenant == tenant)
    return session.exec(wanted.order_by(col(Disconnection.id).desc()).limit(1)).first()


def seal(session: Session, store: str, dates: Iterable[date], tenant: str, now: datetime) -> None:
    """Seal dates to an organisation; one that is sealed already stays as it is."""
    wanted = list(dates)
    if wanted:
        session.exec(
            update(Day)
            .where(col(Day.store) == store, col(Day.business_date).in_(wanted), col(Day.tenant).is_(None))
            .values(tenant=tenant, changed_at=now)
            .execution_options(synchronize_session="fetch")
        )


def sealed_to(session: Session, store: str) -> list[str]:
    """Return the organisations that days of a store are sealed to."""
    wanted = select(col(Day.tenant)).where(Day.store == store, col(Day.tenant).is_not(None)).distinct()
    return [tenant for tenant in session.exec(wanted) if tenant]


def unseal(session: Session, store: str, tenant: str) -> None:
    """Take the seal of an organisation off all days of a store."""
    session.exec(update(Day).where(col(Day.store) == store, col(Day.tenant) == tenant).values(tenant=None))


def has_documents(session: Session, store: str, tenant: str) -> bool:
    """Whether documents of a store were ever made for an organisation."""
    wanted = select(DocumentRow.id).where(DocumentRow.store == store, DocumentRow.tenant == tenant)
    return session.exec(wanted.limit(1)).first() is not None
