"""Pausing and resuming: with an owner, a reason and, where one is given, an end."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from services.contract.integration import PauseAnswer
from services.contract.people import Person
from services.contract.problem import NotAllowed, Refused
from services.contract.states import IntegrationState
from services.store import audit, connections, stores
from services.store.tables import Connection
from services.sync.links import linking
from services.sync.schedule.moments import moment
from services.sync.tools import Tools

_PAUSABLE = frozenset({IntegrationState.CONNECTED, IntegrationState.ERROR, IntegrationState.PAUSED})


def pause(tools: Tools, store: str, reason: str, until: datetime | str | None, who: Person) -> None:
    """Begin nothing until `until`, or until somebody resumes.

    What is begun is finished.

    A text is read as a person's words in the store's zone (`services.sync.schedule.moments`).
    """
    if not reason.strip():
        raise Refused(
            "A reason is needed.",
            "Those who come after you should know why.",
            "Say why.",
            code="reason_missing",
        )
    with tools.db.write() as session:
        row = set_up(session, store)
        zone = stores.get_facts(session, store).timezone
        end = moment(until, zone, tools.now()) if isinstance(until, str) else until
        _check(row, end, tools.now())
        before = {"state": row.state, **_as_kept(row)}
        _keep(session, row, reason.strip(), end, zone, who, tools.now())
        audit.append(session, tools.now(), who, "pause", store, before=before, after=_as_kept(row))
    tools.tell("integration", store, state=IntegrationState.PAUSED)


def _check(row: Connection, end: datetime | None, now: datetime) -> None:
    if end is not None and end <= now:
        raise Refused(
            f"{end:%Y-%m-%d %H:%M} is over already.",
            "A pause ends later.",
            "Give a later time.",
            code="invalid",
        )
    if row.state not in _PAUSABLE:
        raise Refused(
            f"{row.store} cannot be paused.",
            f"Its state is {row.state.replace('_', ' ')}: nothing is sent anyway.",
            "There is nothing to do.",
            code="not_pausable",
        )


def _keep(
    session: Session,
    row: Connection,
    reason: str,
    end: datetime | None,
    zone: str,
    who: Person,
    now: datetime,
) -> None:
    row.pause_reason, row.pause_until, row.pause_since, row.pause_zone = reason, end, now, zone
    # What needs a person still does when the pause is over; what passes by itself is forgotten.
    lasting = row.problem if row.problem and row.problem.get(linking.HALTS) else None
    connections.set_state(session, row, IntegrationState.PAUSED, who.name, now, lasting)
    row.by = who.name


def resume(tools: Tools, store: str, who: Person, *, of_others: bool = True) -> None:
    """Go on sending; what waited is sent in order.

    Without `of_others` a person ends a pause of their own only.
    """
    with tools.db.write() as session:
        row = set_up(session, store)
        if row.state != IntegrationState.PAUSED:
            raise Refused(
                f"{store} is not paused.",
                f"Its state is {row.state}.",
                "There is nothing to resume.",
                code="not_paused",
            )
        if row.by != who.name and not of_others:
            raise NotAllowed(
                f"You may not end the pause of {row.by}.",
                f"{row.by} paused {store}: {row.pause_reason}.",
                f"Ask {row.by}, support or a manager to resume it.",
                code="pause_of_another",
            )
        before = _as_kept(row)
        linking.end_pause(session, row, who.name, tools.now())
        audit.append(session, tools.now(), who, "resume", store, before=before, after={"state": row.state})
        state = row.state
    tools.tell("integration", store, state=state)


def end_overdue(tools: Tools) -> None:
    """End every pause whose time is over; what waited is sent at the next look."""
    with tools.db.read() as session:
        due = [row.store for row in connections.connections(session) if linking.resume_due(row, tools.now())]
    for store in due:
        with tools.db.write() as session:
            row = connections.get_connection(session, store)
            ended = row is not None and linking.resume_when_over(session, row, tools.now())
        if ended and row is not None:
            tools.tell("integration", store, state=row.state)


def told(row: Connection, now: datetime) -> PauseAnswer | None:
    """Return a pause as it crosses the socket; None when there is none."""
    if row.state != IntegrationState.PAUSED or linking.resume_due(row, now):
        return None
    zone = ZoneInfo(row.pause_zone or "UTC")
    return {
        "by": row.by,
        "reason": row.pause_reason or "",
        "since": (row.pause_since or row.since).isoformat(),
        "until": row.pause_until.isoformat() if row.pause_until else None,
        "until_local": f"{row.pause_until.astimezone(zone):%Y-%m-%d %H:%M}" if row.pause_until else None,
        "zone": zone.key,
    }


def set_up(session: Session, store: str) -> Connection:
    """Return a store's link to the organisation it chose; raise Refused without one."""
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


def _as_kept(row: Connection) -> dict[str, str | None]:
    until = row.pause_until.isoformat() if row.pause_until else None
    if row.pause_reason is None:
        return {}
    return {"reason": row.pause_reason, "until": until, "by": row.by}
