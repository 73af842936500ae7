"""Names of contacts as ledgers keep them."""

from __future__ import annotations


def contact_name(given: str | None) -> str:
    """Return a customer's, supplier's or payee's name without stray spaces.

    Tills pad names, and people type a space too many; no ledger has a contact with spaces at
    the ends or two in a row (XERO.md 6.12). It is the same person all the same.
    """
    return " ".join((given or "").split())
