"""Xero's messages, told to a shop manager."""

import pytest

from services.accounting.xero.errors import CATALOGUE, known_codes, problem_for, problem_for_all

MESSAGES = [
    ("Invoice # must be unique.", "number_taken", ""),
    ("Credit Note # must be unique.", "number_taken", ""),
    ("The Total for this document must be greater than or equal to zero.", "negative_total", ""),
    ("Payment amounts must be positive amounts", "payment_not_positive", ""),
    ("Payment amount exceeds the amount outstanding on this document", "payment_exceeds_due", ""),
    ("Payments can only be made against Authorised documents", "not_authorised_document", ""),
    ("Payments can only be made against Authorised invoices", "not_authorised_document", ""),
    (
        "Account code '611' has been archived, or has been deleted.",
        "account_archived",
        "611",
    ),
    (
        "Account code '476' has been removed as it does not match a recognised account.",
        "account_removed",
        "476",
    ),
    ("Account code '090' is not a valid code for this document.", "account_invalid", "090"),
    ("Account code '' is not a valid code for this document.", "account_invalid", "?"),
    ("Account code '611' is not enabled for payments.", "account_takes_no_payments", "611"),
    ("Account could not be found", "account_not_found", ""),
    ("The TaxType code 'OUTPUT2' cannot be used with account code '310'.", "tax_not_for_account", "310"),
    (
        "The TaxType code OUTPUT9 does not exist or cannot be used for this type of transaction.",
        "tax_unknown",
        "OUTPUT9",
    ),
    (
        "The document date cannot be before the period lock date, currently set at 30-Nov-2026",
        "period_locked",
        "30-Nov-2026",
    ),
    (
        "The document date cannot be before the end of year lock date, currently set at 30-Sep-2021",
        "year_locked",
        "30-Sep-2021",
    ),
    ("The document date cannot be before the end of year lock date", "year_locked", "?"),
    ("Invoice not of valid status for modification", "not_modifiable", ""),
    (
        "This document cannot be edited as it has a payment or credit note allocated to it.",
        "not_modifiable",
        "",
    ),
    (
        "The status VOIDED cannot be applied to the invoice because it has payments or credit notes.",
        "has_payments",
        "",
    ),
    ("You have reached the limit of invoices you can approve", "plan_limit", ""),
    (
        "The contact with the specified contact details has been archived. It must be un-archived.",
        "contact_archived",
        "",
    ),
    ("The specified contact details matched an archived contact.", "contact_archived", ""),
    (
        "The contact name Anna's is already assigned to another contact. The contact name must be unique.",
        "contact_name_taken",
        "Anna's",
    ),
    ("The contact number C-7 is already assigned to another contact.", "contact_number_taken", "C-7"),
    ("The contact name A  B must not contain angle brackets, nor double spaces.", "contact_name_invalid", ""),
    ("A Contact must be specified for this type of transaction", "contact_missing", ""),
    ("A valid user should be identified", "user_missing", ""),
    ("Organisation is not subscribed to currency EUR", "currency", "EUR"),
    ("The document DueDate field must be specified.", "due_date_missing", ""),
    ("The line total 1.00 does not match the expected line total 2.00", "amounts_disagree", ""),
    ("The invoice total does not equal the sum of the lines.", "amounts_disagree", ""),
    (
        "The quantity value '-1.0000' is invalid. Quantity must not be less than zero.",
        "amounts_disagree",
        "",
    ),
    ("The tax amount cannot be greater than the line amount", "tax_over_line", ""),
    ("The total debits (100.00) must equal total credits (-10.00)", "journal_unbalanced", "-10.00"),
    (
        "The tracking 'Region West' does not match an active tracking category and option.",
        "tracking_invalid",
        "",
    ),
    ("The Description field must not be longer than 4000 characters.", "too_long", "4000"),
    ("Description must be specified for each line item.", "description_missing", ""),
    ("Invoice could not be found", "document_not_found", ""),
    ("Idempotency Key: k-1 is used with a different request.", "idempotency_clash", ""),
]


@pytest.mark.parametrize("message,code,named", MESSAGES)
def test_a_known_message_says_what_why_and_next(message: str, code: str, named: str) -> None:
    problem = problem_for(message)
    assert problem.code == code
    assert problem.what
    assert problem.why
    assert problem.next
    assert named in f"{problem.what} {problem.why}"
    assert "{" not in f"{problem.what}{problem.why}{problem.next}"
    assert problem.detail == message


def test_every_entry_is_shown_by_a_message() -> None:
    assert {entry.code for entry in CATALOGUE} == {code for _, code, _ in MESSAGES}
    assert set(known_codes()) == {code for _, code, _ in MESSAGES} | {"xero_says"}


def test_an_unknown_message_is_passed_on_printable() -> None:
    problem = problem_for("Something\x1b[31m new\u202e of Xero {0}", "POS-1")
    assert problem.code == "xero_says"
    assert problem.what.startswith("POS-1: ")
    assert "Something [31m new of Xero {0}" in problem.why
    assert problem.next


def test_a_captured_text_is_no_format() -> None:
    problem = problem_for("Account code '{1}{x}' is not a valid code for this document.")
    assert "{1}{x}" in problem.what


def test_of_several_messages_a_known_one_tells_what_to_do() -> None:
    problem = problem_for_all(("Something new", "Payment amounts must be positive amounts"), "POS-1")
    assert problem.code == "payment_not_positive"
    assert problem.detail == "Something new; Payment amounts must be positive amounts"


def test_a_refusal_without_a_message_is_told_too() -> None:
    assert problem_for_all(()).code == "xero_says"


def test_a_very_long_message_is_cut() -> None:
    assert len(problem_for("x" * 100_000).why) < 1000
