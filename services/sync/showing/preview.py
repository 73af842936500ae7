"""A day's documents as people see them: before, while and after they are sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import cast

from sqlmodel import Session

from services.accounting.xero.preflight import Known, preflight
from services.books import wire
from services.books.alone import is_alone
from services.books.documents import Check, Document, Shape
from services.books.money import from_minor
from services.books.proof import remote_check
from services.contract.answers import CheckAnswer, DayDocumentsAnswer, DocumentAnswer
from services.contract.problem import Refused
from services.contract.states import DayState
from services.store import connections, days
from services.store.documents import document_of, documents_on, renumbered, under_number
from services.store.tables import Connection, DocumentRow
from services.sync import reference
from services.sync.changed import changes
from services.sync.documents.building import Builder, Built
from services.sync.documents.preparing import NOT_CONNECTED, gone
from services.sync.documents.real_time import takes_receipts
from services.sync.files import handing_told
from services.sync.findings import Kept, from_books, told, told_one
from services.sync.links import linking
from services.sync.posting import contacts
from services.sync.schedule.periods import SUMMED_KEYS, Periods
from services.sync.showing.calendar import Calendar, Shown
from services.sync.showing.deadlines import Deadlines
from services.sync.tools import Tools

# What others may pay in the ledger says nothing of our sending.
_DAY_KEYS = frozenset({"sales", "refunds"})
_SETTLED_WHY = frozenset({DayState.POSTED, DayState.NO_TRADE, DayState.BY_FILE})


def preview(tools: Tools, store: str, day: date, shape: str | None = None) -> DayDocumentsAnswer:
    """Return a day's documents, proof and what would be refused. Sends nothing."""
    with tools.db.read() as session:
        return DayView(tools, session, store).preview(day, shape_of(shape))


def sent(tools: Tools, store: str, dates: Iterable[date]) -> list[DayDocumentsAnswer]:
    """Return days with the documents as they were, or will be, sent."""
    with tools.db.read() as session:
        view = DayView(tools, session, store)
        return [view.sent(day) for day in dates]


