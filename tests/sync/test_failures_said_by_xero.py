"""Every message of Xero that is known, provoked: what the shop then says of it.

The practice Xero says what it has a rule for; the rest is Xero's own body, answered by
the practice Xero to the real call.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from services.accounting.xero.errors import CATALOGUE
from services.contract.states import DayState
from services.sandbox.xero import NZ_TENANT, Fault, PracticeXero
from services.store.tables import DocumentRow
from tests.sync.practice import PracticeShop
from tests.sync.provoking import codes_told, elements, one_sale
from tests.sync.support import sale, states

_INVOICE, _PAYMENT, _CONTACT, _JOURNAL = "/Invoices$", "/Payments$", "/Contacts$", "/ManualJournals$"

# What the practice Xero says by its own rules, once somebody changed something there.
CHANGES: dict[str, dict[str, Any]] = {
    "account_archived": {"archive_account": "200"},
    "account_takes_no_payments": {"enable_payments": {"611": False}},
    "contact_archived": {"archive_contact": "POS Sales - Queen St"},
    "period_locked": {"period_lock_date": "2099-01-01"},
    "plan_limit": {"invoice_cap": 0},
    "tax_unknown": {"delete_tax_rate": "OUTPUT2"},
    "year_locked": {"end_of_year_lock_date": "2099-01-01"},
}
# What only the real Xero says, to which call.
BODIES = [
    ("account_invalid", _INVOICE, "Account code '200' is not a valid code for this document."),
    (
        "account_removed",
        _INVOICE,
        "Account code '476' has been removed as it does not match a recognised account.",
    ),
    ("account_not_found", _PAYMENT, "Account could not be found"),
    ("amounts_disagree", _INVOICE, "The line total 1.00 does not match the expected line total 2.00"),
    (
        "contact_missing",
        _INVOICE,
        "A Contact must be specified for this type of transaction",
    ),
    (
        "contact_name_invalid",
        _CONTACT,
        "The contact name A  B must not contain angle brackets, nor double spaces.",
    ),
    (
        "contact_name_taken",
        _CONTACT,
        "The contact name POS Sales is already assigned to another contact. The contact name must be unique.",
    ),
    ("contact_number_taken", _CONTACT, "The contact number C-7 is already assigned to another contact."),
    ("currency", _INVOICE, "Organisation is not subscribed to currency EUR"),
    ("description_missing", _INVOICE, "Description must be specified for each line item."),
    ("document_not_found", _PAYMENT, "Invoice could not be found"),
    ("due_date_missing", _INVOICE, "The document DueDate field must be specified."),
    (
        "has_payments",
        _INVOICE,
        "The status VOIDED cannot be applied to the invoice because it has payments or credit notes.",
    ),
    ("journal_unbalanced", _JOURNAL, "The total debits (100.00) must equal total credits (-10.00)"),
    (
        "negative_total",
        _INVOICE,
        "The Total for this document must be greater than or equal to zero.",
    ),
    ("not_authorised_document", _PAYMENT, "Payments can only be made against Authorised documents"),
    ("not_modifiable", _INVOICE, "Invoice not of valid status for modification"),
    (
        "payment_exceeds_due",
        _PAYMENT,
        "Payment amount exceeds the amount outstanding on this document",
    ),
    ("payment_not_positive", _PAYMENT, "Payment amounts must be positive amounts"),
    (
        "tax_not_for_account",
        _INVOICE,
        "The TaxType code 'OUTPUT2' cannot be used with account code '200'.",
    ),
    ("tax_over_line", _INVOICE, "The tax amount cannot be greater than the line amount"),
    ("too_long", _INVOICE, "The Description field must not be longer than 4000 characters."),
    (
        "tracking_invalid",
        _INVOICE,
        "The tracking 'Region West' does not match an active tracking category and option.",
    ),
    ("user_missing", _INVOICE, "A valid user should be identified"),
]
REFUSED_WHOLE = {"idempotency_clash": "Idempotency Key: k-1 is used with a different request."}
PROVOKED = {*CHANGES, *(code for code, _, _ in BODIES), *REFUSED_WHOLE, "number_taken"}


@pytest.mark.parametrize("code", sorted(CHANGES))
def test_what_somebody_changed_at_xero_is_told(practice: PracticeShop, xero: PracticeXero, code: str) -> None:
    day = _known_shop(practice)
    xero.configure(NZ_TENANT, **CHANGES[code])
    (answer,) = practice.sync(day)
    assert answer["state"] == "refused", answer
    assert code in codes_told(practice, day)


@pytest.mark.parametrize("code,path,message", BODIES, ids=[code for code, _, _ in BODIES])
def test_what_xero_says_is_told(
    practice: PracticeShop, xero: PracticeXero, code: str, path: str, message: str
) -> None:
    practice.ready()
    if path == _JOURNAL:
        practice.map(shape="journal")
    if path == _CONTACT:
        practice.map(contact="POS Sales, not in Xero yet")
    day = one_sale(practice)
    told = [message] * (2 if path == _PAYMENT else 1)  # paid in cash and by card, in one call
    xero.faults.add(Fault(method="PUT", path=path, status=400, body=elements(*told), count=None))
    assert states(practice.sync(day)) == ["refused"]
    assert code in codes_told(practice, day)


@pytest.mark.parametrize("code", sorted(REFUSED_WHOLE))
def test_a_call_that_is_refused_as_a_whole_is_told(
    practice: PracticeShop, xero: PracticeXero, code: str
) -> None:
    practice.ready()
    day = one_sale(practice)
    body = {"Type": "Error", "Message": REFUSED_WHOLE[code]}
    xero.faults.add(Fault(method="PUT", path=_INVOICE, status=400, body=body, count=None))
    assert states(practice.sync(day)) == ["refused"]
    assert code in codes_told(practice, day)


def test_a_number_that_is_taken_is_looked_up(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    day = one_sale(practice)
    xero.faults.add(Fault(method="PUT", path=_INVOICE, when="after", status=500))
    xero.faults.add(Fault(method="GET", path=_INVOICE, status=500, count=None))
    practice.sync(day)
    xero.faults.clear()
    # Its number is there: what was lost was done. A second document of it is refused by Xero.
    _forget_the_call(practice)
    xero.faults.add(Fault(method="GET", path=_INVOICE, status=500, count=None))
    (answer,) = practice.sync(day)
    assert answer["state"] == "unknown"
    assert "number_taken" in codes_told(practice, day)
    xero.faults.clear()
    assert states(practice.sync(day)) == ["posted"]
    assert len(xero.calls.of(method="PUT", path=_INVOICE)) == 2
    assert [each.number for each in xero.book(NZ_TENANT).documents.values()] == [f"POS-queen-st-{day}"]


def test_every_message_that_is_known_is_provoked() -> None:
    assert {entry.code for entry in CATALOGUE} == PROVOKED


def _known_shop(practice: PracticeShop) -> date:
    """Return a day to send, once accounts and contact of the organisation are known."""
    practice.ready()
    before = one_sale(practice)
    assert states(practice.sync(before)) == ["posted"]
    day = before - timedelta(days=1)
    practice.take(sale(day, "S-2", "50.00"))
    return day


def _forget_the_call(practice: PracticeShop) -> None:
    """Take the shop's memory back to before the call, as an old backup would."""
    with practice.database.write() as session:
        for row in session.exec(select(DocumentRow)):
            row.state = DayState.WAITING
            session.add(row)
