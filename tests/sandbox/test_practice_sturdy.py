"""Whatever is sent is answered.

Odd values, odd requests, and the corners of the rules.
"""

from __future__ import annotations

import socket
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.sandbox.xero import (
    AU_TENANT,
    NZ_TENANT,
    Fault,
    PracticeConfig,
    PracticeOrganisation,
    PracticeXero,
)
from services.sandbox.xero.calls import Call, CallLog
from services.sandbox.xero.tables import StateFile
from tests.sandbox.practice_help import (
    START,
    Books,
    Clock,
    Json,
    Web,
    bill,
    credit_note,
    elements,
    invoice,
    journal,
    line,
)

FIELDS = (
    "Type",
    "Contact",
    "ContactID",
    "ContactNumber",
    "Name",
    "InvoiceNumber",
    "InvoiceID",
    "Invoice",
    "CreditNote",
    "Account",
    "Code",
    "LineItems",
    "JournalLines",
    "LineAmount",
    "UnitAmount",
    "Quantity",
    "TaxType",
    "TaxAmount",
    "Tracking",
    "AccountCode",
    "Description",
    "Date",
    "DueDate",
    "Status",
    "Amount",
    "Narration",
    "Unknown",
)
WORDS = st.sampled_from(
    [
        "ACCREC",
        "ACCRECCREDIT",
        "AUTHORISED",
        "POSTED",
        "200",
        "POS-1",
        "2026-11-19",
        "1.25",
        "OUTPUT2",
        "x",
        "",
        "-1",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | WORDS | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=8,
)
ELEMENTS = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=8)
PATHS = st.sampled_from(["Invoices", "CreditNotes", "Payments", "ManualJournals", "Contacts"])
ALONE = PracticeConfig(organisations=(PracticeOrganisation.of("NZ"),))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(method=st.sampled_from(["PUT", "POST"]), path=PATHS, body=st.lists(ELEMENTS, min_size=1, max_size=2))
def test_any_body_is_answered(method: str, path: str, body: list[Json]) -> None:
    books = Books(PracticeXero(ALONE, clock=Clock()))
    for query in ("", "?summarizeErrors=false"):
        answer = books.practice.act(NZ_TENANT, method, path + query, {path: body})
        assert answer.status in {200, 400}
        assert answer.body
    assert sum(books.practice.trial_balance(NZ_TENANT).values(), Decimal(0)) == 0


@settings(max_examples=100)
@given(st.text(st.sampled_from('TypeDatoal=<>!&|()"., 10nulORAD'), max_size=30))
def test_any_filter_is_answered(where: str) -> None:
    books = Books(PracticeXero(ALONE, clock=Clock()))
    books.made("Invoices", invoice())
    answer = books.practice.act(NZ_TENANT, "GET", f"Invoices?where={where.replace('&', '%26')}")
    assert answer.status in {200, 400}


def test_a_wrong_type_anywhere_in_a_batch_saves_none_of_it(nz: Books) -> None:
    answer = nz.put("Invoices", invoice("POS-1"), invoice("POS-2", line("ten")))
    assert (answer.status, answer.body["Type"]) == (400, "PostDataInvalidException")
    assert nz.rows("Invoices") == []


def test_true_and_false_may_be_words(nz: Books) -> None:
    assert nz.made("Invoices", invoice(SentToContact="TRUE"))["SentToContact"] is True
    assert nz.put("Invoices", invoice("POS-2", SentToContact="maybe")).status == 400


def test_things_that_are_not_there(nz: Books) -> None:
    missing = "00000000-0000-0000-0000-000000000001"
    for path in ("Accounts", "Contacts", "Payments", "ManualJournals", "CreditNotes"):
        assert nz.get(f"{path}/{missing}").status == 404
    assert nz.practice.act(NZ_TENANT, "DELETE", f"CreditNotes/{missing}/Allocations/{missing}").status == 404
    note = nz.made("CreditNotes", credit_note())
    path = f"CreditNotes/{note['CreditNoteID']}/Allocations/{missing}"
    assert nz.practice.act(NZ_TENANT, "DELETE", path).status == 404
    assert nz.refused("Invoices", invoice(InvoiceID=missing), "POST") == ["Invoice could not be found"]
    assert nz.refused("CreditNotes", {"CreditNoteID": missing}, "POST") == ["Credit note could not be found"]
    assert nz.refused("Contacts", {"ContactID": missing, "Name": "A"}, "POST") == [
        "The Contact could not be found."
    ]


