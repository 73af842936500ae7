"""Making a remote write: written down, called, answered (DESIGN.md, 5).

The attempt is committed before the call and its answer after it, each in a transaction
of its own with the states of what it carries. When the process dies in between, the
attempt is found open and what it carried is `unknown`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Protocol

from sqlmodel import Session

from services.accounting.ledger import (
    Accepted,
    CallFailed,
    CallRefused,
    Ledger,
    NotSent,
    OutcomeUnknown,
    Result,
)
from services.contract.states import DayState
from services.contract.text import printable
from services.store import attempts
from services.store.attempts import Item
from services.store.tables import DocumentRow
from services.sync.findings import Kept, kept
from services.sync.links import linking
from services.sync.tools import Link, Tools

_TEXT_KEPT = 64_000


class Job(Protocol):
    """One remote write: what it carries, how it is called, what its answer means."""

    @property
    def call(self) -> str:
        """The call as the log names it."""

    @property
    def begins(self) -> bool:
        """Whether it begins something, which a pause forbids, and not only finishes it."""

    def items(self) -> list[Item]:
        """Return what it carries, in the order of the answer."""

    def request(self) -> list[dict[str, str]]:
        """Return what is kept of the request, one entry an element."""

    def send(self, ledger: Ledger, key: str) -> list[Result]:
        """Make the call."""

    def mark(self, session: Session, state: str) -> None:
        """Put everything it carries into a state."""

    def take(self, session: Session, results: Sequence[Result]) -> None:
        """Write down what became of each element."""


def make(tools: Tools, link: Link, job: Job) -> list[Result]:
    """Make a remote write and return one result an element.

    Raises CallFailed when the call failed as a whole; the states say by then what that
    means: `unknown` when it may have been carried out, `waiting` when it was not. Raises
    Stopped when the store was paused or disconnected before the call was written down.
    """
    # Before it is written down: how late a lost call may still arrive is counted from there.
    tools.room.wait_for_room(link.tenant, asked_by_person=link.asked_by_person)
    attempt_id, key = _write_ahead(tools, link, job)
    try:
        results = job.send(link.ledger, key)
    except CallFailed as failure:
        _failed(tools, attempt_id, job, failure)
        raise
    with tools.db.write() as session:
        job.take(session, results)
        outcomes = ["accepted" if isinstance(result, Accepted) else "refused" for result in results]
        attempts.finish(
            session,
            attempt_id,
            _overall(outcomes),
            tools.now(),
            problem=_first_refusal(results),
            answer=_answer_text(results),
            items=outcomes,
        )
    return results


def _first_refusal(results: Sequence[Result]) -> Kept | None:
    """Return why the first element that was refused was.

    Each one's is with its document.
    """
    refused = [result for result in results if not isinstance(result, Accepted)]
    return kept(refused[0].problem) if refused else None


def _write_ahead(tools: Tools, link: Link, job: Job) -> tuple[int, str]:
    key = f"tillbook-{uuid.uuid4().hex}"
    with tools.db.write() as session:
        linking.guard(session, link, begins=job.begins)
        _refuse_taken_away(session, job)
        job.mark(session, DayState.SENDING)
        attempt = attempts.begin(
            session,
            store=link.store,
            tenant=link.tenant,
            call=job.call,
            key=key,
            items=job.items(),
            request=_text(job.request()),
            now=tools.now(),
        )
        assert attempt.id is not None  # noqa: S101 - flushed rows have one
        return attempt.id, key


def _refuse_taken_away(session: Session, job: Job) -> None:
    """Send nothing that another service, or a person, took away in this moment.

    A row may be gone as well, and its id be another document's.
    """
    for item, told in zip(job.items(), job.request(), strict=True):
        row = session.get(DocumentRow, item.document_id)
        number = told.get("number") or (row.number if row else "A document")
        by_file = row is not None and row.state == DayState.BY_FILE
        if row is not None and not by_file and not row.withdrawn and row.number == number:
            continue
        raise NotSent(
            f"{number} was not sent.",
            "It was posted by file a moment ago." if by_file else "It was taken back a moment ago.",
            "Nothing; what is left goes on.",
            code="posted_by_file" if by_file else "taken_back",
        )


def _failed(tools: Tools, attempt_id: int, job: Job, failure: CallFailed) -> None:
    lost = isinstance(failure, OutcomeUnknown)
    outcome = "unknown" if lost else "refused" if isinstance(failure, CallRefused) else "not_sent"
    with tools.db.write() as session:
        job.mark(session, DayState.UNKNOWN if lost else DayState.WAITING)
        attempts.finish(
            session,
            attempt_id,
            outcome,
            tools.now(),
            status=failure.status,
            problem=kept(failure),
            items=[outcome] * len(job.items()),
        )


def _overall(outcomes: Sequence[str]) -> str:
    kinds = set(outcomes)
    return kinds.pop() if len(kinds) == 1 else "partly"


def _answer_text(results: Sequence[Result]) -> str:
    return _text([_told(result) for result in results])


def _told(result: Result) -> dict[str, str]:
    if isinstance(result, Accepted):
        told = {"id": result.remote_id, "status": result.status, "total": str(result.total)}
        return {**told, "warnings": printable("; ".join(result.warnings))}
    return {"refused": printable("; ".join(result.messages))}


def _text(elements: list[dict[str, str]]) -> str:
    return json.dumps(elements, ensure_ascii=False)[:_TEXT_KEPT]
