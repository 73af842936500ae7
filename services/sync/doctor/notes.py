"""What the doctor writes down, and the answer made of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.contract.problem import Problem
from services.contract.support import DoctorAnswer, DoctorFinding, Severity
from services.contract.text import printable

_WORST_FIRST = (Severity.STOPS, Severity.WARNS, Severity.FINE)


@dataclass(frozen=True, slots=True)
class Note:
    """One check and how it ended; `store` None: the service or the machine."""

    severity: Severity
    code: str
    what: str
    why: str = ""
    next: str = ""
    store: str | None = None
    dates: tuple[date, ...] = ()

    def of(self, store: str) -> Note:
        """Return the note as one about a store."""
        return replace(self, store=store)


def stops(code: str, what: str, why: str, next_step: str) -> Note:
    """Return a note of what will not be sent unless a person acts."""
    return Note(Severity.STOPS, code, what, why, next_step)


def warns(code: str, what: str, why: str, next_step: str) -> Note:
    """Return a note of what a person should know."""
    return Note(Severity.WARNS, code, what, why, next_step)


def fine(code: str, what: str) -> Note:
    """Return a note of a check that passed."""
    return Note(Severity.FINE, code, what)


def of_problem(severity: Severity, problem: Problem) -> Note:
    """Return a problem as a note."""
    return Note(severity, problem.code, problem.what, problem.why, problem.next)


def gathered(notes: Iterable[Note]) -> list[Note]:
    """Return each note once, with all its dates, in the order they came."""
    found: dict[tuple[str | None, Severity, str, str], Note] = {}
    for note in notes:
        key = (note.store, note.severity, note.code, note.what)
        known = found.get(key)
        dates = {*note.dates, *(known.dates if known else ())}
        found[key] = replace(known or note, dates=tuple(sorted(dates)))
    return list(found.values())


def answer(notes: Iterable[Note], now: datetime, service: str | None) -> DoctorAnswer:
    """Return the answer, the worst first; `service`: version, None: not running."""
    found = sorted(gathered(notes), key=lambda note: (_WORST_FIRST.index(note.severity), note.store or ""))
    count = {severity: sum(note.severity is severity for note in found) for severity in Severity}
    return {
        "checked": now.isoformat(timespec="seconds"),
        "service": service,
        "findings": [_told(note) for note in found],
        "counts": {
            "stops": count[Severity.STOPS],
            "warns": count[Severity.WARNS],
            "fine": count[Severity.FINE],
        },
    }


def _told(note: Note) -> DoctorFinding:
    told: DoctorFinding = {
        "severity": str(note.severity),
        "store": note.store,
        "code": note.code,
        "what": printable(note.what),
        "why": printable(note.why),
        "next": printable(note.next),
    }
    if note.dates:
        told["dates"] = [day.isoformat() for day in note.dates]
    return told
