"""GET of a list: filters, If-Modified-Since, order, pages (XERO.md 5.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from services.sandbox.xero.book import Book
from services.sandbox.xero.model import PAYMENT_TYPE
from services.sandbox.xero.problems import bad_request
from services.sandbox.xero.where import Fields, Getter, comparable, matcher, ordering
from services.sandbox.xero.wire import Json, read_since

DEFAULT_PAGE_SIZE = 100
LARGEST_PAGE = 1000
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Query:
    """The query of a call; names are compared without regard to case."""

    values: Mapping[str, str]
    modified_since: str = ""

    def get(self, name: str, default: str = "") -> str:
        """Return a parameter of the query."""
        return self.values.get(name.casefold(), default)

    def listed(self, name: str) -> set[str]:
        """Return a comma-separated parameter, folded; empty where it was not sent."""
        return {part.strip().casefold() for part in self.get(name).split(",") if part.strip()}

    def says(self, name: str, *, default: bool = False) -> bool:
        """Return a true/false parameter in any letter case."""
        return self.get(name, str(default)).casefold() == "true"

    def number(self, name: str, default: int) -> int:
        """Return a whole number; raise HttpProblem (400) for anything else."""
        text = self.get(name)
        if text and not (text.isascii() and text.isdigit()):
            raise bad_request(f"The value '{text}' is not valid for {name}.")
        return int(text) if text else default

    @property
    def paged(self) -> bool:
        """Whether a page was asked for."""
        return bool(self.get("page"))


@dataclass(frozen=True)
class Page:
    """The rows to show, and `pagination` where a page was asked for."""

    rows: list[object]
    pagination: Json | None

    def answer(self, name: str, show: Callable[..., Json]) -> Json:
        """Return the content of the answer: pagination first, then the rows under `name`."""
        shown: Json = {name: [show(row) for row in self.rows]}
        return {"pagination": self.pagination, **shown} if self.pagination else shown


def select(rows: Iterable[object], query: Query, fields: Fields) -> Page:
    """Return the rows a query asks for.

    `fields` are those `where` and `order` may name.
    """
    chosen = list(rows)
    if query.modified_since:
        since = _since(query.modified_since)
        updated = fields.get("UpdatedDateUTC")
        chosen = [row for row in chosen if updated is None or _instant(updated, row) >= since]
    if query.get("where"):
        test = matcher(query.get("where"), fields)
        chosen = [row for row in chosen if test(row)]
    for getter, downwards in reversed(ordering(query.get("order"), fields) if query.get("order") else []):
        chosen.sort(key=lambda row, get=getter: _key(get(row)), reverse=downwards)  # type: ignore[misc]
    return _page(chosen, query)


def _page(rows: list[object], query: Query) -> Page:
    if not query.paged:
        return Page(rows, None)
    number = max(query.number("page", 1), 1)
    size = min(max(query.number("pageSize", DEFAULT_PAGE_SIZE), 1), LARGEST_PAGE)
    start = (number - 1) * size
    pagination: Json = {
        "page": number,
        "pageSize": size,
        "pageCount": -(-len(rows) // size),
        "itemCount": len(rows),
    }
    return Page(rows[start : start + size], pagination)


def _since(text: str) -> datetime:
    try:
        return read_since(text)
    except (TypeError, ValueError) as error:
        raise bad_request(f"If-Modified-Since cannot be read: {text}") from error


def _instant(getter: Getter, row: object) -> datetime:
    value = getter(row)
    return value if isinstance(value, datetime) else _NEVER


def _key(value: object) -> tuple[bool, object]:
    compared = comparable(value)
    return (compared is not None, compared if compared is not None else "")


def document_fields(book: Book, kind_id: str, kind_number: str) -> Fields:
    """Return the fields a list of invoices or credit notes may be filtered by."""
    return {
        kind_id: lambda d: d.uid,
        kind_number: lambda d: d.number,
        "Type": lambda d: d.type,
        "Status": lambda d: d.status,
        "Reference": lambda d: d.reference,
        "Date": lambda d: d.day,
        "DueDate": lambda d: d.due_date,
        "Total": lambda d: d.total,
        "AmountDue": book.due,
        "AmountPaid": book.paid,
        "CurrencyCode": lambda d: d.currency,
        "UpdatedDateUTC": lambda d: d.updated,
        "Contact.ContactID": lambda d: d.contact,
        "Contact.Name": lambda d: book.contacts[d.contact].name,
        "Contact.ContactNumber": lambda d: book.contacts[d.contact].number,
    }


def payment_fields(book: Book) -> Fields:
    """Return the fields a list of payments may be filtered by."""
    return {
        "PaymentID": lambda p: p.uid,
        "Status": lambda p: p.status,
        "Date": lambda p: p.day,
        "Amount": lambda p: p.amount,
        "Reference": lambda p: p.reference,
        "IsReconciled": lambda p: p.reconciled,
        "PaymentType": lambda p: PAYMENT_TYPE[book.documents[p.document].type],
        "UpdatedDateUTC": lambda p: p.updated,
        "Invoice.InvoiceID": lambda p: p.document,
        "Invoice.InvoiceNumber": lambda p: book.documents[p.document].number,
        "CreditNote.CreditNoteID": lambda p: p.document if book.documents[p.document].is_credit else None,
        "CreditNote.CreditNoteNumber": lambda p: (
            book.documents[p.document].number if book.documents[p.document].is_credit else None
        ),
        "Account.AccountID": lambda p: p.account,
        "Account.Code": lambda p: book.accounts[p.account].code,
    }


ACCOUNT_FIELDS: Fields = {
    "AccountID": lambda a: a.uid,
    "Code": lambda a: a.code,
    "Name": lambda a: a.name,
    "Type": lambda a: a.type,
    "Class": lambda a: a.klass,
    "Status": lambda a: a.status,
    "TaxType": lambda a: a.tax_type,
    "SystemAccount": lambda a: a.system,
    "EnablePaymentsToAccount": lambda a: a.enable_payments,
    "UpdatedDateUTC": lambda a: a.updated,
}
TAX_RATE_FIELDS: Fields = {
    "TaxType": lambda r: r.uid,
    "Name": lambda r: r.name,
    "Status": lambda r: r.status,
    "EffectiveRate": lambda r: r.rate,
}
TRACKING_FIELDS: Fields = {
    "TrackingCategoryID": lambda c: c.uid,
    "Name": lambda c: c.name,
    "Status": lambda c: c.status,
}
CONTACT_FIELDS: Fields = {
    "ContactID": lambda c: c.uid,
    "Name": lambda c: c.name,
    "ContactNumber": lambda c: c.number,
    "AccountNumber": lambda c: c.account_number,
    "EmailAddress": lambda c: c.email,
    "ContactStatus": lambda c: c.status,
    "UpdatedDateUTC": lambda c: c.updated,
}
JOURNAL_FIELDS: Fields = {
    "ManualJournalID": lambda j: j.uid,
    "Narration": lambda j: j.narration,
    "Date": lambda j: j.day,
    "Status": lambda j: j.status,
    "UpdatedDateUTC": lambda j: j.updated,
}
