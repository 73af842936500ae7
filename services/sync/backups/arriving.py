"""After a restore: dates settle when their receipts are imported again.

What Xero, or the files, have of such a date was carried over. Once the tills say what
they said then, the date stands where it stood; until then it is *changed*. One that was
not sent whole then goes on.

Nor does a date stay *changed*, restore or not, whose new records change nothing of what was
sent: a note was added, or a receipt was edited and put right again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from itertools import islice

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from services.contract.problem import Problem
from services.contract.states import DayState
from services.store import by_file, corrections, days
from services.store.restoring.carrying_days import AWAITED
from services.store.tables import Day, DocumentRow
from services.sync.backups import restored
from services.sync.changed.changes import DayChanges
from services.sync.changed.changing import CHANGED_AT_TILLS
from services.sync.changed.forecast import unbuilt
from services.sync.changed.tills import is_stopped
from services.sync.documents.building import Built
from services.sync.documents.preparing import NOT_CONNECTED
from services.sync.findings import Kept
from services.sync.tools import Tools

_Place = tuple[str, date]
_Act = Callable[[Session], dict[date, DayState]]
_SETTLED = frozenset({DayState.POSTED, DayState.DIFFERS, DayState.BY_FILE})
_AWAITED_AT_ONCE = 50
_CHANGED_AT_ONCE = 10
"""A date is built for a look; a start and a tick take seconds at most, however many changed."""

log = logging.getLogger(__name__)


class Arriving:
    """Settles the dates of which the tills say again what was sent."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._seen: dict[_Place, days.Stand] = {}
        """Where a date stood when it was looked at last."""
        self._failed: set[_Place] = set()
        """Dates that could not be looked at; the others go first."""

    def tick(self) -> None:
        """Look at the dates something came in for since the last look.

        One that cannot be looked at keeps nothing else from being done: it is said in the
        log, and looked at again at the next tick with all that came after it.
        """
        with self._tools.db.read() as session:
            awaited = restored.awaited(session)
            changed = days.changed_since_built(session) - awaited
            fresh = self._fresh(session, awaited, _AWAITED_AT_ONCE)
            fresh += self._fresh(session, changed, _CHANGED_AT_ONCE)
        self._look_at(fresh)

    def arrived(self, store: str, came: Iterable[date]) -> None:
        """Look at the dates that were awaited, and at those that records came in for.

        Whoever imports waits for it; the other dates are looked at by `tick`.
        """
        with self._tools.db.read() as session:
            awaited = restored.awaited(session)
            changed = days.changed_since_built(session) & {(store, day) for day in came}
            fresh = self._fresh(session, awaited, _AWAITED_AT_ONCE)
            fresh += self._fresh(session, changed - awaited, _CHANGED_AT_ONCE)
        self._look_at(fresh)

    def _fresh(self, session: Session, found: Iterable[_Place], most: int) -> list[_Place]:
        places = sorted(found, key=lambda place: (place in self._failed, place))
        stands = days.stands(session, places)
        fresh = (place for place in places if place in stands and self._seen.get(place) != stands[place])
        return list(islice(fresh, most))

    def _look_at(self, fresh: Iterable[_Place]) -> None:
        for place in fresh:
            try:
                states = self._look(*place)
            except (DBAPIError, OSError, Problem):
                self._failed.add(place)
                log.exception("%s of %s could not be looked at; it is tried again", place[1], place[0])
                return
            self._failed.discard(place)
            for each, state in states.items():
                self._tools.tell("day", place[0], date=each.isoformat(), state=state)

    def _look(self, store: str, day: date) -> dict[date, DayState]:
        """Look at a date, and do what is due if nothing changed meanwhile.

        A month is built in seconds, so nobody who writes is kept waiting for that.
        """
        with self._tools.db.read() as session:
            row = days.get_day(session, store, day)
            if row is None or self._seen.get((store, day)) == _stand(row):
                return {}  # looked at with another date of its period
            found = None if row.state in _SETTLED else DayChanges(session, store, day)
            rows = _days(session, store, found.dates if found else (day,))
            documents = _documents(session, rows)
            act = self._due(row, found)
        states: dict[date, DayState] = {}
        if act is not None:
            with self._tools.db.write() as session:
                now = _days(session, store, [each.business_date for each in rows])
                if list(map(_stand, now)) != list(map(_stand, rows)) or _documents(session, now) != documents:
                    return {}  # it is fresh still, and looked at again
                states = act(session)
        # What is changed of a period is settled together, or not at all.
        alike = (each for each in rows if each.state == row.state == DayState.CHANGED)
        self._seen.update({(store, each.business_date): _stand(each) for each in (row, *alike)})
        return states

    def _due(self, row: Day, found: DayChanges | None) -> _Act | None:
        """Return what is to be done about a date; None: nothing."""
        if found is None:
            return partial(_arrived, row.store, row.business_date) if row.touched == row.built else None
        if row.state == DayState.BLOCKED and (blocked := _blocks(found)):
            return partial(self._still_blocked, row.store, row.business_date, blocked)
        if row.state == DayState.CHANGED:
            return partial(self._settle, row.store, found.built) if _is_as_sent(found) else None
        return partial(self._go_on, row.store, row.business_date, found.dates) if _stands(found) else None

    def _go_on(self, store: str, day: date, dates: Sequence[date], session: Session) -> dict[date, DayState]:
        """Let a date go on of which a part was sent, or its outcome is not known."""
        row = days.ensure_day(session, store, day, self._tools.now())
        restored.arrived(session, store, [day])
        row.why = [each for each in row.why or () if each.get("code") != AWAITED] or None
        if row.state == DayState.BLOCKED:
            row.state = DayState.WAITING.value  # nothing blocks it any more
        session.add(row)
        if not all(_is_settled(each) for one in dates for each in _rows(session, store, one)):
            days.queue(session, store, [day], self._tools.now())
        return {day: DayState(row.state)}

    def _still_blocked(
        self, store: str, day: date, blocked: list[Kept], session: Session
    ) -> dict[date, DayState]:
        """Say what blocks a date; that was not known while its receipts were missing."""
        days.set_state(session, store, day, DayState.BLOCKED, self._tools.now(), blocked)
        return {day: DayState.BLOCKED}

    def _settle(self, store: str, built: Built, session: Session) -> dict[date, DayState]:
        now = self._tools.now()
        handed = by_file.among(session, store, built.dates)
        rows = [row for day in built.dates for row in _rows(session, store, day)]
        awaited = not restored.awaited(session).isdisjoint((store, day) for day in built.dates)
        restored.arrived(session, store, built.dates)
        if any(row.state == DayState.CHANGED for row in rows):
            if awaited:
                days.queue(session, store, built.dates, now)  # marked meanwhile: it is proven once more
            return {}
        problems = [row.problem for row in rows if row.problem]
        states = {day: _state_of(rows, by_files=day in handed) for day in built.dates}
        for day, state in states.items():
            why = problems if state is DayState.DIFFERS else []
            days.set_built(session, store, day, built.touched[day], built.takings[day], now)
            days.set_state(session, store, day, state, now, why or None)
        return states


