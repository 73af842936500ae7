"""How many calls the queue takes, and when it is through: estimates.

Counted as a run makes them: documents and payments fifty to a call, one read to prove
as many, one look-up where an outcome is unknown, and the reference data when they are
old. Days that are not built yet count as one document each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from math import ceil

from sqlmodel import Session, col, select

from services.books.documents import DocumentKind
from services.contract.answers import Queue
from services.contract.states import DayState
from services.store import connections, days
from services.store.days import posting_date
from services.store.tables import Connection, Day, DocumentRow, PaymentRow
from services.sync.links import linking
from services.sync.posting.entries import IN_PROGRESS
from services.sync.sharing import allowance
from services.sync.sharing.allowance import DAY, MINUTE
from services.sync.sharing.calls import reads_of
from services.sync.tools import Tools


def queue_of(session: Session, tools: Tools, row: Connection) -> Queue:
    """Return what is queued of a store, in calls, and when it will be through."""
    queued = days.queued(session, row.store)
    if not queued:
        return {"calls": 0, "through": None}
    calls = _calls(session, tools, row, queued)
    through = _through(session, tools, row, calls, asked=any(day.asked for day in queued))
    return {"calls": calls, "through": through.isoformat() if through else None}


def _calls(session: Session, tools: Tools, row: Connection, queued: list[Day]) -> int:
    """Return how many calls a run over these days makes."""
    documents = _documents(session, row.store, {posting_date(day) for day in queued})
    built = {document.business_date for document in documents}
    unbuilt = [day for day in queued if posting_date(day) not in built or day.touched != day.built]
    sales = [DocumentKind.ACCREC.value] * len(unbuilt)
    new = [each.kind for each in documents if each.remote_id is None and each.state != DayState.UNKNOWN]
    lost = [each.kind for each in documents if each.state == DayState.UNKNOWN]
    unpaid = _unpaid(session, documents) + len(unbuilt)
    batch = tools.pace.batch
    counted = [new + sales, lost, [each.kind for each in documents] + sales]
    calls = sum(_batches(kinds, batch) for kinds in counted) + ceil(unpaid / batch)
    return calls + (1 if unbuilt else 0) + reads_of(session, row.tenant, tools)


def _documents(session: Session, store: str, dates: Iterable[object]) -> list[DocumentRow]:
    wanted = select(DocumentRow).where(
        DocumentRow.store == store,
        col(DocumentRow.business_date).in_(list(dates)),
        col(DocumentRow.withdrawn).is_(False),
        col(DocumentRow.state).in_([str(state) for state in IN_PROGRESS]),
    )
    return list(session.exec(wanted))


def _unpaid(session: Session, documents: list[DocumentRow]) -> int:
    """Return how many of the documents have payments to be made."""
    ids = [document.id for document in documents]
    wanted = select(PaymentRow.document_id).where(
        col(PaymentRow.document_id).in_(ids), PaymentRow.state == DayState.WAITING
    )
    return len(set(session.exec(wanted)))


def _batches(kinds: Iterable[str], size: int) -> int:
    return sum(ceil(number / size) for number in Counter(kinds).values())


def _through(session: Session, tools: Tools, row: Connection, calls: int, *, asked: bool) -> datetime | None:
    """Return when so many calls are made; None when they wait for a person."""
    begin = _begin(tools, row)
    if begin is None or row.tenant is None:
        return None
    calls += _before_it(session, tools, row)
    now, limits = tools.shared_now(session), tools.limits
    figures = allowance.left(session, row.tenant, now, limits)
    begin = max(begin, figures.blocked_until or begin)
    a_minute = max(1, limits.minute - limits.kept("minute"))
    takes = MINUTE * (calls / a_minute)
    missing = calls - (figures.day if asked else figures.background)
    if missing <= 0:
        return begin + takes
    free = allowance.day_frees(session, row.tenant, now, missing, limits)
    days_more = ceil(missing / max(1, limits.day - limits.kept("day")))
    return max(begin + takes, free or (figures.day_resets or now) + DAY * (days_more - 1))


def _begin(tools: Tools, row: Connection) -> datetime | None:
    """Return when sending goes on; None when a person has to act first."""
    now = tools.now()
    if linking.obstacle(row) is not None:
        return row.pause_until if row.pause_until and row.pause_until > now else None
    return linking.held_until(row, now) or now


def _before_it(session: Session, tools: Tools, row: Connection) -> int:
    """Return the calls of the other stores that wait for the same places."""
    others = [each for each in connections.of_tenant(session, row.tenant or "") if each.store != row.store]
    waiting = [(each, days.queued(session, each.store)) for each in others]
    return sum(_calls(session, tools, each, queued) for each, queued in waiting if queued)
