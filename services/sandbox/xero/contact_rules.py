"""Contacts: finding, creating and changing them (XERO.md 6.12)."""

from __future__ import annotations

import re

from services.sandbox.xero.book import Book
from services.sandbox.xero.fields import Findings, given, text
from services.sandbox.xero.model import Contact
from services.sandbox.xero.wire import Element

_NAME_LENGTH = 255
_NUMBER_LENGTH = 50
_UGLY_SPACES = re.compile(r"^\s|\s$|\s\s")
_FIELDS = {
    "ContactNumber": ("number", _NUMBER_LENGTH),
    "AccountNumber": ("account_number", _NUMBER_LENGTH),
    "FirstName": ("first_name", _NAME_LENGTH),
    "LastName": ("last_name", _NAME_LENGTH),
    "EmailAddress": ("email", _NAME_LENGTH),
    "TaxNumber": ("tax_number", _NUMBER_LENGTH),
}
ARCHIVED = (
    "The contact with the specified contact details has been archived."
    " The contact must be un-archived before creating new invoices or credit notes."
)
_MATCHED_ARCHIVED = (
    "The specified contact details matched an archived contact."
    " Archived contacts cannot currently be edited via the API."
)


def find(book: Book, element: Element) -> Contact | None:
    """Return the contact an element means.

    By ContactID, else ContactNumber, else Name.

    Of several contacts of one name an active one comes first.
    """
    uid, number, name = (text(element, field) for field in ("ContactID", "ContactNumber", "Name"))
    if uid:
        return book.contacts.get(uid.lower())
    if number and (found := book.contacts.of("number", number)):
        return found[0]
    named = book.contacts.of("name", name.casefold()) if name else []
    return min(named, key=lambda c: c.status != "ACTIVE", default=None)


def of_document(book: Book, element: Element, found: Findings) -> Contact | None:
    """Return the contact of a document, made where only a new name was sent.

    A contact found by its id and sent with other details is changed by them. Nothing
    is made or changed once `found` has an error.
    """
    if not any(given(element, name) for name in ("ContactID", "ContactNumber", "Name")):
        found.error("A Contact must be specified for this type of transaction")
        return None
    by_name_only = not (given(element, "ContactID") or given(element, "ContactNumber"))
    contact = None if by_name_only and not book.organisation.match_contact_names else find(book, element)
    if contact is None and given(element, "ContactID"):
        found.error("The Contact could not be found.")
        return None
    if contact and contact.status != "ACTIVE":
        found.error(ARCHIVED)
    return None if found.errors else write(book, element, contact, found)


def write(book: Book, element: Element, contact: Contact | None, found: Findings) -> Contact | None:
    """Create a contact, or change `contact`; None where something is wrong with it."""
    if contact and contact.status != "ACTIVE" and text(element, "ContactStatus") != "ACTIVE":
        found.error(_MATCHED_ARCHIVED)
    before = len(found.errors)
    _check(book, element, contact, found)
    if len(found.errors) > before or (contact and _MATCHED_ARCHIVED in found.errors):
        return None
    if contact and not _differs(element, contact):
        return contact
    kept = contact or Contact(book.new_id(), "", book.clock())
    kept.name = text(element, "Name", kept.name)
    kept.status = text(element, "ContactStatus", kept.status)
    for field, (attribute, _) in _FIELDS.items():
        setattr(kept, attribute, text(element, field, getattr(kept, attribute)))
    kept.updated = book.clock()
    return book.contacts.put(kept)


def _differs(element: Element, contact: Contact) -> bool:
    wanted = {"Name": "name", "ContactStatus": "status"} | {field: a for field, (a, _) in _FIELDS.items()}
    return any(
        given(element, field) and text(element, field) != getattr(contact, a) for field, a in wanted.items()
    )


def _check(book: Book, element: Element, contact: Contact | None, found: Findings) -> None:
    name = text(element, "Name", contact.name if contact else "")
    if not name.strip():
        found.error("The contact name must be specified.")
    if "<" in name or ">" in name or _UGLY_SPACES.search(name):
        found.error(
            f"The contact name {name} must not have angle brackets, nor leading, trailing or double spaces."
        )
    found.check_length("Name", name, _NAME_LENGTH)
    for field, (_, limit) in _FIELDS.items():
        found.check_length(field, text(element, field), limit)
    if text(element, "ContactStatus", "ACTIVE") not in {"ACTIVE", "ARCHIVED"}:
        found.error(f"The status '{text(element, 'ContactStatus')}' is not valid for contacts")
    _unique(book, element, name, contact, found)


def _unique(book: Book, element: Element, name: str, contact: Contact | None, found: Findings) -> None:
    uid = contact.uid if contact else ""
    if any(c.status == "ACTIVE" and c.uid != uid for c in book.contacts.of("name", name.casefold())):
        found.error(
            f"The contact name {name} is already assigned to another contact."
            " The contact name must be unique across all active contacts."
        )
    number = text(element, "ContactNumber")
    if number and any(c.uid != uid for c in book.contacts.of("number", number)):
        found.error(f"The contact number {number} is already assigned to another contact.")
