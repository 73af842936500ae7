"""Each verb in use, through the real SDK: its decoding breaks easily.

XERO.md 2.8.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest
from xero_python.accounting import (
    Account,
    AccountingApi,
    AccountType,
    Allocation,
    Allocations,
    Contact,
    Contacts,
    CreditNote,
    CreditNotes,
    Invoice,
    Invoices,
    LineAmountTypes,
    LineItem,
    LineItemTracking,
    ManualJournal,
    ManualJournalLine,
    ManualJournals,
    Payment,
    PaymentDelete,
    Payments,
)
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.exceptions import AccountingBadRequestException, NotFoundException, RateLimitException
from xero_python.identity import IdentityApi

from services.sandbox.xero import NZ_TENANT, PracticeXero

DAY = date(2026, 11, 19)


class Sdk:
    """The two APIs of the SDK on a practice Xero, its own retries off."""

    def __init__(self, practice: PracticeXero) -> None:
        answer = practice.token()
        token = {name: answer[name] for name in ("access_token", "expires_in", "token_type")}
        kept = {**token, "scope": str(answer["scope"]).split()}
        # Made without arguments: those of the first one made in the process would count for all.
        configuration = Configuration()
        configuration.oauth2_token = OAuth2Token(client_id="practice", client_secret="practice")
        client = ApiClient(
            configuration,
            oauth2_token_getter=lambda: kept,
            oauth2_token_saver=lambda _token: None,
        )
        self.pool = client.rest_client.pool_manager
        self.pool.connection_pool_kw["retries"] = False
        self.accounting = AccountingApi(client, base_url=f"{practice.url}/api.xro/2.0")
        self.identity = IdentityApi(client, base_url=practice.url)


@pytest.fixture
def sdk(xero: PracticeXero) -> Iterator[Sdk]:
    made = Sdk(xero)
    yield made
    made.pool.clear()


def item(amount: str, account: str = "200", **more: object) -> LineItem:
    return LineItem(
        description="Sales", quantity=Decimal(1), unit_amount=Decimal(amount), account_code=account, **more
    )


def sale(number: str, *items: LineItem, **more: object) -> Invoice:
    whole: dict[str, object] = {
        "type": "ACCREC",
        "invoice_number": number,
        "contact": Contact(name="POS Sales - Queen St"),
        "date": DAY,
        "due_date": DAY,
        "line_amount_types": LineAmountTypes.INCLUSIVE,
        "status": "AUTHORISED",
        "line_items": list(items) or [item("115.00")],
        **more,
    }
    return Invoice(**whole)


def test_the_settings(sdk: Sdk) -> None:
    api = sdk.accounting
    [organisation] = api.get_organisations(NZ_TENANT).organisations
    assert (str(organisation.country_code.value), organisation.is_demo_company) == ("NZ", True)
    assert {a.status for a in api.get_organisation_actions(NZ_TENANT).actions} == {"ALLOWED", "NOT-ALLOWED"}
    accounts = api.get_accounts(NZ_TENANT).accounts
    assert {a.code: a.type for a in accounts if a.code == "611"} == {"611": AccountType.CURRENT}
    rates = {r.tax_type: r for r in api.get_tax_rates(NZ_TENANT).tax_rates}
    assert (rates["OUTPUT2"].effective_rate, rates["OUTPUT2"].can_apply_to_expenses) == (15, False)
    assert rates["TAX001"].status == "DELETED"
    categories = api.get_tracking_categories(NZ_TENANT, include_archived=True).tracking_categories
    assert [o.name for o in categories[0].options] == ["North", "South", "Online"]
    assert api.get_currencies(NZ_TENANT).currencies[0].description == "New Zealand Dollar"


def test_connections(xero: PracticeXero, sdk: Sdk) -> None:
    [connection] = sdk.identity.get_connections()
    assert (str(connection.tenant_id), connection.tenant_name) == (NZ_TENANT, "Queen St Store (practice)")
    assert connection.created_date_utc.date() == xero.now().date()
    sdk.identity.delete_connection(connection.id)
    assert sdk.identity.get_connections() == []


def test_contacts_and_accounts(sdk: Sdk) -> None:
    api = sdk.accounting
    made = api.create_contacts(
        NZ_TENANT, Contacts(contacts=[Contact(name="Newcomer")]), summarize_errors="false"
    )
    uid = made.contacts[0].contact_id
    changed = Contacts(contacts=[Contact(contact_id=uid, name="Newcomer Ltd")])
    assert api.update_or_create_contacts(NZ_TENANT, changed).contacts[0].name == "Newcomer Ltd"
    assert api.get_contact(NZ_TENANT, uid).contacts[0].contact_status == "ACTIVE"
    found = api.get_contacts(NZ_TENANT, where='Name=="newcomer ltd"', page=1, include_archived=True)
    assert (len(found.contacts), found.pagination.item_count) == (1, 1)
    account = Account(code="640", name="Deposits", type=AccountType.CURRENT, enable_payments_to_account=True)
    assert api.create_account(NZ_TENANT, account).accounts[0].enable_payments_to_account is True


def test_invoices(sdk: Sdk) -> None:
    api = sdk.accounting
    tracking = [LineItemTracking(name="Region", option="North")]
    batch = Invoices(invoices=[sale("POS-1", item("115.00", tracking=tracking)), sale("POS-1")])
    made = api.create_invoices(NZ_TENANT, batch, summarize_errors="false", idempotency_key="k1").invoices
    assert [i.status_attribute_string for i in made] == ["OK", "ERROR"]
    assert made[1].validation_errors[0].message == "Invoice # must be unique."
    assert (made[0].total, made[0].total_tax, made[0].date, made[0].due_date) == (115, 15, DAY, DAY)
    assert made[0].line_items[0].tracking[0].option == "North"
    one = api.get_invoice(NZ_TENANT, made[0].invoice_id).invoices[0]
    assert (one.amount_due, one.contact.name) == (115, "POS Sales - Queen St")
    since = datetime(2026, 11, 20)  # noqa: DTZ001 - the SDK wants a naive UTC time
    filters = {
        "where": 'Type=="ACCREC"',
        "order": "Date DESC",
        "if_modified_since": since,
        "page": 1,
        "page_size": 10,
    }
    listed = api.get_invoices(NZ_TENANT, invoice_numbers=["POS-1"], statuses=["AUTHORISED"], **filters)
    assert [i.invoice_id for i in listed.invoices] == [one.invoice_id]
    assert [i.invoice_number for i in api.get_invoices(NZ_TENANT, i_ds=[one.invoice_id]).invoices] == [
        "POS-1"
    ]
    voided = api.update_invoice(NZ_TENANT, one.invoice_id, Invoices(invoices=[Invoice(status="VOIDED")]))
    assert voided.invoices[0].status == "VOIDED"


def test_refusals(xero: PracticeXero, sdk: Sdk) -> None:
    api = sdk.accounting
    api.create_invoices(NZ_TENANT, Invoices(invoices=[sale("POS-1")]))
    with pytest.raises(AccountingBadRequestException) as refused:
        api.create_invoices(NZ_TENANT, Invoices(invoices=[sale("POS-1")]))
    assert (
        refused.value.error_data["Elements"][0]["ValidationErrors"][0]["Message"]
        == "Invoice # must be unique."
    )
    with pytest.raises(NotFoundException):
        api.get_invoice(NZ_TENANT, "00000000-0000-0000-0000-000000000001")
    xero.configure(limits={"minute": 0})
    with pytest.raises(RateLimitException) as limited:
        api.get_accounts(NZ_TENANT)
    assert limited.value.rate_limit == "minute"


def test_payments(sdk: Sdk) -> None:
    api = sdk.accounting
    made = api.create_invoices(NZ_TENANT, Invoices(invoices=[sale("POS-1")])).invoices[0]
    paid = [
        Payment(
            invoice=Invoice(invoice_id=made.invoice_id),
            account=Account(code=code),
            date=DAY,
            amount=Decimal(amount),
        )
        for code, amount in (("611", "15.00"), ("612", "100.00"))
    ]
    first, second = api.create_payments(NZ_TENANT, Payments(payments=paid), summarize_errors="false").payments
    assert (first.payment_type, second.invoice.status) == ("ACCRECPAYMENT", "PAID")
    where = f'Invoice.InvoiceID==guid("{made.invoice_id}")'
    assert [p.amount for p in api.get_payments(NZ_TENANT, where=where, page=1).payments] == [15, 100]
    gone = api.delete_payment(NZ_TENANT, first.payment_id, PaymentDelete(status="DELETED"))
    assert gone.payments[0].status == "DELETED"
    assert api.get_payment(NZ_TENANT, first.payment_id).payments[0].status == "DELETED"
    assert api.get_invoice(NZ_TENANT, made.invoice_id).invoices[0].amount_due == 15
    again = api.create_payment(NZ_TENANT, paid[0]).payments[0]
    assert again.invoice.status == "PAID"


def test_credit_notes(sdk: Sdk) -> None:
    api = sdk.accounting
    made = api.create_invoices(NZ_TENANT, Invoices(invoices=[sale("POS-1")])).invoices[0]
    note = CreditNote(
        type="ACCRECCREDIT",
        credit_note_number="CN-1",
        contact=Contact(contact_id=made.contact.contact_id),
        date=DAY,
        line_amount_types=LineAmountTypes.INCLUSIVE,
        status="AUTHORISED",
        line_items=[item("46.00")],
    )
    created = api.create_credit_notes(NZ_TENANT, CreditNotes(credit_notes=[note])).credit_notes[0]
    assert (created.remaining_credit, created.total_tax) == (46, 6)
    allocation = Allocation(invoice=Invoice(invoice_id=made.invoice_id), amount=Decimal("16.00"), date=DAY)
    allocated = api.create_credit_note_allocation(
        NZ_TENANT, created.credit_note_id, Allocations(allocations=[allocation]), summarize_errors="false"
    ).allocations[0]
    refund = Payment(
        credit_note=CreditNote(credit_note_id=created.credit_note_id),
        account=Account(code="611"),
        date=DAY,
        amount=Decimal("30.00"),
    )
    assert (
        api.create_payments(NZ_TENANT, Payments(payments=[refund])).payments[0].payment_type
        == "ARCREDITPAYMENT"
    )
    shown = api.get_credit_note(NZ_TENANT, created.credit_note_id).credit_notes[0]
    assert (shown.status, shown.remaining_credit, shown.allocations[0].amount) == ("PAID", 0, 16)
    assert api.get_invoice(NZ_TENANT, made.invoice_id).invoices[0].amount_credited == 16
    gone = api.delete_credit_note_allocations(NZ_TENANT, created.credit_note_id, allocated.allocation_id)
    assert gone.is_deleted is True
    listed = api.get_credit_notes(NZ_TENANT, where='CreditNoteNumber=="CN-1"', page=1).credit_notes
    assert [n.remaining_credit for n in listed] == [16]


def test_manual_journals(xero: PracticeXero, sdk: Sdk) -> None:
    api = sdk.accounting
    lines = [
        ManualJournalLine(account_code="611", line_amount=Decimal("115.00"), description="Cash"),
        ManualJournalLine(account_code="200", line_amount=Decimal("-115.00"), tax_type="OUTPUT2"),
    ]
    whole = {"date": DAY, "status": "POSTED", "line_amount_types": LineAmountTypes.INCLUSIVE}
    journal = ManualJournal(
        narration="POS 2026-11-19", journal_lines=lines, show_on_cash_basis_reports=False, **whole
    )
    batch = ManualJournals(manual_journals=[journal])
    made = api.create_manual_journals(NZ_TENANT, batch, summarize_errors="false").manual_journals[0]
    assert (made.status_attribute_string, made.journal_lines[1].tax_amount) == ("OK", -15)
    assert str(xero.trial_balance(NZ_TENANT)["820"]) == "-15.00"
    listed = api.get_manual_journals(
        NZ_TENANT, where='Narration.Contains("2026-11-19")', page=1
    ).manual_journals
    assert [j.manual_journal_id for j in listed] == [made.manual_journal_id]
    change = ManualJournals(manual_journals=[ManualJournal(narration="POS 2026-11-19", status="VOIDED")])
    assert (
        api.update_manual_journal(NZ_TENANT, made.manual_journal_id, change).manual_journals[0].status
        == "VOIDED"
    )
    assert api.get_manual_journal(NZ_TENANT, made.manual_journal_id).manual_journals[0].status == "VOIDED"


def test_the_trial_balance(sdk: Sdk) -> None:
    sdk.accounting.create_invoices(NZ_TENANT, Invoices(invoices=[sale("POS-1")]))
    [report] = sdk.accounting.get_report_trial_balance(NZ_TENANT, date=DAY).reports
    total = report.rows[-1].rows[0]
    assert [cell.value for cell in total.cells] == ["Total", "115.00", "115.00", "115.00", "115.00"]
