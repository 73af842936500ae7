"""Ending a connection: sealed here first.

Then ended at the ledger and proven there.

From the moment a person says so nothing begins any more. What was just being sent is
finished, the connection is removed at the ledger, and a call that it refuses is the
proof. When the ledger cannot be reached the rest is done later, by itself.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from services.accounting.ledger import AuthorisationLost, CallFailed
from services.accounting.xero.known import problem_of
from services.books.money import from_minor, text_of
from services.contract.integration import DisconnectionAnswer, ProofAnswer
from services.contract.people import Person
from services.contract.problem import Problem, Refused
from services.contract.states import IntegrationState
from services.store import audit, connections, disconnections, stores
from services.store.tables import Connection, Disconnection
from services.sync.findings import kept
from services.sync.links import backing_off, sealing
from services.sync.links.linking import SERVICE
from services.sync.links.pausing import set_up
from services.sync.pace import Pace
from services.sync.showing.calendar import Calendar
from services.sync.tools import Tools

log = logging.getLogger(__name__)

Idle = Callable[[str, float], bool]
"""Waits until nothing is sent to an organisation, so many seconds at most."""
_CLAIM = timedelta(minutes=3)


class Disconnecting:
    """Ends connections, and finishes what could not be finished at once."""

    def __init__(self, tools: Tools, idle: Idle) -> None:
        self._tools = tools
        self._idle = idle
        self._locks: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)

    def forecast(self, store: str) -> DisconnectionAnswer:
        """Return the receipt that disconnecting now would give; changes nothing."""
        with self._tools.db.read() as session:
            row = set_up(session, store)
            if row.state == IntegrationState.DISCONNECTED:
                answer = told(disconnections.latest(session, store))
                if answer is not None:
                    return answer
            return _forecast(session, row, self._tools.now())

    def receipts(self, store: str) -> list[DisconnectionAnswer]:
        """Return the receipts of every time a store was disconnected, newest first."""
        with self._tools.db.read() as session:
            stores.get_store(session, store)
            found = [told(receipt) for receipt in disconnections.of_store(session, store)]
        return [receipt for receipt in found if receipt is not None]

    def disconnect(self, store: str, who: Person) -> None:
        """End a store's connection; what is unsent belongs to its organisation for good.

        A connection that other stores use too stays at the ledger until the last of them
        leaves. Once more on one that is ended tries again what was not finished.
        """
        now = self._tools.now()
        with self._tools.db.write() as session:
            row = set_up(session, store)
            if row.state == IntegrationState.DISCONNECTED:
                receipt = disconnections.latest(session, store)
            else:
                receipt = _begun(session, row, who, now)
        self._tools.tell("integration", store, state=IntegrationState.DISCONNECTED)
        if receipt is not None and receipt.state in {disconnections.PENDING, disconnections.SHARED}:
            self._idle(receipt.tenant, self._tools.pace.disconnect_waits)
            self._finish(receipt.id or 0, who)

    def tick(self, spawn: Callable[[Callable[[], None]], None]) -> None:
        """Finish in the background what could not be finished before."""
        now = self._tools.now()
        with self._tools.db.read() as session:
            due = [
                each.id or 0
                for each in disconnections.pending(session)
                if _is_due(each, now, self._tools.pace)
            ]
        if due:
            spawn(lambda: self._finish_all(due))

    def _finish_all(self, receipts: list[int]) -> None:
        for number in receipts:
            self._finish(number, SERVICE)

    def _finish(self, number: int, who: Person) -> None:
        with self._locks[number]:
            with self._tools.db.write() as session:
                receipt = session.get_one(Disconnection, number)
                if receipt.state not in {disconnections.PENDING, disconnections.SHARED}:
                    return
                receipt.next_try = self._tools.now() + _CLAIM  # nobody else tries meanwhile
                session.add(receipt)
            self._end(receipt, who)

    def _end(self, receipt: Disconnection, who: Person) -> None:
        connection = _connection_of(receipt)
        if receipt.state == disconnections.SHARED:
            self._forget(connection)
            return
        try:
            self._tools.ledgers.end(connection)
            refusal = self._tools.ledgers.refusal(connection)
        except AuthorisationLost as failure:
            self._failed(receipt, problem_of(Refused, "end_by_hand", detail=failure.code), again=False)
            return
        except CallFailed as failure:
            log.warning("the connection of %s could not be ended: %s", receipt.store, failure)
            self._failed(receipt, failure)
            return
        if refusal is None:
            self._failed(receipt, problem_of(Refused, "still_connected"))
            return
        proof = {"call": refusal.call, "status": str(refusal.status), "said": refusal.said}
        self._forget(connection)
        self._proven(receipt, proof, who)

    def _forget(self, connection: Connection) -> None:
        """Drop the store's permission, unless it was given a new one meanwhile."""
        with self._tools.db.read() as session:
            row = connections.get_connection(session, connection.store)
            again = row is None or row.state != IntegrationState.DISCONNECTED
        if not again:
            self._tools.ledgers.forget(connection)

    def _proven(self, receipt: Disconnection, proof: dict[str, str], who: Person) -> None:
        now = self._tools.now()
        with self._tools.db.write() as session:
            receipt = session.get_one(Disconnection, receipt.id)
            receipt.state, receipt.removed = disconnections.ENDED, now
            receipt.proof = {**proof, "at": now.isoformat()}
            receipt.next_try = receipt.problem = None
            session.add(receipt)
            after = {"organisation": receipt.tenant_name, "tenant": receipt.tenant, "proof": receipt.proof}
            audit.append(session, now, who, "prove_disconnection", receipt.store, after=after)
        self._tools.tell("integration", receipt.store, state=IntegrationState.DISCONNECTED)

    def _failed(self, receipt: Disconnection, problem: Problem, *, again: bool = True) -> None:
        pace = self._tools.pace
        with self._tools.db.write() as session:
            receipt = session.get_one(Disconnection, receipt.id)
            receipt.tries += 1
            receipt.problem = kept(problem)
            more = receipt.tries < pace.come_back_tries
            wait = backing_off.wait(pace, receipt.tries) if more else pace.look_every
            receipt.next_try = self._tools.now() + wait if again else None
            session.add(receipt)
        self._tools.tell("integration", receipt.store, state=IntegrationState.DISCONNECTED)


