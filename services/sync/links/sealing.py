"""Whose a day is: what is unsent when an organisation is left stays its own.

A day belongs to an organisation when a document was made for it, when it was over and
unsent at the moment the store was disconnected, and when it was asked for while the
store was disconnected (FEATURES.md 5, 14). An organisation that never had a document of
the store, because the wrong one was chosen, gives its days up when somebody says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Session

from services.contract.states import DayState, IntegrationState
from services.store import days, disconnections
from services.store.documents import documents_on
from services.store.tables import Connection, Day, Disconnection
from services.sync import reference
from services.sync.findings import Kept
from services.sync.showing.calendar import Calendar

_UNSENT = (
    DayState.OPEN,
    DayState.WAITING,
    DayState.SENDING,
    DayState.BLOCKED,
    DayState.REFUSED,
    DayState.UNKNOWN,
)


def unsent(session: Session, store: str, now: datetime) -> list[Day]:
    """Return the days that are over and not settled at the ledger, in order."""
    calendar = Calendar(session, store, now)
    rows = days.in_states(session, _UNSENT, store)
    return [row for row in rows if calendar.shown(row.business_date, row) is not DayState.OPEN]


def to_be_sealed(session: Session, row: Connection, now: datetime) -> list[Day]:
    """Return the days that would stay a store's organisation's if it were left now."""
    if not row.tenant:
        return []
    found = unsent(session, row.store, now)
    return [day for day in found if day.tenant in {None, row.tenant}]


def take_over(session: Session, store: str) -> None:
    """Unseal the days of organisations that never had a document of the store."""
    for tenant in disconnections.sealed_to(session, store):
        if not disconnections.has_documents(session, store, tenant):
            disconnections.unseal(session, store, tenant)


def seal_queued(session: Session, row: Connection, now: datetime) -> None:
    """Seal what was asked for to the organisation that a store leaves."""
    queued = [day.business_date for day in days.queued(session, row.store)]
    disconnections.seal(session, row.store, queued, row.tenant or "", now)


def seal_asked(session: Session, row: Connection | None, dates: Iterable[date], now: datetime) -> None:
    """Seal what is asked for while the store is disconnected.

    It waits to go on there.
    """
    if row is None or row.state != IntegrationState.DISCONNECTED or not row.tenant:
        return
    disconnections.seal(session, row.store, dates, row.tenant, now)


def receipt(session: Session, row: Connection, by: str, now: datetime) -> Disconnection:
    """Seal what is unsent to the organisation that is left.

    Return the receipt, not yet ended.
    """
    rows = to_be_sealed(session, row, now)
    calendar = Calendar(session, row.store, now)
    dates = [day.business_date for day in rows]
    disconnections.seal(session, row.store, dates, row.tenant or "", now)
    made = Disconnection(
        store=row.store,
        kind=row.kind,
        tenant=row.tenant or "",
        tenant_name=row.tenant_name or row.tenant or "",
        connection_id=row.connection_id,
        client_id=row.client_id,
        flow=row.flow,
        redirect=row.redirect,
        at=now,
        by=by,
        dates=[day.isoformat() for day in dates],
        amount=sum(calendar.takings(dates).values()),
        currency=calendar.facts.currency,
        shared_with=[],
    )
    session.add(made)
    session.flush()
    return made


def note_gone(session: Session, row: Connection, problem: Kept, now: datetime) -> None:
    """Write down that the connection was ended at the ledger.

    And seal what is unsent.
    """
    made = receipt(session, row, row.by, now)
    made.state, made.problem = disconnections.GONE, problem
    made.proof = {"call": "", "at": now.isoformat(), "said": problem.get("detail", ""), "status": ""}
    session.add(made)


def name_of(session: Session, tenant: str) -> str:
    """Return the name of an organisation that the store had once, else its id."""
    told = reference.organisation(session, tenant).get("Name")
    return str(told or disconnections.name_of(session, tenant) or tenant)


def sealed_to_another(session: Session, store: str, dates: Iterable[date], tenant: str) -> str | None:
    """Return the organisation that one of these dates is sealed to.

    When it is another one.
    """
    rows = (days.get_day(session, store, day) for day in dates)
    return next((row.tenant for row in rows if row is not None and row.tenant not in {None, tenant}), None)


def owner_elsewhere(session: Session, store: str, day: date, tenant: str | None) -> str | None:
    """Return the name of the other organisation that a date belongs to, if any.

    It is sealed to it, or has a document that was made for it.
    """
    if tenant is None:
        return None
    made_for = (row.tenant for row in documents_on(session, store, day) if row.tenant not in {"", tenant})
    other = sealed_to_another(session, store, [day], tenant) or next(made_for, None)
    return name_of(session, other) if other else None
