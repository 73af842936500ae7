"""What the files say beside the documents: whose they are, and in whose words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.books.documents import Check, Document, LineAmounts
from services.books.ledger_facts import LedgerFacts
from services.contract.problem import Refused

_BANK = "BANK"
# XERO.md 7: dates are in the organisation's own format. Elsewhere the day comes first.
_MONTH_FIRST = frozenset({"US"})


@dataclass(frozen=True, slots=True)
class FileDay:
    """One business date to be handed over, with the proof that it is right.

    The proof is of all of it, also of what is in the ledger already and in no file.
    """

    date: date
    documents: tuple[Document, ...]
    proof: tuple[Check, ...]
    sent: tuple[str, ...] = ()
    """Numbers of what is in the ledger already."""


@dataclass(frozen=True, slots=True)
class About:
    """Whose the files are, who made them, and what the ledger calls things."""

    store: str
    store_name: str
    organisation: str
    """Empty where none was ever chosen."""
    country: str
    """ISO 3166; decides how dates are written."""
    currency: str
    no_tax: str
    """Tax type of the lines that stand for tenders."""
    facts: LedgerFacts
    made: datetime
    """Zoned, in the store's own time."""
    made_by: str

    def day(self, day: date) -> str:
        """Return a date as the organisation's imports read it."""
        return f"{day:%m/%d/%Y}" if self.month_first else f"{day:%d/%m/%Y}"

    @property
    def month_first(self) -> bool:
        """Whether the month comes first in dates."""
        return self.country in _MONTH_FIRST

    def tax_name(self, tax_type: str) -> str:
        """Return the display name of a tax type, which is what imports want (XERO.md 7).

        Raises Refused when the organisation has no such rate.
        """
        rate = self.facts.tax_rates.get(tax_type)
        if rate is None or not rate.name:
            raise Refused(
                f"The tax type {tax_type} has no name that Xero would know.",
                "An import file calls a tax rate by the name it has in Xero, and none is known.",
                "Correct the mapping, or read the reference data again while Xero can be reached.",
                code="tax_name_unknown",
            )
        return rate.name

    def account_name(self, code: str) -> str:
        """Return what the organisation calls an account; empty when it is not known."""
        account = self.facts.accounts.get(code)
        return account.name if account else ""

    def is_bank(self, code: str) -> bool:
        """Whether an account is a bank account: no line of a document may go to one."""
        account = self.facts.accounts.get(code)
        return account is not None and account.type == _BANK


AMOUNTS_ARE = {
    LineAmounts.INCLUSIVE: "Tax Inclusive",
    LineAmounts.EXCLUSIVE: "Tax Exclusive",
}
"""What a person chooses at the import; lines without tax fit either."""
