"""The failed days of a store, as they were told and as a replay can come to them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from services.accounting.ledger import CallFailed, Found, OutgoingDocument
from services.books.documents import DocumentKind
from services.contract.answers import DayDocumentsAnswer
from services.contract.bundle import FailedDay, FoundAtLedger
from services.contract.states import DayState
from services.store import attempts, days, mappings
from services.store.attempts import Logged
from services.store.documents import document_of, documents_on
from services.store.tables import Attempt, AttemptItem, Day, DocumentRow, MappingRow, PaymentRow
from services.sync.showing import preview
from services.sync.support.names import Pseudonyms, without_words
from services.sync.tools import Link, Tools

MOST_DAYS = 60
_PAGE = 50
_FAILED = (DayState.BLOCKED, DayState.REFUSED, DayState.UNKNOWN, DayState.DIFFERS, DayState.CHANGED)
# Their lines say what was typed; those of a day say where its sums come from.
_WITH_FREE_TEXT = frozenset({"account", "paid_out", "purchase", "purchase_credit", "receipt"})
_LOOKED_UP = frozenset({"number_voided", "number_of_another", "number_taken"})


def failed_days(session: Session, store: str, first: date, last: date) -> list[Day]:
    """Return the newest failed days of a span, and those that wait for a reason."""
    rows = days.in_states(session, (*_FAILED, DayState.WAITING), store, since=first)
    failed = [row for row in rows if row.business_date <= last and (row.state != DayState.WAITING or row.why)]
    return failed[-MOST_DAYS:]


@dataclass(frozen=True, slots=True)
class Failures:
    """Describes failed days of a store; `link` None: the ledger cannot be asked."""

    tools: Tools
    store: str
    link: Link | None
    names: Pseudonyms

    def described(self, dates: Iterable[date]) -> Iterator[FailedDay]:
        """Yield each failed day, without the people in it."""
        for day in dates:
            with self.tools.db.read() as session:
                rows = [row for row in documents_on(session, self.store, day) if row.problem]
                failed: FailedDay = {
                    "day": self._without_people(preview.sent(self.tools, self.store, [day])[0]),
                    "mapping": _mapping_version(session, self.store, day, rows),
                    "said": {row.key: _said(session, row) for row in rows},
                    "calls": {row.key: call for row in rows if (call := _call(session, row))},
                    "found": {},
                    "together": len(days.dates_of(session, self.store, day)) > 1,
                }
            failed["found"] = self._found(rows)
            scrubbed: FailedDay = self.names.scrubbed(failed)
            yield scrubbed

    def _without_people(self, day: DayDocumentsAnswer) -> DayDocumentsAnswer:
        for document in day["documents"]:
            document["contact"] = self.names.name("contact", document["contact"]) or ""
            if document["key"].partition(":")[0] in _WITH_FREE_TEXT:
                for line in document["lines"]:
                    line["description"] = without_words(line["description"]) or ""
        return day

    def _found(self, rows: Iterable[DocumentRow]) -> dict[str, FoundAtLedger]:
        """Look up what the ledger has under numbers that were taken."""
        found: dict[str, FoundAtLedger] = {}
        for row in rows:
            if self.link is None or (row.problem or {}).get("code") not in _LOOKED_UP:
                continue
            try:
                there = self.link.ledger.find(DocumentKind(row.kind), [OutgoingDocument(document_of(row))])[0]
            except CallFailed:
                return found  # the words of the refusal are there; what stands behind them is not
            if there is not None:
                found[row.key] = self._told(there)
        return found

    def _told(self, found: Found) -> FoundAtLedger:
        return {
            "status": found.status,
            "date": found.date.isoformat() if found.date else None,
            "contact": self.names.name("contact", found.contact_name) or "",
            "total": None if found.total is None else f"{found.total:f}",
            "lines": [(account, tax_type, f"{amount:f}") for account, tax_type, amount in found.line_totals],
        }


def _mapping_version(session: Session, store: str, day: date, rows: list[DocumentRow]) -> int | None:
    """Return the version the day was built with: of its documents, else of its time."""
    if rows:
        return rows[0].mapping_version
    known = days.get_day(session, store, day)
    versions = mappings.versions(session, store)
    before = [row for row in versions if known is not None and row.saved <= known.changed_at]
    newest: MappingRow | None = next(iter(before or versions), None)
    return newest.version if newest else None


def _said(session: Session, row: DocumentRow) -> list[str]:
    """Return the ledger's words of why a document, or its payment, was refused."""
    problems = [payment.problem for payment in _payments(session, row)] + [row.problem]
    words = [problem.get("detail", "") for problem in problems if problem]
    return list(dict.fromkeys(word for word in words if word))


def _payments(session: Session, row: DocumentRow) -> list[PaymentRow]:
    return list(session.exec(select(PaymentRow).where(PaymentRow.document_id == row.id)))


def _call(session: Session, row: DocumentRow) -> str | None:
    """Return the last call that was refused of a document."""
    carried = (
        select(Attempt)
        .join(AttemptItem, col(AttemptItem.attempt_id) == Attempt.id)
        .where(AttemptItem.document_id == row.id, AttemptItem.outcome != "accepted")
        .order_by(col(Attempt.id).desc())
    )
    last = session.exec(carried).first()
    return last.call if last else None


def attempt_lines(session: Session, store: str, names: Pseudonyms, most: int) -> Iterator[object]:
    """Yield the newest remote writes of a store with what was asked and answered."""
    for logged in _newest(session, store, most):
        row = logged.attempt
        yield names.scrubbed(
            {
                "id": row.id,
                "call": row.call,
                "started": row.started.isoformat(),
                "answered": row.answered.isoformat() if row.answered else None,
                "outcome": row.outcome,
                "status": row.status,
                "documents": list(logged.numbers),
                "dates": [day.isoformat() for day in logged.dates],
                "problem": row.problem,
                "request": _parsed(row.request),
                "answer": _parsed(row.answer),
            }
        )


def _newest(session: Session, store: str, most: int) -> Iterator[Logged]:
    """Yield attempts, newest first, a page at a time."""
    before: int | None = None
    while most > 0 and (page := attempts.log(session, store=store, limit=min(_PAGE, most), before=before)):
        yield from page
        before, most = page[-1].attempt.id, most - len(page)


def _parsed(text: str | None) -> object:
    """Return what was kept of a call as data, so that each text is scrubbed."""
    if text is None:
        return None
    try:
        parsed: object = json.loads(text)
    except ValueError:
        return text  # cut off at the length that is kept
    return parsed
