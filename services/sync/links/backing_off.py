"""Trying again by itself.

Ever later, told, kept over restarts, never ended silently.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from services.accounting.ledger import CallFailed, RateLimited
from services.accounting.xero.known import problem_of
from services.contract.failure_classes import PERSON, WAIT
from services.contract.integration import NextTry
from services.contract.problem import Problem, Refused
from services.contract.states import IntegrationState
from services.store import connections, stores
from services.store.tables import Connection
from services.sync.findings import CLASS, Kept, kept
from services.sync.links.linking import HALTS, OPEN, SERVICE, UNTIL_ASKED, failed, held_until
from services.sync.pace import Pace
from services.sync.sharing.allowance import LONGEST_BLOCK
from services.sync.tools import Tools

_MOST_DOUBLINGS = 20
# Nothing is known of why: often a proxy's word, and gone the next time.
_ODD = frozenset({"call_refused", "not_there"})
REFUSALS = "refusals"
"""Mark of a problem that is tried again: how often in a row the call was refused."""


def gave_up(tools: Tools, store: str, failure: CallFailed, *, progressed: bool) -> Kept:
    """Note that a run was ended by a failure, and when it is tried again by itself.

    A limit of the ledger is obeyed and is no failed try; one that needs a person is not
    tried again, save a few times where no reason is known. `progressed`: the run did
    something before, so the count begins anew.
    """
    if isinstance(failure, RateLimited):
        asked = timedelta(seconds=failure.retry_after) if failure.retry_after else tools.pace.come_back
        return failed(tools, store, failure, tools.now() + asked)
    with tools.db.write() as session:
        row = connections.ensure_connection(session, store, tools.now())
        if progressed:
            row.tries, row.failing_since = 0, None
        problem = _noted(session, tools, row, failure)
        state = row.state
    tools.tell("integration", store, state=state)
    return problem


def _noted(session: Session, tools: Tools, row: Connection, failure: CallFailed) -> Kept:
    now = tools.now()
    row.tries += 1
    row.failing_since = min(row.failing_since or now, now)
    problem = _odd(row, kept(failure), tools.pace) if failure.code in _ODD else kept(failure)
    row.blocked_until = None
    if problem[CLASS] == PERSON:
        problem[HALTS] = UNTIL_ASKED
    elif row.tries >= tools.pace.come_back_tries:
        problem = {**kept(_used_up(session, row, failure)), HALTS: UNTIL_ASKED}
    else:
        asked = min(timedelta(seconds=failure.retry_after or 0), LONGEST_BLOCK)
        row.blocked_until = now + max(wait(tools.pace, row.tries), asked)
    if row.state == IntegrationState.PAUSED and problem.get(HALTS):
        row.problem = problem  # shown, and in the way once the pause is over
    elif row.state in OPEN:
        connections.set_state(session, row, IntegrationState.ERROR, SERVICE.name, now, problem)
    session.add(row)
    return problem


def _odd(row: Connection, problem: Kept, pace: Pace) -> Kept:
    """Return a refusal without a reason; the first few in a row are tried again."""
    before = row.problem if row.tries > 1 and row.problem else {}
    times = 1 + (int(before.get(REFUSALS, 0)) if before.get("code") == problem["code"] else 0)
    return problem if times >= pace.odd_tries else {**problem, CLASS: WAIT, REFUSALS: str(times)}


def wait(pace: Pace, tries: int) -> timedelta:
    """Return how long to wait after so many failed tries in a row."""
    doubled: int = 1 << min(tries - 1, _MOST_DOUBLINGS)
    longest = min(pace.come_back * doubled, pace.come_back_longest)
    return longest * (1 - pace.spread * pace.chance())


def _used_up(session: Session, row: Connection, failure: CallFailed) -> Problem:
    zone = ZoneInfo(stores.get_facts(session, row.store).timezone)
    since = (row.failing_since or row.since).astimezone(zone)
    told = (str(row.tries), f"{since:%Y-%m-%d %H:%M}", f"{failure.what} {failure.why}", failure.next)
    return problem_of(Refused, "tries_used_up", *told, detail=f"{failure.code} {failure.detail}".strip())


def forgive(session: Session, row: Connection | None) -> None:
    """Let a store be tried at once and from the first wait again: a person asks.

    A limit that the ledger told is obeyed all the same.
    """
    if row is None or row.state != IntegrationState.ERROR:
        return
    if row.problem and row.problem.get(HALTS) == UNTIL_ASKED:
        row.problem = {name: text for name, text in row.problem.items() if name != HALTS}
    row.blocked_until = row.failing_since = None
    row.tries = 0
    session.add(row)


def next_try(row: Connection, now: datetime, pace: Pace) -> NextTry | None:
    """Return when a store that fails is tried again by itself.

    And the how-manieth it is.
    """
    if row.state != IntegrationState.ERROR or row.blocked_until is None or not row.tries:
        return None
    at = (held_until(row, now) or now).isoformat()
    if refusals := (row.problem or {}).get(REFUSALS):
        return {"at": at, "number": int(refusals) + 1, "of": pace.odd_tries}
    return {"at": at, "number": row.tries + 1, "of": pace.come_back_tries}
