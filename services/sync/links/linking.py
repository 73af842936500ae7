"""Whether a store may send now, and its way to the organisation when it may."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from services.accounting.ledger import AuthorisationLost, RateLimited
from services.contract.people import Person
from services.contract.problem import Problem, Refused
from services.contract.states import IntegrationState
from services.store import audit, connections, days, stores
from services.store.tables import Connection
from services.sync.findings import Kept, finding, kept
from services.sync.links import sealing
from services.sync.sharing.allowance import CLOCK_STEPS, LONGEST_BLOCK, is_ahead
from services.sync.tools import Link, Tools

SERVICE = Person("Tillbook", None, frozenset())
"""Who changed a state when no person did."""
LEDGER = "Xero"
HALTS = "halts"
"""Mark of a problem after which nothing is tried: `yes`, or `until_asked` by a person."""
UNTIL_ASKED = "until_asked"
_GONE = "connection_gone"
OPEN = frozenset({IntegrationState.CONNECTED, IntegrationState.ERROR})
# What is begun is finished when a person ends sending, and not when the ledger does.
_ENDED_BY_PERSON = frozenset({"paused", "disconnected"})


class Stopped(Exception):
    """Nothing may begin any more; what is unfinished is found again."""


def link_of(tools: Tools, store: str, *, asked_by_person: bool = False) -> Link | None:
    """Return the way to the organisation; None when nothing may be sent now.

    What a person asks for is tried also while sending by itself waits.
    """
    with tools.db.write() as session:
        row = connections.get_connection(session, store)
        if row is not None:
            resume_when_over(session, row, tools.now())
        held_back = row is not None and not asked_by_person and is_held_back(row, tools.now())
        if row is None or obstacle(row) or held_back or row.tenant is None:
            return None
    return link_over(tools, row, row.tenant, asked_by_person=asked_by_person)


def link_over(tools: Tools, row: Connection, tenant: str, *, asked_by_person: bool) -> Link:
    """Return the way over a connection, whatever its state."""
    ledger = tools.ledgers.ledger(row, asked_by_person=asked_by_person)
    scopes = tools.ledgers.scopes(row)
    return Link(row.store, tenant, row.tenant_name or "", ledger, scopes, asked_by_person)


def resume_when_over(session: Session, row: Connection, now: datetime) -> bool:
    """End a pause whose time is over, and write it down; whether there was one."""
    if not resume_due(row, now):
        return False
    assert row.pause_until is not None  # noqa: S101 - a pause that is due has an end
    before = {"reason": row.pause_reason, "by": row.by, "until": row.pause_until.isoformat()}
    end_pause(session, row, SERVICE.name, now)
    audit.append(session, now, SERVICE, "resume", row.store, before=before, after={"state": row.state})
    return True


def end_pause(session: Session, row: Connection, by: str, now: datetime) -> None:
    """Take a pause away; what stood in the way before it stands in the way again."""
    row.pause_reason = row.pause_until = row.pause_since = row.pause_zone = None
    days.unask(session, row.store)
    state = IntegrationState.ERROR if row.problem else IntegrationState.CONNECTED
    connections.set_state(session, row, state, by, now, row.problem)


def resume_due(row: Connection, now: datetime) -> bool:
    """Whether a pause is over by itself."""
    return row.state == IntegrationState.PAUSED and row.pause_until is not None and row.pause_until <= now


def is_held_back(row: Connection, now: datetime) -> bool:
    """Whether a limit of the ledger, or a failure in passing, asks to wait."""
    return held_until(row, now) is not None


def held_until(row: Connection, now: datetime) -> datetime | None:
    """Return until when a store waits by itself; None: it does not.

    What began at a time that is still to come, by a clock that was set back, is over.
    """
    if row.failing_since is not None and row.failing_since > now + CLOCK_STEPS:
        return None
    return row.blocked_until if is_ahead(row.blocked_until, now) else None


def guard(session: Session, link: Link, *, begins: bool) -> None:
    """Raise Stopped when a call may not be made.

    To be asked where it is written down.

    Writers take turns, so a pause is either before the call or after it. What does not
    begin anything, such as the payments of a document that is there, is called although
    the store was paused or disconnected meanwhile.
    """
    row = connections.get_connection(session, link.store)
    stopped = obstacle(row)
    if stopped is None and row is not None and row.tenant == link.tenant:
        return
    finishing = stopped is not None and stopped["code"] in _ENDED_BY_PERSON and not begins
    if not finishing or row is None or row.tenant != link.tenant:
        raise Stopped


def has_moved_on(tools: Tools, link: Link) -> bool:
    """Whether a store was given another organisation since.

    What becomes of the link's calls says nothing of that one.
    """
    with tools.db.read() as session:
        row = connections.get_connection(session, link.store)
    return row is None or row.tenant != link.tenant


def obstacle_of(tools: Tools, store: str) -> Kept | None:
    """Return why a store may not send until a person acts; None when it may."""
    with tools.db.read() as session:
        return obstacle(connections.get_connection(session, store))


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
    if row.state == IntegrationState.ERROR and row.problem and row.problem.get(HALTS):
        return dict(row.problem)
    return None


def _paused(row: Connection) -> Kept:
    until = ""
    if row.pause_until:
        zone = ZoneInfo(row.pause_zone or "UTC")
        until = f" until {row.pause_until.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})"
    return finding(
        "paused",
        f"Sending is paused{until}.",
        f"{row.by} paused it: {row.pause_reason or 'no reason given'}.",
        f"{row.by}, support or a manager resumes it with `tillbook resume xero`.",
        "wait" if until else "",
    )


def _disconnected(row: Connection) -> Kept:
    name = row.tenant_name or row.tenant or "the organisation"
    return finding(
        "disconnected",
        f"The shop is disconnected from {name}.",
        f"{row.by} ended the connection.",
        f"Connect again with `tillbook connect xero` and choose {name}; what waits is then sent.",
    )


def lost(tools: Tools, store: str, failure: AuthorisationLost, tenant: str) -> Kept:
    """Note that the ledger no longer accepts this connection; nothing more is tried.

    `tenant` is the organisation that was called: a store that was given another one since
    is not cut off from that.
    """
    problem = {**kept(failure), HALTS: "yes"}
    gone = failure.code == _GONE
    state = IntegrationState.DISCONNECTED if gone else IntegrationState.ERROR
    with tools.db.write() as session:
        row = connections.ensure_connection(session, store, tools.now())
        if row.tenant == tenant and row.state in OPEN | {IntegrationState.PAUSED}:
            _note_lost(session, row, state, problem, tools.now())
        state_now = row.state
    tools.tell("integration", store, state=state_now)
    return problem


def _note_lost(session: Session, row: Connection, state: str, problem: Kept, now: datetime) -> None:
    row.blocked_until, row.tries = None, 0
    if state == IntegrationState.DISCONNECTED:
        row.pause_reason = row.pause_until = row.pause_since = row.pause_zone = None
        connections.set_state(session, row, state, LEDGER, now, problem)
        sealing.note_gone(session, row, problem, now)
    elif row.state == IntegrationState.PAUSED:
        row.problem = problem  # shown, and in the way once the pause is over
        session.add(row)
    else:
        connections.set_state(session, row, state, SERVICE.name, now, problem)


def failed(tools: Tools, store: str, failure: Problem, until: datetime) -> Kept:
    """Note what keeps the store from sending, and when it is tried again by itself."""
    problem = kept(failure)
    with tools.db.write() as session:
        row = connections.ensure_connection(session, store, tools.now())
        limited = isinstance(failure, RateLimited)
        state = IntegrationState.CONNECTED if limited else IntegrationState.ERROR
        if row.state in OPEN:
            connections.set_state(session, row, state, SERVICE.name, tools.now(), problem)
        row.blocked_until = min(until, tools.now() + LONGEST_BLOCK)
        session.add(row)
        state_now = row.state
    tools.tell("integration", store, state=state_now)
    return problem


def worked(tools: Tools, link: Link) -> None:
    """Note that the organisation was reached, and what it allows for still."""
    minute, day = link.ledger.limits()
    with tools.db.write() as session:
        row = connections.ensure_connection(session, link.store, tools.now())
        if row.tenant != link.tenant:
            return
        was = (row.state, row.problem)
        if row.state in OPEN:
            connections.set_state(session, row, IntegrationState.CONNECTED, SERVICE.name, tools.now())
        row.blocked_until = row.failing_since = None
        row.tries = 0
        row.last_sync, row.minute_left, row.day_left = tools.now(), minute, day
        row.looked, row.refresh_expires = tools.now(), tools.ledgers.expires(row)
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
    if row is None or row.tenant is None or (stopped and not _may_read(stopped)):
        assert stopped is not None  # noqa: S101 - a missing row or tenant is an obstacle
        raise refused(stopped)
    ledger, scopes = tools.ledgers.ledger(row, asked_by_person=True), tools.ledgers.scopes(row)
    return Link(store, row.tenant, row.tenant_name or "", ledger, scopes, asked_by_person=True)


@contextmanager
def noting_loss(tools: Tools, link: Link) -> Iterator[None]:
    """Note a connection that a person's read finds lost; the failure is raised on."""
    try:
        yield
    except AuthorisationLost as failure:
        if not has_moved_on(tools, link):
            lost(tools, link.store, failure, link.tenant)
        raise


def _may_read(stopped: Kept) -> bool:
    return stopped["code"] == "paused" or stopped.get(HALTS) == UNTIL_ASKED


def refused(stopped: Kept) -> Problem:
    """Return an obstacle as the refusal of a request."""
    return Refused(stopped["what"], stopped["why"], stopped["next"], code=stopped["code"])
