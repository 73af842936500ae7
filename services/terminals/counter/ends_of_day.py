"""Which ends of day of a terminal stand, and the approvals that each covers.

A terminal holds what was asked of it since its last end of day, whatever business dates
that spans. Where the line broke behind the totals nobody knows whether the terminal
closed. Its next end of day tells: it counts what came since, or the same once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from services.store import card_money, terminal_journal
from services.store.tables import TerminalAttempt, TerminalSettlement, TerminalTotal
from services.terminals.answers import as_covered, settled_total
from services.terminals.counter.match_rows import net

_DONE = "done"


@dataclass(frozen=True, slots=True)
class Batch:
    """One end of day of a terminal, and what it should hold by our journal."""

    settlement: TerminalSettlement
    totals: tuple[TerminalTotal, ...]
    attempts: tuple[TerminalAttempt, ...]
    """Approved since the end of day before it."""
    business_date: date | None
    is_lost: bool
    """Whether the line broke behind its totals, and no later end of day says what of it."""
    is_doubtful: bool = False
    """Whether it may have counted again what a lost one before it had counted."""

    @property
    def covered(self) -> int:
        """What its approvals come to, in minor units."""
        return sum(net(attempt) for attempt in self.attempts)

    @property
    def counted(self) -> int:
        """What the terminal counted, in minor units.

        With nothing in it some terminals give no total at all.
        """
        return _counted(self.settlement, self.totals, self.covered)


def batches(session: Session, store: str, first: date, last: date) -> Iterator[Batch]:
    """Yield the ends of day of these business dates that stand.

    No payment is in two of them.
    """
    added: dict[str, datetime] = {}
    judged: set[int | None] = set()
    for row in card_money.ends_of_day(session, store, first, last):
        # An end of day is in one chain only: those judged with another are not looked at again.
        if row.id in judged:
            continue
        if row.terminal not in added:
            added[row.terminal] = terminal_journal.get_terminal(session, row.terminal).created
        chain = _chain(session, row, added[row.terminal])
        judged.update(end.settlement.id for end in chain)
        for batch in standing(chain):
            if first <= (batch.business_date or first) <= last:
                yield batch


def standing(ends: Iterable[Batch]) -> list[Batch]:
    """Return the ends of day that stand of consecutive ones of a terminal. Pure.

    One that repeats the lost one before it takes its place, on its business date.
    """
    stand: list[Batch] = []
    for end in ends:
        before = stand[-1] if stand and stand[-1].is_lost else None
        if before is None or _is_of_its_own(end):
            stand.append(end)
        elif _repeats(before, end):
            day = end.business_date if end.attempts else before.business_date
            stand[-1] = replace(end, attempts=(*before.attempts, *end.attempts), business_date=day)
        else:
            stand.append(replace(end, is_doubtful=True))
    return stand


def _is_of_its_own(end: Batch) -> bool:
    """Whether an end of day counted what came since the one before, and no more."""
    return end.counted == end.covered and (bool(end.attempts) or end.counted == 0)


def _repeats(before: Batch, end: Batch) -> bool:
    """Whether an end of day counted again what the lost one before it had counted.

    Either the very same totals with no payment in between, or all approvals of both.
    """
    both = before.covered + end.covered
    if _counted(end.settlement, end.totals, both) == both:
        return True
    return not end.attempts and _said(before) == _said(end)


def _said(end: Batch) -> tuple[object, ...]:
    schemes = sorted((each.scheme, each.kind, each.count, each.amount) for each in end.totals)
    return end.settlement.amount, end.settlement.reference, schemes


def _counted(row: TerminalSettlement, totals: Sequence[TerminalTotal], covered: int) -> int:
    return as_covered(settled_total(row, totals), covered, totals) or 0


def _chain(session: Session, row: TerminalSettlement, added: datetime) -> list[Batch]:
    """Return an end of day with those before and after it that it takes to judge it.

    `added`: since when the terminal is the device it is now.
    """
    rows = [row]
    while (before := _before(session, rows[0], added)) is not None and before.state != _DONE:
        rows.insert(0, before)
    while rows[-1].state != _DONE and (after := card_money.end_after(session, rows[-1])) is not None:
        if not _is_same_device(rows[-1], after, added):
            break
        rows.append(after)
    pairs = zip((before, *rows[:-1]), rows, strict=True)
    return [_batch(session, each, _since(last, each, added)) for last, each in pairs]


def _batch(session: Session, row: TerminalSettlement, since: datetime | None) -> Batch:
    attempts = card_money.approved_between(session, row.terminal, since, row.started)
    totals = terminal_journal.totals_of(session, row.id or 0)
    return Batch(row, tuple(totals), tuple(attempts), row.business_date, is_lost=row.state != _DONE)


def _since(before: TerminalSettlement | None, row: TerminalSettlement, added: datetime) -> datetime | None:
    """Return since when a terminal held what an end of day counts; None: always."""
    if before is not None:
        return before.started
    return added if row.started >= added else None


def _before(session: Session, row: TerminalSettlement, added: datetime) -> TerminalSettlement | None:
    before = card_money.end_before(session, row)
    return before if before is not None and _is_same_device(before, row, added) else None


def _is_same_device(one: TerminalSettlement, other: TerminalSettlement, added: datetime) -> bool:
    """Whether the terminal was not removed and added again between two ends of day."""
    return (one.started >= added) == (other.started >= added)
