"""Pausing, resuming and ending a store's integration."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.contract.people import Person
from services.contract.problem import Refused
from services.contract.states import IntegrationState
from services.store import audit, connections, stores
from services.store.tables import Connection
from services.sync.tools import Tools


def pause(tools: Tools, store: str, reason: str, until: datetime | None, who: Person) -> None:
    """Send nothing until `until`, or until somebody resumes."""
    if not reason.strip():
        raise Refused(
            "A reason is needed.",
            "Those who come after you should know why.",
            "Say why.",
            code="reason_missing",
        )
    if until is not None and until <= tools.now():
        raise Refused(
            f"{until} is over already.", "A pause ends later.", "Give a later time.", code="invalid"
        )
    with tools.db.write() as session:
        row = _set_up(session, store)
        before = {"state": row.state}
        row.pause_reason, row.pause_until = reason.strip(), until
        connections.set_state(session, row, IntegrationState.PAUSED, who.name, tools.now())
        row.by = who.name
        after = {"reason": reason.strip(), "until": until.isoformat() if until else None}
        audit.append(session, tools.now(), who, "pause", store, before=before, after=after)
    tools.tell("integration", store, state=IntegrationState.PAUSED)


def resume(tools: Tools, store: str, who: Person) -> None:
    """Go on sending; what waited is sent in order."""
    with tools.db.write() as session:
        row = _set_up(session, store)
        if row.state != IntegrationState.PAUSED:
            raise Refused(
                f"{store} is not paused.",
                f"Its state is {row.state}.",
                "There is nothing to resume.",
                code="not_paused",
            )
        before = {"reason": row.pause_reason}
        row.pause_reason = row.pause_until = None
        connections.set_state(session, row, IntegrationState.CONNECTED, who.name, tools.now())
        audit.append(session, tools.now(), who, "resume", store, before=before)
    tools.tell("integration", store, state=IntegrationState.CONNECTED)


def disconnect(tools: Tools, store: str, who: Person) -> None:
    """End the connection at the ledger; what was sent and what waits stays as it is.

    Raises Refused when the ledger still lets us in afterwards, CallFailed when it cannot
    be reached: then nothing has changed here.
    """
    with tools.db.read() as session:
        row = _set_up(session, store)
    if row.state == IntegrationState.DISCONNECTED:
        raise Refused(
            f"{store} is disconnected already.",
            f"{row.by} ended the connection.",
            "Nothing to do.",
            code="disconnected",
        )
    tools.ledgers.disconnect(row)
    with tools.db.write() as session:
        row = _set_up(session, store)
        before = {"state": row.state, "organisation": row.tenant_name}
        row.pause_reason = row.pause_until = row.blocked_until = row.refresh_expires = None
        row.connection_id = None
        connections.set_state(session, row, IntegrationState.DISCONNECTED, who.name, tools.now())
        audit.append(session, tools.now(), who, "disconnect", store, before=before)
    tools.tell("integration", store, state=IntegrationState.DISCONNECTED)


def _set_up(session: Session, store: str) -> Connection:
    stores.get_store(session, store)
    row = connections.get_connection(session, store)
    if row is None or row.tenant is None:
        raise Refused(
            f"{store} is not connected.",
            "No organisation was ever chosen for it.",
            "Connect it with `tillbook connect xero`.",
            code="not_connected",
        )
    return row