class DayView:
    """Shows the days of one store as the tables are at one moment."""

    def __init__(self, tools: Tools, session: Session, store: str) -> None:
        self._session = session
        self._store = store
        self._calendar = Calendar(session, store, tools.now())
        self._deadlines = Deadlines(session, store, self._calendar.today)
        self._connection: Connection | None = connections.get_connection(session, store)
        self._periods = Periods(session, store, tools.now())
        self._builder = Builder(session, store, self._tenant)

    @property
    def _tenant(self) -> str | None:
        return self._connection.tenant if self._connection else None

    def preview(self, day: date, shape: Shape | None) -> DayDocumentsAnswer:
        """Return the day as it would be built now."""
        row = days.get_day(self._session, self._store, day)
        dates = self._periods.so_far(day)
        one_by_one = self._periods.table.is_real_time(day) and (row is None or takes_receipts(row))
        built = self._builder.build_dates(dates, shape=shape, one_by_one=one_by_one)
        kept = (documents_on(self._session, self._store, each) for each in dates)
        rows = {row.key: row for of_day in kept for row in of_day}
        findings = self._findings(built)
        state = self._calendar.shown(day, row)
        of_records = sum(not finding.stops_day for finding in built.documents.blocked)
        if len(findings) > of_records and state in {DayState.OPEN, DayState.WAITING}:
            state = DayState.BLOCKED
        pairs = [(each, rows.get(each.key)) for each in built.documents.documents]
        documents = [_document(_numbered(each, known), known, state) for each, known in pairs]
        why = [*findings, *self._gone(rows.values())]
        answer = self._answer(day, built, state, documents, why, rows.values())
        if waiting := self._periods.unfinished(day):
            answer["warnings"].append(f"So far: {day.isoformat()} goes with {waiting.words}.")
        if state in changes.CHANGED or (row is not None and changes.goes_on(row)):
            answer["changes"] = changes.of_day(self._session, self._store, day)
        return answer

    def would_be(self, dates: tuple[date, ...]) -> tuple[Built, tuple[Kept, ...]]:
        """Return dates as they would go together.

        And what stops them but an obstacle to all.
        """
        built = self._builder.build_dates(dates)
        stops = (each for each in self._stops(built) if each["code"] != NOT_CONNECTED)
        return built, tuple(stops)

    def sent(self, day: date) -> DayDocumentsAnswer:
        """Return the day with its documents as they were kept; built now where none were."""
        rows = documents_on(self._session, self._store, day)
        day_row = days.get_day(self._session, self._store, day)
        state = self._calendar.shown(day, day_row)
        why = list(day_row.why or ()) if day_row and state not in _SETTLED_WHY else []
        if state in {DayState.WAITING, DayState.OPEN} and not why:
            stopped = linking.obstacle(self._connection)
            why = [stopped] if stopped else self._gone(rows) or self._calendar.why(Shown(day, state, day_row))
        if note := handing_told.note_of(self._session, self._store, day, state):
            why = [note]
        built = self._builder.build(day, version=rows[0].mapping_version if rows else None)
        if rows:
            documents = [_document(document_of(row), row, state) for row in rows]
        else:
            waits = self._periods.unfinished(day) is not None
            own = (each for each in built.documents.documents if not (waits and each.key in SUMMED_KEYS))
            documents = [_document(each, None, state) for each in own if each.date == day]
        return self._answer(day, built, state, documents, why, rows)

    def _answer(
        self,
        day: date,
        of: Built,
        state: str,
        documents: list[DocumentAnswer],
        why: list[Kept],
        rows: Iterable[DocumentRow],
    ) -> DayDocumentsAnswer:
        built = of.documents
        answer: DayDocumentsAnswer = {
            "store": self._store,
            "date": day.isoformat(),
            "state": str(state),
            "shape": str(built.shape),
            "documents": documents,
            "proof": [
                _check(check.check, check.left, check.right, holds=check.holds)
                for check in (*built.proof, *_at_the_ledger(rows))
            ],
            "blocked": told(why),
            "warnings": list(built.warnings),
            "tax_return": {box: f"{amount:f}" for box, amount in built.tax_return.items()},
        }
        if len(of.dates) > 1:
            answer["period"] = {"first": of.dates[0].isoformat(), "last": of.dates[-1].isoformat()}
        if deadline := self._deadlines.of(day, state):
            answer["deadline"] = deadline
        return answer

    def _findings(self, built: Built) -> list[Kept]:
        findings = self._stops(built)
        stopped = linking.obstacle(self._connection)
        if stopped and not any(finding["code"] == stopped["code"] for finding in findings):
            findings.append(stopped)
        return findings

    def _stops(self, built: Built) -> list[Kept]:
        findings = from_books(built.documents.blocked)
        if self._tenant and self._builder.facts.connected:
            known = Known(
                facts=self._builder.facts,
                actions=reference.actions(self._session, self._tenant),
                contacts=contacts.known(self._session, self._tenant),
            )
            findings += from_books(preflight(built.documents, known))
        return findings

    def _gone(self, rows: Iterable[DocumentRow]) -> list[Kept]:
        """Return what documents of an organisation wait for that is not the store's."""
        other = next((row.tenant for row in rows if self._tenant and row.tenant != self._tenant), None)
        if other is None:
            return []
        name = reference.organisation(self._session, other).get("Name", other)
        return [gone(str(name), (self._connection.tenant_name or "") if self._connection else "")]


def _numbered(document: Document, row: DocumentRow | None) -> Document:
    """Return a document under the number that it has, or is to have, at the ledger."""
    if row is None or (row.remote_id is None and row.revision == 1):
        return document
    return under_number(document, row.number) if row.remote_id else renumbered(document, row.revision)


def _document(document: Document, row: DocumentRow | None, day_state: DayState) -> DocumentAnswer:
    fallback = DayState.BLOCKED if day_state is DayState.BLOCKED else DayState.WAITING
    state, remote_id = (row.state, row.remote_id) if row else (str(fallback), None)
    answer = cast("DocumentAnswer", wire.answer(document, str(state), remote_id))
    problem = told_one(row.problem) if row else None
    if problem is not None:
        answer["why"] = [problem]
    return answer


def _at_the_ledger(rows: Iterable[DocumentRow]) -> Iterator[Check]:
    """Yield equality 10 of each document whose figures the ledger has told."""
    for row in rows:
        if row.remote_total is None:
            continue
        document = document_of(row)
        figures = (row.remote_total, row.remote_tax, row.remote_due if _is_ours(row.key) else None)
        total, tax, due = (
            None if figure is None else from_minor(figure, document.currency) for figure in figures
        )
        yield remote_check(document, total, tax, due)


def _is_ours(key: str) -> bool:
    """Whether nobody but Tillbook pays a document of this key at the ledger."""
    return key in _DAY_KEYS or is_alone(key)


def _check(check: str, left: str, right: str, *, holds: bool) -> CheckAnswer:
    return {"check": check, "left": left, "right": right, "holds": holds}


def shape_of(word: str | None) -> Shape | None:
    """Return the shape that a word names; raise Refused for another word."""
    if word is None:
        return None
    try:
        return Shape(word)
    except ValueError as error:
        raise Refused(
            f"There is no shape {word!r}.",
            f"There are {', '.join(Shape)}.",
            "Choose one of them.",
            code="invalid",
        ) from error