def test_one_of_each_is_read_by_its_id(nz: Books) -> None:
    [account] = nz.rows("Accounts?where=Code==%22611%22")
    assert nz.rows(f"Accounts/{account['AccountID']}") == [account]
    paid = nz.pay(nz.made("Invoices", invoice()), "1.00")
    assert nz.rows(f"Payments/{paid['PaymentID']}") == [paid]


def test_only_documents_of_this_app(web: Web, xero: PracticeXero) -> None:
    web.put("Invoices", invoice("POS-1"))
    xero.act(NZ_TENANT, "PUT", "Invoices", invoice("POS-2"))
    rows = web.get("Invoices?createdByMyApp=true").json()["Invoices"]
    assert [row["InvoiceNumber"] for row in rows] == ["POS-1"]


def test_words_that_must_be_one_of_a_few(nz: Books) -> None:
    message = ["The LineAmountTypes field must be one of Exclusive, Inclusive, NoTax."]
    assert nz.refused("Invoices", invoice(LineAmountTypes="INCLUSIVE")) == message
    assert nz.refused("ManualJournals", journal(LineAmountTypes="None")) == message
    assert nz.refused("Contacts", {"Name": "A", "ContactStatus": "GONE"}) == [
        "The status 'GONE' is not valid for contacts"
    ]


def test_the_corners_of_a_journal(nz: Books) -> None:
    lines = [{"LineAmount": 1, "AccountCode": "611"}, {"LineAmount": -1}]
    assert nz.refused("ManualJournals", journal(JournalLines=lines)) == [
        "Account code '' is not a valid code for this document."
    ]
    pair = (("611", "115.00"), ("200", "-115.00"))
    stated = journal(*pair, LineAmountTypes="Inclusive")
    stated["JournalLines"][1]["TaxAmount"] = "-14.99"
    assert nz.made("ManualJournals", stated)["JournalLines"][1]["TaxAmount"] == -14.99
    stated["JournalLines"][1]["TaxAmount"] = "-115.01"
    assert nz.refused("ManualJournals", stated) == ["The tax amount cannot be greater than the line amount"]
    draft = nz.made("ManualJournals", journal(("201", "5.00"), ("200", "-5.00"), Status="DRAFT"))
    path = f"ManualJournals/{draft['ManualJournalID']}"
    nz.practice.configure(NZ_TENANT, archive_account="201")
    assert nz.refused(path, {"Status": "POSTED"}, "POST")[0].startswith(
        "Account code '201' has been archived"
    )
    nz.practice.configure(NZ_TENANT, restore_account="201")
    assert elements(nz.post(path, {"Status": "POSTED"}))[0]["Status"] == "POSTED"


def test_a_posted_journal_in_a_locked_period_is_not_voided(nz: Books) -> None:
    made = nz.made("ManualJournals", journal())
    nz.practice.configure(NZ_TENANT, period_lock_date="2026-11-30")
    [refused] = nz.refused(f"ManualJournals/{made['ManualJournalID']}", {"Status": "VOIDED"}, "POST")
    assert refused.startswith("The document date cannot be before the period lock date")


def test_a_stated_tax_amount_outlives_an_update(nz: Books) -> None:
    made = nz.made(
        "Invoices", bill("B-1", line("18.50", "425", TaxAmount="2.77"), LineAmountTypes="Exclusive")
    )
    path = f"Invoices/{made['InvoiceID']}"
    assert elements(nz.post(path, {"DueDate": "2026-12-20"}))[0]["TotalTax"] == 2.77
    other = {"LineItems": [{"LineItemID": made["LineItems"][0]["LineItemID"], "UnitAmount": "20.00"}]}
    assert elements(nz.post(path, other))[0]["TotalTax"] == 3


