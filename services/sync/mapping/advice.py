"""Checking a mapping against the tills and the chart of accounts, and proposing.

Pure: nothing is read or changed here. A proposal is a guess from the likeness of names
and is marked as one; nothing is ever posted to it unless a person puts it in the mapping.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from services.books.ledger_facts import Account, LedgerFacts, TaxRate
from services.books.mapping import Mapping
from services.contract.answers import MappingIssue
from services.sync.mapping.needs import Needs
from services.sync.mapping.validity import Against, obstacle, settings_of

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
        found += _faults(mapping, needed, facts)
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


def _faults(mapping: Mapping, needed: Needs, facts: LedgerFacts) -> Iterator[MappingIssue]:
    against = Against(mapping, needed, facts)
    for part, key, target in settings_of(mapping):
        found = obstacle(part, key, target, against)
        if found is not None:
            yield _issue(part, key, found.what)


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
