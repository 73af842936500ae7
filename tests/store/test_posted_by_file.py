"""Dates posted by file in the tables, on either engine: held once, never queued."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from services.store import attempts, by_file, days
from services.store.attempts import Item
from services.store.by_file import KeptFile
from services.store.database import Database
from services.store.tables import DocumentRow, FilePosting, PaymentRow, PostedFile
from tests.store.moments import NOON

DAY = date(2026, 11, 19)
NEXT = DAY + timedelta(days=1)
FILES = [KeptFile("b.csv", "*A,B\r\n1,é\r\n", "one"), KeptFile("a.txt", "page\f\n", "two")]


def posting(*dates: date) -> FilePosting:
    return FilePosting(
        store="queen-st",
        tenant="t",
        made=NOON,
        made_by="anna",
        dates=[day.isoformat() for day in dates],
        documents=1,
        mapping_version=1,
    )


def document(state: str = "waiting") -> DocumentRow:
    return DocumentRow(
        store="queen-st", business_date=DAY, key="sales", kind="ACCREC", number="N-1", shape="invoice",
        tenant="t", mapping_version=1, body={}, digest=b"", state=state, total=100, created=NOON,
        changed=NOON,
    )  # fmt: skip


def test_the_files_are_kept_to_the_letter_and_in_order(shop: Database) -> None:
    with shop.write() as session:
        by_file.save(session, posting(DAY), [DAY], FILES)
    with shop.read() as session:
        found = by_file.posting_of(session, "queen-st", DAY)
        assert found is not None
        assert by_file.files_of(session, found) == FILES
        assert by_file.dates(session, "queen-st") == {DAY}
        assert by_file.among(session, "queen-st", [DAY, NEXT]) == {DAY}
        assert by_file.dates(session, "leeds") == frozenset()
        assert by_file.posting_of(session, "queen-st", NEXT) is None


def test_no_date_is_handed_over_twice(shop: Database) -> None:
    with shop.write() as session:
        by_file.save(session, posting(DAY), [DAY], FILES)
    with pytest.raises(IntegrityError), shop.write() as session:
        by_file.save(session, posting(DAY, NEXT), [DAY, NEXT], FILES)
    with shop.read() as session:
        assert by_file.dates(session, "queen-st") == {DAY}
        assert len(session.exec(select(PostedFile)).all()) == len(FILES)


def test_the_queue_neither_takes_nor_gives_them(shop: Database) -> None:
    with shop.write() as session:
        days.queue(session, "queen-st", [DAY], NOON)
        by_file.save(session, posting(DAY), [DAY], FILES)
        assert days.queue(session, "queen-st", [DAY, NEXT], NOON) == [NEXT]
        assert [row.business_date for row in days.queued(session, "queen-st")] == [NEXT]


def test_taken_back_they_are_free_and_what_was_handed_over_is_still_there(shop: Database) -> None:
    with shop.write() as session:
        by_file.save(session, posting(DAY), [DAY], FILES)
    with shop.write() as session:
        found = by_file.posting_of(session, "queen-st", DAY)
        assert found is not None
        by_file.take_back(session, found, "ben", "not needed", NOON)
        assert by_file.dates_of(session, found) == []
        assert (found.taken_back_by, found.reason, found.dates) == ("ben", "not needed", [DAY.isoformat()])
        assert by_file.files_of(session, found) == FILES
        assert days.queue(session, "queen-st", [DAY], NOON) == [DAY]
        by_file.save(session, posting(DAY), [DAY], [])
    with shop.read() as session:
        assert by_file.dates(session, "queen-st") == {DAY}


def test_forgetting_removes_what_no_call_ever_carried(shop: Database) -> None:
    with shop.write() as session:
        row = document()
        session.add(row)
        session.flush()
        session.add(PaymentRow(document_id=row.id or 0, position=0, tender="cash", account="611", amount=5))
        session.flush()
        by_file.hand_over(session, [row], NOON)
        assert (row.state, session.exec(select(PaymentRow)).one().state) == ("by_file", "by_file")
        by_file.forget(session, [row], NOON)
    with shop.read() as session:
        assert session.exec(select(DocumentRow)).all() == []
        assert session.exec(select(PaymentRow)).all() == []


def test_forgetting_keeps_what_an_attempt_tells_of(shop: Database) -> None:
    with shop.write() as session:
        row = document("refused")
        session.add(row)
        session.flush()
        attempts.begin(
            session, store="queen-st", tenant="t", call="PUT Invoices", key="k", items=[Item(row.id or 0)],
            request=None, now=NOON,
        )  # fmt: skip
        by_file.hand_over(session, [row], NOON)
        by_file.forget(session, [row], NOON)
    with shop.read() as session:
        assert session.exec(select(DocumentRow)).one().state == "waiting"
