"""Finding and reading documents at Xero, in as few calls as possible.

Lists are asked for by page, because without a page Xero leaves the lines out (XERO.md
5.4). Numbers and ids go in groups that keep the address short.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from http import HTTPStatus
from itertools import chain
from typing import Any, TypeVar

from services.accounting.ledger import CallFailed, Found, FoundPayment, OutgoingDocument, RemoteContact
from services.accounting.narration import narration_key
from services.accounting.xero.client import XeroClient
from services.accounting.xero.incoming import (
    DEAD,
    Element,
    found_of,
    is_live,
    payment_found,
    remote_contact_of,
    text,
)
from services.books.contact_names import contact_name
from services.books.documents import DocumentKind

T = TypeVar("T")

PAGE_SIZE = 1000
_GROUP = 50
# Names and numbers may be long, and servers take addresses of some 8,000 characters.
_GROUP_CHARACTERS = 3000
_MOST_PAGES = 100
_INVOICES = frozenset({DocumentKind.ACCREC, DocumentKind.ACCPAY})
_CREDITS = frozenset({DocumentKind.ACCRECCREDIT, DocumentKind.ACCPAYCREDIT})
_TYPES = frozenset({*_INVOICES, *_CREDITS})
_LISTS = {
    DocumentKind.ACCREC: ("get_invoices", "Invoices"),
    DocumentKind.ACCRECCREDIT: ("get_credit_notes", "CreditNotes"),
    DocumentKind.JOURNAL: ("get_manual_journals", "ManualJournals"),
}
_NUMBERED = frozenset({DocumentKind.ACCREC, DocumentKind.ACCRECCREDIT})


def pages(
    client: XeroClient, call: Callable[..., Any], tenant: str, name: str, **query: object
) -> Iterator[Element]:
    """Yield the rows of a list, page by page."""
    return chain.from_iterable(whole_pages(client, call, tenant, name, **query))


def whole_pages(
    client: XeroClient, call: Callable[..., Any], tenant: str, name: str, **query: object
) -> Iterator[list[Element]]:
    """Yield the pages of a list; one is in memory at a time."""
    for page in range(1, _MOST_PAGES + 1):
        try:
            body = client.read(call, tenant, page=page, page_size=PAGE_SIZE, **query) or {}
        except CallFailed as failure:
            if failure.status == HTTPStatus.NOT_MODIFIED:
                return  # the answer to If-Modified-Since when there is nothing
            raise
        rows = body.get(name) or []
        if rows:
            yield rows
        last = (body.get("pagination") or {}).get("pageCount")
        if not rows or (len(rows) < PAGE_SIZE if last is None else page >= last):
            return


def quoted(words: str) -> str:
    """Return text for Xero's filter language."""
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def any_of(field: str, values: Sequence[str]) -> str:
    """Return a filter that holds when the field is one of the values."""
    return " OR ".join(f"{field}=={value}" for value in values)


