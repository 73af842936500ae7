"""What a person should know about a day although it does not stop it."""

from __future__ import annotations

from services.books import countries
from services.books.ledger_facts import LedgerFacts
from services.books.mapping import Mapping
from services.books.money import ZERO, text_of
from services.books.records import TIPS
from services.books.tax_rules import is_owed
from services.books.totals import DayTotals


def warnings_of(totals: DayTotals, mapping: Mapping, facts: LedgerFacts) -> tuple[str, ...]:
    """Return the warnings of a day, a sentence each."""
    return (
        *_counts(totals),
        *_rounding(totals),
        *_payments(totals, facts),
        *_taxed_tips(totals, mapping, facts),
        *_sold_too_early(totals, mapping),
        *_draft(mapping),
    )


def _counts(totals: DayTotals) -> list[str]:
    currency = totals.store.currency
    found = [
        "No count was made at register {}, session {}: nothing is posted as over or short.".format(
            *session.partition("/")[::2]
        )
        for session in totals.uncounted_sessions
    ]
    return found + [
        f"Register {count.register}, session {count.session}: the till expected"
        f" {text_of(count.stated, currency)} in {count.type},"
        f" its receipts give {text_of(count.expected, currency)}."
        for count in totals.counts
        if count.stated is not None and count.stated != count.expected
    ]


def _rounding(totals: DayTotals) -> list[str]:
    number = sum(part.rounding_unlike_rule for part in totals.parts)
    if not number:
        return []
    which = "1 receipt was" if number == 1 else f"{number} receipts were"
    return [f"{which} rounded otherwise than the store's cash rounding says; the tills' figures are used."]


def _payments(totals: DayTotals, facts: LedgerFacts) -> list[str]:
    if facts.connected:
        return []
    known = totals.paid_sales or {}
    return [
        f"Debtor payment {receipt.id} pays {receipt.pays}, which was raised elsewhere and was not looked up."
        for receipt in totals.debtor_payments
        if receipt.pays not in known
    ]


def _taxed_tips(totals: DayTotals, mapping: Mapping, facts: LedgerFacts) -> list[str]:
    for line in totals.all_lines:
        if line.category != TIPS:
            continue
        rate = facts.tax_rates.get(_tax_type(mapping, TIPS, line.tax_code))
        if rate is not None and rate.rate != ZERO:
            wrong = "right for a service charge, wrong for tips passed on to staff"
            return [f"Tips are posted with {rate.name}: {wrong}."]
    return []


def _sold_too_early(totals: DayTotals, mapping: Mapping) -> list[str]:
    """Name what is owed but counts as sold: a nil rate is in the return all the same."""
    found = {}
    for line in totals.all_lines:
        category = line.category or ""
        if is_owed(category, totals.store, taxed_at_sale=mapping.taxed_at_sale):
            found[category] = _tax_type(mapping, category, line.tax_code)
    return [
        f"The category {category} is posted with {tax_type}, so the tax return counts it as sold already;"
        f" {countries.no_tax(totals.store.country)} keeps it out until it is."
        for category, tax_type in sorted(found.items())
        if tax_type and tax_type not in {*countries.OUTSIDE_THE_RETURN, mapping.no_tax}
    ]


def _tax_type(mapping: Mapping, category: str, tax_code: str) -> str:
    target = mapping.categories.get(category)
    return (target.tax_type if target else None) or mapping.tax_codes.get(tax_code, "")


def _draft(mapping: Mapping) -> list[str]:
    if mapping.status != "DRAFT":
        return []
    return [
        "The documents are sent as drafts; their payments wait until someone approves them in the ledger."
    ]
