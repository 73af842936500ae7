"""Lists: filters, pages, order, If-Modified-Since (XERO.md 5.4)."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from services.sandbox.xero import NZ_TENANT
from tests.sandbox.practice_help import Books, Clock, Web, bill, credit_note, elements, invoice, line


@pytest.fixture
def stocked(nz: Books) -> Books:
    for number in range(1, 6):
        nz.made(
            "Invoices",
            invoice(f"POS-{number}", line(number), Date=f"2026-11-0{number}", Reference=f"Z {number}"),
        )
    nz.made("Invoices", bill("B-1", Contact={"ContactNumber": "S-200"}))
    nz.made("CreditNotes", credit_note("CN-1"))
    return nz


def numbers(books: Books, query: str) -> list[str]:
    return [row["InvoiceNumber"] for row in books.rows(f"Invoices?{query}")]


@pytest.mark.parametrize(
    "where, found",
    [
        ('Type=="ACCREC"', 5),
        ('Type=="accpay"', 1),
        ('InvoiceNumber=="pos-3"', 1),
        ('Reference=="Z 2" OR Reference=="Z 4"', 2),
        ('Reference.StartsWith("z") AND Date>=DateTime(2026,11,04)', 2),
        ("Date>=DateTime(2026, 11, 2) && Date<DateTime(2026, 11, 4)", 2),
        ('Date==DateTime.Parse("2026-11-03")', 1),
        ('Type=="ACCREC" AND (InvoiceNumber.EndsWith("1") OR Total>4)', 2),
        ('NOT (Type=="ACCREC")', 1),
        ('Contact.Name.Contains("wholesale")', 1),
        ('Contact.ContactNumber=="POS-1" AND Status!="PAID"', 5),
        ("InvoiceNumber!=null AND DueDate<>null", 6),
        ("Total=5.00", 1),
    ],
)
def test_where(stocked: Books, where: str, found: int) -> None:
    assert len(numbers(stocked, f"where={quote(where)}")) == found


def test_where_on_the_contacts_id(stocked: Books) -> None:
    [supplier] = stocked.rows("Contacts/S-200")
    uid = supplier["ContactID"]
    where = quote(f'Contact.ContactID=guid("{uid}")')
    assert numbers(stocked, f"where={where}") == ["B-1"]
    assert numbers(stocked, f"ContactIDs={uid}") == ["B-1"]


@pytest.mark.parametrize(
    "where",
    ["Colour==1", "Type==", 'Type=="ACCREC" Date', "(Total>1", "Total>~1", 'Date==DateTime("x")', 'Type=="A'],
)
def test_a_filter_that_cannot_be_read_is_refused(stocked: Books, where: str) -> None:
    answer = stocked.get(f"Invoices?where={quote(where)}")
    assert (answer.status, answer.body["Type"]) == (400, "QueryParseException")


def test_filters_by_ids_numbers_and_statuses(stocked: Books) -> None:
    ids = [row["InvoiceID"] for row in stocked.rows("Invoices?InvoiceNumbers=POS-2,pos-4")]
    assert len(ids) == 2
    assert numbers(stocked, f"IDs={','.join(ids).upper()}") == ["POS-2", "POS-4"]
    assert numbers(stocked, "Statuses=DRAFT,PAID") == []
    assert len(numbers(stocked, "Statuses=authorised")) == 6
    assert numbers(stocked, "searchTerm=z%203") == ["POS-3"]


def test_a_list_shows_lines_only_by_the_page(stocked: Books) -> None:
    assert {len(row["LineItems"]) for row in stocked.rows("Invoices")} == {0}
    assert {len(row["LineItems"]) for row in stocked.rows("Invoices?page=1")} == {1}
    assert len(stocked.rows("Invoices/POS-1")[0]["LineItems"]) == 1
    assert "LineItems" not in stocked.rows("Invoices?page=1&summaryOnly=true")[0]


def test_pages_and_order(stocked: Books) -> None:
    answer = stocked.get("Invoices?page=2&pageSize=2&order=Date%20DESC&where=" + quote('Type=="ACCREC"'))
    assert [row["InvoiceNumber"] for row in elements(answer)] == ["POS-3", "POS-2"]
    assert answer.body["pagination"] == {"page": 2, "pageSize": 2, "pageCount": 3, "itemCount": 5}
    assert numbers(stocked, "page=9") == []
    assert "pagination" not in stocked.get("Invoices").body
    assert numbers(stocked, "order=Type,InvoiceNumber%20DESC")[:2] == ["B-1", "POS-5"]


def test_a_page_that_is_no_number_is_refused(stocked: Books) -> None:
    assert stocked.get("Invoices?page=one").body == {"Message": "The value 'one' is not valid for page."}


def test_credit_notes_and_invoices_are_lists_apart(stocked: Books) -> None:
    assert [row["CreditNoteNumber"] for row in stocked.rows("CreditNotes")] == ["CN-1"]
    assert stocked.get("Invoices/CN-1").status == stocked.get("CreditNotes/POS-1").status == 404


def test_if_modified_since(web: Web, clock: Clock) -> None:
    books = Books(web.practice)
    books.made("Invoices", invoice("POS-1"))
    clock.move(minutes=5)
    books.made("Invoices", invoice("POS-2"))
    assert len(web.get("Invoices", If_Modified_Since="2026-11-20T09:35:00").json()["Invoices"]) == 1
    assert len(web.get("Invoices", If_Modified_Since="Fri, 20 Nov 2026 09:30:00 GMT").json()["Invoices"]) == 2
    assert web.get("Invoices", If_Modified_Since="2026-11-20T09:35:01").json()["Invoices"] == []
    assert web.get("Invoices", If_Modified_Since="yesterday").status_code == 400


def test_contacts_hide_archived_ones_unless_asked(nz: Books) -> None:
    names = [row["Name"] for row in nz.rows("Contacts")]
    assert "Closed Supplier Ltd" not in names
    assert "Closed Supplier Ltd" in [row["Name"] for row in nz.rows("Contacts?includeArchived=true")]
    [found] = nz.rows("Contacts?where=" + quote('Name=="HARBOUR CAFE"'))
    assert nz.rows(f"Contacts?IDs={found['ContactID']}") == nz.rows("Contacts/C-100") == [found]


def test_archived_tracking_is_hidden_unless_asked(nz: Books) -> None:
    assert [row["Name"] for row in nz.rows("TrackingCategories")] == ["Region", "Department"]
    assert len(nz.rows("TrackingCategories?includeArchived=True")) == 3


def test_accounts_by_filter(nz: Books) -> None:
    assert {row["Code"] for row in nz.rows("Accounts?where=" + quote('Class=="EQUITY"'))} == {"960", "970"}
    assert [row["Code"] for row in nz.rows("Accounts?where=" + quote('Status=="ARCHIVED"'))] == ["499"]
    assert [row["Code"] for row in nz.rows("Accounts?where=" + quote('SystemAccount=="ROUNDING"'))] == ["860"]


def test_a_bank_account_does_not_say_payments_are_enabled(nz: Books) -> None:
    banks = nz.rows("Accounts?where=" + quote('Type=="BANK"'))
    assert [(row["EnablePaymentsToAccount"], row["CurrencyCode"]) for row in banks] == [(False, "NZD")] * 2


def test_the_organisation_says_it_is_for_practice(nz: Books) -> None:
    [shown] = nz.rows("Organisation")
    assert shown["IsDemoCompany"] is True
    assert shown["Name"].endswith("(practice)")
    assert (shown["CountryCode"], shown["BaseCurrency"], shown["SalesTaxBasis"]) == ("NZ", "NZD", "INVOICE")


def test_actions_say_what_may_be_done(nz: Books) -> None:
    nz.practice.configure(NZ_TENANT, actions={"CreateApprovedBill": "NOT-ALLOWED"})
    actions = {row["Name"]: row["Status"] for row in nz.rows("Organisation/Actions")}
    assert (actions["CreateApprovedInvoice"], actions["CreateApprovedBill"]) == ("ALLOWED", "NOT-ALLOWED")


def test_the_currency_is_the_organisations(nz: Books) -> None:
    assert nz.rows("Currencies") == [{"Code": "NZD", "Description": "New Zealand Dollar"}]
