"""Which approval belongs to which tender of a receipt. Pure.

A tender and an approval can only belong together when the tender is of a type that cards
are paid with, names no other terminal, and has the same amount: what the card was charged,
below zero for money given back. Then, in this order:

1. `reference`: the tender's `reference` is the approval's own (ours, which the till got as
   `tender_reference`; the till's; or the terminal's receipt, trace, RRN or authorisation
   code together with the amount).
2. `receipt`: the till's reference of the payment is the receipt's id, at that register.
3. `till_time`: same register, receipt and approval at most 15 minutes apart.
4. `store_time`: same store and business date, at most 15 minutes apart.

Each rule joins only what is certain: one approval and one tender that both fit nothing else
under that rule. The rest waits for a person, with suggestions of the same amount.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_MINUTES = timedelta(minutes=15)
BY_REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Approval:
    """An approved attempt without a receipt. Minor units, below zero for money back."""

    id: int
    terminal: str
    till: str
    till_reference: str
    names: frozenset[str]
    """Every word it is known by: ours, the till's, the terminal's."""
    own: str
    """Ours: unique for ever."""
    amount: int
    time: datetime
    business_date: date | None


@dataclass(frozen=True, slots=True)
class Paper:
    """A card tender of a receipt that no approval is joined with."""

    register: str
    receipt: str
    position: int
    amount: int
    time: datetime
    business_date: date
    reference: str
    terminal: str

    @property
    def key(self) -> tuple[str, str, int]:
        """What names the tender within its store."""
        return self.register, self.receipt, self.position


@dataclass(frozen=True, slots=True)
class Pair:
    """An approval and a tender that belong together, and by which rule."""

    approval: Approval
    paper: Paper
    rule: str


Fits = Callable[[Approval, Paper], bool]


def pairs(
    approvals: Sequence[Approval],
    papers: Sequence[Paper],
    apart: frozenset[tuple[int, str, str, int]] = frozenset(),
) -> list[Pair]:
    """Return what certainly belongs together, each of both at most once.

    `apart`: approvals and tenders (id, register, receipt, position) that a person parted.
    """
    found: list[Pair] = []
    left, open_papers = list(approvals), list(papers)
    for rule, fits in RULES:
        joined = _certain(rule, fits, left, open_papers, apart)
        taken = {pair.approval.id for pair in joined}, {pair.paper.key for pair in joined}
        left = [each for each in left if each.id not in taken[0]]
        open_papers = [each for each in open_papers if each.key not in taken[1]]
        found += joined
    return found


def suggestions(approvals: Iterable[Approval], papers: Sequence[Paper]) -> list[Pair]:
    """Return pairs of the same amount and date that a person may join."""
    by_amount = _by(papers, lambda paper: paper.amount)
    return [
        Pair(approval, paper, "same_amount")
        for approval in approvals
        for paper in by_amount[approval.amount]
        if _may(approval, paper) and approval.business_date in {None, paper.business_date}
    ]


def _certain(
    rule: str,
    fits: Fits,
    approvals: Sequence[Approval],
    papers: Sequence[Paper],
    apart: frozenset[tuple[int, str, str, int]],
) -> list[Pair]:
    by_amount = _by(papers, lambda paper: paper.amount)
    wanted: dict[int, list[Paper]] = {}
    wanting: dict[tuple[str, str, int], int] = defaultdict(int)
    for approval in approvals:
        fitting = [p for p in by_amount[approval.amount] if _may(approval, p) and fits(approval, p)]
        fitting = [paper for paper in fitting if (approval.id, *paper.key) not in apart]
        wanted[approval.id] = fitting
        for paper in fitting:
            wanting[paper.key] += 1
    return [
        Pair(approval, fitting[0], rule)
        for approval in approvals
        if len(fitting := wanted[approval.id]) == 1 and wanting[fitting[0].key] == 1
    ]


def _may(approval: Approval, paper: Paper) -> bool:
    return paper.terminal in {"", approval.terminal}


def _reference(approval: Approval, paper: Paper) -> bool:
    return bool(paper.reference) and paper.reference in approval.names


def _receipt(approval: Approval, paper: Paper) -> bool:
    return (approval.till, approval.till_reference) == (paper.register, paper.receipt)


def _near(approval: Approval, paper: Paper) -> bool:
    # A tender that bears a reference, and not this one's, is of something else.
    return not paper.reference and abs(approval.time - paper.time) <= _MINUTES


def _till_time(approval: Approval, paper: Paper) -> bool:
    return approval.till == paper.register and _near(approval, paper)


def _store_time(approval: Approval, paper: Paper) -> bool:
    return approval.business_date in {None, paper.business_date} and _near(approval, paper)


RULES: tuple[tuple[str, Fits], ...] = (
    (BY_REFERENCE, _reference),
    ("receipt", _receipt),
    ("till_time", _till_time),
    ("store_time", _store_time),
)


def _by(papers: Iterable[Paper], key: Callable[[Paper], Hashable]) -> dict[Hashable, list[Paper]]:
    found: dict[Hashable, list[Paper]] = defaultdict(list)
    for paper in papers:
        found[key(paper)].append(paper)
    return found
