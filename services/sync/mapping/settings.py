"""Every setting of a mapping as an editor shows it: what is missing first. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.books.ledger_facts import LedgerFacts
from services.books.mapping_file import mapping_from
from services.books.money import from_minor, text_of
from services.contract.answers import MappingIssue
from services.contract.finding import Finding
from services.contract.mapping_editor import Proposal, SettingAnswer
from services.sync.findings import from_books, told
from services.sync.mapping import advice
from services.sync.mapping.changes import SINGLE, TABLES, Change, Name, name_of, settings, target_of, words_of
from services.sync.mapping.needs import Needs
from services.sync.mapping.usage import Usage, Used
from services.sync.mapping.validity import Against, obstacle

_PARTS = (*TABLES[:3], *SINGLE[:2], "contact", *SINGLE[3:], "tracking")
_CHOOSE = "Choose one from the chart; a suggestion is only a guess from names."
_WAITS = "Days that use it wait until it has one."


@dataclass(frozen=True, slots=True)
class Edited:
    """A mapping that is being edited, and everything it is judged by."""

    saved: Mapping[str, Any]
    """The body in force."""
    body: Mapping[str, Any]
    """With the person's changes."""
    changes: Sequence[Change]
    needed: Needs
    facts: LedgerFacts
    usage: Usage
    currency: str

    @property
    def against(self) -> Against:
        """What each setting is judged by."""
        return Against(mapping_from(self.body), self.needed, self.facts)


def answers(edited: Edited) -> list[SettingAnswer]:
    """Return every setting: missing, then refused, by money; then the rest by part."""
    issues = advice.check(edited.against.mapping, edited.needed, edited.facts)
    shown = _Shown(edited, {(issue["part"], issue["key"]): issue for issue in issues})
    found = [shown.answer(name) for name in _names(edited)]
    return sorted(found, key=_order)


def _order(answer: SettingAnswer) -> tuple[int, int, bool, Decimal]:
    """Return where a setting stands: missing, refused, the rest, unused ones."""
    missing = answer["problem"] is not None and answer["value"] is None
    urgent = answer["problem"] is not None
    unused = answer["part"] in TABLES[:3] and answer["amount"] is None
    if urgent:
        return 0 if missing else 1, 0, unused, -Decimal(answer["amount"] or 0)
    return 2, _PARTS.index(answer["part"]), unused, Decimal(0)


def _names(edited: Edited) -> list[Name]:
    """Return the names of every setting there is, could be, or is needed."""
    needed = edited.needed
    codes = {code for _, code in needed.categories} | needed.account_tax_codes
    names: dict[Name, None] = dict.fromkeys(settings(edited.body))
    names |= dict.fromkeys(("categories", each) for each in needed.category_names)
    names |= dict.fromkeys(("tax_codes", each) for each in sorted(codes))
    names |= dict.fromkeys(("tenders", each) for each in sorted(needed.tenders))
    names |= dict.fromkeys((part, part) for part in SINGLE)
    names |= dict.fromkeys(("tracking", each) for each in sorted(edited.facts.tracking or ()))
    names |= dict.fromkeys((each["part"], each["key"]) for each in edited.changes)
    return list(names)


class _Shown:
    """Makes the answers."""

    def __init__(self, edited: Edited, issues: Mapping[Name, MappingIssue]) -> None:
        self._edited = edited
        self._issues = issues
        self._against = edited.against
        self._now = settings(edited.body)
        self._saved = settings(edited.saved)
        self._changes = {(each["part"], each["key"]): each for each in edited.changes}
        self._proposals = dict(proposals(self._against))

    def answer(self, name: Name) -> SettingAnswer:
        """Return one setting."""
        part, key = name
        value, facts = self._now.get(name), self._edited.facts
        target = target_of(value)
        used = self._edited.usage.used.get(name)
        return {
            "part": part,
            "key": key,
            "value": target.account if target else None,
            "words": name_of(part, target.account, facts) if target else "",
            "tax_type": target.tax_type if target else None,
            "tax_words": name_of("tax_codes", target.tax_type or "", facts) if target else "",
            "saved": words_of(part, self._saved.get(name), facts) if name in self._changes else None,
            "changed": name in self._changes,
            "problem": self._problem(name, used),
            "proposal": self._proposals.get(name) if target is None else None,
            "amount": self._amount(used),
            "receipts": used.receipts if used else 0,
            "last": used.last.isoformat() if used else None,
            "conflict": self._conflict(name),
        }

    def _problem(self, name: Name, used: Used | None) -> Finding | None:
        target = target_of(self._now.get(name))
        if target is not None:
            found = obstacle(*name, target, self._against)
            return told(from_books([found]))[0] if found else None
        issue = self._issues.get(name)
        if issue is None:
            return None
        amount = Decimal(self._amount(used) or 0)
        why = f"{amount:,} went over it lately. {_WAITS}" if used else _WAITS
        return {"what": issue["problem"], "why": why, "next": _CHOOSE, "code": "unmapped"}

    def _amount(self, used: Used | None) -> str | None:
        if used is None:
            return None
        return text_of(from_minor(used.amount, self._edited.currency), self._edited.currency)

    def _conflict(self, name: Name) -> str | None:
        change = self._changes.get(name)
        if change is None or change["was"] == self._saved.get(name):
            return None
        return words_of(name[0], self._saved.get(name), self._edited.facts) or "nothing"


def proposals(against: Against) -> Iterator[tuple[Name, Proposal]]:
    """Yield what might be meant by what is missing, where the ledger would take it."""
    for issue in advice.suggest(against.mapping, against.needed, against.facts):
        part, key, value = issue["part"], issue["key"], issue["proposal"]
        target = target_of(value)
        if target is None or obstacle(part, key, target, against) is not None:
            continue
        words = f"{value} {name_of(part, value, against.facts)}".rstrip()
        yield (part, key), {"value": value, "words": words, "confidence": issue["confidence"]}
