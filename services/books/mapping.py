"""The mapping: which account and tax type each thing of the till goes to.

Form and defaults: CLI.md, The mapping file. `mapping_from` checks a mapping file's
content and names everything wrong in it.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field

from services.books.documents import Shape

DAY_NUMBER = "POS-{store}-{date}"
ACCOUNT_NUMBER = "{store}-{receipt}"
TAXED_AT_SALE = "sale"
TAXED_AT_REDEMPTION = "redemption"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a category goes: an account, and a tax type when it has its own."""

    account: str
    tax_type: str | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """One store's mapping, as last saved."""

    store: str
    contact: str
    categories: MappingType[str, Target]
    tax_codes: MappingType[str, str]
    tenders: MappingType[str, str]
    shape: Shape = Shape.INVOICE
    number: str = DAY_NUMBER
    account_number: str = ACCOUNT_NUMBER
    status: str = "AUTHORISED"
    due_days: int = 0
    rounding: Target | None = None
    over_short: Target | None = None
    no_tax: str | None = None
    """None: the country's own (`countries.no_tax`)."""
    gift_card_tax: str = TAXED_AT_REDEMPTION
    tracking: tuple[tuple[str, str], ...] = field(default=())
    version: int = 0

    @property
    def taxed_at_sale(self) -> bool:
        """Whether gift cards are taxed when sold, and not when redeemed."""
        return self.gift_card_tax == TAXED_AT_SALE
