"""Answers that only read: the month, the queue, reference data, the audit."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlmodel import Session

from services.accounting.ledger import CallFailed
from services.contract.answers import AuditAnswer, DaysAnswer, SyncAnswer
from services.contract.people import Person
from services.contract.problem import Refused
from services.contract.replies import ReferenceAnswer
from services.contract.states import DayState
from services.store import audit, connections, days, references, stores
from services.sync import reference
from services.sync.links.linking import link_for_reading
from services.sync.showing import preview
from services.sync.showing.calendar import Calendar
from services.sync.showing.deadlines import Deadlines
from services.sync.tools import Tools

log = logging.getLogger(__name__)

_AUDIT_LIMIT = 100
_RECENT = timedelta(days=31)
_QUIET = frozenset({DayState.POSTED, DayState.NO_TRADE, DayState.BY_FILE, DayState.OPEN, DayState.MISSING})


def month(tools: Tools, store: str, text: str) -> DaysAnswer:
    """Return a month of business dates."""
    with tools.db.read() as session:
        calendar = Calendar(session, store, tools.now())
        deadlines = Deadlines(session, store, calendar.today)
        days = calendar.month(text)
        for day in days:
            if found := deadlines.of(date.fromisoformat(day["date"]), day["state"]):
                day["deadline"] = found
        return {"store": store, "days": days}


def sync_state(tools: Tools, store: str, first: date | None, last: date | None) -> SyncAnswer:
    """Return the days of a span; without one, what is unsettled and the last month."""
    with tools.db.read() as session:
        calendar = Calendar(session, store, tools.now())
        begin = calendar.first()
        if begin is None:
            shown = []
        else:
            # A purchase may be dated later than today.
            shown = list(calendar.between(first or begin, last or date.max - timedelta(days=1)))
    recent = calendar.today - _RECENT
    wanted = [
        each.date
        for each in shown
        if each.row is not None and (first or last or each.state not in _QUIET or each.date >= recent)
    ]
    return {"days": preview.sent(tools, store, wanted)}


def tell_days(tools: Tools, store: str, dates: Iterable[date]) -> None:
    """Publish the state of dates whose records changed."""
    with tools.db.read() as session:
        calendar = Calendar(session, store, tools.now())
        states = {day: calendar.shown(day, days.get_day(session, store, day)) for day in sorted(set(dates))}
    for day, state in states.items():
        tools.tell("day", store, date=day.isoformat(), state=state)


def reference_rows(tools: Tools, store: str, kind: str) -> ReferenceAnswer:
    """Return what the organisation last told of one kind (`tax-rates`, …)."""
    word = kind.replace("-", "_")
    if word not in reference.KINDS:
        known = ", ".join(each.replace("_", "-") for each in reference.KINDS)
        raise Refused(
            f"There is no reference data {kind!r}.", f"There are {known}.", "Choose one.", code="invalid"
        )
    with tools.db.read() as session:
        stores.get_store(session, store)
        organisation = tenant(session, store)
        row = references.reference(session, organisation, word) if organisation else None
    if row is None:
        return {"read": None, "rows": []}
    rows = [_contact(each) for each in row.body] if word == reference.CONTACTS else row.body
    return {"read": row.read.isoformat(), "rows": list(rows)}


def _contact(row: reference.Row) -> dict[str, object]:
    active = row.get("ContactStatus", "ACTIVE") == "ACTIVE"
    return {**row, "name": row.get("Name"), "number": row.get("ContactNumber"), "active": active}


def tenant(session: Session, store: str) -> str | None:
    """Return the organisation a store chose, if it did."""
    row = connections.get_connection(session, store)
    return row.tenant if row else None


def audit_entries(tools: Tools, since: datetime | None, limit: int | None) -> list[AuditAnswer]:
    """Return changes, newest first."""
    with tools.db.read() as session:
        rows = audit.entries(session, since, limit or _AUDIT_LIMIT)
    return [
        {
            "id": row.id or 0,
            "at": row.at.isoformat(),
            "who": row.who,
            "action": audit.action_of(row),
            "subject": row.subject,
            "before": row.before,
            "after": row.after,
        }
        for row in rows
    ]


def write_down(tools: Tools, who: Person, action: str, store: str, after: dict[str, int]) -> None:
    """Write an action that changed nothing but what we know in the audit."""
    with tools.db.write() as session:
        audit.append(session, tools.now(), who, action, store, after=dict(after))


def first_read(tools: Tools, store: str) -> None:
    """Read all reference data; what fails is logged, for sending reads them again."""
    try:
        reference.refresh(tools, link_for_reading(tools, store))
    except CallFailed as failure:
        log.warning("reference data of %s could not be read: %s", store, failure)
