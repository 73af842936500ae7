"""Xero's types of accounts.

What people call them, their class, their system accounts.

The words stand as in Xero's own pages and in its chart-of-accounts file (XERO.md 7, 3P).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

_CHART_PATH = "/GeneralLedger/ChartOfAccounts.aspx"
_LOGIN = "https://go.xero.com/organisationlogin/default.aspx"


@dataclass(frozen=True, slots=True)
class AccountType:
    """A type of account: Xero's word in its interface, that of its pages, its class."""

    type: str
    words: str
    klass: str
    system: str | None = None
    """Of Xero's own accounts: the word that its interface has for it."""


TYPES = (
    AccountType("BANK", "Bank", "ASSET"),
    AccountType("CURRENT", "Current Asset", "ASSET"),
    AccountType("FIXED", "Fixed Asset", "ASSET"),
    AccountType("INVENTORY", "Inventory", "ASSET"),
    AccountType("NONCURRENT", "Non-current Asset", "ASSET"),
    AccountType("PREPAYMENT", "Prepayment", "ASSET"),
    AccountType("EQUITY", "Equity", "EQUITY"),
    AccountType("DEPRECIATN", "Depreciation", "EXPENSE"),
    AccountType("DIRECTCOSTS", "Direct Costs", "EXPENSE"),
    AccountType("EXPENSE", "Expense", "EXPENSE"),
    AccountType("OVERHEADS", "Overhead", "EXPENSE"),
    AccountType("SUPERANNUATIONEXPENSE", "Superannuation", "EXPENSE"),
    AccountType("WAGESEXPENSE", "Wages Expense", "EXPENSE"),
    AccountType("CURRLIAB", "Current Liability", "LIABILITY"),
    AccountType("LIABILITY", "Liability", "LIABILITY"),
    AccountType("TERMLIAB", "Non-current Liability", "LIABILITY"),
    AccountType("PAYGLIABILITY", "PAYG Liability", "LIABILITY"),
    AccountType("SUPERANNUATIONLIABILITY", "Superannuation Liability", "LIABILITY"),
    AccountType("OTHERINCOME", "Other Income", "REVENUE"),
    AccountType("REVENUE", "Revenue", "REVENUE"),
    AccountType("SALES", "Sales", "REVENUE"),
)
_OWN = (
    AccountType("CURRENT", "Accounts Receivable", "ASSET", "DEBTORS"),
    AccountType("CURRLIAB", "Accounts Payable", "LIABILITY", "CREDITORS"),
    AccountType("CURRLIAB", "GST", "LIABILITY", "GST"),
    AccountType("CURRLIAB", "VAT", "LIABILITY", "GST"),
    AccountType("CURRLIAB", "Historical", "LIABILITY", "HISTORICAL"),
    AccountType("EQUITY", "Retained Earnings", "EQUITY", "RETAINEDEARNINGS"),
    AccountType("CURRLIAB", "Rounding", "LIABILITY", "ROUNDING"),
    AccountType("CURRLIAB", "Tracking", "LIABILITY", "TRACKINGTRANSFERS"),
    AccountType("CURRLIAB", "Unpaid Expense Claims", "LIABILITY", "UNPAIDEXPCLM"),
    AccountType("CURRLIAB", "Wages Payable", "LIABILITY", "WAGEPAYABLES"),
)
_BY_TYPE = {each.type: each for each in TYPES}
_BY_WORDS = {each.words.casefold(): each for each in (*TYPES, *_OWN)}


def type_words(kind: str) -> str:
    """Return what people call a type of account; one not known is told as it is."""
    known = _BY_TYPE.get(kind)
    return known.words if known else kind.capitalize()


def type_of(text: str) -> AccountType | None:
    """Return the type that a word of Xero's pages or of its interface names."""
    return _BY_WORDS.get(text.strip().casefold()) or _BY_TYPE.get(text.strip().upper())


def chart_address(short_code: str) -> str:
    """Return where an organisation's chart of accounts stands in Xero.

    XERO.md 6.14, UV.
    """
    return f"{_LOGIN}?{urlencode({'shortcode': short_code, 'redirecturl': _CHART_PATH}, safe='!/')}"
