"""Whether a store may send now, and its way to the organisation when it may."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.accounting.ledger import AuthorisationLost, CallFailed
from services.contract.problem import Problem, Refused
from services.contract.states import IntegrationState
from services.store import connections, stores
from services.store.tables import Connection
from services.sync.findings import Kept, finding, kept
from services.sync.tools import Link, Tools

SERVICE = "Tillbook"
"""Who changed a state when no person did."""
LEDGER = "Xero"
_HALTS = "halts"
_GONE = "connection_gone"
_OPEN = frozenset({IntegrationState.CONNECTED, IntegrationState.ERROR})


def link_of(tools: Tools, store: str) -> Link | None:
    """Return the way to the organisation; None when nothing may be sent now."""
    with tools.db.write() as session:
        row = connections.get_connection(session, store)
        if row is not None:
            resume_when_over(session, row, tools.now())
        if row is None or obstacle(row) or is_held_back(row, tools.now()) or row.tenant is None:
            return None
    ledger = tools.ledgers.ledger(row)
    return Link(store, row.tenant, row.tenant_name or "", ledger, tools.ledgers.scopes(row))


def resume_when_over(session: Session, row: Connection, now: datetime) -> None:
    """End a pause whose time is over."""
    if resume_due(row, now):
        row.pause_reason = row.pause_until = None
        connections.set_state(session, row, IntegrationState.CONNECTED, SERVICE, now)


def resume_due(row: Connection, now: datetime) -> bool:
    """Whether a pause is over by itself."""
    return row.state == IntegrationState.PAUSED and row.pause_until is not None and row.pause_until <= now


def is_held_back(row: Connection, now: datetime) -> bool:
    """Whether a limit of the ledger, or a failure in passing, asks to wait."""
    return row.blocked_until is not None and row.blocked_until > now


def obstacle(row: Connection | None) -> Kept | None:
    """Return why a store may not send until a person acts; None when it may."""
    if (
        row is None
        or row.state in {IntegrationState.NOT_SET_UP, IntegrationState.SETUP_UNFINISHED}
        or not row.tenant
    ):
        return finding(
            "not_connected",
            "The shop is not connected to Xero.",
            "No organisation has been chosen yet.",
            "Connect it with `tillbook connect xero`, then choose the organisation.",
        )
    if row.state == IntegrationState.PAUSED:
        return _paused(row)
    if row.state == IntegrationState.DISCONNECTED:
        return _disconnected(row)
    if row.state == IntegrationState.ERROR and row.problem and row.problem.get(_HALTS):
        return finding(row.problem["code"], row.problem["what"], row.problem["why"], row.problem["next"])
    return None


def _paused(row: Connection) -> Kept:
    until = f" until {row.pause_until:%Y-%m-%d %H:%M} UTC" if row.pause_until else ""
    return finding(
        "paused",
        f"Sending is paused{until}.",
        f"{row.by} paused it: {row.pause_reason or 'no reason given'}.",
        "Resume it with `tillbook resume xero`.",
    )


def _disconnected(row: Connection) -> Kept:
    name = row.tenant_name or row.tenant or "the organisation"
    return finding(
        "disconnected",
        f"The shop is disconnected from {name}.",
        f"{row.by} ended the connection.",
        f"Connect again with `tillbook connect xero` and choose {name}; what waits is then sent.",
    )


def lost(tools: Tools, store: str, failure: AuthorisationLost) -> Kept:
    """Note that the ledger no longer accepts this connection; nothing more is tried."""
    problem = {**kept(failure), _HALTS: "yes"}
    gone = failure.code == _GONE
    state = IntegrationState.DISCONNECTED if gone else IntegrationState.ERROR
    with tools.db.write() as session:
        row = connections.ensure_connection(session, store, tools.now())
        connections.set_state(session, row, state, LEDGER if gone else SERVICE, tools.now(), problem)
    tools.tell("integration", store, state=state)
    return problem


def failed(tools: Tools, store: str, failure: Problem, until: datetime) -> Kept:
    """Note what keeps the store from sending, and when it is tried again by itself."""
    problem = kept(failure)
    with tools.db.write() as session:
        row = connections.ensure_connection(session, store, tools.now())
        limited = isinstance(failure, CallFailed) and failure.code == "rate_limited"
        state = IntegrationState.CONNECTED if limited else IntegrationState.ERROR
        if row.state in _OPEN:
            connections.set_state(session, row, state, SERVICE, tools.now(), problem)
        row.blocked_until = until
        session.add(row)
        state_now = row.state
    tools.tell("integration", store, state=state_now)
    return problem


def worked(tools: Tools, link: Link) -> None:
    """Note that the organisation was reached, and what it allows for still."""
    minute, day = link.ledger.limits()
    with tools.db.write() as session:
        row = connections.ensure_connection(session, link.store, tools.now())
        was = (row.state, row.problem)
        if row.state in _OPEN:
            connections.set_state(session, row, IntegrationState.CONNECTED, SERVICE, tools.now())
        row.blocked_until = None
        row.last_sync, row.minute_left, row.day_left = tools.now(), minute, day
        row.refresh_expires = tools.ledgers.expires(row)
        session.add(row)
        changed = was != (row.state, row.problem)
    if changed:
        tools.tell("integration", link.store, state=IntegrationState.CONNECTED)


def link_for_reading(tools: Tools, store: str) -> Link:
    """Return the way to the chosen organisation for a read a person asked for.

    Raises Refused when there is none to read from; a pause does not forbid reading.
    """
    with tools.db.read() as session:
        stores.get_store(session, store)
        row = connections.get_connection(session, store)
    stopped = obstacle(row)
    if row is None or row.tenant is None or (stopped and stopped["code"] != "paused"):
        assert stopped is not None  # noqa: S101 - a missing row or tenant is an obstacle
        raise refused(stopped)
    return Link(
        store, row.tenant, row.tenant_name or "", tools.ledgers.ledger(row), tools.ledgers.scopes(row)
    )


def refused(stopped: Kept) -> Problem:
    """Return an obstacle as the refusal of a request."""
    return Refused(stopped["what"], stopped["why"], stopped["next"], code=stopped["code"])
