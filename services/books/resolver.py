"""From the till's words to the ledger's: account and tax type of every line.

Whatever the mapping lacks is collected, so that a person sees all of it at once; nothing
is ever posted to a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from services.books import countries
from services.books.documents import DocumentLine, Finding
from services.books.ledger_facts import LedgerFacts
from services.books.mapping import Mapping, Target
from services.books.money import ZERO, tax_inside, tax_on_top
from services.books.records import Line, StoreFacts
from services.books.tax_rules import contradiction

_SAVE_MAPPING = "Add it to the mapping and import the mapping again."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a till's line goes."""

    account: str
    tax_type: str
    label: str
    order: str
    """Sorts the lines of a document: the category, or the account of paid-ins."""


@dataclass(slots=True)
class Resolver:
    """Resolves against one mapping and one organisation.

    `findings` is everything that was missing or contradicts.
    """

    store: StoreFacts
    mapping: Mapping
    facts: LedgerFacts
    _found: dict[tuple[str, str], Finding] = field(default_factory=dict)
    _places: dict[tuple[str | None, str | None, str], Place] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that could not be resolved so far, each named once."""
        return tuple(self._found.values())

    @property
    def no_tax(self) -> str:
        """The tax type of the lines that Tillbook adds (CLI.md, `no_tax`)."""
        return self.mapping.no_tax or countries.no_tax(self.store.country)

    def miss(self, finding: Finding, subject: str) -> None:
        """Note that something stops the day; a subject is named once for each code."""
        self._found.setdefault((finding.code, subject), finding)

    def line(self, category: str | None, account: str | None, tax_code: str) -> Place:
        """Return where a line goes: the category's tax type, else its tax code's."""
        key = (category, account, tax_code)
        if key not in self._places:
            self._places[key] = self._place(*key)
        return self._places[key]

    def _place(self, category: str | None, account: str | None, tax_code: str) -> Place:
        target = self._target(category, account)
        tax_type = target.tax_type or self._tax_type(tax_code)
        if category is not None and tax_type:
            self._check_tax_rules(category, tax_type)
        words = (category or f"account {target.account}").replace("_", " ")
        label = self.account_name(target.account) or words[:1].upper() + words[1:]
        return Place(target.account, tax_type, label, category or f"~{target.account}")

    def is_taxed(self, line: Line) -> bool:
        """Return whether a receipt's line is taxed at a rate above zero."""
        return self.rate(self.line(line.category, line.account, line.tax_code).tax_type) > ZERO

    def tender(self, kind: str) -> str:
        """Return the clearing account of a tender."""
        account = self.mapping.tenders.get(kind)
        if account is None:
            what = f"The tender {kind!r} has no account."
            why = "The tills took it, and the mapping does not say which clearing account it goes to."
            self.miss(Finding("unmapped_tender", what, why, _SAVE_MAPPING), kind)
        return account or ""

    def contact(self) -> str:
        """Return the contact of the day's documents."""
        if not self.mapping.contact:
            what = "There is no contact for the day's documents."
            why = "The mapping does not say in whose name the tills' sales are posted."
            self.miss(Finding("unmapped_contact", what, why, _SAVE_MAPPING), "contact")
        return self.mapping.contact

    def rounding(self, description: str, amount: Decimal, *, inclusive: bool | None = None) -> DocumentLine:
        """Return a line on the rounding account."""
        return self._own_line("rounding", self.mapping.rounding, description, amount, inclusive=inclusive)

    def over_short(self, description: str, amount: Decimal) -> DocumentLine:
        """Return a line on the account for what counts are over or short."""
        return self._own_line("over_short", self.mapping.over_short, description, amount)

    def untaxed_line(self, description: str, account: str, amount: Decimal) -> DocumentLine:
        """Return a line outside the tax, such as a tender's on its clearing account."""
        return self._added(description, account, self.no_tax, amount)

    def rate(self, tax_type: str) -> Decimal:
        """Return the effective rate of a tax type as a fraction."""
        known = self.facts.tax_rates.get(tax_type)
        if known is not None:
            return known.rate
        if tax_type and tax_type != self.no_tax:
            self.miss(self._unknown_tax_type(tax_type), tax_type)
        return ZERO

    def tax_name(self, tax_type: str) -> str:
        """Return the tax rate's name, else its code."""
        known = self.facts.tax_rates.get(tax_type)
        return known.name if known else tax_type

    def account_name(self, code: str) -> str:
        """Return the account's name, empty when the chart is not known."""
        known = self.facts.accounts.get(code)
        return known.name if known else ""

    def tax(self, amount: Decimal, tax_type: str, *, inclusive: bool | None = None) -> Decimal:
        """Return the tax of a line as the ledger computes it (ACCOUNTING.md 1, R2).

        `inclusive` None: as the store's prices.
        """
        holds_tax = self.store.prices_inclusive if inclusive is None else inclusive
        compute = tax_inside if holds_tax else tax_on_top
        return compute(amount, self.rate(tax_type), self.store.currency)

    def document_line(
        self, description: str, account: str, tax_type: str, amount: Decimal, *, inclusive: bool | None = None
    ) -> DocumentLine:
        """Return a document line with its tax and the mapping's tracking."""
        tax = self.tax(amount, tax_type, inclusive=inclusive)
        return DocumentLine(description, account, tax_type, amount, tax, self.mapping.tracking)

    def _own_line(
        self,
        part: str,
        target: Target | None,
        description: str,
        amount: Decimal,
        *,
        inclusive: bool | None = None,
    ) -> DocumentLine:
        if target is None:
            what = f"There is no account for {part}."
            why = f"{description}: the day has {amount} of it, and the mapping names no account."
            self.miss(Finding(f"unmapped_{part}", what, why, _SAVE_MAPPING), part)
            target = Target("")
        tax_type = target.tax_type or self.no_tax
        return self._added(description, target.account, tax_type, amount, inclusive=inclusive)

    def _added(
        self, description: str, account: str, tax_type: str, amount: Decimal, *, inclusive: bool | None = None
    ) -> DocumentLine:
        """Return a line that no till rang up: it carries no tax (R5, R6)."""
        if self.rate(tax_type):
            finding = Finding(
                "added_line_taxed",
                f"The tax type {tax_type!r} has a rate, and is mapped for lines outside the tax.",
                f"{description}: rounding, over/short and tenders carry no tax.",
                "Correct no_tax, rounding or over_short in the mapping.",
            )
            self.miss(finding, tax_type)
        return self.document_line(description, account, tax_type, amount, inclusive=inclusive)

    def _target(self, category: str | None, account: str | None) -> Target:
        if account is not None:
            return Target(account)
        target = self.mapping.categories.get(category or "")
        if target is None:
            what = f"The category {category!r} has no account."
            why = "The tills used it, and the mapping does not say where it goes."
            self.miss(Finding("unmapped_category", what, why, _SAVE_MAPPING), category or "")
        return target or Target("")

    def _tax_type(self, tax_code: str) -> str:
        tax_type = self.mapping.tax_codes.get(tax_code)
        if tax_type is None:
            what = f"The tax code {tax_code!r} has no tax type."
            why = "The tills used it, and the mapping does not say which tax type of the ledger it is."
            self.miss(Finding("unmapped_tax_code", what, why, _SAVE_MAPPING), tax_code)
        return tax_type or ""

    def _unknown_tax_type(self, tax_type: str) -> Finding:
        return Finding(
            "unknown_tax_type",
            f"The tax type {tax_type!r} is not known.",
            "The organisation has no such tax rate."
            if self.facts.connected
            else f"It is not one of the tax types built in for {self.store.country}.",
            "Correct the mapping, or connect the organisation so that its own tax rates are read.",
        )

    def _check_tax_rules(self, category: str, tax_type: str) -> None:
        taxed = self.rate(tax_type) > ZERO
        at_sale, outside = self.mapping.taxed_at_sale, tax_type == self.no_tax
        reason = contradiction(category, self.store, taxed_at_sale=at_sale, taxed=taxed, outside=outside)
        if reason:
            finding = Finding(
                "contradicts_gst_basis",
                f"The tax type {tax_type!r} of {category!r} contradicts how the store is taxed.",
                reason,
                "Correct the tax type of the category in the mapping, or the store's GST basis.",
            )
            self.miss(finding, f"{category} {tax_type}")
