"""Leafing through the log, down to one attempt with what was asked and answered."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlmodel import Session

from services.books.money import from_minor, text_of
from services.contract.log_pages import AttemptDetailAnswer, CarriedAnswer, LogPageAnswer
from services.contract.text import printable
from services.store import attempts, log_pages
from services.store.documents import document_of, get_document
from services.store.log_pages import LogFilter
from services.store.tables import Attempt, PaymentRow
from services.sync import reference
from services.sync.showing import log
from services.sync.tools import Tools


class LogOffice:
    """Answers what was sent, page by page."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def page(self, wanted: LogFilter, *, first: int = 0, limit: int = 100) -> LogPageAnswer:
        """Return a page of the remote writes that match, newest first."""
        with self._tools.db.read() as session:
            count = log_pages.count(session, wanted)
            found = log_pages.page(session, wanted, first, limit, count)
            return {
                "first": first,
                "count": count,
                "calls": log_pages.calls(session),
                "attempts": [log.answer(each) for each in found],
            }

    def attempt(self, attempt_id: int) -> AttemptDetailAnswer:
        """Return one remote write whole.

        Raise NotFound when there is none of this number.
        """
        with self._tools.db.read() as session:
            found = attempts.get_attempt(session, attempt_id)
            (logged,) = attempts.with_documents(session, [found])
            answer = log.answer(logged)
            organisation = reference.organisation(session, found.tenant).get("Name", found.tenant)
            return {
                **answer,
                "answered": found.answered.isoformat() if found.answered else None,
                "idempotency_key": found.idempotency_key,
                "organisation": printable(str(organisation)),
                "carried": list(_carried(session, found)),
                "request": _laid_out(found.request),
                "answer": _laid_out(found.answer),
                "detail": (found.problem or {}).get("detail", ""),
            }


def _carried(session: Session, attempt: Attempt) -> Iterator[CarriedAnswer]:
    for item in attempts.items_of(session, attempt.id or 0):
        row = get_document(session, item.document_id)
        payment = session.get(PaymentRow, item.payment_id) if item.payment_id else None
        currency = document_of(row).currency
        amount = from_minor(payment.amount if payment else row.total, currency)
        yield {
            "number": row.number,
            "date": row.business_date.isoformat(),
            "kind": row.kind,
            "outcome": item.outcome,
            "state": row.state,
            "tender": payment.tender if payment else None,
            "amount": text_of(amount, currency),
        }


def _laid_out(text: str | None) -> str:
    """Return kept JSON with a line for each field; text that is none stays as it is."""
    try:
        return json.dumps(json.loads(text or ""), indent=1, ensure_ascii=False)
    except ValueError:
        return text or ""
