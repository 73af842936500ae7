"""Taking back what is at Xero: documents and payments (XERO.md 6.2, 6.6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from xero_python.accounting import (
    CreditNote,
    CreditNotes,
    Invoice,
    Invoices,
    ManualJournal,
    ManualJournals,
    PaymentDelete,
)

from services.accounting.ledger import CallRefused, NotSent, OutcomeUnknown, Result
from services.accounting.xero.answered import results_of
from services.accounting.xero.client import XeroClient
from services.accounting.xero.incoming import Element, result_of, text
from services.books.documents import DocumentKind

_CREDITS = frozenset({DocumentKind.ACCRECCREDIT, DocumentKind.ACCPAYCREDIT})


@dataclass(frozen=True, slots=True)
class Void:
    """A document that is to be voided, or deleted where it is a draft."""

    kind: DocumentKind
    remote_id: str
    status: str


def void(client: XeroClient, tenant: str, wanted: Void, key: str) -> Result:
    """Void one document; refused by Xero while anything is paid or set against it."""
    call, name, body = _voiding(client, tenant, wanted)
    reply = client.write(call, tenant, wanted.remote_id, body, idempotency_key=key)
    return _one(reply, name, wanted.kind, "The document")


def unpay(client: XeroClient, tenant: str, payment_id: str, key: str) -> Result:
    """Remove one payment; refused by Xero where it is reconciled."""
    call = client.accounting.delete_payment
    reply = client.write(call, tenant, payment_id, PaymentDelete(status="DELETED"), idempotency_key=key)
    return _one(reply, "Payments", DocumentKind.PAYMENT, "The payment")


def _voiding(client: XeroClient, tenant: str, wanted: Void) -> tuple[Callable[..., Any], str, Any]:
    api, status = client.accounting, wanted.status
    if wanted.kind is DocumentKind.JOURNAL:
        # A journal has no model without its narration (XERO.md 6.8); it stays as it is there.
        narration = _narration(client, tenant, wanted.remote_id)
        body = ManualJournals(manual_journals=[ManualJournal(narration=narration, status=status)])
        return api.update_manual_journal, "ManualJournals", body
    if wanted.kind in _CREDITS:
        return (
            api.update_credit_note,
            "CreditNotes",
            CreditNotes(credit_notes=[CreditNote(status=status)]),
        )
    return api.update_invoice, "Invoices", Invoices(invoices=[Invoice(status=status)])


def _narration(client: XeroClient, tenant: str, remote_id: str) -> str:
    """Read what a journal is about; when that fails, nothing was voided."""
    try:
        read = client.read(client.accounting.get_manual_journal, tenant, remote_id)
    except (CallRefused, OutcomeUnknown) as failure:
        raise NotSent(
            "The journal could not be read before voiding it.",
            f"{failure.what} {failure.why}",
            failure.next,
            failure.detail,
        ) from failure
    return text(read["ManualJournals"][0], "Narration")


def _one(reply: Any, name: str, kind: DocumentKind, subject: str) -> Result:  # noqa: ANN401 - a Reply
    def read(element: Element) -> Result | None:
        return result_of(kind, element, subject)

    return results_of(reply, name, [read])[0]
