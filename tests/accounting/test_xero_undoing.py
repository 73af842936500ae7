"""Taking back at the practice Xero, and reading what changed there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from services.accounting.ledger import (
    Accepted,
    CallRefused,
    NotSent,
    OutgoingDocument,
    OutgoingPayment,
    Rejected,
)
from services.accounting.xero.ledger import XeroLedger
from services.books.documents import Document, DocumentKind
from services.sandbox.xero import NZ_TENANT, Fault, PracticeXero
from tests.accounting.test_xero_contract import BILL, CREDIT, JOURNAL
from tests.accounting.xero_examples import DAY, document

KINDS = [document(), CREDIT, BILL, JOURNAL]


def _made(ledger: XeroLedger, contact: str, wanted: Document, key: str = "k-1") -> str:
    (made,) = ledger.create(wanted.kind, [OutgoingDocument(wanted, contact)], key)
    assert isinstance(made, Accepted), made
    return made.remote_id


def _paid(ledger: XeroLedger, kind: DocumentKind, remote_id: str, amount: str = "212.75") -> str:
    payment = OutgoingPayment(kind, remote_id, "611", Decimal(amount), DAY, "TB:1")
    (made,) = ledger.pay([payment], "p-1")
    assert isinstance(made, Accepted), made
    return made.remote_id


@pytest.mark.parametrize("wanted", KINDS, ids=lambda wanted: wanted.kind)
def test_each_kind_is_voided_and_its_number_stays_taken(
    xero: PracticeXero, ledger: XeroLedger, contact: str, wanted: Document
) -> None:
    remote_id = _made(ledger, contact, wanted)
    result = ledger.void(wanted.kind, remote_id, "VOIDED", "v-1")
    assert isinstance(result, Accepted), result
    assert result.status == "VOIDED"
    (read,) = ledger.read(wanted.kind, [remote_id])
    assert read is not None
    assert read.status == "VOIDED"
    assert xero.trial_balance(NZ_TENANT) == {}
    if wanted.kind in {DocumentKind.ACCREC, DocumentKind.ACCRECCREDIT}:
        (again,) = ledger.create(wanted.kind, [OutgoingDocument(wanted, contact)], "k-2")
        assert isinstance(again, Rejected)
        renamed = replace(wanted, number=f"{wanted.number}-r2")
        assert _made(ledger, contact, renamed, "k-3") != remote_id


def test_a_journal_that_cannot_be_read_is_not_said_to_be_refused(
    xero: PracticeXero, ledger: XeroLedger, contact: str
) -> None:
    remote_id = _made(ledger, contact, JOURNAL)
    xero.faults.add(Fault(path="ManualJournals", method="GET", status=400))
    with pytest.raises(NotSent, match="could not be read"):
        ledger.void(JOURNAL.kind, remote_id, "VOIDED", "v-1")
    assert not xero.calls.of("POST", "ManualJournals")


def test_a_draft_is_deleted(ledger: XeroLedger, contact: str) -> None:
    remote_id = _made(ledger, contact, document(status="DRAFT"))
    result = ledger.void(DocumentKind.ACCREC, remote_id, "DELETED", "v-1")
    assert isinstance(result, Accepted), result
    assert result.status == "DELETED"


@pytest.mark.parametrize("wanted", [document(), CREDIT], ids=lambda wanted: wanted.kind)
def test_what_is_paid_is_not_voided_until_the_payment_is_removed(
    ledger: XeroLedger, contact: str, wanted: Document
) -> None:
    remote_id = _made(ledger, contact, wanted)
    paid = _paid(ledger, wanted.kind, remote_id)
    refused = ledger.void(wanted.kind, remote_id, "VOIDED", "v-1")
    assert isinstance(refused, Rejected)
    assert "has payments or credit notes allocated" in refused.messages[0]
    (payment,) = ledger.payments(wanted.kind, remote_id)
    assert (payment.remote_id, payment.account, payment.amount) == (paid, "611", Decimal("212.75"))
    assert isinstance(ledger.unpay(paid, "u-1"), Accepted)
    assert ledger.payments(wanted.kind, remote_id) == []
    assert isinstance(ledger.void(wanted.kind, remote_id, "VOIDED", "v-2"), Accepted)


def test_a_reconciled_payment_is_known_and_stays(
    xero: PracticeXero, ledger: XeroLedger, contact: str
) -> None:
    remote_id = _made(ledger, contact, document())
    paid = _paid(ledger, DocumentKind.ACCREC, remote_id)
    xero.configure(NZ_TENANT, reconcile_payment=paid)
    assert [payment.reconciled for payment in ledger.payments(DocumentKind.ACCREC, remote_id)] == [True]
    refused = ledger.unpay(paid, "u-1")
    assert isinstance(refused, Rejected)
    assert "reconciled" in refused.messages[0]


def test_a_locked_document_is_not_voided(xero: PracticeXero, ledger: XeroLedger, contact: str) -> None:
    remote_id = _made(ledger, contact, document())
    xero.configure(NZ_TENANT, period_lock_date=DAY.isoformat())
    refused = ledger.void(DocumentKind.ACCREC, remote_id, "VOIDED", "v-1")
    assert isinstance(refused, Rejected)
    assert refused.problem.code == "period_locked"


def test_the_same_key_again_does_nothing_twice(ledger: XeroLedger, contact: str) -> None:
    remote_id = _made(ledger, contact, document())
    first = ledger.void(DocumentKind.ACCREC, remote_id, "VOIDED", "v-1")
    again = ledger.void(DocumentKind.ACCREC, remote_id, "VOIDED", "v-1")
    assert first == again
    assert isinstance(ledger.void(DocumentKind.ACCREC, remote_id, "VOIDED", "v-2"), Rejected)


def test_what_is_not_there_is_refused(ledger: XeroLedger) -> None:
    with pytest.raises(CallRefused):
        ledger.unpay("00000000-0000-4000-8000-000000000000", "u-1")


def _since(ledger: XeroLedger, since: datetime, kind: DocumentKind = DocumentKind.ACCREC) -> list[str]:
    return [found.number for page in ledger.changed_since(kind, since) for found in page]


def test_what_changed_since_a_time_is_read(xero: PracticeXero, ledger: XeroLedger, contact: str) -> None:
    one = _made(ledger, contact, document(), "k-1")
    _made(ledger, contact, document(number="POS-2"), "k-2")
    bill = _made(ledger, contact, BILL, "k-3")
    assert len(_since(ledger, xero.now() - timedelta(hours=1))) == 3
    xero.configure(clock_offset=7200)
    later = xero.now() - timedelta(minutes=1)
    assert _since(ledger, later) == []
    xero.act(NZ_TENANT, "POST", f"Invoices/{one}", {"Status": "VOIDED"})
    xero.act(NZ_TENANT, "POST", f"Invoices/{bill}", {"Status": "VOIDED"})
    assert sorted(_since(ledger, later)) == sorted([document().number, BILL.number])


def test_a_payment_that_was_deleted_shows_on_its_document(
    xero: PracticeXero, ledger: XeroLedger, contact: str
) -> None:
    remote_id = _made(ledger, contact, document())
    paid = _paid(ledger, DocumentKind.ACCREC, remote_id)
    xero.configure(clock_offset=7200)
    later = xero.now() - timedelta(minutes=1)
    xero.act(NZ_TENANT, "POST", f"Payments/{paid}", {"Status": "DELETED"})
    ((found,),) = list(ledger.changed_since(DocumentKind.ACCREC, later))
    assert (found.remote_id, found.payments, found.amount_due) == (remote_id, (), Decimal("212.75"))


@pytest.mark.parametrize("kind", [DocumentKind.ACCRECCREDIT, DocumentKind.JOURNAL])
def test_the_other_lists_are_read_too(ledger: XeroLedger, contact: str, kind: DocumentKind) -> None:
    wanted = CREDIT if kind is DocumentKind.ACCRECCREDIT else JOURNAL
    _made(ledger, contact, wanted)
    assert _since(ledger, datetime(2020, 1, 1, tzinfo=UTC), kind) == [wanted.number]


def test_nothing_modified_is_an_empty_list(xero: PracticeXero, ledger: XeroLedger) -> None:
    xero.faults.add(Fault(method="GET", path="Invoices", status=304))
    assert _since(ledger, datetime(2026, 1, 1, tzinfo=UTC)) == []


def test_lines_are_told_with_tax_and_tracking(xero: PracticeXero, ledger: XeroLedger, contact: str) -> None:
    wanted = document()
    remote_id = _made(ledger, contact, wanted)
    (found,) = ledger.read(DocumentKind.ACCREC, [remote_id])
    assert found is not None
    assert [(line.account, line.tax_type, line.amount, line.tax) for line in found.lines] == [
        (line.account, line.tax_type, line.amount, line.tax) for line in wanted.lines
    ]
    assert found.credited == 0
    credit = _made(ledger, contact, CREDIT, "k-2")
    share = {"Invoice": {"InvoiceID": remote_id}, "Amount": 5}
    xero.act(NZ_TENANT, "PUT", f"CreditNotes/{credit}/Allocations", {"Allocations": [share]})
    for kind, each in ((DocumentKind.ACCREC, remote_id), (DocumentKind.ACCRECCREDIT, credit)):
        (read,) = ledger.read(kind, [each])
        assert read is not None
        assert read.credited == 5
