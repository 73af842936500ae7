"""Whether a date's card money is the same everywhere. Pure.

Four equalities (ACCOUNTING.md 3, FEATURES.md, clearing-account ageing per day):

1. `terminal_totals`: what the terminals counted at their end of day = our journal.
2. `card_tenders`: our journal = the card tenders of the receipts.
3. `clearing`: the tenders that go to the clearing accounts = what the ledger got there.
4. `settled`: the card tenders = what the acquirer has paid for the date and its fees.

What is not there yet is no difference: it waits, and ages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from services.books.money import from_minor, text_of
from services.contract.terminal_days import AgreementCheck, AgreementDay, SchemeAgreement

_AGES = ((1, "0-1"), (7, "2-7"), (30, "8-30"))
_OLDER = "31+"
_COUNTED = "What the terminals counted, against the approvals since the end of day before."
_COUNTED_TWICE = (
    "The end of day before broke off, and a payment may be counted in both: compare the slips of the two."
)
_Name = Literal["terminal_totals", "card_tenders", "clearing", "settled"]


@dataclass(slots=True)
class CardDay:
    """The card money of one business date, in minor units; None: there is none yet."""

    day: date
    approved: int = 0
    counted: int | None = None
    """By the ends of day of this date."""
    covered: int = 0
    """By our journal, of what those ends of day cover."""
    is_doubtful: bool = False
    """Whether one of them may have counted again what one that broke off had counted."""
    tenders: int = 0
    mapped: int = 0
    """Tenders of every type that goes to the clearing accounts, of all dates posted here."""
    posted: int | None = None
    posted_on: date | None = None
    """The date whose documents hold this one's takings."""
    received: int = 0
    fees: int = 0
    schemes: dict[tuple[str, str], tuple[int | None, int]] = field(default_factory=dict)
    """By terminal and scheme: the terminal's count, our journal."""

    @property
    def open(self) -> int:
        """What is left in the clearing account."""
        return self.tenders - self.received - self.fees


def day_answer(day: CardDay, today: date, currency: str) -> AgreementDay:
    """Return a date with its equalities, as it crosses the socket."""
    checks = list(_checks(day, today, currency))

    def told(amount: int) -> str:
        return text_of(from_minor(amount, currency), currency)

    schemes: list[SchemeAgreement] = [
        {
            "terminal": terminal,
            "scheme": scheme,
            "counted": None if counted is None else told(counted),
            "approved": told(approved),
        }
        for (terminal, scheme), (counted, approved) in sorted(day.schemes.items())
    ]
    return {
        "date": day.day.isoformat(),
        "approved": told(day.approved),
        "counted": None if day.counted is None else told(day.counted),
        "tenders": told(day.tenders),
        "posted": None if day.posted is None else told(day.posted),
        "received": told(day.received),
        "fees": told(day.fees),
        "open": told(day.open),
        "age": max((today - day.day).days, 0),
        "state": _state(checks),
        "checks": checks,
        "schemes": schemes,
    }


def first_difference(days: Iterable[AgreementDay]) -> str | None:
    """Return the first date that does not agree."""
    return next((day["date"] for day in days if day["state"] == "differs"), None)


def ages(days: Iterable[CardDay], today: date) -> Mapping[str, int]:
    """Return what is open by age in days, in minor units."""
    found = {name: 0 for _, name in _AGES} | {_OLDER: 0}
    for day in days:
        age = (today - day.day).days
        found[next((name for most, name in _AGES if age <= most), _OLDER)] += day.open
    return found


def _state(checks: Iterable[AgreementCheck]) -> str:
    held = [check["holds"] for check in checks]
    if False in held:
        return "differs"
    return "waiting" if None in held else "agrees"


def _checks(day: CardDay, today: date, currency: str) -> Iterable[AgreementCheck]:
    def check(name: _Name, left: int | None, right: int | None, words: str, waits: str) -> AgreementCheck:
        known = left is not None and right is not None
        difference = (left or 0) - (right or 0)
        return {
            "check": name,
            "left": "" if left is None else text_of(from_minor(left, currency), currency),
            "right": "" if right is None else text_of(from_minor(right, currency), currency),
            "holds": difference == 0 if known else None,
            "difference": text_of(from_minor(difference, currency), currency) if known else "",
            "words": words if known else waits,
        }

    yield check(
        "terminal_totals",
        day.counted,
        day.covered,
        _COUNTED_TWICE if day.is_doubtful else _COUNTED,
        "No end of day was run on a terminal for this date.",
    )
    # While the shop trades, a receipt comes in some time after its approval.
    trading = day.day >= today and day.approved != day.tenders
    yield check(
        "card_tenders",
        day.approved,
        None if trading else day.tenders,
        "The approvals of the date, against the card tenders of its receipts.",
        "The date is not over: receipts still come in.",
    )
    elsewhere = f"It is posted with {day.posted_on}." if day.posted_on not in {None, day.day} else ""
    yield check(
        "clearing",
        day.mapped,
        day.posted,
        "The tenders that go to the clearing account, against what the ledger got there.",
        elsewhere or "Not all documents of the date are posted.",
    )
    yield _settled(day, currency)


def _settled(day: CardDay, currency: str) -> AgreementCheck:
    def told(amount: int) -> str:
        return text_of(from_minor(amount, currency), currency)

    paid = day.received + day.fees
    # More than was taken can never come right by waiting.
    too_much = paid > day.tenders if day.tenders >= 0 else paid < day.tenders
    holds = True if day.open == 0 else False if too_much else None
    return {
        "check": "settled",
        "left": told(day.tenders),
        "right": told(paid),
        "holds": holds,
        "difference": told(day.open),
        "words": "The card tenders, against what the acquirer paid for the date and its fees."
        if holds is not None
        else "The acquirer has not paid all of it yet, or nobody noted it.",
    }