class Lookup:
    """Reads one organisation's documents and contacts."""

    def __init__(self, client: XeroClient, tenant: str) -> None:
        self._client = client
        self._tenant = tenant

    def find(self, kind: DocumentKind, documents: Sequence[OutgoingDocument]) -> list[Found | None]:
        """Look documents up; see `ledger.Ledger.find`."""
        candidates = self._all_candidates(kind, documents)
        return [self._match(kind, outgoing, candidates) for outgoing in documents]

    def bills(self, kind: DocumentKind, documents: Sequence[OutgoingDocument]) -> list[Found | None]:
        """Look bills up by number and contact; see `ledger.Ledger.find_bills`."""
        live = [found for found in self._all_candidates(kind, documents) if is_live(found)]
        return [next((found for found in live if _is_bill(outgoing, found)), None) for outgoing in documents]

    def read(self, kind: DocumentKind, remote_ids: Sequence[str]) -> list[Found | None]:
        """Read documents by id, each with its live payments; None where Xero has none."""
        elements = chain.from_iterable(self._by_ids(kind, group) for group in _groups(remote_ids, len))
        by_id = {
            found.remote_id.lower(): found for found in (found_of(kind, element) for element in elements)
        }
        return [by_id.get(remote_id.lower()) for remote_id in remote_ids]

    def changed_since(self, kind: DocumentKind, since: datetime) -> Iterator[list[Found]]:
        """Yield what was changed since a time, a page at a time; see `ledger.Ledger`."""
        call, name = _LISTS[kind]
        modified = since.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        api = getattr(self._client.accounting, call)
        for rows in whole_pages(self._client, api, self._tenant, name, if_modified_since=modified):
            yield [found_of(_kind_of(kind, row), row) for row in rows]

    def payments(self, kind: DocumentKind, remote_id: str) -> list[FoundPayment]:
        """Return the live payments of one document, with whether they are reconciled."""
        field = "CreditNote.CreditNoteID" if kind in _CREDITS else "Invoice.InvoiceID"
        rows = self._pages("get_payments", "Payments", where=f'{field}==guid("{remote_id}")')
        return [payment_found(row) for row in rows if row.get("Status") not in DEAD]

    def invoice(self, number: str) -> Found | None:
        """Look a sales invoice up by number; a voided one only if there is no other."""
        found = [
            found_of(DocumentKind.ACCREC, element)
            for element in self._invoices([number], DocumentKind.ACCREC)
        ]
        return _best([one for one in found if one.number.casefold() == number.casefold()])

    def contacts(self, names: Sequence[str]) -> list[RemoteContact | None]:
        """Look contacts up by name, without regard to case; an active one comes first."""
        found: list[RemoteContact] = []
        for group in _groups(names, len):
            where = any_of("Name", [quoted(name) for name in group])
            rows = self._pages("get_contacts", "Contacts", where=where, include_archived="true")
            found += map(remote_contact_of, rows)
        return [_contact_named(name, found) for name in names]

    def _all_candidates(self, kind: DocumentKind, documents: Sequence[OutgoingDocument]) -> list[Found]:
        groups = _groups(documents, _number_length)
        return list(chain.from_iterable(self._candidates(kind, group) for group in groups))

    def _candidates(self, kind: DocumentKind, documents: Sequence[OutgoingDocument]) -> list[Found]:
        numbers = [outgoing.document.number for outgoing in documents]
        if kind in _INVOICES:
            elements = self._invoices(numbers, kind)
        elif kind in _CREDITS:
            where = (
                f'Type=="{kind}" AND ({any_of("CreditNoteNumber", [quoted(number) for number in numbers])})'
            )
            elements = self._pages("get_credit_notes", "CreditNotes", where=where)
        else:
            keys = (f"Narration.Contains({quoted(narration_key(number))})" for number in numbers)
            elements = self._pages("get_manual_journals", "ManualJournals", where=" OR ".join(keys))
        return [self._with_refunds(kind, element) for element in elements]

    def _invoices(self, numbers: Sequence[str], kind: DocumentKind) -> Iterator[Element]:
        # The list of numbers is parted by commas, so numbers that hold one need a filter.
        plain = [number for number in numbers if "," not in number]
        other = [quoted(number) for number in numbers if "," in number]
        of_kind = f'Type=="{kind}"'
        if plain:
            yield from self._pages("get_invoices", "Invoices", invoice_numbers=plain, where=of_kind)
        if other:
            where = f"{of_kind} AND ({any_of('InvoiceNumber', other)})"
            yield from self._pages("get_invoices", "Invoices", where=where)

    def _by_ids(self, kind: DocumentKind, ids: Sequence[str]) -> Iterator[Element]:
        guids = [f'guid("{remote_id}")' for remote_id in ids]
        if kind in _INVOICES:
            yield from self._pages("get_invoices", "Invoices", i_ds=list(ids))
        elif kind in _CREDITS:
            rows = self._pages("get_credit_notes", "CreditNotes", where=any_of("CreditNoteID", guids))
            yield from map(self._with_refund_list, rows)
        else:
            where = any_of("ManualJournalID", guids)
            yield from self._pages("get_manual_journals", "ManualJournals", where=where)

    def _with_refunds(self, kind: DocumentKind, element: Element) -> Found:
        return found_of(kind, self._with_refund_list(element) if kind in _CREDITS else element)

    def _with_refund_list(self, element: Element) -> Element:
        """Add a credit note's refunds where the note itself does not list them."""
        if "Payments" in element:
            return element
        where = f'CreditNote.CreditNoteID==guid("{element.get("CreditNoteID")}")'
        return {**element, "Payments": list(self._pages("get_payments", "Payments", where=where))}

    def _match(
        self, kind: DocumentKind, outgoing: OutgoingDocument, candidates: Sequence[Found]
    ) -> Found | None:
        number = outgoing.document.number.casefold()
        same = [found for found in candidates if found.number.casefold() == number]
        if kind in _NUMBERED:
            return _best(same)
        return next((found for found in same if is_live(found) and self._same(kind, outgoing, found)), None)

    def _same(self, kind: DocumentKind, outgoing: OutgoingDocument, found: Found) -> bool:
        """Tell bills of one number apart (XERO.md 6.1); a journal's key is its own."""
        if kind is DocumentKind.JOURNAL:
            return True
        wanted = outgoing.document
        there: tuple[str, date | None, object] = (found.contact_id, found.date, found.total)
        return there == (outgoing.contact_id, wanted.date, wanted.total)

    def _pages(self, call: str, name: str, **query: object) -> Iterator[Element]:
        return pages(self._client, getattr(self._client.accounting, call), self._tenant, name, **query)


def _groups(items: Sequence[T], length: Callable[[T], int]) -> Iterator[list[T]]:
    """Yield groups that fit an address; `length`: what an item takes of it."""
    group: list[T] = []
    for item in items:
        if len(group) == _GROUP or sum(map(length, group)) + length(item) > _GROUP_CHARACTERS:
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _kind_of(listed: DocumentKind, row: Element) -> DocumentKind:
    """Return the kind of a row of a list.

    Other types, such as ACCPAY's, are told by `Type`.
    """
    named = text(row, "Type")
    return DocumentKind(named) if named in _TYPES else listed


def _number_length(outgoing: OutgoingDocument) -> int:
    return len(outgoing.document.number)


def _is_bill(outgoing: OutgoingDocument, found: Found) -> bool:
    wanted = outgoing.document
    if found.number.casefold() != wanted.number.casefold():
        return False
    named = contact_name(found.contact_name).casefold() == contact_name(wanted.contact).casefold()
    return named or (outgoing.contact_id is not None and found.contact_id == outgoing.contact_id)


def _best(found: Sequence[Found]) -> Found | None:
    return next((one for one in found if is_live(one)), found[0] if found else None)


def _contact_named(name: str, contacts: Sequence[RemoteContact]) -> RemoteContact | None:
    named = [contact for contact in contacts if contact.name.casefold() == name.casefold()]
    return next((contact for contact in named if contact.active), named[0] if named else None)
