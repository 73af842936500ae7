"""After a restore: dates settle when their receipts are imported again.

What Xero, or the files, have of such a date was carried over. Once the tills say what
they said then, the date stands where it stood; until then it is *changed*. One that was
not sent whole then goes on.

Nor does a date stay *changed*, restore or not, whose new records change nothing of what was
sent: a note was added, or a receipt was edited and put right again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import islice

from sqlmodel import Session

from services.contract.states import DayState
from services.store import by_file, days
from services.store.carrying_days import AWAITED
from services.store.tables import Day, DocumentRow
from services.sync import restored
from services.sync.changes import DayChanges
from services.sync.changing import CHANGED_AT_TILLS
from services.sync.findings import Kept
from services.sync.forecast import unbuilt
from services.sync.preparing import NOT_CONNECTED
from services.sync.tills import is_stopped
from services.sync.tools import Tools

_Stand = tuple[int, int | None, str]
_SETTLED = frozenset({DayState.POSTED, DayState.DIFFERS, DayState.BY_FILE})
_AT_ONCE = 50


class Arriving:
    """Settles the dates of which the tills say again what was sent."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._seen: dict[tuple[str, date], _Stand] = {}
        """Where a date stood when it was looked at last."""

    def tick(self) -> None:
        """Look at the dates something came in for since the last look."""
        with self._tools.db.read() as session:
            places = sorted(restored.awaited(session) | days.changed_since_built(session))
            fresh = list(islice((place for place in places if self._is_fresh(session, place)), _AT_ONCE))
        for store, day in fresh:
            for each, state in self._look(store, day).items():
                self._tools.tell("day", store, date=each.isoformat(), state=state)

    def _is_fresh(self, session: Session, place: tuple[str, date]) -> bool:
        row = days.get_day(session, *place)
        if row is None or self._seen.get(place) == _stand(row):
            return False
        self._seen[place] = _stand(row)
        return True

    def _look(self, store: str, day: date) -> dict[date, DayState]:
        with self._tools.db.write() as session:
            row = days.get_day(session, store, day)
            if row is None or row.state in _SETTLED:
                if row is not None and row.touched == row.built:
                    restored.arrived(session, store, [day])
                return {}
            found = DayChanges(session, store, day)
            if row.state == DayState.BLOCKED and (blocked := _blocks(found)):
                return self._still_blocked(session, row, blocked)
            if row.state == DayState.CHANGED:
                return self._settle(session, found) if _is_as_sent(found) else {}
            return self._go_on(session, found, row) if _stands(found) else {}

    def _go_on(self, session: Session, found: DayChanges, row: Day) -> dict[date, DayState]:
        """Let a date go on of which a part was sent, or its outcome is not known."""
        restored.arrived(session, found.store, [row.business_date])
        row.why = [each for each in row.why or () if each.get("code") != AWAITED] or None
        if row.state == DayState.BLOCKED:
            row.state = DayState.WAITING.value  # nothing blocks it any more
        session.add(row)
        if not all(_is_settled(each) for day in found.dates for each in _rows(found, day)):
            days.queue(session, found.store, [row.business_date], self._tools.now())
        return {row.business_date: DayState(row.state)}

    def _still_blocked(self, session: Session, row: Day, blocked: list[Kept]) -> dict[date, DayState]:
        """Say what blocks a date; that was not known while its receipts were missing."""
        days.set_state(session, row.store, row.business_date, DayState.BLOCKED, self._tools.now(), blocked)
        return {row.business_date: DayState.BLOCKED}

    def _settle(self, session: Session, found: DayChanges) -> dict[date, DayState]:
        store, built, now = found.store, found.built, self._tools.now()
        handed = by_file.among(session, store, found.dates)
        rows = [row for day in found.dates for row in _rows(found, day)]
        awaited = not restored.awaited(session).isdisjoint((store, day) for day in found.dates)
        restored.arrived(session, store, found.dates)
        if any(row.state == DayState.CHANGED for row in rows):
            if awaited:
                days.queue(session, store, found.dates, now)  # marked meanwhile: it is proven once more
            return {}
        states = {day: _state_of(rows, by_files=day in handed) for day in found.dates}
        for day, state in states.items():
            days.set_built(session, store, day, built.touched[day], built.takings[day], now)
            days.set_state(session, store, day, state, now)
        return states


def _stand(row: Day) -> _Stand:
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
    rows = [row for day in found.dates for row in _rows(found, day)]
    if not rows or any(not _is_settled(row) for row in rows):
        return False
    return not any(any(found.changed(day)) or any(found.unsent(day)) for day in found.dates)


def _is_settled(row: DocumentRow) -> bool:
    marked = row.state == DayState.CHANGED and (row.problem or {}).get("code") == CHANGED_AT_TILLS
    return (marked or row.state in _SETTLED) and not row.undoing


def _rows(found: DayChanges, day: date) -> Iterable[DocumentRow]:
    return (row for chain in found.chains(day).values() for row in chain.at_ledger)


def _state_of(rows: Iterable[DocumentRow], *, by_files: bool) -> DayState:
    if by_files:
        return DayState.BY_FILE
    return DayState.DIFFERS if any(row.state == DayState.DIFFERS for row in rows) else DayState.POSTED
