"""Each store's link to an organisation. Secrets are in the vault, never here."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from services.store.tables import Connection

XERO = "xero"


def get_connection(session: Session, store: str, kind: str = XERO) -> Connection | None:
    """Return a store's link; None when nobody began to set one up."""
    return session.get(Connection, (store, kind))


def ensure_connection(session: Session, store: str, now: datetime, kind: str = XERO) -> Connection:
    """Return a store's link, made *not set up* when there is none."""
    row = get_connection(session, store, kind)
    if row is None:
        row = Connection(store=store, kind=kind, since=now)
        session.add(row)
        session.flush()
    return row


def connections(session: Session, store: str | None = None) -> list[Connection]:
    """Return the links of one store, or of all, by store and kind."""
    wanted = select(Connection).order_by(Connection.store, Connection.kind)
    return list(session.exec(wanted if store is None else wanted.where(Connection.store == store)))


def of_tenant(session: Session, tenant: str) -> list[Connection]:
    """Return the links to one organisation: several stores may share it."""
    return list(
        session.exec(select(Connection).where(Connection.tenant == tenant).order_by(Connection.store))
    )


def set_state(
    session: Session,
    row: Connection,
    state: str,
    by: str,
    now: datetime,
    problem: dict[str, str] | None = None,
) -> None:
    """Say where a link stands, who made it so, and what is wrong with it.

    `since` and `by` change with the state only.
    """
    if row.state != str(state):
        row.state, row.since, row.by = str(state), now, by
    row.problem = problem
    session.add(row)
    session.flush()
