"""What was sent and what came back; and trying again what failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from services.accounting.ledger import CallFailed, Found
from services.books.documents import DocumentKind
from services.contract.answers import AttemptAnswer, ForecastAnswer
from services.contract.people import Person
from services.contract.states import DayState
from services.store import attempts, audit, connections, days
from services.store.attempts import Logged
from services.store.documents import get_document
from services.store.tables import DocumentRow
from services.sync import comparing, linking
from services.sync.entries import Entry, entries_of, outgoing
from services.sync.findings import told_one
from services.sync.preparing import Preparation
from services.sync.tools import Link, Tools

_LIMIT = 50
CREATE, ADOPT, NOTHING, BLOCKED = "create", "adopt", "nothing", "blocked"


def log(
    tools: Tools, store: str | None, *, failed: bool, limit: int | None, before: int | None
) -> list[AttemptAnswer]:
    """Return remote writes, newest first."""
    with tools.db.read() as session:
        found = attempts.log(session, store=store, failed=failed, limit=limit or _LIMIT, before=before)
    return [_answer(each) for each in found]


def _answer(logged: Logged) -> AttemptAnswer:
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
        return [
            self._forecast(attempt_id, entry) for attempt_id in ids for entry in self._carried(attempt_id)
        ]

    def again(self, ids: Sequence[int], who: Person) -> dict[str, list[date]]:
        """Queue the days of what is not posted; return them by store."""
        found: dict[str, set[date]] = {}
        for attempt_id in ids:
            for entry in self._carried(attempt_id):
                if entry.row.state != DayState.POSTED:
                    found.setdefault(entry.row.store, set()).add(entry.row.business_date)
        with self._tools.db.write() as session:
            for store, dates in found.items():
                for day in dates:
                    days.set_state(session, store, day, DayState.WAITING, self._tools.now())
                days.queue(session, store, dates, self._tools.now())
                audit.append(session, self._tools.now(), who, "retry", store, after={"attempts": list(ids)})
        for store, dates in found.items():
            for day in sorted(dates):
                self._tools.tell("day", store, date=day.isoformat(), state=DayState.WAITING)
        return {store: sorted(dates) for store, dates in found.items()}

    def _carried(self, attempt_id: int) -> list[Entry]:
        with self._tools.db.read() as session:
            attempts.get_attempt(session, attempt_id)
            items = attempts.items_of(session, attempt_id)
            numbers = dict.fromkeys(item.document_id for item in items)
            return entries_of(session, [get_document(session, number) for number in numbers])

    def _forecast(self, attempt_id: int, entry: Entry) -> ForecastAnswer:
        action, why = self._action(entry)
        return {"id": attempt_id, "number": entry.document.number, "action": action, "why": why}

    def _action(self, entry: Entry) -> tuple[str, str]:
        row = entry.row
        if row.state == DayState.POSTED or row.withdrawn:
            return (
                NOTHING,
                "It is no longer part of its day." if row.withdrawn else "It is posted and proven.",
            )
        with self._tools.db.read() as session:
            stopped = linking.obstacle(connections.get_connection(session, row.store))
        if stopped:
            return BLOCKED, stopped["what"]
        link = linking.link_for_reading(self._tools, row.store)
        if link.tenant != row.tenant:
            return BLOCKED, "It belongs to another organisation."
        if obstacles := self._obstacles(link, row):
            return BLOCKED, obstacles[0]
        return self._created_already(entry) if entry.created else self._looked_up(link, entry)

    def _obstacles(self, link: Link, row: DocumentRow) -> list[str]:
        return [each["what"] for each in Preparation(self._tools, link).findings_of(row.business_date)]

    @staticmethod
    def _created_already(entry: Entry) -> tuple[str, str]:
        if entry.has(DayState.WAITING, DayState.REFUSED, DayState.UNKNOWN):
            return CREATE, "The document is there; its missing payments would be made."
        return ADOPT, "The document is there; it would be read back and compared."

    def _looked_up(self, link: Link, entry: Entry) -> tuple[str, str]:
        try:
            found = self._find(link, entry)
        except CallFailed as failure:
            return BLOCKED, str(failure)
        if found is None:
            return CREATE, "The ledger does not have it."
        differences: Iterable[str | None] = [
            *comparing.identity_differences(entry, found),
            comparing.total_difference(entry, found),
        ]
        if told := [difference for difference in differences if difference]:
            return BLOCKED, f"The ledger has another document of this number: {', '.join(told)}."
        return ADOPT, "The ledger has it already, equal in total, date and contact."

    def _find(self, link: Link, entry: Entry) -> Found | None:
        if entry.document.kind is DocumentKind.PAYMENT:
            return None
        with self._tools.db.read() as session:
            documents = outgoing(session, link, [entry])
        return link.ledger.find(entry.document.kind, documents)[0]
