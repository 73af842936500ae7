"""Taking back what was handed over as files, as long as it was not imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlmodel import Session

from services.accounting.files.settling import number_at_import
from services.accounting.ledger import CallFailed, Found, OutgoingDocument, RemoteContact
from services.books.documents import Document, DocumentKind
from services.contract.keeping import TakenBackAnswer
from services.contract.people import Person
from services.contract.problem import Refused
from services.contract.states import DayState
from services.store import audit, by_file, connections, days, stores
from services.store.documents import document_of, documents_on
from services.store.tables import DocumentRow, FilePosting
from services.sync.links import linking
from services.sync.posting import contacts
from services.sync.posting.comparing import GONE
from services.sync.tools import Link, Tools

_SALES = frozenset({DocumentKind.ACCREC, DocumentKind.ACCRECCREDIT})
_BILLS = (DocumentKind.ACCPAY, DocumentKind.ACCPAYCREDIT)
_ASKED_FOR = _SALES | {DocumentKind.JOURNAL, *_BILLS}
"""Not a debtor's payment: one that clears through a bank account is no document at the import."""


def take_back(tools: Tools, store: str, first: date, last: date, reason: str, who: Person) -> TakenBackAnswer:
    """Let the dates of a span be sent again; return them.

    The ledger is asked where it can be reached; raises Refused when it has any document
    of them, when a posting reaches beyond the span, or when no reason is given.
    """
    reason = reason.strip()
    if not reason:
        raise _no_reason()
    with tools.db.read() as session:
        stores.get_store(session, store)
        postings = _held(session, store, first, last)
        held = [[document_of(row) for row in _rows(session, posting)] for posting in postings]
    documents = [document for each in held for document in each]
    reached = _looked_up(tools, store, documents)
    # After a restore it may not be known any more what was in the files.
    looked_up = reached and all(held) and all(each.kind in _ASKED_FOR for each in documents)
    dates = [
        day
        for posting in postings
        for day in _given_up(tools, posting.id or 0, reason, who, looked_up=looked_up)
    ]
    for day in sorted(dates):
        tools.tell("day", store, date=day.isoformat(), state=DayState.WAITING)
    told = [day.isoformat() for day in sorted(dates)]
    return {"store": store, "dates": told, "reason": reason, "looked_up": looked_up}


def _looked_up(tools: Tools, store: str, documents: Sequence[Document]) -> bool:
    """Ask the ledger for what was handed over; False when it cannot be asked.

    Bills are asked for by number and contact: imported ones have another total than ours.
    """
    with tools.db.read() as session:
        connection = connections.get_connection(session, store)
    stopped = linking.obstacle(connection)
    if connection is None or (stopped and stopped["code"] != "paused"):
        return False
    link = linking.link_for_reading(tools, store)
    try:
        for document in _found(tools, link, documents):
            raise _imported(document)
    except CallFailed:
        return False
    return True


def _found(tools: Tools, link: Link, documents: Sequence[Document]) -> Iterator[Document]:
    """Yield the documents that the ledger has."""
    with tools.db.read() as session:
        known = contacts.known(session, link.tenant)
    # Where nothing is left due a credit note comes in as an invoice, so both are asked for.
    as_invoices = [replace(each, kind=DocumentKind.ACCREC) for each in documents if each.kind in _SALES]
    notes = [each for each in documents if each.kind is DocumentKind.ACCRECCREDIT]
    notes += [_as_note(each) for each in documents if each.kind is DocumentKind.PAYMENT]
    journals = [each for each in documents if each.kind is DocumentKind.JOURNAL]
    for asked in filter(None, (as_invoices, notes, journals)):
        yield from _there(asked, link.ledger.find(asked[0].kind, [OutgoingDocument(each) for each in asked]))
    for kind in _BILLS:
        bills = [each for each in documents if each.kind is kind]
        addressed = [_addressed(each, known) for each in bills]
        yield from _there(bills, link.ledger.find_bills(kind, addressed) if bills else [])


def _there(asked: Sequence[Document], found: Sequence[Found | None]) -> Iterator[Document]:
    for document, one in zip(asked, found, strict=True):
        if one is not None and one.status not in GONE:
            yield document


def _as_note(payment: Document) -> Document:
    """Return a debtor's payment as the credit note that it comes in as."""
    return replace(payment, kind=DocumentKind.ACCRECCREDIT, number=number_at_import(payment))


def _addressed(document: Document, known: Mapping[str, RemoteContact]) -> OutgoingDocument:
    contact = known.get(document.contact.casefold())
    return OutgoingDocument(document, contact.remote_id if contact else None)


def _given_up(tools: Tools, posting_id: int, reason: str, who: Person, *, looked_up: bool) -> list[date]:
    now = tools.now()
    with tools.db.write() as session:
        posting = session.get_one(FilePosting, posting_id)
        dates = by_file.dates_of(session, posting)
        by_file.forget(session, _rows(session, posting), now)
        by_file.take_back(session, posting, who.name, reason, now)
        for day in dates:
            days.set_state(session, posting.store, day, DayState.OPEN, now).built = None
        after = {"dates": [day.isoformat() for day in dates], "reason": reason, "looked_up": looked_up}
        audit.append(session, now, who, "take_back_files", posting.store, after=after)
    return dates


def _held(session: Session, store: str, first: date, last: date) -> list[FilePosting]:
    """Return the postings of a span; raise Refused when one reaches beyond it."""
    found: dict[int, FilePosting] = {}
    for day in sorted(by_file.dates(session, store)):
        posting = by_file.posting_of(session, store, day) if first <= day <= last else None
        if posting is not None:
            found[posting.id or 0] = posting
    if not found:
        raise Refused(
            f"No date from {first} to {last} is posted by file.",
            "There is nothing to take back.",
            "See the dates with `tillbook days`.",
            code="not_by_file",
        )
    for posting in found.values():
        dates = by_file.dates_of(session, posting)
        if dates[0] < first or dates[-1] > last:
            raise Refused(
                f"{first} to {last} is a part of what was handed over together.",
                f"The files hold {dates[0]} to {dates[-1]}.",
                f"Take back the whole: --from {dates[0]} --to {dates[-1]}.",
                code="part_of_posting",
            )
    return list(found.values())


def _rows(session: Session, posting: FilePosting) -> list[DocumentRow]:
    dates = by_file.dates_of(session, posting)
    rows = (row for day in dates for row in documents_on(session, posting.store, day))
    return [row for row in rows if row.state == DayState.BY_FILE]


def _no_reason() -> Refused:
    return Refused(
        "Taking back needs a reason.",
        "It is written down with your name, for whoever finds the files later.",
        "Say why with --reason.",
        code="invalid",
    )


def _imported(document: Document) -> Refused:
    return Refused(
        f"{document.number} cannot be taken back: it is in Xero.",
        "So the files were imported, and the date would be in the books twice.",
        "Leave it posted by file; or void there what was imported, then take it back.",
        code="imported_already",
    )
