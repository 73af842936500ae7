"""Every call of the ledger against the practice Xero."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.accounting.ledger import Accepted, Found, Ledger, OutgoingDocument, OutgoingPayment, Rejected
from services.accounting.xero.ledger import XeroLedger
from services.books.documents import Document, DocumentKind, LineAmounts
from services.sandbox.xero import NZ_TENANT, Fault, PracticeXero
from tests.accounting.xero_examples import DAY, document, line

ZERO = Decimal(0)
NUMBER = "POS-queen-st-20261119"


def _accepted(ledger: Ledger, contact: str | None, wanted: Document, key: str = "k-1") -> Accepted:
    (made,) = ledger.create(wanted.kind, [OutgoingDocument(wanted, contact)], key)
    assert isinstance(made, Accepted), made
    return made


def _found(ledger: Ledger, contact: str | None, wanted: Document) -> Found | None:
    (found,) = ledger.find(wanted.kind, [OutgoingDocument(wanted, contact)])
    return found


CREDIT = document(
    kind=DocumentKind.ACCRECCREDIT, key="refunds", number=f"{NUMBER}-R", due_date=None, reference="Z 12"
)
BILL = document(
    kind=DocumentKind.ACCPAY,
    key="purchase:1",
    number="KW-1,001",
    line_amounts=LineAmounts.EXCLUSIVE,
    payments=(),
    lines=(
        line("82.80", account="310", tax_type="INPUT2", quantity=Decimal(24), tax=Decimal("12.42")),
        line("18.50", account="425", tax_type="INPUT2", tax=Decimal("2.78")),
        line("10.00", account="425", tax_type="NONE", quantity=Decimal(3), tax=ZERO),
    ),
    sub_total=Decimal("111.30"),
    total_tax=Decimal("15.20"),
    total=Decimal("126.50"),
)
BILL_CREDIT = replace(BILL, kind=DocumentKind.ACCPAYCREDIT, number="KW-C1", due_date=None)
JOURNAL = document(
    kind=DocumentKind.JOURNAL,
    key="journal",
    number=f"{NUMBER}-J",
    due_date=None,
    cash_basis=True,
    payments=(),
    lines=(line("212.75", account="611", tax_type="NONE", tax=ZERO), line("-212.75", tax=Decimal("-27.75"))),
    total_tax=Decimal("-27.75"),
    total=Decimal("212.75"),
)
KINDS = [document(reference="Z 12"), CREDIT, BILL, BILL_CREDIT, JOURNAL]


@pytest.mark.parametrize("wanted", KINDS, ids=lambda wanted: wanted.kind)
def test_each_kind_is_created_found_and_read_back(ledger: XeroLedger, contact: str, wanted: Document) -> None:
    made = _accepted(ledger, contact, wanted)
    assert (made.total, made.total_tax) == (wanted.total, wanted.total_tax)
    found = _found(ledger, contact, wanted)
    (read,) = ledger.read(wanted.kind, [made.remote_id])
    assert found is not None
    assert read == found
    assert found.remote_id == made.remote_id
    assert found.number == wanted.number
    assert found.date == DAY
    assert found.line_totals == tuple((one.account, one.tax_type, one.amount) for one in wanted.lines)
    assert found.payments == ()


def test_a_journal_is_posted_and_the_others_are_approved(ledger: XeroLedger, contact: str) -> None:
    assert _accepted(ledger, None, JOURNAL, "k-1").status == "POSTED"
    assert _accepted(ledger, contact, document(), "k-2").status == "AUTHORISED"
    draft = document(number="POS-draft", status="DRAFT")
    assert _accepted(ledger, contact, draft, "k-3").status == "DRAFT"
    assert (
        _accepted(ledger, None, replace(JOURNAL, number="J-draft", status="DRAFT"), "k-4").status == "DRAFT"
    )


def test_the_practice_books_hold_what_was_meant(xero: PracticeXero, ledger: XeroLedger, contact: str) -> None:
    made = _accepted(ledger, contact, document())
    ledger.pay([_payment(made.remote_id)], "p-1")
    balances = xero.trial_balance(NZ_TENANT)
    assert balances == {"200": Decimal("-185.00"), "820": Decimal("-27.75"), "611": Decimal("212.75")}


def test_a_bills_quantity_stands_where_its_unit_price_is_exact(
    xero: PracticeXero, ledger: XeroLedger, contact: str
) -> None:
    made = _accepted(ledger, contact, BILL)
    lines = xero.book(NZ_TENANT).documents[made.remote_id].lines
    assert [(one.quantity, one.unit_amount) for one in lines] == [
        (Decimal(24), Decimal("3.45")),
        (Decimal(1), Decimal("18.50")),
        (Decimal(1), Decimal("10.00")),  # 10.00 / 3 is no amount of money
    ]


def test_the_journals_cash_basis_flag_arrives(xero: PracticeXero, ledger: XeroLedger) -> None:
    first = _accepted(ledger, None, JOURNAL, "k-1")
    second = _accepted(ledger, None, replace(JOURNAL, number="J-2", cash_basis=False), "k-2")
    journals = xero.book(NZ_TENANT).journals
    assert journals[first.remote_id].cash_basis
    assert not journals[second.remote_id].cash_basis


def test_tracking_arrives_on_lines_of_every_kind(
    xero: PracticeXero, ledger: XeroLedger, contact: str
) -> None:
    category = ledger.reference("tracking")[0]
    tracking = ((category["Name"], category["Options"][0]["Name"]),)
    invoice = document(lines=(line(tracking=tracking),))
    journal = replace(JOURNAL, lines=tuple(replace(one, tracking=tracking) for one in JOURNAL.lines))
    book = xero.book(NZ_TENANT)
    made = book.documents[_accepted(ledger, contact, invoice, "k-1").remote_id]
    posted = book.journals[_accepted(ledger, None, journal, "k-2").remote_id]
    assert [len(one.tracking) for one in (*made.lines, *posted.lines)] == [1, 1, 1]


def _payment(remote_id: str, amount: str = "212.75", **given: object) -> OutgoingPayment:
    values = {"account": "611", "date": DAY, "reference": "TB:1", "kind": DocumentKind.ACCREC, **given}
    return OutgoingPayment(remote_id=remote_id, amount=Decimal(amount), **values)  # type: ignore[arg-type]  # as given


def test_payments_and_refunds_go_in_one_call(xero: PracticeXero, ledger: XeroLedger, contact: str) -> None:
    invoice = _accepted(ledger, contact, document(), "k-1")
    credit = _accepted(ledger, contact, CREDIT, "k-2")
    xero.calls.clear()
    paid = ledger.pay(
        [
            _payment(invoice.remote_id, "200.00"),
            _payment(invoice.remote_id, "12.75", account="612", reference="TB:2"),
            _payment(credit.remote_id, kind=DocumentKind.ACCRECCREDIT, reference="TB:3"),
        ],
        "p-1",
    )
    assert [isinstance(one, Accepted) and one.total for one in paid] == [
        Decimal("200.00"),
        Decimal("12.75"),
        Decimal("212.75"),
    ]
    assert len(xero.calls) == 1
    (read,) = ledger.read(DocumentKind.ACCREC, [invoice.remote_id])
    (refunded,) = ledger.read(DocumentKind.ACCRECCREDIT, [credit.remote_id])
    assert read is not None
    assert refunded is not None
    assert [(amount, reference) for _, _, amount, reference in read.payments] == [
        (Decimal("200.00"), "TB:1"),
        (Decimal("12.75"), "TB:2"),
    ]
    assert [payment[3] for payment in refunded.payments] == ["TB:3"]
    assert (read.amount_due, read.status) == (ZERO, "PAID")
    assert (refunded.amount_due, refunded.status) == (ZERO, "PAID")


def test_a_deleted_payment_is_no_payment(xero: PracticeXero, ledger: XeroLedger, contact: str) -> None:
    invoice = _accepted(ledger, contact, document())
    (paid,) = ledger.pay([_payment(invoice.remote_id)], "p-1")
    assert isinstance(paid, Accepted)
    xero.act(NZ_TENANT, "POST", f"Payments/{paid.remote_id}", {"Status": "DELETED"})
    (read,) = ledger.read(DocumentKind.ACCREC, [invoice.remote_id])
    assert read is not None
    assert read.payments == ()
    assert read.amount_due == Decimal("212.75")


def test_one_bad_element_does_not_spoil_the_others(ledger: XeroLedger, contact: str) -> None:
    good, bad = document(), document(number="POS-bad", lines=(line(account="999"),))
    results = ledger.create(
        DocumentKind.ACCREC, [OutgoingDocument(one, contact) for one in (good, bad)], "k-1"
    )
    assert isinstance(results[0], Accepted)
    assert isinstance(results[1], Rejected)
    assert results[1].messages[0] == "Account code '999' is not a valid code for this document."
    assert results[1].problem.code == "account_invalid"
    assert results[1].problem.what == "POS-bad: Account 999 cannot be used on this document."


def test_a_payment_that_is_refused_says_which(ledger: XeroLedger, contact: str) -> None:
    invoice = _accepted(ledger, contact, document())
    results = ledger.pay(
        [_payment(invoice.remote_id, "100.00"), _payment(invoice.remote_id, "200.00")], "p-1"
    )
    assert isinstance(results[0], Accepted)
    assert isinstance(results[1], Rejected)
    assert results[1].problem.code == "payment_exceeds_due"
    assert "200.00" in results[1].problem.what


def test_a_number_that_is_taken_can_be_looked_up_and_adopted(ledger: XeroLedger, contact: str) -> None:
    first = _accepted(ledger, contact, document(), "k-1")
    (second,) = ledger.create(DocumentKind.ACCREC, [OutgoingDocument(document(), contact)], "k-2")
    assert isinstance(second, Rejected)
    assert second.problem.code == "number_taken"
    found = _found(ledger, contact, document())
    assert found is not None
    assert (found.remote_id, found.total, found.contact_id) == (first.remote_id, Decimal("212.75"), contact)


def test_the_same_key_makes_one_document(ledger: XeroLedger, contact: str) -> None:
    first = _accepted(ledger, contact, BILL, "k-1")
    assert _accepted(ledger, contact, BILL, "k-1").remote_id == first.remote_id
    assert _accepted(ledger, contact, BILL, "k-2").remote_id != first.remote_id


def test_a_warning_is_kept(ledger: XeroLedger, contact: str) -> None:
    draft = document(status="DRAFT", lines=(line(account="476"),))
    made = _accepted(ledger, contact, draft)
    assert made.warnings == (
        "Account code '476' has been removed as it does not match a recognised account.",
    )


def test_a_voided_invoice_is_found_and_a_voided_journal_is_not(
    xero: PracticeXero, ledger: XeroLedger, contact: str
) -> None:
    invoice = _accepted(ledger, contact, document(), "k-1")
    journal = _accepted(ledger, None, JOURNAL, "k-2")
    xero.act(NZ_TENANT, "POST", f"Invoices/{invoice.remote_id}", {"Status": "VOIDED"})
    xero.act(NZ_TENANT, "POST", f"ManualJournals/{journal.remote_id}", {"Status": "VOIDED"})
    found = _found(ledger, contact, document())
    assert found is not None
    assert found.status == "VOIDED"
    assert _found(ledger, None, JOURNAL) is None


def test_bills_of_one_number_are_told_apart(ledger: XeroLedger, contact: str) -> None:
    (other,) = ledger.create_contacts([("Other Wholesale", None)], "contact-2")
    assert isinstance(other, Accepted)
    wanted = _accepted(ledger, contact, BILL, "k-1")
    _accepted(ledger, other.remote_id, BILL, "k-2")
    _accepted(ledger, contact, replace(BILL, date=date(2026, 11, 18)), "k-3")
    found = _found(ledger, contact, BILL)
    assert found is not None
    assert found.remote_id == wanted.remote_id
    assert _found(ledger, contact, replace(BILL, total=Decimal("1.00"))) is None


def test_bills_are_found_by_number_and_contact_whatever_their_total(ledger: XeroLedger, contact: str) -> None:
    made = _accepted(ledger, contact, BILL, "k-1")
    altered = replace(BILL, total=Decimal("1.00"), date=date(2026, 11, 18))
    (by_id,) = ledger.find_bills(BILL.kind, [OutgoingDocument(replace(altered, contact="Renamed"), contact)])
    assert by_id is not None
    assert by_id.remote_id == made.remote_id
    named = replace(altered, contact=by_id.contact_name.upper())
    (by_name,) = ledger.find_bills(BILL.kind, [OutgoingDocument(named)])
    assert by_name == by_id
    assert ledger.find_bills(BILL.kind, [OutgoingDocument(replace(altered, contact="Somebody else"))]) == [
        None
    ]
    assert ledger.find_bills(BILL_CREDIT.kind, [OutgoingDocument(altered, contact)]) == [None]


def test_a_number_that_begins_alike_is_another_one(ledger: XeroLedger, contact: str) -> None:
    longer = replace(JOURNAL, number=f"{JOURNAL.number}0")
    _accepted(ledger, None, longer)
    assert _found(ledger, None, JOURNAL) is None
    assert _found(ledger, contact, document()) is None


@pytest.mark.parametrize("number", ['5" nails', "back\\slash", "a,b", "O'Brien & Co", "no 7 (copy)"])
def test_numbers_with_odd_characters_are_found(ledger: XeroLedger, contact: str, number: str) -> None:
    for key, kind in enumerate((document(), CREDIT, BILL, JOURNAL)):
        wanted = replace(kind, number=number)
        made = _accepted(ledger, contact, wanted, f"k-{key}")
        found = _found(ledger, contact, wanted)
        assert found is not None, kind.kind
        assert found.remote_id == made.remote_id


def test_many_documents_take_few_calls(xero: PracticeXero, ledger: XeroLedger, contact: str) -> None:
    wanted = [OutgoingDocument(document(number=f"POS-{number}"), contact) for number in range(50)]
    made = ledger.create(DocumentKind.ACCREC, wanted, "k-1")
    xero.calls.clear()
    found = ledger.find(DocumentKind.ACCREC, wanted)
    read = ledger.read(DocumentKind.ACCREC, [one.remote_id for one in made if isinstance(one, Accepted)])
    assert found == read
    assert all(found)
    assert len(xero.calls) == 2


def test_long_numbers_go_in_several_calls_that_fit_an_address(
    xero: PracticeXero, ledger: XeroLedger, contact: str
) -> None:
    wanted = [OutgoingDocument(document(number=f"{number:0>200}"), contact) for number in range(20)]
    ledger.create(DocumentKind.ACCREC, wanted, "k-1")
    xero.calls.clear()
    assert all(ledger.find(DocumentKind.ACCREC, wanted))
    assert len(xero.calls) == 2


def test_refunds_are_read_apart_where_the_note_does_not_list_them(
    xero: PracticeXero, ledger: XeroLedger, contact: str
) -> None:
    credit = _accepted(ledger, contact, CREDIT)
    ledger.pay([_payment(credit.remote_id, kind=DocumentKind.ACCRECCREDIT, reference="TB:3")], "p-1")
    bare = {"CreditNoteID": credit.remote_id, "CreditNoteNumber": CREDIT.number, "Status": "PAID"}
    xero.faults.add(Fault(path="/CreditNotes", status=200, body={"CreditNotes": [bare]}))
    (read,) = ledger.read(DocumentKind.ACCRECCREDIT, [credit.remote_id])
    assert read is not None
    assert [(account, reference) for _, account, _, reference in read.payments] == [("611", "TB:3")]


def test_what_is_not_there_is_none(ledger: XeroLedger, contact: str) -> None:
    nowhere = "11111111-2222-3333-4444-555555555555"
    for kind in (document(), CREDIT, BILL, JOURNAL):
        assert _found(ledger, contact, kind) is None
        assert ledger.read(kind.kind, [nowhere]) == [None]
    assert ledger.find_invoice("INV-0") is None


def test_an_invoice_raised_elsewhere_is_found_by_its_number(ledger: XeroLedger, contact: str) -> None:
    made = _accepted(ledger, contact, document(number="INV-77", payments=()))
    _accepted(ledger, contact, replace(BILL, number="INV-77"), "k-2")
    found = ledger.find_invoice("inv-77")
    assert found is not None
    assert (found.remote_id, found.amount_due, found.contact_name) == (
        made.remote_id,
        Decimal("212.75"),
        "POS Sales - Test St",
    )


def test_the_ledger_is_one(ledger: XeroLedger) -> None:
    seam: Ledger = ledger
    assert seam.limits() == (None, None)


@pytest.mark.parametrize("count", [0, 51])
def test_a_call_takes_no_more_than_xero_likes(ledger: XeroLedger, count: int) -> None:
    with pytest.raises(ValueError, match="1 to 50"):
        ledger.create(DocumentKind.ACCREC, [OutgoingDocument(document(), "c")] * count, "k-1")


def test_a_payment_is_no_document_to_create(ledger: XeroLedger) -> None:
    with pytest.raises(ValueError, match="pay"):
        ledger.create(DocumentKind.PAYMENT, [OutgoingDocument(document(), "c")], "k-1")
