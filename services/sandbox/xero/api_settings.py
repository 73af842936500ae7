"""Endpoints of the organisation and its settings."""

from __future__ import annotations

from datetime import date
from functools import partial

from services.sandbox.xero import contact_rules, render_parts, reports
from services.sandbox.xero.asking import Ask
from services.sandbox.xero.book import Book
from services.sandbox.xero.fields import Findings, flag, text
from services.sandbox.xero.lists import (
    ACCOUNT_FIELDS,
    CONTACT_FIELDS,
    TAX_RATE_FIELDS,
    TRACKING_FIELDS,
    select,
)
from services.sandbox.xero.model import CLASS_OF_TYPE, Account, Contact
from services.sandbox.xero.problems import Answer, bad_request, not_found
from services.sandbox.xero.wire import Element, Json

DEFAULT_ACTIONS = (
    "CreateApprovedInvoice",
    "CreateApprovedBill",
    "CreateDraftInvoice",
    "CreateDraftBill",
    "CreateInvoicePayment",
    "CreateManualJournal",
    "AttachFilesIntoInvoice",
)
_NOT_BY_DEFAULT = ("UseMulticurrency", "ApproveTransactionsBeforePeriodLockDate")
_CODE_LENGTH, _NAME_LENGTH = 10, 150
_CURRENCY_NAMES = {"NZD": "New Zealand Dollar", "AUD": "Australian Dollar", "GBP": "British Pound"}


def organisation(ask: Ask) -> Answer:
    """Answer GET Organisation."""
    return ask.listed("Organisations", [render_parts.organisation(ask.book)])


def actions(ask: Ask) -> Answer:
    """Answer GET Organisation/Actions: what this connection may do."""
    status = dict.fromkeys(DEFAULT_ACTIONS, "ALLOWED") | dict.fromkeys(_NOT_BY_DEFAULT, "NOT-ALLOWED")
    status |= ask.book.organisation.actions
    return ask.listed("Actions", [{"Name": name, "Status": word} for name, word in status.items()])


def currencies(ask: Ask) -> Answer:
    """Answer GET Currencies: the organisation's own."""
    code = ask.book.organisation.currency
    return ask.listed("Currencies", [{"Code": code, "Description": _CURRENCY_NAMES.get(code, code)}])


def tax_rates(ask: Ask) -> Answer:
    """Answer GET TaxRates, deleted ones too (XERO.md 6.9)."""
    chosen = select(ask.book.tax_rates.values(), ask.query, TAX_RATE_FIELDS)
    return ask.page("TaxRates", chosen, render_parts.tax_rate)


def tracking(ask: Ask) -> Answer:
    """Answer GET TrackingCategories; archived ones with includeArchived=true."""
    everything = ask.query.says("includeArchived")
    rows = (c for c in ask.book.tracking.values() if everything or c.status == "ACTIVE")
    return ask.page("TrackingCategories", select(rows, ask.query, TRACKING_FIELDS), render_parts.tracking)


def accounts(ask: Ask) -> Answer:
    """Answer GET Accounts, archived ones too."""
    chosen = select(ask.book.accounts.values(), ask.query, ACCOUNT_FIELDS)
    return ask.page("Accounts", chosen, partial(render_parts.account, ask.book))


def account(ask: Ask) -> Answer:
    """Answer GET Accounts/{AccountID}."""
    found = ask.book.account(uid=ask.parts[1])
    if found is None:
        raise not_found()
    return ask.listed("Accounts", [render_parts.account(ask.book, found)])


def create_account(ask: Ask) -> Answer:
    """Answer PUT Accounts: one a call."""
    if len(ask.elements("Accounts")) != 1:
        raise bad_request("Only one account can be created in a request.")
    return ask.written("Accounts", "AccountID", partial(_create_account, ask.book))


def contacts(ask: Ask) -> Answer:
    """Answer GET Contacts; archived ones with includeArchived=true or by IDs."""
    query, ids = ask.query, ask.query.listed("IDs")
    rows = [c for c in ask.book.contacts.values() if not ids or c.uid in ids]
    if not (query.says("includeArchived") or ids):
        rows = [c for c in rows if c.status == "ACTIVE"]
    term = query.get("searchTerm").casefold()
    if term:
        rows = [c for c in rows if term in f"{c.name} {c.number} {c.email} {c.account_number}".casefold()]
    return ask.page("Contacts", select(rows, query, CONTACT_FIELDS), partial(render_parts.contact, ask.book))


def contact(ask: Ask) -> Answer:
    """Answer GET Contacts/{ContactID or ContactNumber}."""
    return ask.listed("Contacts", [render_parts.contact(ask.book, _contact(ask))])


def create_contacts(ask: Ask) -> Answer:
    """Answer PUT Contacts."""
    return ask.written(
        "Contacts", "ContactID", lambda element, found: _write_contact(ask.book, element, None, found)
    )


def update_contacts(ask: Ask) -> Answer:
    """Answer POST Contacts: changes those it finds, creates the others."""
    fixed = _contact(ask) if len(ask.parts) > 1 else None

    def write(element: Element, found: Findings) -> Json | None:
        known = fixed or contact_rules.find(ask.book, element)
        if known is None and text(element, "ContactID"):
            found.error("The Contact could not be found.")
            return None
        return _write_contact(ask.book, element, known, found)

    return ask.written("Contacts", "ContactID", write)


def trial_balance(ask: Ask) -> Answer:
    """Answer GET Reports/TrialBalance, on the accrual basis only."""
    if ask.query.says("paymentsOnly"):
        raise bad_request("The practice Xero has the trial balance on the accrual basis only.")
    try:
        on = date.fromisoformat(ask.query.get("date", ask.book.clock().date().isoformat()))
    except ValueError as error:
        raise bad_request(f"The date cannot be read: {ask.query.get('date')}") from error
    return ask.listed("Reports", [reports.trial_balance(ask.book, on)])


def _contact(ask: Ask) -> Contact:
    name = ask.parts[1]
    by_number = ask.book.contacts.of("number", name)
    found = ask.book.contacts.get(name.lower()) or (by_number[0] if by_number else None)
    if found is None:
        raise not_found()
    return found


def _write_contact(book: Book, element: Element, known: Contact | None, found: Findings) -> Json | None:
    made = contact_rules.write(book, element, known, found)
    return render_parts.contact(book, made) if made else None


def _create_account(book: Book, element: Element, found: Findings) -> Json | None:
    code, name, kind = (text(element, field) for field in ("Code", "Name", "Type"))
    found.check_length("Code", code, _CODE_LENGTH)
    found.check_length("Name", name, _NAME_LENGTH)
    if kind not in CLASS_OF_TYPE:
        found.error("The Type field must be a valid account type.")
    if not code or book.account(code):
        found.error("Please enter a unique Code.")
    if not name or any(a.name.casefold() == name.casefold() for a in book.accounts.values()):
        found.error("Please enter a unique Name.")
    tax = text(element, "TaxType", book.organisation.no_tax)
    if tax not in book.tax_rates:
        found.error(f"The TaxType code {tax} does not exist or cannot be used for this type of transaction.")
    if found.errors:
        return None
    made = Account(
        book.new_id(), code, name, kind, tax, book.clock(),
        enable_payments=flag(element, "EnablePaymentsToAccount"), description=text(element, "Description"),
    )  # fmt: skip
    return render_parts.account(book, book.accounts.put(made))
