"""Whether a setting of a mapping would be taken by the ledger, and if not, why.

The rules are those of the preflight; here stands which of them a setting has to meet.
Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.accounting.xero.preflight_rules import (
    contact_name,
    line_account,
    line_tax,
    payment_account,
)
from services.books.documents import Finding, Shape
from services.books.ledger_facts import LedgerFacts
from services.books.mapping import Mapping, Target
from services.sync.mapping.needs import Needs

PAID_SHAPES = frozenset({Shape.INVOICE, Shape.NET_INVOICE})
"""Shapes in which tenders are payments; in the others they are lines."""
ACCOUNT_PARTS = frozenset({"categories", "tenders", "rounding", "over_short"})
"""Parts whose values are accounts."""
_CORRECT_TRACKING = "Refresh the reference data, or choose another option in the mapping."


@dataclass(frozen=True, slots=True)
class Against:
    """What a setting is judged by: the rest of the mapping, the tills, the ledger."""

    mapping: Mapping
    needed: Needs
    facts: LedgerFacts

    def types_of(self, category: str, target: Target) -> set[str]:
        """Return the tax types that a category is used with."""
        if target.tax_type:
            return {target.tax_type}
        codes = {code for name, code in self.needed.categories if name == category}
        return {self.mapping.tax_codes[code] for code in codes if code in self.mapping.tax_codes}

    def accounts_with(self, code: str) -> set[str]:
        """Return the accounts of the lines whose tax a code decides."""
        used = {name for name, used in self.needed.categories if used == code}
        targets = [self.mapping.categories[name] for name in used if name in self.mapping.categories]
        return {target.account for target in targets if not target.tax_type}


def settings_of(mapping: Mapping) -> Iterator[tuple[str, str, Target]]:
    """Yield every setting that names something of the ledger: part, key, value."""
    yield from (("categories", key, target) for key, target in mapping.categories.items())
    yield from (("tax_codes", key, Target(value)) for key, value in mapping.tax_codes.items())
    yield from (("tenders", key, Target(value)) for key, value in mapping.tenders.items())
    for part, own in (("rounding", mapping.rounding), ("over_short", mapping.over_short)):
        if own is not None:
            yield part, part, own
    if mapping.no_tax is not None:
        yield "no_tax", "no_tax", Target(mapping.no_tax)
    yield from (("tracking", key, Target(value)) for key, value in mapping.tracking)


def obstacle(part: str, key: str, target: Target, against: Against) -> Finding | None:
    """Return why the ledger would not take a value.

    None: it would, as far as is known.

    `target` holds the value: an account with a tax type of its own, or a tax type, or an
    option of tracking, as `account`.
    """
    return next(_obstacles(part, key, target, against), None)


def account_obstacle(part: str, key: str, code: str, against: Against) -> Finding | None:
    """Return why an account cannot be used there, whatever the tax."""
    return next(_of_account(part, key, code, against), None)


def _of_account(part: str, key: str, code: str, against: Against) -> Iterator[Finding]:
    if not against.facts.accounts:
        return
    if part == "tenders" and against.mapping.shape in PAID_SHAPES:
        yield from payment_account(code, key, against.facts)
    else:
        yield from line_account(code, against.facts)


def _obstacles(part: str, key: str, target: Target, against: Against) -> Iterator[Finding]:
    facts = against.facts
    if part == "contact":
        yield from contact_name(target.account)
    elif part == "tracking":
        yield from _tracking(key, target.account, facts)
    elif part in {"tax_codes", "no_tax"}:
        yield from line_tax(target.account, "", facts)
        accounts = against.accounts_with(key) if part == "tax_codes" else set()
        yield from _not_for(accounts, {target.account}, facts)
    elif part in ACCOUNT_PARTS and facts.accounts:
        yield from _of_account(part, key, target.account, against)
        yield from line_tax(target.tax_type, target.account, facts) if target.tax_type else ()
        types = against.types_of(key, target) if part == "categories" else set()
        yield from _not_for({target.account}, types, facts)


def _not_for(accounts: Iterable[str], types: Iterable[str], facts: LedgerFacts) -> Iterator[Finding]:
    """Yield tax types that are not for the class of an account."""
    for tax_type in sorted(types):
        for code in sorted(accounts):
            found = line_tax(tax_type, code, facts)
            yield from (each for each in found if each.code == "tax_not_for_account")


def _tracking(name: str, option: str, facts: LedgerFacts) -> Iterator[Finding]:
    if facts.tracking is None:
        return
    options = facts.tracking.get(name)
    if options is None:
        what = f"There is no active tracking category {name}."
    elif option not in options:
        what = f"Tracking category {name} has no option {option}."
    else:
        return
    why = "It was renamed, archived or deleted in Xero."
    yield Finding("tracking_invalid", what, why, _CORRECT_TRACKING)
