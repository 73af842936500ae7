"""What each kind of call to the ledger does, in the field's words."""

from __future__ import annotations

_CALLS = {
    "PUT Invoices": ("Invoices", "Send invoices"),
    "PUT CreditNotes": ("Credit notes", "Send credit notes"),
    "PUT ManualJournals": ("Journals", "Send journals"),
    "PUT Contacts": ("Contacts", "Create contacts"),
    "PUT Payments": ("Payments", "Send payments"),
    "POST Invoices": ("Void invoices", "Void invoices"),
    "POST CreditNotes": ("Void credits", "Void credit notes"),
    "POST ManualJournals": ("Void journals", "Void journals"),
    "POST Payments": ("Undo payments", "Remove payments"),
    "PUT Accounts": ("New account", "Create an account"),
}
"""By the technical name of the call: in a word or two, and as it is told."""


def doing(call: str, *, short: bool = False) -> str:
    """Return what a call does; one that is not listed keeps its technical name."""
    brief, told = _CALLS.get(call, (call, call))
    return brief if short else told
