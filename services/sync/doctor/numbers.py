"""Whether somebody else uses the numbers that are sent next. Only reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from sqlmodel import Session

from services.accounting.ledger import OutgoingDocument
from services.books.documents import Document, DocumentKind
from services.store.documents import documents_on
from services.sync.doctor.notes import Note, fine, stops, warns
from services.sync.posting.comparing import GONE
from services.sync.tools import Link

# Xero takes these numbers once; those of bills may repeat.
_NUMBERED = (DocumentKind.ACCREC, DocumentKind.ACCRECCREDIT)
_BATCH, _MOST = 50, 200


def sent(session: Session, store: str, dates: Iterable[date]) -> frozenset[str]:
    """Return the numbers of these dates that the ledger has from us."""
    rows = (row for day in dates for row in documents_on(session, store, day))
    return frozenset(row.number for row in rows if row.remote_id is not None)


def second_app(link: Link, unsent: Iterable[Document]) -> Iterator[Note]:
    """Yield the documents that are at the ledger and that Tillbook did not send.

    Raises CallFailed. At most so many numbers are looked up that few calls do.
    """
    whole = list(unsent)
    found_any = False
    for kind in _NUMBERED:
        ours = [document for document in whole if document.kind is kind][:_MOST]
        for start in range(0, len(ours), _BATCH):
            batch = ours[start : start + _BATCH]
            found = link.ledger.find(kind, [OutgoingDocument(document) for document in batch])
            for document, there in zip(batch, found, strict=True):
                if there is not None:
                    found_any = True
                    same = there.total in {None, document.total} and there.date in {None, document.date}
                    yield _taken(document, there.status, same=same)
    if not found_any:
        yield fine("numbers", "Nobody else has used the numbers that are sent next.")


def _taken(document: Document, status: str, *, same: bool) -> Note:
    number = document.number
    if status in GONE:
        note = stops(
            "number_voided",
            f"{number} was voided at the ledger.",
            "The number of a voided document stays taken.",
            "Change the number pattern in the mapping before the day is sent.",
        )
    elif same:
        note = warns(
            "number_found",
            f"Xero has {number} already, and Tillbook did not send it.",
            "It is equal in total and date: an earlier connection, or another app, made it.",
            "Tillbook takes it over when the day is sent. See that no other app posts the same days.",
        )
    else:
        note = stops(
            "number_of_another",
            f"Xero has another document of the number {number}.",
            "It differs in total or date: another app posts under the same numbers.",
            "Find out which (Xero: the document's history), end it there, or change the number pattern.",
        )
    return replace(note, dates=(document.date,))