def _arrived(store: str, day: date, session: Session) -> dict[date, DayState]:
    restored.arrived(session, store, [day])
    return {}


def _days(session: Session, store: str, dates: Iterable[date]) -> list[Day]:
    return [row for day in dates if (row := days.get_day(session, store, day)) is not None]


def _documents(session: Session, rows: Iterable[Day]) -> list[tuple[int | None, str, bool]]:
    """Return how far the documents of dates are.

    Whoever sends writes that down before where their date stands.
    """
    every = (each for row in rows for each in _rows(session, row.store, row.business_date))
    return [(each.id, each.state, each.undoing) for each in every]


def _stand(row: Day) -> days.Stand:
    return row.touched, row.built, row.state


def _blocks(found: DayChanges) -> list[Kept]:
    """Return what blocks a date.

    That reference data are to be read first is no block.
    """
    return [each for each in unbuilt(found) if each["code"] != NOT_CONNECTED]


def _stands(found: DayChanges) -> bool:
    """Whether the tills say of all that was sent what they said then."""
    stopped = is_stopped(found.built.documents)
    return not stopped and not any(any(found.changed(day)) for day in found.dates)


def _is_as_sent(found: DayChanges) -> bool:
    """Whether the tills say of a date, or its period, just what was sent."""
    if is_stopped(found.built.documents):
        return False
    rows = [row for day in found.dates for chain in found.chains(day).values() for row in chain.at_ledger]
    if not rows or any(not _is_settled(row) for row in rows):
        return False
    return not any(any(found.changed(day)) or any(found.unsent(day)) for day in found.dates)


def _is_settled(row: DocumentRow) -> bool:
    marked = row.state == DayState.CHANGED and (row.problem or {}).get("code") == CHANGED_AT_TILLS
    return (marked or row.state in _SETTLED) and not row.undoing


def _rows(session: Session, store: str, day: date) -> Iterable[DocumentRow]:
    return (row for chain in corrections.chains(session, store, day).values() for row in chain.at_ledger)


def _state_of(rows: Iterable[DocumentRow], *, by_files: bool) -> DayState:
    if by_files:
        return DayState.BY_FILE
    return DayState.DIFFERS if any(row.state == DayState.DIFFERS for row in rows) else DayState.POSTED
