"""What was sent and what came back; and trying again what failed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from services.contract.answers import AttemptAnswer
from services.contract.forecast import ForecastAnswer
from services.contract.people import Person
from services.contract.states import DayState
from services.store import attempts, audit, connections, days
from services.store.attempts import Logged
from services.sync.findings import told_one
from services.sync.links import backing_off, linking
from services.sync.posting.entries import Entry
from services.sync.posting.forecasting import Forecast, entries_carried
from services.sync.schedule import asking
from services.sync.showing import reading
from services.sync.tools import Tools

_LIMIT = 50


def log(
    tools: Tools, store: str | None, *, failed: bool, limit: int | None, before: int | None
) -> list[AttemptAnswer]:
    """Return remote writes, newest first."""
    with tools.db.read() as session:
        found = attempts.log(session, store=store, failed=failed, limit=limit or _LIMIT, before=before)
    return [answer(each) for each in found]


def answer(logged: Logged) -> AttemptAnswer:
    """Return an attempt as it crosses the socket."""
    attempt = logged.attempt
    return {
        "id": attempt.id or 0,
        "store": attempt.store,
        "at": attempt.started.isoformat(),
        "call": attempt.call,
        "outcome": attempt.outcome,
        "elements": attempt.elements,
        "status": attempt.status,
        "documents": list(logged.numbers),
        "dates": [day.isoformat() for day in logged.dates],
        "error": told_one(attempt.problem),
    }


class Retrying:
    """Tries again what attempts carried."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def forecast(self, ids: Sequence[int]) -> list[ForecastAnswer]:
        """Return what a retry would do with each document; changes nothing."""
        forecast = Forecast(self._tools)
        return [forecast.of(attempt_id, entry) for attempt_id in ids for entry in self._carried(attempt_id)]

    def again(self, ids: Sequence[int], who: Person) -> dict[str, list[date]]:
        """Queue the days of what is not posted, at once; return them by store."""
        found: dict[str, set[date]] = {}
        for attempt_id in ids:
            for entry in self._carried(attempt_id):
                if entry.row.state not in {DayState.POSTED, DayState.BY_FILE} and not entry.row.withdrawn:
                    found.setdefault(entry.row.store, set()).add(entry.row.business_date)
        with self._tools.db.write() as session:
            for store, dates in found.items():
                self._ask(session, store, dates)
                audit.append(session, self._tools.now(), who, "retry", store, after={"attempts": list(ids)})
        for store, dates in found.items():
            reading.tell_days(self._tools, store, dates)
        return {store: sorted(dates) for store, dates in found.items()}

    def _ask(self, session: Session, store: str, dates: set[date]) -> None:
        """Queue days; what is being sent this moment is left to the run that sends it."""
        now = self._tools.now()
        connection = connections.get_connection(session, store)
        backing_off.forgive(session, connection)
        stopped = linking.obstacle(connection)
        why = [stopped] if stopped else None
        for day in dates:
            row = days.get_day(session, store, day)
            if row is None or not asking.stays(row, why):
                days.set_state(session, store, day, DayState.WAITING, now, why)
        days.queue(session, store, dates, now, asked=True)

    def _carried(self, attempt_id: int) -> list[Entry]:
        with self._tools.db.read() as session:
            attempts.get_attempt(session, attempt_id)
            carried = [item.document_id for item in attempts.items_of(session, attempt_id)]
        return entries_carried(self._tools, carried)
