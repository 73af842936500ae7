"""Contacts: found, made and changed (XERO.md 6.12), and accounts made by PUT."""

from __future__ import annotations

import pytest

from services.sandbox.xero import NZ_TENANT
from tests.sandbox.practice_help import Books, Clock, elements, invoice, line

ARCHIVED_CONTACT = (
    "The contact with the specified contact details has been archived."
    " The contact must be un-archived before creating new invoices or credit notes."
)


def test_an_archived_contact_takes_no_documents(nz: Books) -> None:
    by_name = invoice(Contact={"Name": "Closed Supplier Ltd"})
    [contact] = nz.rows('Contacts?IDs=&includeArchived=true&where=ContactStatus=="ARCHIVED"')
    by_id = invoice(Contact={"ContactID": contact["ContactID"]})
    assert nz.refused("Invoices", by_name) == nz.refused("Invoices", by_id) == [ARCHIVED_CONTACT]


def test_an_unknown_contact_id_is_refused(nz: Books) -> None:
    assert nz.refused("Invoices", invoice(Contact={"ContactID": "00000000-0000-0000-0000-000000000001"})) == [
        "The Contact could not be found."
    ]


def test_a_name_alone_finds_or_makes_a_contact(nz: Books) -> None:
    first = nz.made("Invoices", invoice("POS-1", Contact={"Name": "pos sales - queen st"}))
    assert first["Contact"]["Name"] == "pos sales - queen st"
    new = nz.made("Invoices", invoice("POS-2", Contact={"Name": "Walk-in"}))
    again = nz.made("Invoices", invoice("POS-3", Contact={"Name": "Walk-in"}))
    assert new["Contact"]["ContactID"] == again["Contact"]["ContactID"] != first["Contact"]["ContactID"]


def test_a_refused_invoice_makes_no_contact(nz: Books) -> None:
    nz.refused("Invoices", invoice("POS-1", line(account="999"), Contact={"Name": "Walk-in"}))
    assert nz.rows("Contacts?searchTerm=walk-in") == []


def test_contact_details_in_an_invoice_change_the_contact(nz: Books) -> None:
    [contact] = nz.rows("Contacts?searchTerm=harbour")
    nz.made("Invoices", invoice(Contact={"ContactID": contact["ContactID"], "Name": "Harbour Cafe Ltd"}))
    assert nz.rows(f"Contacts/{contact['ContactID']}")[0]["Name"] == "Harbour Cafe Ltd"


TAKEN = (
    "The contact name harbour cafe is already assigned to another contact."
    " The contact name must be unique across all active contacts."
)


def test_contact_names_are_unique_among_active_ones(nz: Books) -> None:
    assert nz.refused("Contacts", {"Name": "harbour cafe"}) == [TAKEN]
    nz.practice.configure(NZ_TENANT, archive_contact="Harbour Cafe")
    assert nz.made("Contacts", {"Name": "harbour cafe"})["ContactStatus"] == "ACTIVE"


def test_contact_numbers_are_unique_for_good(nz: Books) -> None:
    nz.practice.configure(NZ_TENANT, archive_contact="Harbour Cafe")
    assert nz.refused("Contacts", {"Name": "Another", "ContactNumber": "C-100"}) == [
        "The contact number C-100 is already assigned to another contact."
    ]


@pytest.mark.parametrize("name", [" Leading", "Trailing ", "Two  spaces", "<b>", "a>b"])
def test_contact_names_have_a_form(nz: Books, name: str) -> None:
    assert nz.refused("Contacts", {"Name": name}) == [
        f"The contact name {name} must not have angle brackets, nor leading, trailing or double spaces."
    ]


def test_contacts_have_lengths_and_a_name(nz: Books) -> None:
    assert nz.refused("Contacts", {"EmailAddress": "a@b.invalid"}) == ["The contact name must be specified."]
    assert nz.refused("Contacts", {"Name": "x" * 256}) == [
        "The Name field must not be longer than 255 characters."
    ]
    assert nz.refused("Contacts", {"Name": "A", "ContactNumber": "x" * 51}) == [
        "The ContactNumber field must not be longer than 50 characters."
    ]


def test_post_changes_a_contact_it_finds(nz: Books, clock: Clock) -> None:
    clock.move(minutes=1)
    answer = nz.post(
        "Contacts", {"ContactNumber": "C-100", "EmailAddress": "new@cafe.invalid"}, {"Name": "Newcomer"}
    )
    changed, new = elements(answer)
    assert (changed["Name"], changed["EmailAddress"]) == ("Harbour Cafe", "new@cafe.invalid")
    assert new["Name"] == "Newcomer"
    assert nz.post("Contacts/C-100", {"ContactStatus": "ARCHIVED"}).status == 200
    assert nz.refused("Contacts/C-100", {"EmailAddress": "x@y.invalid"}, "POST") == [
        (
            "The specified contact details matched an archived contact."
            " Archived contacts cannot currently be edited via the API."
        )
    ]


def test_accounts_are_created_one_at_a_time(nz: Books) -> None:
    element = {"Code": "619", "Name": "POS clearing - QR", "Type": "CURRENT", "EnablePaymentsToAccount": True}
    made = nz.made("Accounts", element)
    assert (made["Class"], made["EnablePaymentsToAccount"], made["Status"]) == ("ASSET", True, "ACTIVE")
    assert nz.refused("Accounts", element) == ["Please enter a unique Code.", "Please enter a unique Name."]
    assert nz.put("Accounts", {**element, "Code": "1"}, {**element, "Code": "2"}).status == 400
    assert nz.refused(
        "Accounts", {"Code": "12345678901", "Name": "x" * 151, "Type": "CASH", "TaxType": "ODD"}
    ) == [
        "The Code field must not be longer than 10 characters.",
        "The Name field must not be longer than 150 characters.",
        "The Type field must be a valid account type.",
        "The TaxType code ODD does not exist or cannot be used for this type of transaction.",
    ]