def _begun(session: Session, row: Connection, who: Person, now: datetime) -> Disconnection:
    """Seal and disconnect here, before the ledger is asked; return the receipt."""
    before = {"state": row.state, "organisation": row.tenant_name}
    receipt = sealing.receipt(session, row, who.name, now)
    receipt.shared_with = shared_with(session, row)
    receipt.state = disconnections.SHARED if receipt.shared_with else disconnections.PENDING
    receipt.next_try = now + _CLAIM
    session.add(receipt)
    row.pause_reason = row.pause_until = row.pause_since = row.pause_zone = None
    row.blocked_until = row.refresh_expires = row.failing_since = row.connection_id = None
    row.tries = 0
    connections.set_state(session, row, IntegrationState.DISCONNECTED, who.name, now)
    after = {"unsent": {"days": len(receipt.dates), "dates": receipt.dates}, "receipt": receipt.id}
    audit.append(session, now, who, "disconnect", row.store, before=before, after=after)
    return receipt


def shared_with(session: Session, row: Connection) -> list[str]:
    """Return the stores that use the same connection at the ledger.

    App, user, organisation.
    """
    others = connections.of_tenant(session, row.tenant or "")
    return [
        other.store
        for other in others
        if other.store != row.store
        and row.connection_id is not None
        and other.connection_id == row.connection_id
        and other.state != IntegrationState.DISCONNECTED
    ]


def connected_again(session: Session, store: str, tenant: str) -> None:
    """Note that a connection that was to be ended is in use again.

    So that nothing ends it.
    """
    for receipt in disconnections.pending(session, store):
        if receipt.tenant == tenant:
            receipt.state, receipt.next_try = disconnections.KEPT, None
            session.add(receipt)


def _is_due(receipt: Disconnection, now: datetime, pace: Pace) -> bool:
    if receipt.next_try is None:
        return False
    # Further ahead than any wait: it was written by a clock that has been set back.
    longest = max(pace.look_every, pace.come_back_longest, _CLAIM)
    return not now < receipt.next_try <= now + longest


def _connection_of(receipt: Disconnection) -> Connection:
    """Return the link as it was when it was left."""
    return Connection(
        store=receipt.store,
        kind=receipt.kind,
        since=receipt.at,
        client_id=receipt.client_id,
        flow=receipt.flow,
        redirect=receipt.redirect,
        tenant=receipt.tenant,
        tenant_name=receipt.tenant_name,
        connection_id=receipt.connection_id,
    )


def _forecast(session: Session, row: Connection, now: datetime) -> DisconnectionAnswer:
    calendar = Calendar(session, row.store, now)
    dates = [day.business_date for day in sealing.to_be_sealed(session, row, now)]
    amount = from_minor(sum(calendar.takings(dates).values()), calendar.facts.currency)
    return {
        "state": "forecast",
        "organisation": row.tenant_name or "",
        "tenant": row.tenant or "",
        "at": now.isoformat(),
        "by": "",
        "days": len(dates),
        "amount": text_of(amount, calendar.facts.currency),
        "dates": [day.isoformat() for day in dates],
        "shared_with": shared_with(session, row),
        "removed": None,
        "proof": None,
        "next_try": None,
    }


def told(receipt: Disconnection | None) -> DisconnectionAnswer | None:
    """Return a receipt as it crosses the socket."""
    if receipt is None:
        return None
    return {
        "state": receipt.state,
        "organisation": receipt.tenant_name,
        "tenant": receipt.tenant,
        "at": receipt.at.isoformat(),
        "by": receipt.by,
        "days": len(receipt.dates),
        "amount": text_of(from_minor(receipt.amount, receipt.currency), receipt.currency),
        "dates": receipt.dates,
        "shared_with": receipt.shared_with,
        "removed": receipt.removed.isoformat() if receipt.removed else None,
        "proof": _proof(receipt),
        "next_try": receipt.next_try.isoformat()
        if receipt.next_try and receipt.state == disconnections.PENDING
        else None,
    }


def _proof(receipt: Disconnection) -> ProofAnswer | None:
    if not receipt.proof:
        return None
    status = receipt.proof["status"]
    return {
        "call": receipt.proof["call"],
        "at": receipt.proof["at"],
        "status": int(status) if status else None,
        "said": receipt.proof["said"],
    }
