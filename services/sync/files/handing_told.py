"""What is told of dates that are handed over as files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session

from services.accounting.files.cells import safe
from services.books.documents import Document
from services.books.money import from_minor, text_of
from services.contract.keeping import HandedDay, HandedDocument, Posting
from services.contract.states import DayState
from services.store import by_file, days
from services.store.documents import document_of, documents_on
from services.store.tables import FilePosting
from services.sync.files.handing import Handed, Handing, Verdict, changed_since
from services.sync.findings import Kept, told

POSTED, AGAIN, REFUSED = "posted", "again", "refused"


def note_of(session: Session, store: str, day: date, state: str) -> Kept | None:
    """Return what to say of a date that changed after it was handed over."""
    if state != DayState.CHANGED:
        return None
    posting = by_file.posting_of(session, store, day)
    return changed_since(posting, day) if posting else None


def days_of(session: Session, handing: Handing, verdict: Verdict) -> Iterator[HandedDay]:
    """Yield what becomes of each date of a verdict."""
    for day in verdict.dates:
        yield _day(session, handing, verdict, day)


def _day(session: Session, handing: Handing, verdict: Verdict, day: date) -> HandedDay:
    store, currency = handing.builder.store.key, handing.builder.store.currency
    why = list(verdict.why)
    if verdict.posting is not None:
        rows = documents_on(session, store, day)
        documents = [document_of(each) for each in rows if each.state == DayState.BY_FILE]
        row = days.get_day(session, store, day)
        note = note_of(session, store, day, row.state if row else "")
        amount = row.amount if row else None
        outcome = AGAIN
        why += [note] if note else []
    else:
        built = verdict.handed.built if verdict.handed else None
        documents = [each for each in built.documents.documents if each.date == day] if built else []
        amount = built.takings[day] if built else None
        outcome = POSTED if verdict.ready else REFUSED
    return {
        "date": day.isoformat(),
        "outcome": outcome,
        "amount": None if amount is None else text_of(from_minor(amount, currency), currency),
        "documents": [_told_document(document) for document in documents],
        "why": told(why),
        "warnings": _warnings(handing, verdict.ready) if verdict.ready else [],
    }


def _told_document(document: Document) -> HandedDocument:
    total = text_of(document.total, document.currency)
    return {"kind": document.kind.value, "number": document.number, "total": total}


def _warnings(handing: Handing, handed: Handed) -> list[str]:
    built = handed.built
    found = [*built.documents.warnings]
    if handed.sent:
        found.append(f"In Xero already, and so in no file: {', '.join(handed.sent)}.")
    found += [
        f"The tills changed {', '.join(numbers)} after it went to Xero: correct the difference there by hand."
        for numbers in handed.changed.values()
    ]
    found += [f"{each.what} {each.why}" for each in built.documents.blocked if not each.stops_day]
    if not handing.builder.facts.connected:
        found.append(
            "Xero was never read, so tax rates are called by the names that are usual in the country:"
            " compare them with yours before the import."
        )
    escaped = {each.contact for each in built.documents.documents if safe(each.contact) != each.contact}
    found += [
        f"The contact {name} is written with an apostrophe in front, because a spreadsheet would take it"
        " for a formula: choose the right contact at the import."
        for name in sorted(escaped)
    ]
    return found


def posting_answer(session: Session, row: FilePosting) -> Posting:
    """Return a posting with its files."""
    files = by_file.files_of(session, row)
    return {
        "id": row.id or 0,
        "by": row.made_by,
        "at": row.made.isoformat(),
        "dates": list(row.dates),
        "files": [{"name": each.name, "sha256": each.sha256, "content": each.content} for each in files],
    }
