"""Xero as a ledger: creates, pays, finds and reads documents of one organisation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xero_python.accounting import (
    Contacts,
    CreditNotes,
    Invoices,
    ManualJournals,
    Payments,
)

from services.accounting.ledger import (
    Found,
    FoundPayment,
    NewAccount,
    OutgoingDocument,
    OutgoingPayment,
    Rejected,
    RemoteContact,
    Result,
)
from services.accounting.xero import new_accounts, undoing
from services.accounting.xero.answered import Reader, results_of
from services.accounting.xero.client import XeroClient
from services.accounting.xero.incoming import Element, amount_of, contact_result_of, plain, result_of, text
from services.accounting.xero.lookup import Lookup, pages
from services.accounting.xero.outgoing import contact_of, exact, model_of, payment_of
from services.books.documents import DocumentKind
from services.contract.problem import Refused
from services.contract.text import printable

BATCH = 50
# Payments are a few hundred bytes each: those of a batch of documents stay far below Xero's 3 MB.
PAYMENTS_BATCH = 1000
_PER_ELEMENT = "false"  # summarizeErrors: each element answers for itself (XERO.md 2.10, 6.15)
_KEY_LENGTH = 128
_NUMBER_FIELDS = ("InvoiceNumber", "CreditNoteNumber")

Container = Callable[[list[Any]], Any]


class XeroLedger:
    """One organisation at Xero; implements `services.accounting.ledger.Ledger`."""

    def __init__(self, client: XeroClient, tenant: str) -> None:
        self._client = client
        self._tenant = tenant
        self._lookup = Lookup(client, tenant)

    def create(self, kind: DocumentKind, documents: Sequence[OutgoingDocument], key: str) -> list[Result]:
        """Create documents of one kind in one call; see `Ledger.create`."""
        _check_size(documents, BATCH)
        call, container, name = self._creation(kind)
        numbers = [outgoing.document.number for outgoing in documents]
        made = [
            _made(model_of, outgoing, number) for outgoing, number in zip(documents, numbers, strict=True)
        ]
        readers = [_document_reader(kind, number) for number in numbers]
        return self._put(call, name, container, _Batch(made, readers, key))

    def pay(self, payments: Sequence[OutgoingPayment], key: str) -> list[Result]:
        """Create payments and refunds in one call; see `Ledger.pay`."""
        _check_size(payments, PAYMENTS_BATCH)
        made = [_made(payment_of, payment, _subject(payment)) for payment in payments]
        readers = [_payment_reader(payment) for payment in payments]
        call = self._client.accounting.create_payments
        return self._put(call, "Payments", _payments, _Batch(made, readers, key))

    def find(self, kind: DocumentKind, documents: Sequence[OutgoingDocument]) -> list[Found | None]:
        """Look each document up; see `Ledger.find`."""
        return self._lookup.find(kind, documents)

    def find_bills(self, kind: DocumentKind, documents: Sequence[OutgoingDocument]) -> list[Found | None]:
        """Look bills up by number and contact; see `Ledger.find_bills`."""
        return self._lookup.bills(kind, documents)

    def read(self, kind: DocumentKind, remote_ids: Sequence[str]) -> list[Found | None]:
        """Read documents back by id; see `Ledger.read`."""
        return self._lookup.read(kind, remote_ids)

    def changed_since(self, kind: DocumentKind, since: datetime) -> Iterator[list[Found]]:
        """Yield what was changed since a time, page by page; see `Ledger.changed_since`."""
        return self._lookup.changed_since(kind, since)

    def payments(self, kind: DocumentKind, remote_id: str) -> list[FoundPayment]:
        """Return the live payments of one document."""
        return self._lookup.payments(kind, remote_id)

    def void(self, kind: DocumentKind, remote_id: str, status: str, key: str) -> Result:
        """Void a document, or delete a draft; see `Ledger.void`."""
        return undoing.void(self._client, self._tenant, undoing.Void(kind, remote_id, status), key)

    def unpay(self, payment_id: str, key: str) -> Result:
        """Remove one payment, or refund, from its document."""
        return undoing.unpay(self._client, self._tenant, payment_id, key)

    def find_invoice(self, number: str) -> Found | None:
        """Look a sales invoice up that was raised elsewhere."""
        return self._lookup.invoice(number)

    def find_contacts(self, names: Sequence[str]) -> list[RemoteContact | None]:
        """Look contacts up by exact name, archived ones too."""
        return self._lookup.contacts(names)

    def create_contacts(self, contacts: Sequence[tuple[str, str | None]], key: str) -> list[Result]:
        """Create contacts from (name, number)."""
        _check_size(contacts, BATCH)
        made = [_made(contact_of, contact, f"Contact {contact[0]}") for contact in contacts]
        readers = [_contact_reader(name) for name, _ in contacts]
        call = self._client.accounting.create_contacts
        return self._put(call, "Contacts", _contacts, _Batch(made, readers, key))

    def create_account(self, account: NewAccount, key: str) -> Result:
        """Create one account in the chart; see `Ledger.create_account`."""
        return new_accounts.create_account(self._client, self._tenant, account, key)

    def reference(self, kind: str) -> list[dict[str, Any]]:
        """Read reference data as plain JSON data, with Xero's own names; see `facts`.

        `kind`: organisation, actions, accounts, tax_rates, tracking or contacts.
        """
        api = self._client.accounting
        if kind == "contacts":
            query = {"summary_only": "true", "include_archived": "true"}
            rows = pages(self._client, api.get_contacts, self._tenant, "Contacts", **query)
            return [plain(row) for row in rows]
        call, name = {
            "organisation": (api.get_organisations, "Organisations"),
            "actions": (api.get_organisation_actions, "Actions"),
            "accounts": (api.get_accounts, "Accounts"),
            "tax_rates": (api.get_tax_rates, "TaxRates"),
            "tracking": (api.get_tracking_categories, "TrackingCategories"),
        }[kind]
        return [plain(row) for row in self._client.read(call, self._tenant).get(name) or []]

    def limits(self) -> tuple[int | None, int | None]:
        """Return calls left this minute and today, as Xero last said."""
        return self._client.limits()

    def _creation(self, kind: DocumentKind) -> tuple[Callable[..., Any], Container, str]:
        api = self._client.accounting
        if kind in {DocumentKind.ACCREC, DocumentKind.ACCPAY}:
            return api.create_invoices, _invoices, "Invoices"
        if kind in {DocumentKind.ACCRECCREDIT, DocumentKind.ACCPAYCREDIT}:
            return api.create_credit_notes, _credit_notes, "CreditNotes"
        if kind is DocumentKind.JOURNAL:
            return api.create_manual_journals, _journals, "ManualJournals"
        raise ValueError(f"{kind} is no document that can be created: payments go through pay()")

    def _put(self, call: Callable[..., Any], name: str, container: Container, batch: _Batch) -> list[Result]:
        """Send in one call what could be expressed; one result per element, in order."""
        if not 1 <= len(batch.key) <= _KEY_LENGTH:
            raise ValueError(f"an idempotency key has 1 to {_KEY_LENGTH} characters")
        answered: Iterator[Result] = iter(())
        if models := batch.models:
            reply = self._client.write(
                call,
                self._tenant,
                container(models),
                idempotency_key=batch.key,
                summarize_errors=_PER_ELEMENT,
            )
            answered = iter(results_of(reply, name, batch.readers_of_models))
        return [one if isinstance(one, Rejected) else next(answered) for one in batch.made]


@dataclass(frozen=True, slots=True)
class _Batch:
    """The elements of one call, in order; some may have no model and are not sent."""

    made: Sequence[Any]
    """The SDK's models; Rejected in place of one that could not be made."""
    readers: Sequence[Reader]
    key: str

    @property
    def models(self) -> list[Any]:
        return [one for one in self.made if not isinstance(one, Rejected)]

    @property
    def readers_of_models(self) -> list[Reader]:
        pairs = zip(self.made, self.readers, strict=True)
        return [reader for one, reader in pairs if not isinstance(one, Rejected)]


