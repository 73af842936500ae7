"""Looking at links over which nothing is sent.

Once a day, so that an end is noticed.

The look renews the permission as well: it dies when it is not used for 60 days
(XERO.md 4.4), and a shop may be paused or closed for longer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from services.accounting.ledger import AuthorisationLost, CallFailed
from services.accounting.xero.facts import actions_from
from services.accounting.xero.known import problem_of
from services.accounting.xero.preflight import needed_actions
from services.books.documents import Shape
from services.contract.problem import Problem, Refused
from services.contract.states import IntegrationState
from services.store import connections, mappings, references
from services.store.tables import Connection
from services.sync import reference
from services.sync.findings import Kept, finding, kept
from services.sync.links import linking
from services.sync.links.backing_off import forgive
from services.sync.links.linking import HALTS, SERVICE, UNTIL_ASKED
from services.sync.pace import Pace
from services.sync.posting.entries import DRAFT
from services.sync.tools import Tools

log = logging.getLogger(__name__)

Spawn = Callable[[Callable[[], None]], None]
_LOOKED_AT = frozenset({IntegrationState.CONNECTED, IntegrationState.PAUSED, IntegrationState.ERROR})


@dataclass(frozen=True, slots=True)
class Looking:
    """Looks at each store's link when nothing else did for a day."""

    tools: Tools

    def tick(self, spawn: Spawn) -> None:
        """Look, in the background, at every link that is due."""
        now = self.tools.now()
        with self.tools.db.write() as session:
            due = [row for row in connections.connections(session) if _is_due(row, now, self.tools.pace)]
            for row in due:
                row.looked = now  # before it is done: nobody else does it too
                session.add(row)
        stores = [row.store for row in due]
        if stores:
            spawn(lambda: self._look_at_all(stores))

    def look(self, store: str) -> None:
        """Look at one link: is it there, may it do what it must; note what is found."""
        with self.tools.db.read() as session:
            row = connections.get_connection(session, store)
        if row is None or row.tenant is None or row.state not in _LOOKED_AT:
            return
        try:
            if row.tenant not in self.tools.ledgers.reachable(row):
                raise problem_of(AuthorisationLost, "connection_gone", detail="not among the connections")
            missing = self._missing_rights(row)
        except AuthorisationLost as failure:
            linking.lost(self.tools, store, failure, row.tenant)
        except CallFailed as failure:
            log.warning("the link of %s could not be looked at: %s", store, failure)
        else:
            self._note(row, missing)

    def _look_at_all(self, stores: list[str]) -> None:
        for store in stores:
            self.look(store)

    def _missing_rights(self, row: Connection) -> list[str]:
        """Read what the user may do in the organisation.

        Return what is needed and not allowed.
        """
        tenant = row.tenant or ""
        rows = self.tools.ledgers.ledger(row).reference(reference.ACTIONS)
        allowed = actions_from(rows)
        with self.tools.db.write() as session:
            before = reference.actions(session, tenant)
            references.save_reference(session, tenant, reference.ACTIONS, rows, self.tools.now())
            needed = _needed(session, row.store)
        was_lost = bool(row.problem and row.problem.get("code") == "user_rights_lost")
        # What was never allowed blocks days by name; what was taken away stops the shop.
        return [
            name for name in needed if not allowed.get(name, True) and (was_lost or before.get(name, True))
        ]

    def _note(self, row: Connection, missing: list[str]) -> None:
        lost: Problem | None = None
        if missing:
            lost = problem_of(Refused, "user_rights_lost", ", ".join(missing))
        with self.tools.db.write() as session:
            now = self.tools.now()
            fresh = connections.ensure_connection(session, row.store, now)
            if fresh.tenant != row.tenant:
                return  # it was given another organisation while this one was looked at
            fresh.looked, fresh.refresh_expires = now, self.tools.ledgers.expires(fresh)
            was = fresh.state
            _judge(session, fresh, lost, now)
            state = fresh.state
        if was != state:
            self.tools.tell("integration", row.store, state=state)


def _judge(session: Session, row: Connection, lost: Problem | None, now: datetime) -> None:
    """Stop a store that lost its rights.

    Let one go on that was stopped and works again.
    """
    problem = {**kept(lost), HALTS: UNTIL_ASKED} if lost else None
    stopped = bool(row.problem and row.problem.get(HALTS))
    if row.state == IntegrationState.PAUSED:
        row.problem = problem
    elif problem:
        connections.set_state(session, row, IntegrationState.ERROR, SERVICE.name, now, problem)
    elif stopped and row.state == IntegrationState.ERROR:
        forgive(session, row)
        connections.set_state(session, row, IntegrationState.CONNECTED, SERVICE.name, now)
    session.add(row)


def _needed(session: Session, store: str) -> tuple[str, ...]:
    """Return what the store's own shape of documents needs.

    By Xero's names of actions.
    """
    row = mappings.latest(session, store)
    if row is None:
        return needed_actions(Shape.INVOICE, draft=False)
    mapping = mappings.mapping_of(row)
    return needed_actions(mapping.shape, draft=mapping.status == DRAFT)


def _is_due(row: Connection, now: datetime, pace: Pace) -> bool:
    """Whether nothing was sent or seen over a link for a day."""
    if row.tenant is None or row.state not in _LOOKED_AT or _died(row):
        return False
    moments = (row.looked, row.last_sync, row.since)
    # A time to come was written by a clock that has been set back.
    seen = max((each for each in moments if each is not None and each <= now), default=None)
    return seen is None or now - seen >= pace.look_every


def _died(row: Connection) -> bool:
    """Whether only a new consent helps."""
    return bool(row.problem and row.problem.get(HALTS) == "yes")


def warnings(row: Connection, now: datetime, pace: Pace) -> list[Kept]:
    """Return what is going to end soon: the consent, when nothing uses it."""
    ends = row.refresh_expires
    if ends is None or row.state not in _LOOKED_AT or ends - now > pace.consent_warning:
        return []
    days = max((ends - now).days, 0)
    return [
        finding(
            "consent_ending",
            f"The permission from Xero ends on {ends:%Y-%m-%d}, in {days} days.",
            "It ends when it is not used for 60 days; Tillbook uses it once a day, and could not lately.",
            "See why under the error here, or connect again with `tillbook connect xero`.",
        )
    ]
