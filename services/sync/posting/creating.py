"""Creating what the ledger does not have yet: contacts, then documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from services.accounting.ledger import CallRefused
from services.accounting.xero.failures import MISSING_RIGHTS
from services.books.documents import DocumentKind
from services.contract.states import DayState
from services.sync.links import linking
from services.sync.links.linking import Stopped
from services.sync.posting import calling, contacts
from services.sync.posting.entries import SENDING_ORDER, Entry, batches, of_kind, open_entries, outgoing
from services.sync.posting.jobs import DocumentsJob, refuse
from services.sync.tools import Link, Tools

__all__ = ["Stopped", "create", "go_on", "make_or_part"]


def go_on(tools: Tools, link: Link, *, begins: bool = True) -> None:
    """Raise Stopped when the service stops, or the store was paused or disconnected.

    What does not begin anything goes on when a person paused or disconnected the store.
    """
    if tools.waiter.stopping:
        raise Stopped
    with tools.db.read() as session:
        linking.guard(session, link, begins=begins)


def create(tools: Tools, link: Link, *, only_begun: bool = False) -> None:
    """Create every document that waits for it, at most 50 in a call.

    `only_begun`: those that were voided, and are not there anew.
    """
    contacts.create_missing(tools, link, _waiting(tools, link, only_begun=only_begun))
    waiting = _waiting(tools, link, only_begun=only_begun)
    for kind in SENDING_ORDER:
        for batch in batches(of_kind(waiting, kind), tools.pace.batch):
            _create_batch(tools, link, kind, batch)


def _waiting(tools: Tools, link: Link, *, only_begun: bool) -> list[Entry]:
    with tools.db.read() as session:
        entries = open_entries(session, link)
    return [
        entry
        for entry in entries
        if entry.row.state == DayState.WAITING and not entry.created and not entry.is_payment
        if not (only_begun and entry.is_new)
    ]


def _create_batch(tools: Tools, link: Link, kind: DocumentKind, batch: list[Entry]) -> None:
    with tools.db.read() as session:
        documents = outgoing(session, link, batch)
    job = DocumentsJob(kind, tuple(batch), tuple(documents), tools.now())
    make_or_part(tools, link, job, batch, lambda half: _create_batch(tools, link, kind, half))


def make_or_part(
    tools: Tools, link: Link, job: calling.Job, batch: Sequence[Entry], again: Callable[[list[Entry]], None]
) -> None:
    """Make a call; when all of it is refused, find the documents at fault."""
    go_on(tools, link, begins=job.begins)
    try:
        calling.make(tools, link, job)
    except CallRefused as refusal:
        if refusal.code in MISSING_RIGHTS or len(batch) == 1:
            with tools.db.write() as session:
                for entry in batch:
                    refuse(session, entry, refusal, tools.now())
            return
        middle = len(batch) // 2
        again(list(batch[:middle]))
        again(list(batch[middle:]))