def _check_size(elements: Sequence[object], most: int) -> None:
    if not 1 <= len(elements) <= most:
        raise ValueError(f"a call takes 1 to {most} elements, not {len(elements)}")


def _made(make: Callable[[Any], Any], item: object, subject: str) -> Any:  # noqa: ANN401 - SDK model or Rejected
    """Return the model to send; an element without one is refused alone."""
    try:
        return make(item)
    except ValueError as error:
        problem = Refused(
            f"{subject} cannot be sent to Xero.",
            "It holds something that Xero's interface has no place for.",
            "Look at the preview of the day, and report the details.",
            printable(str(error)),
            code="inexpressible",
        )
        return Rejected((problem.detail,), problem)


def _invoices(models: list[Any]) -> Any:  # noqa: ANN401 - the SDK has no types, here and below
    return Invoices(invoices=models)


def _credit_notes(models: list[Any]) -> Any:  # noqa: ANN401
    return CreditNotes(credit_notes=models)


def _journals(models: list[Any]) -> Any:  # noqa: ANN401
    return ManualJournals(manual_journals=models)


def _payments(models: list[Any]) -> Any:  # noqa: ANN401
    return Payments(payments=models)


def _contacts(models: list[Any]) -> Any:  # noqa: ANN401
    return Contacts(contacts=models)


def _document_reader(kind: DocumentKind, number: str) -> Reader:
    def read(element: Element) -> Result | None:
        answered = next((text(element, name) for name in _NUMBER_FIELDS if element.get(name)), number)
        return result_of(kind, element, number) if answered.casefold() == number.casefold() else None

    return read


def _subject(payment: OutgoingPayment) -> str:
    return f"Payment {payment.amount} to account {payment.account}"


def _payment_reader(payment: OutgoingPayment) -> Reader:
    def read(element: Element) -> Result | None:
        if amount_of(element, "Amount") not in {None, exact(payment.amount)}:
            return None
        return result_of(DocumentKind.PAYMENT, element, _subject(payment))

    return read


def _contact_reader(name: str) -> Reader:
    return lambda element: contact_result_of(element, f"Contact {name}")
