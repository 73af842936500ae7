"""Finishing what is half sent anew, although sending was paused meanwhile.

A document that was voided to be sent anew is missing from the books until its new
revision is there: a pause does not keep it from them, nor does a service that died in
between.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from services.contract.states import IntegrationState
from services.store import connections
from services.store.tables import Connection, Day, DocumentRow
from services.sync.documents.building import Builder
from services.sync.documents.preparing import Preparation
from services.sync.links import linking
from services.sync.links.linking import HALTS
from services.sync.posting import creating, paying, undoing
from services.sync.posting.entries import IN_PROGRESS
from services.sync.tools import Link, Tools


def link_to_finish(tools: Tools, store: str, *, asked_by_person: bool) -> Link | None:
    """Return the way of a paused store with something half sent anew; else None."""
    with tools.db.read() as session:
        row = connections.get_connection(session, store)
        held_back = row is not None and not asked_by_person and linking.is_held_back(row, tools.now())
        if row is None or row.tenant is None or held_back or not may_finish(session, row):
            return None
    return linking.link_over(tools, row, row.tenant, asked_by_person=asked_by_person)


def may_finish(session: Session, row: Connection) -> bool:
    """Whether a store is paused, and something of it is half sent anew."""
    paused = row.state == IntegrationState.PAUSED and not (row.problem and row.problem.get(HALTS))
    return paused and row.tenant is not None and is_half_done(session, row.store, row.tenant)


def is_half_done(session: Session, store: str, tenant: str) -> bool:
    """Whether a queued document is being voided, or was and is not there anew."""
    begun = or_(
        col(DocumentRow.undoing),
        and_(
            col(DocumentRow.revision) > 1,
            ~col(DocumentRow.withdrawn),
            col(DocumentRow.state).in_([str(state) for state in IN_PROGRESS]),
        ),
    )
    if _queued(session, store, tenant, begun):
        return True
    replaceless = _queued(
        session, store, tenant, col(DocumentRow.voided) & col(DocumentRow.replaced_by).is_(None)
    )
    # What the tills no longer have is voided, and that is all.
    return any(
        Builder(session, store, tenant).build(row.business_date).document(row.key) for row in replaceless
    )


def _queued(session: Session, store: str, tenant: str, such: ColumnElement[bool]) -> list[DocumentRow]:
    of_day = (col(Day.store) == DocumentRow.store) & (col(Day.business_date) == DocumentRow.business_date)
    wanted = select(DocumentRow).join(Day, of_day)
    wanted = wanted.where(DocumentRow.store == store, DocumentRow.tenant == tenant, col(Day.queued), such)
    return list(session.exec(wanted))


def finish(tools: Tools, link: Link) -> None:
    """Void what is to be voided, and send anew what was; begins nothing else."""
    with tools.db.read() as session:
        if not is_half_done(session, link.store, link.tenant):
            return
    undoing.undo_all(tools, link)
    Preparation(tools, link).run()
    creating.create(tools, link, only_begun=True)
    paying.look_up_invoices(tools, link, only_begun=True)
