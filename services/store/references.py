"""What organisations last told us: accounts, tax rates, tracking, contacts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from services.store.tables import Contact, Reference


def save_reference(
    session: Session, tenant: str, kind: str, rows: list[dict[str, Any]], now: datetime
) -> None:
    """Keep the rows of one kind, in place of what was known before."""
    session.merge(Reference(tenant=tenant, kind=kind, body=rows, read=now))
    session.flush()


def reference(session: Session, tenant: str, kind: str) -> Reference | None:
    """Return what is known of one kind; None when the organisation was never asked."""
    return session.get(Reference, (tenant, kind))


def save_contact(
    session: Session,
    tenant: str,
    name: str,
    remote_id: str,
    *,
    number: str | None = None,
    active: bool = True,
) -> None:
    """Keep the organisation's id of a contact that documents are addressed to."""
    session.merge(Contact(tenant=tenant, name=name, remote_id=remote_id, number=number, active=active))
    session.flush()


def contact(session: Session, tenant: str, name: str) -> Contact | None:
    """Return the contact of exactly this name; None when it is not known yet."""
    return session.get(Contact, (tenant, name))


def contacts(session: Session, tenant: str) -> list[Contact]:
    """Return the known contacts of an organisation, by name."""
    return list(session.exec(select(Contact).where(Contact.tenant == tenant).order_by(Contact.name)))
