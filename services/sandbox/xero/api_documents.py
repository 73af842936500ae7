"""Endpoints of invoices, credit notes, payments and manual journals."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from services.sandbox.xero import documents, journals, payments, render
from services.sandbox.xero.asking import Ask
from services.sandbox.xero.document_rules import Kind
from services.sandbox.xero.fields import Findings, text
from services.sandbox.xero.lists import JOURNAL_FIELDS, document_fields, payment_fields, select
from services.sandbox.xero.model import Document, Journal
from services.sandbox.xero.problems import Answer, as_json, bad_request, forbidden, not_found
from services.sandbox.xero.wire import Element, Json

_FINE, _COARSE = 4, 2
T = TypeVar("T")


def list_documents(ask: Ask, kind: Kind) -> Answer:
    """Answer GET of a list; without a page the lines are left out (XERO.md 5.4)."""
    query = ask.query
    wanted: dict[str, Callable[[Document], str]] = {
        "IDs": lambda d: d.uid,
        f"{kind.number_field}s": lambda d: d.number.casefold(),
        "ContactIDs": lambda d: d.contact,
        "Statuses": lambda d: d.status.casefold(),
    }
    rows = [d for d in ask.book.documents.values() if d.type in kind.types]
    for name, value_of in wanted.items():
        chosen = query.listed(name)
        rows = [d for d in rows if not chosen or value_of(d) in chosen]
    if query.says("createdByMyApp"):
        rows = [d for d in rows if d.client == ask.client]
    term = query.get("searchTerm").casefold()
    rows = [d for d in rows if term in f"{d.number} {d.reference}".casefold()]
    page = select(rows, query, document_fields(ask.book, kind.id_field, kind.number_field))
    if query.says("summaryOnly"):
        return ask.page(kind.plural, page, partial(render.document_summary, ask.book))
    return ask.page(kind.plural, page, partial(render.document, ask.book, lines=query.paged))


def one_document(ask: Ask, kind: Kind) -> Answer:
    """Answer GET of one, by id or number."""
    return ask.listed(kind.plural, [render.document(ask.book, _document(ask, kind))])


def create_documents(ask: Ask, kind: Kind) -> Answer:
    """Answer PUT: every element is a new document."""

    def write(element: Element, found: Findings) -> Json | None:
        made = documents.create(ask.book, kind, element, _places(ask), ask.client, found)
        return render.document(ask.book, made) if made else None

    return ask.written(kind.plural, kind.id_field, write)


def update_documents(ask: Ask, kind: Kind) -> Answer:
    """Answer POST: changes those it finds by id or number, creates the others.

    XERO.md 6.1.
    """
    fixed = _document(ask, kind) if len(ask.parts) > 1 else None

    def write(element: Element, found: Findings) -> Json | None:
        known = fixed or _meant(ask, kind, element, found)
        if found.errors:
            return None
        if known:
            made = documents.change(ask.book, kind, known, element, _places(ask), found)
        else:
            made = documents.create(ask.book, kind, element, _places(ask), ask.client, found)
        return render.document(ask.book, made) if made else None

    return ask.written(kind.plural, kind.id_field, write)


def allocate(ask: Ask, kind: Kind) -> Answer:
    """Answer PUT CreditNotes/{id}/Allocations."""
    credit = _document(ask, kind)

    def write(element: Element, found: Findings) -> Json | None:
        made = payments.allocate(ask.book, credit, element, found)
        return render.allocation(ask.book, made) if made else None

    return ask.written("Allocations", "AllocationID", write)


def release(ask: Ask, kind: Kind) -> Answer:
    """Answer DELETE CreditNotes/{id}/Allocations/{id}."""
    credit, allocation = _document(ask, kind), ask.book.allocations.get(ask.parts[3].lower())
    if allocation is None or allocation.credit != credit.uid:
        raise not_found()
    shown = render.allocation(ask.book, allocation) | {"IsDeleted": True}
    payments.release(ask.book, allocation)
    return as_json(200, shown)


def list_payments(ask: Ask) -> Answer:
    """Answer GET Payments."""
    page = select(ask.book.payments.values(), ask.query, payment_fields(ask.book))
    return ask.page("Payments", page, partial(render.payment, ask.book))


def one_payment(ask: Ask) -> Answer:
    """Answer GET Payments/{id}."""
    return ask.listed("Payments", [render.payment(ask.book, _by_id(ask, ask.book.payments.get))])


def create_payments(ask: Ask) -> Answer:
    """Answer PUT Payments, and POST Payments of one."""

    def write(element: Element, found: Findings) -> Json | None:
        made = payments.create(ask.book, element, found)
        return render.payment(ask.book, made) if made else None

    if ask.method == "POST" and len(ask.elements("Payments")) != 1:
        raise bad_request("Only one payment can be created by POST.")
    return ask.written("Payments", "PaymentID", write)


def delete_payment(ask: Ask) -> Answer:
    """Answer POST Payments/{id}: deletes it."""
    payment = _by_id(ask, ask.book.payments.get)

    def write(element: Element, found: Findings) -> Json | None:
        made = payments.change(ask.book, payment, element, found)
        return render.payment(ask.book, made) if made else None

    return ask.written("Payments", "PaymentID", write)


def list_journals(ask: Ask) -> Answer:
    """Answer GET ManualJournals; without a page the lines are left out."""
    page = select(ask.book.journals.values(), ask.query, JOURNAL_FIELDS)
    return ask.page("ManualJournals", page, partial(render.journal, ask.book, lines=ask.query.paged))


def one_journal(ask: Ask) -> Answer:
    """Answer GET ManualJournals/{id}."""
    return ask.listed("ManualJournals", [render.journal(ask.book, _by_id(ask, ask.book.journals.get))])


def create_journals(ask: Ask) -> Answer:
    """Answer PUT ManualJournals."""
    return _write_journals(ask, lambda _element, _found: None)


def update_journals(ask: Ask) -> Answer:
    """Answer POST ManualJournals, with an id in the path or in each element."""
    fixed = _by_id(ask, ask.book.journals.get) if len(ask.parts) > 1 else None

    def meant(element: Element, found: Findings) -> Journal | None:
        uid = text(element, "ManualJournalID")
        if not fixed and uid and uid.lower() not in ask.book.journals:
            found.error("Manual journal could not be found")
        return fixed or ask.book.journals.get(uid.lower())

    return _write_journals(ask, meant)


def _write_journals(ask: Ask, meant: Callable[[Element, Findings], Journal | None]) -> Answer:
    if ask.book.organisation.actions.get("CreateManualJournal") == "NOT-ALLOWED":
        raise forbidden("The user has no permission to create manual journals.")

    def write(element: Element, found: Findings) -> Json | None:
        known = meant(element, found)
        if found.errors:
            return None
        change = partial(journals.change, ask.book, known) if known else partial(journals.create, ask.book)
        made = change(element, found)
        return render.journal(ask.book, made) if made else None

    return ask.written("ManualJournals", "ManualJournalID", write)


def _places(ask: Ask) -> int:
    return _FINE if ask.query.get("unitdp") == "4" else _COARSE


def _document(ask: Ask, kind: Kind) -> Document:
    name = ask.parts[1]
    by_id = ask.book.documents.get(name.lower())
    found = by_id or next(filter(None, (ask.book.document(name, type_) for type_ in kind.types)), None)
    if found is None or found.type not in kind.types:
        raise not_found()
    return found


def _meant(ask: Ask, kind: Kind, element: Element, found: Findings) -> Document | None:
    """Return the document an element of a POST means.

    Only sales numbers are looked up.
    """
    uid, number = text(element, kind.id_field), text(element, kind.number_field)
    if uid:
        known = ask.book.documents.get(uid.lower())
        if known is None or known.type not in kind.types:
            found.error(f"{kind.word} could not be found")
            return None
        return known
    sales = kind.types[0]
    return ask.book.document(number, sales) if number and text(element, "Type", sales) == sales else None


def _by_id(ask: Ask, get: Callable[[str], T | None]) -> T:
    found = get(ask.parts[1].lower())
    if found is None:
        raise not_found()
    return found
