"""What can be chosen of an integration, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.contract.answers import OrganisationAnswer

FREQUENCIES = {
    "daily": "each day after it closed; enough for most shops",
    "real-time": "each receipt as it comes in, as a document of its own",
    "weekly": "one summary a week, Monday to Sunday",
    "monthly": "one summary a calendar month",
    "manual": "nothing is sent unasked",
}
ON_CHANGE = {
    "wait": "a person decides each time",
    "delta": "the difference is posted as a document of its own",
    "resend": "the document is voided and sent anew, where that is allowed",
}


def organisation_note(organisation: OrganisationAnswer) -> str:
    """Return what tells an organisation from the others."""
    chosen = " (chosen)" if organisation["chosen"] else ""
    return f"{organisation['country']} {organisation['currency']}, {organisation['tax_basis']}{chosen}"
