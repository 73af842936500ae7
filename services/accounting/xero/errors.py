"""Xero's own messages, told to a shop manager (XERO.md 6, FEATURES.md 3).

Each entry has the shape (code, what Xero says, what, why, next), and a class where it is
not that a person must act. `{0}`, `{1}` stand for what the pattern caught. Wordings of
Xero that were not seen on the wire are matched loosely; a message that is in no entry is
passed on, printable, under `xero_says`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from services.contract.failure_classes import PERSON
from services.contract.failure_classes import UNKNOWN as OUTCOME_UNKNOWN
from services.contract.problem import Problem
from services.contract.text import printable

UNKNOWN = "xero_says"
_LONGEST = 500
_PREVIEW = "Then run the preview and send the day again."


class Entry(NamedTuple):
    """How one message of Xero is told."""

    code: str
    pattern: str
    what: str
    why: str
    next: str
    kind: str = PERSON
    """Class of the failure (`services.contract.failure_classes`)."""


CATALOGUE = (
    Entry(
        "number_taken",
        r"(?:invoice|credit note) (?:#|number) must be unique",
        "Xero has a document with this number already.",
        "Numbers of sales documents are used once; that of a voided document stays taken.",
        "Tillbook looks it up: if it is the same it is taken over, else it shows both and asks.",
        OUTCOME_UNKNOWN,
    ),
    Entry(
        "negative_total",
        r"total for this document must be greater than or equal to zero",
        "The document's total is below zero.",
        "Xero takes no invoice or credit note with a negative total.",
        "Choose the shape 'invoice' in the mapping: refunds then go into a credit note of their own.",
    ),
    Entry(
        "payment_not_positive",
        r"payment amounts must be positive",
        "A payment is zero or negative.",
        "Xero takes payments above zero only.",
        "Choose the shape 'zero_invoice' or 'journal' for this day: there money going out is a line.",
    ),
    Entry(
        "payment_exceeds_due",
        r"payment amount exceeds the amount outstanding",
        "A payment is larger than what is still due.",
        "The document was paid, credited or changed in Xero in the meantime.",
        "Look at the document in Xero; remove the other payment there, or mark this day as settled.",
    ),
    Entry(
        "not_authorised_document",
        r"payments can only be made against authorised",
        "The document cannot be paid yet.",
        "It is a draft, or waits for approval, or was voided.",
        "Approve it in Xero; Tillbook adds the payments afterwards.",
    ),
    Entry(
        "account_archived",
        r"account code '(.*?)' has been archived",
        "Account {0} is archived in Xero.",
        "Nothing can be posted to an archived account.",
        f"In Xero, restore it in the chart of accounts, or choose another account in the mapping. {_PREVIEW}",
    ),
    Entry(
        "account_removed",
        r"account code '(.*?)' has been removed as it does not match",
        "Xero took account {0} off a line.",
        "It is not in the chart of accounts; on a draft Xero leaves the line without an account.",
        "Choose the account on the draft in Xero, and correct the mapping for the days to come.",
    ),
    Entry(
        "account_invalid",
        r"account code '(.*?)' is not a valid code for this document",
        "Account {0} cannot be used on this document.",
        "It does not exist, or is a bank account or one of Xero's own accounts.",
        f"Choose another account in the mapping. {_PREVIEW}",
    ),
    Entry(
        "account_takes_no_payments",
        r"account code '(.*?)' is not (?:enabled for|a valid code for) payments",
        "Account {0} takes no payments.",
        "'Enable payments to this account' is not ticked in Xero.",
        "In Xero: Accounting, Chart of accounts, open the account, tick Enable payments to this account,"
        " save. Then refresh the reference data here.",
    ),
    Entry(
        "account_not_found",
        r"account could not be found",
        "The account of a payment is not in Xero.",
        "It was deleted or archived, or the mapping has a wrong code.",
        f"Choose another account for that tender in the mapping. {_PREVIEW}",
    ),
    Entry(
        "tax_not_for_account",
        r"taxtype code '?(.*?)'? cannot be used with account code '?(.*?)'?\.?$",
        "Tax type {0} cannot be used with account {1}.",
        "In Xero each tax rate is for certain classes of account: income, expenses, assets and so on.",
        f"Choose another tax type or another account in the mapping. {_PREVIEW}",
    ),
    Entry(
        "tax_unknown",
        r"taxtype code '?(.*?)'? (?:does not exist|is not valid|cannot be used for this type)",
        "Tax type {0} is not in Xero, or was deleted there.",
        "The mapping names a tax type that this organisation does not have.",
        f"Refresh the reference data and choose another tax type in the mapping. {_PREVIEW}",
    ),
    Entry(
        "period_locked",
        r"cannot be before the period lock date(?:, currently set at (.+?))?\.?$",
        "The books are locked up to {0}.",
        "An adviser set a period lock date in Xero.",
        "Ask for it to be moved (Xero: Accounting, Advanced, Lock dates), then send the day again.",
    ),
    Entry(
        "year_locked",
        r"cannot be before the end of year lock date(?:, currently set at (.+?))?\.?$",
        "The financial year is locked up to {0}.",
        "The end of year lock date in Xero lies after this day.",
        "Ask your accountant; Tillbook never moves a day to another date.",
    ),
    Entry(
        "not_modifiable",
        r"not of valid status for (?:modification|creation)|cannot be edited as it has a payment",
        "Xero does not let this document be changed.",
        "It is approved, paid, voided or deleted.",
        "Void it in Xero and send the day again, or leave it as it is.",
    ),
    Entry(
        "has_payments",
        r"cannot be applied to the .* because it has payments",
        "The document cannot be voided.",
        "Payments or credit notes are on it.",
        "Remove them in Xero first.",
    ),
    Entry(
        "plan_limit",
        r"reached the limit of (?:invoices|bills) you can approve",
        "The Xero plan's limit of this month is reached.",
        "The smallest plan approves 20 invoices and 5 bills a month.",
        "Upgrade the plan in Xero, or wait for the next month; the day is kept.",
    ),
    Entry(
        "contact_archived",
        r"contact.*archived|archived contact",
        "The contact is archived in Xero.",
        "No document can be made for an archived contact.",
        "In Xero: Contacts, Archived, select it, Restore. Or choose another contact in the mapping.",
    ),
    Entry(
        "contact_name_taken",
        r"contact name (.*?) is already assigned to another contact",
        "Xero has a contact named {0} already.",
        "Names of contacts are used once.",
        "Tillbook looks it up and uses it; send the day again.",
    ),
    Entry(
        "contact_number_taken",
        r"contact number (.*?) is already assigned",
        "Another contact in Xero has the number {0}.",
        "Contact numbers are used once.",
        "Correct the supplier's number at the till or in Xero.",
    ),
    Entry(
        "contact_name_invalid",
        r"contact name.*(?:must not contain|angle brackets|must be specified)",
        "Xero does not take this contact's name.",
        "It is empty, contains < or >, or has spaces at either end or two in a row.",
        "Correct the name in the mapping or at the till.",
    ),
    Entry(
        "contact_missing",
        r"contact must be specified|contact could not be found",
        "The document's contact is not in Xero.",
        "It was merged or removed after it was looked up.",
        "Refresh the reference data and send the day again.",
    ),
    Entry(
        "user_missing",
        r"valid user should be identified",
        "Xero does not know who is posting.",
        "The Xero user who connected was removed from the organisation, or lost access to it.",
        "Connect to Xero again with a user who has Standard or Adviser access.",
    ),
    Entry(
        "currency",
        r"not subscribed to currency (\w+)",
        "The organisation does not use {0}.",
        "The store's currency is not one of the organisation's.",
        "Check that the right organisation is chosen; else add the currency in Xero.",
    ),
    Entry(
        "due_date_missing",
        r"due ?date.*must be specified|due ?date.*required",
        "The document has no due date.",
        "Xero approves no invoice without one.",
        "Set due_days in the mapping, then send the day again.",
    ),
    Entry(
        "amounts_disagree",
        r"line total .* does not match|total does not equal the sum of the lines|quantity value",
        "Xero works out another amount for a line.",
        "Quantity times unit price is not the amount of the line.",
        "Copy the details and report them: this should not happen.",
    ),
    Entry(
        "tax_over_line",
        r"tax amount cannot be greater than the line amount",
        "The tax of a line is larger than the line.",
        "A tax figure was sent that cannot be right.",
        "Copy the details and report them: this should not happen.",
    ),
    Entry(
        "journal_unbalanced",
        r"total debits \((.*?)\) must equal total credits \((.*?)\)",
        "The journal does not balance: debits {0}, credits {1}.",
        "Xero posts a journal only when both are equal.",
        "Run the preview: its proof shows the difference.",
    ),
    Entry(
        "tracking_invalid",
        r"the tracking .*(?:does not match|has been removed)|at most .* tracking categor",
        "A tracking category or option is not active in Xero.",
        "It was renamed, archived or deleted, or there are more than two.",
        "Refresh the reference data and correct the tracking in the mapping.",
    ),
    Entry(
        "too_long",
        r"the (\w+) field must not be longer than (\d+)|field (\w+) .*maximum length",
        "The {0} is too long for Xero.",
        "Xero keeps {1} characters of it.",
        "Shorten it at the till or in the mapping.",
    ),
    Entry(
        "description_missing",
        r"description must be specified|one or more line items must be specified",
        "A line of the document has no description.",
        "Xero approves no document with a line without text.",
        "Copy the details and report them: this should not happen.",
    ),
    Entry(
        "document_not_found",
        r"(?:invoice|credit note) could not be found",
        "The document to be paid is not in Xero.",
        "It was deleted there.",
        "Send the day again, or void what is left of it in Xero.",
    ),
    Entry(
        "idempotency_clash",
        r"idempotency key: (.*?) is used with a different request",
        "Xero took this call for another one.",
        "The key that keeps calls apart was used for something else in the last minutes.",
        "Wait ten minutes, then retry: Tillbook uses a new key.",
    ),
)
_PATTERNS = tuple((re.compile(entry.pattern, re.IGNORECASE), entry) for entry in CATALOGUE)


def problem_for(message: str, subject: str = "") -> Problem:
    """Return what a message of Xero means; `subject` names the document it is about."""
    said = printable(message)[:_LONGEST]
    for pattern, entry in _PATTERNS:
        if match := pattern.search(said):
            caught = [group or "?" for group in match.groups()]
            what, why, next_step = (part.format(*caught) for part in (entry.what, entry.why, entry.next))
            return Problem(_about(subject, what), why, next_step, said, code=entry.code)
    return Problem(
        _about(subject, "Xero refused it."),
        f"Xero says: {said}",
        "Correct what it names, in Xero or in the mapping, then send it again.",
        said,
        code=UNKNOWN,
    )


def problem_for_all(messages: tuple[str, ...], subject: str = "") -> Problem:
    """Return one problem for all messages: the first one known says what to do."""
    problems = [problem_for(message, subject) for message in messages] or [
        problem_for("no reason given", subject)
    ]
    first = next((problem for problem in problems if problem.code != UNKNOWN), problems[0])
    first.detail = "; ".join(problem.detail for problem in problems)
    return first


def known_codes() -> list[str]:
    """Return every code that `problem_for` can give."""
    return sorted({entry.code for entry in CATALOGUE} | {UNKNOWN})


def _about(subject: str, what: str) -> str:
    return f"{subject}: {what}" if subject else what
