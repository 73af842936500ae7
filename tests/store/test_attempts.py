"""Attempts: written before the call, answered after it, listed for people."""

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from services.contract.problem import NotFound
from services.store import attempts, documents
from services.store.attempts import Item
from services.store.database import Database
from services.store.tables import Attempt
from tests.store.moments import DAY, LATER, NOON
from tests.store.test_documents import REFUNDS, SALES


@pytest.fixture
def ids(any_database: Database) -> list[int]:
    """Return the ids of two documents of one day."""
    with any_database.write() as session:
        saved = documents.save_documents(
            session,
            "queen-st",
            DAY,
            [SALES, REFUNDS],
            shape="invoice",
            tenant="T",
            mapping_version=1,
            now=NOON,
        )
    return [each.row.id or 0 for each in saved.documents]


def _begin(session: Session, key: str, *document_ids: int, store: str = "queen-st") -> Attempt:
    items = [Item(each) for each in document_ids]
    return attempts.begin(
        session, store=store, tenant="T", call="PUT Invoices", key=key, items=items, request="{}", now=NOON
    )


def test_a_call_is_written_down_before_it_is_made(any_database: Database, ids: list[int]) -> None:
    with any_database.write() as session:
        begun = _begin(session, "k", *ids)
    with any_database.read() as session:
        (found,) = attempts.unanswered(session)
        assert (found.id, found.outcome, found.answered, found.elements) == (begun.id, "started", None, 2)
        assert found.idempotency_key == "k"
        assert [item.document_id for item in attempts.items_of(session, found.id or 0)] == ids
        assert attempts.unanswered(session, "bay") == []


def test_an_answer_is_kept_with_the_fate_of_each_item(any_database: Database, ids: list[int]) -> None:
    with any_database.write() as session:
        number = _begin(session, "k", *ids).id or 0
        attempts.finish(
            session,
            number,
            "partly",
            LATER,
            status=200,
            problem={"what": "one was refused"},
            answer="[]",
            items=["accepted", "refused"],
        )
    with any_database.read() as session:
        found = attempts.get_attempt(session, number)
        assert (found.outcome, found.status, found.answered, found.answer) == ("partly", 200, LATER, "[]")
        assert [item.outcome for item in attempts.items_of(session, number)] == ["accepted", "refused"]
        assert attempts.unanswered(session) == []


def test_an_unknown_outcome_is_resolved_later(any_database: Database, ids: list[int]) -> None:
    with any_database.write() as session:
        number = _begin(session, "k", *ids).id or 0
        attempts.finish(session, number, "unknown", NOON, answer="half")
        assert [row.id for row in attempts.in_outcome(session, "unknown", "queen-st")] == [number]
        attempts.finish(session, number, "resolved", LATER)
    with any_database.read() as session:
        found = attempts.get_attempt(session, number)
        assert (found.outcome, found.answered, found.answer) == ("resolved", NOON, "half")
        assert {item.outcome for item in attempts.items_of(session, number)} == {"resolved"}


def test_the_fates_must_be_as_many_as_the_items(any_database: Database, ids: list[int]) -> None:
    with any_database.write() as session:
        number = _begin(session, "k", *ids).id or 0
        with pytest.raises(ValueError, match="shorter"):
            attempts.finish(session, number, "accepted", LATER, items=["accepted"])


def test_a_key_is_used_once(any_database: Database, ids: list[int]) -> None:
    def twice() -> None:
        with any_database.write() as session:
            _begin(session, "k", *ids)
            _begin(session, "k", *ids)

    with pytest.raises(IntegrityError):
        twice()


def test_the_log_names_documents_and_dates_newest_first(any_database: Database, ids: list[int]) -> None:
    with any_database.write() as session:
        first = _begin(session, "1", *ids, ids[0]).id or 0
        second = _begin(session, "2", ids[1]).id or 0
        other = _begin(session, "3", store="bay").id or 0
        attempts.finish(session, second, "refused", LATER)
        attempts.finish(session, other, "accepted", LATER)
    with any_database.read() as session:
        log = attempts.log(session)
        assert [each.attempt.id for each in log] == [other, second, first]
        assert log[2].numbers == (SALES.number, REFUNDS.number)
        assert log[2].dates == (DAY,)
        assert (log[0].numbers, log[0].dates) == ((), ())
        assert [each.attempt.id for each in attempts.log(session, failed=True)] == [second]
        assert [each.attempt.id for each in attempts.log(session, store="queen-st", limit=1)] == [second]
        assert [each.attempt.id for each in attempts.log(session, before=second)] == [first]


def test_the_attempts_of_a_document(any_database: Database, ids: list[int]) -> None:
    with any_database.write() as session:
        first = _begin(session, "1", ids[0], ids[0])
        _begin(session, "2", ids[1])
        third = _begin(session, "3", ids[0])
        assert [row.id for row in attempts.of_document(session, ids[0])] == [first.id, third.id]


def test_an_unknown_attempt_is_not_found(any_database: Database) -> None:
    with any_database.read() as session, pytest.raises(NotFound):
        attempts.get_attempt(session, 7)


def test_a_document_of_another_revision_is_another_row(any_database: Database, ids: list[int]) -> None:
    with any_database.write() as session:
        row = documents.get_document(session, ids[0])
        again = type(row).model_validate(row.model_dump(exclude={"id"}) | {"revision": 2})
        session.add(again)
    with any_database.read() as session:
        newest = documents.documents_on(session, "queen-st", DAY)
        assert {row.key: row.revision for row in newest} == {"sales": 2, "refunds": 1}
