"""Checking a mapping against the tills and the chart of accounts, and proposing.

Pure: nothing is read or changed here. A proposal is a guess from the likeness of names
and is marked as one; nothing is ever posted to it unless a person puts it in the mapping.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from services.books.documents import Shape
from services.books.ledger_facts import Account, LedgerFacts, TaxRate
from services.books.mapping import Mapping, Target
from services.contract.answers import MappingIssue
from services.sync.mapping_needs import Needs

_PAID_SHAPES = frozenset({Shape.INVOICE, Shape.NET_INVOICE})
_LIKELY, _POSSIBLE = 0.75, 0.45
_T = TypeVar("_T")
_TYPES_OF_TENDERS = frozenset({"BANK", "CURRENT", "CURRLIAB"})


def check(mapping: Mapping | None, needed: Needs, facts: LedgerFacts) -> list[MappingIssue]:
    """Return everything that is missing or invalid; empty when days can be built."""
    if mapping is None:
        nothing = Mapping(store="", contact="", categories={}, tax_codes={}, tenders={})
        return list(_missing(nothing, needed))
    found = [*_missing(mapping, needed)]
    if facts.accounts:
        found += [
            *_account_faults(mapping, facts),
            *_tax_faults(mapping, needed, facts),
            *_tracking_faults(mapping, facts),
        ]
    return found


def suggest(mapping: Mapping | None, needed: Needs, facts: LedgerFacts) -> list[MappingIssue]:
    """Return a proposal for everything missing that has a likely answer in the chart."""
    found = []
    for issue in check(mapping, needed, facts):
        proposal = _proposal(issue["part"], issue["key"], facts)
        if proposal is not None:
            code, confidence = proposal
            found.append(MappingIssue(**{**issue, "proposal": code, "confidence": confidence}))
    return found


def _issue(part: str, key: str, problem: str) -> MappingIssue:
    return {"part": part, "key": key, "problem": problem}


def _missing(mapping: Mapping, needed: Needs) -> Iterator[MappingIssue]:
    if not mapping.contact:
        yield _issue("contact", "contact", "The contact of the day's documents is not named.")
    for category in needed.category_names:
        if category not in mapping.categories:
            yield _issue("categories", category, f"Category {category} has no account.")
    for code in sorted(_codes_needed(mapping, needed)):
        if code not in mapping.tax_codes:
            yield _issue("tax_codes", code, f"Tax code {code} has no tax type.")
    for tender in sorted(needed.tenders):
        if tender not in mapping.tenders:
            yield _issue("tenders", tender, f"Tender {tender} has no account.")
    if needed.rounding and mapping.rounding is None:
        yield _issue("rounding", "rounding", "The tills round cash, and there is no account for it.")
    if needed.counted and mapping.over_short is None:
        yield _issue(
            "over_short", "over_short", "The tills are counted, and there is no account for a difference."
        )


def _codes_needed(mapping: Mapping, needed: Needs) -> set[str]:
    """Return the tax codes that no category answers with a tax type of its own."""
    own = {category for category, target in mapping.categories.items() if target.tax_type}
    return {code for category, code in needed.categories if category not in own} | needed.account_tax_codes


def _targets(mapping: Mapping) -> Iterator[tuple[str, str, Target]]:
    for category, target in mapping.categories.items():
        yield "categories", category, target
    for tender, account in mapping.tenders.items():
        yield "tenders", tender, Target(account)
    if mapping.rounding is not None:
        yield "rounding", "rounding", mapping.rounding
    if mapping.over_short is not None:
        yield "over_short", "over_short", mapping.over_short


def _account_faults(mapping: Mapping, facts: LedgerFacts) -> Iterator[MappingIssue]:
    for part, key, target in _targets(mapping):
        account = facts.accounts.get(target.account)
        if account is None:
            yield _issue(part, key, f"Account {target.account} is not in the chart of accounts.")
        elif not account.active:
            yield _issue(part, key, f"Account {account.code} {account.name} is archived.")
        elif part == "tenders" and mapping.shape in _PAID_SHAPES and not account.takes_payments:
            yield _issue(
                part,
                key,
                f"Account {account.code} {account.name} takes no payments: tick Enable payments in Xero.",
            )


def _tax_faults(mapping: Mapping, needed: Needs, facts: LedgerFacts) -> Iterator[MappingIssue]:
    for code, tax_type in mapping.tax_codes.items():
        yield from _rate_faults("tax_codes", code, tax_type, facts)
    for category, target in mapping.categories.items():
        if target.tax_type:
            yield from _rate_faults("categories", category, target.tax_type, facts)
        yield from _class_faults(category, target, _types_of(category, target, mapping, needed), facts)


def _types_of(category: str, target: Target, mapping: Mapping, needed: Needs) -> set[str]:
    if target.tax_type:
        return {target.tax_type}
    return {
        mapping.tax_codes[code]
        for name, code in needed.categories
        if name == category and code in mapping.tax_codes
    }


def _rate_faults(part: str, key: str, tax_type: str, facts: LedgerFacts) -> Iterator[MappingIssue]:
    rate = facts.tax_rates.get(tax_type)
    if rate is None:
        yield _issue(part, key, f"Tax type {tax_type} is not among the organisation's tax rates.")
    elif not rate.active:
        yield _issue(part, key, f"Tax type {tax_type} {rate.name} was deleted.")


def _class_faults(
    category: str, target: Target, types: Iterable[str], facts: LedgerFacts
) -> Iterator[MappingIssue]:
    account = facts.accounts.get(target.account)
    for tax_type in sorted(types):
        rate = facts.tax_rates.get(tax_type)
        if account and rate and rate.applies_to is not None and account.klass not in rate.applies_to:
            yield _issue(
                "categories",
                category,
                f"Tax type {tax_type} cannot be used with account {account.code} {account.name}.",
            )


def _tracking_faults(mapping: Mapping, facts: LedgerFacts) -> Iterator[MappingIssue]:
    for name, option in mapping.tracking:
        options = (facts.tracking or {}).get(name)
        if options is None:
            yield _issue("tracking", name, f"There is no active tracking category {name}.")
        elif option not in options:
            yield _issue("tracking", name, f"Tracking category {name} has no option {option}.")


def _proposal(part: str, key: str, facts: LedgerFacts) -> tuple[str, str] | None:
    active = [account for account in facts.accounts.values() if account.active]
    if part == "categories":
        return _closest(key, (a for a in active if a.klass in {"REVENUE", "LIABILITY"}), _account_words)
    if part == "tenders":
        payable = (a for a in active if a.takes_payments and a.type in _TYPES_OF_TENDERS)
        return _closest(key, payable, _account_words)
    if part == "tax_codes":
        return _closest(key, (rate for rate in facts.tax_rates.values() if rate.active), _rate_words)
    if part == "rounding":
        return next(((a.code, "high") for a in active if a.system == "ROUNDING"), None)
    if part == "over_short":
        return _closest("cash over short", (a for a in active if a.klass == "EXPENSE"), _account_words)
    return None


def _account_words(account: Account) -> tuple[str, str]:
    return account.code, account.name


def _rate_words(rate: TaxRate) -> tuple[str, str]:
    return rate.tax_type, rate.name


def _closest(key: str, among: Iterable[_T], words: Callable[[_T], tuple[str, str]]) -> tuple[str, str] | None:
    scored = [(max(_likeness(key, name), _likeness(key, code)), code) for code, name in map(words, among)]
    score, code = max(scored, default=(0.0, ""))
    if score < _POSSIBLE:
        return None
    return code, "high" if score >= _LIKELY else "low"


def _likeness(key: str, name: str) -> float:
    """Return how alike two names are: their best words, and the whole (0 to 1)."""
    left, right = _words(key), _words(name)
    whole = difflib.SequenceMatcher(None, " ".join(left), " ".join(right)).ratio()
    if not left or not right:
        return whole
    best = [max(difflib.SequenceMatcher(None, word, other).ratio() for other in right) for word in left]
    return max(whole, 0.9 * sum(best) / len(best))


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text.casefold()).split()