def test_a_paid_invoice_may_get_another_contact(nz: Books) -> None:
    made = nz.made("Invoices", invoice())
    nz.pay(made, "115.00")
    [changed] = elements(
        nz.post("Invoices", {"InvoiceNumber": "POS-1", "Contact": {"ContactNumber": "C-100"}})
    )
    assert (changed["InvoiceID"], changed["Contact"]["Name"]) == (made["InvoiceID"], "Harbour Cafe")


def test_a_gone_document_owes_nothing(nz: Books) -> None:
    made = nz.made("Invoices", invoice(Status="DRAFT"))
    [gone] = elements(nz.post(f"Invoices/{made['InvoiceID']}", {"Status": "DELETED"}))
    assert (gone["AmountDue"], gone["Total"]) == (0, 115)


def test_a_line_has_a_largest_amount(nz: Books) -> None:
    assert nz.refused("Invoices", invoice("POS-1", line("10000000000.00"))) == [
        "The line total 10000000000.00 is more than 9999999999.99."
    ]


def test_item_codes_and_discounts_are_kept(nz: Books) -> None:
    [item] = nz.made("Invoices", invoice("POS-1", line("10.00", ItemCode="NAIL", DiscountAmount="1.00")))[
        "LineItems"
    ]
    assert (item["ItemCode"], item["DiscountAmount"], item["LineAmount"]) == ("NAIL", 1, 9)


def test_an_account_may_have_a_description(nz: Books) -> None:
    element = {"Code": "640", "Name": "Deposits", "Type": "CURRENT", "Description": "Bond for the bottles"}
    assert nz.made("Accounts", element)["Description"] == "Bond for the bottles"
    assert nz.rows("Accounts?where=Code==%22640%22")[0]["Description"] == "Bond for the bottles"


def test_a_fault_whose_change_cannot_be_made_says_so(xero: PracticeXero, web: Web) -> None:
    xero.faults.add(Fault(change={"archive_account": "nonsense"}))
    assert "cannot change what its fault says" in web.get("Accounts").json()["Message"]


def test_a_body_must_state_a_fair_length(xero: PracticeXero) -> None:
    host, port = "127.0.0.1", int(xero.url.rpartition(":")[2])
    for header in (b"Content-Length: 10000001", b"Content-Length: -1", b"Transfer-Encoding: chunked"):
        with socket.create_connection((host, port), timeout=180) as connection:
            connection.sendall(b"PUT /api.xro/2.0/Invoices HTTP/1.1\r\nHost: x\r\n" + header + b"\r\n\r\n")
            assert connection.recv(64).startswith(b"HTTP/1.1 413 ")


def test_a_client_that_hangs_up_does_no_harm(xero: PracticeXero, web: Web) -> None:
    port = int(xero.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=180) as connection:
        connection.sendall(b"PUT /api.xro/2.0/Invoices HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc")
    assert web.get("Accounts").status_code == 200


def test_bodies_of_old_calls_are_let_go() -> None:
    log = CallLog()
    for number in range(510):
        log.add(Call(0, START, "PUT", "/x", "", "api", body=str(number)))
    assert (log[0].body, log[9].body, log[10].body, log[509].number) == ("", "", "10", 510)
    log.clear()
    assert len(log) == 0


def test_a_state_file_of_other_organisations_is_left_alone(tmp_path: Path, clock: Clock) -> None:
    state = tmp_path / "xero.db"
    PracticeXero(clock=clock, state=state)
    rows = StateFile(state).load()
    assert (AU_TENANT, "Account") in rows
    file = StateFile(state)
    file.save(
        [
            (tenant, kind, uid, None)
            for (tenant, kind), row in rows.items()
            if tenant == AU_TENANT
            for uid in row
        ]
    )
    again = PracticeXero(clock=clock, state=state)
    assert Books(again, AU_TENANT).rows("Organisation")[0]["Name"] == "George St Store (practice)"
