"""The rights Tillbook asks for at Xero, and what each is for (XERO.md 4.5).

Granular names only: the broad `accounting.transactions` is refused for new apps. Scopes
cannot be taken back without disconnecting, so nothing is asked for in advance.
"""

from __future__ import annotations

from services.contract.answers import ScopeAnswer

OFFLINE = "offline_access"
SETTINGS = "accounting.settings.read"
CONTACTS = "accounting.contacts"
INVOICES = "accounting.invoices"
PAYMENTS = "accounting.payments"
JOURNALS = "accounting.manualjournals"
ACCOUNTS = "accounting.settings"
"""To add accounts to the chart; asked for only where the shop wants that."""

SCOPES: list[ScopeAnswer] = [
    {"scope": OFFLINE, "purpose": "stay connected after you close the browser, until 60 days without use"},
    {
        "scope": SETTINGS,
        "purpose": "read the organisation's facts and lock dates, its accounts, tax rates and tracking",
    },
    {
        "scope": CONTACTS,
        "purpose": "find and create the customers and suppliers that documents are addressed to",
    },
    {
        "scope": INVOICES,
        "purpose": "create the day's sales invoices, credit notes and suppliers' bills, and read them back",
    },
    {"scope": PAYMENTS, "purpose": "record how each day was paid: cash, card and so on"},
    {"scope": JOURNALS, "purpose": "post a day as a manual journal, where the mapping asks for that shape"},
]

_TO_CREATE_ACCOUNTS: ScopeAnswer = {
    "scope": ACCOUNTS,
    "purpose": "create accounts in the chart that you confirm one by one",
}


def granted(words: str) -> list[ScopeAnswer]:
    """Return what a consent gave, with purposes; `words` as Xero lists them."""
    given = set(words.split())
    return [each for each in (*SCOPES, _TO_CREATE_ACCOUNTS) if each["scope"] in given]


def scopes_for(*, refreshable: bool, creates_accounts: bool = False) -> list[ScopeAnswer]:
    """Return what is asked for; a custom connection has no `offline_access`."""
    usual = [answer for answer in SCOPES if refreshable or answer["scope"] != OFFLINE]
    return [*usual, _TO_CREATE_ACCOUNTS] if creates_accounts else usual
