"""The receipts behind a number add up to the number."""

from __future__ import annotations

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.books.money import from_minor
from services.store.behind import Number, receipts_behind
from services.store.database import Database
from services.store.report import totals
from tests.store import examples
from tests.store.moments import DAY, NEXT_DAY
from tests.store.rows import put_receipt, put_store

_numbers = itertools.count()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_behind_every_total_adds_up_to_it(any_database: Database, data: st.DataObject) -> None:
    store = f"behind-{next(_numbers)}"
    with any_database.write() as session:
        put_store(session, key=store)
        for receipt in data.draw(examples.receipts(store, [DAY, NEXT_DAY])):
            put_receipt(session, receipt)
    with any_database.read() as session:
        answer = totals(session, store, DAY, DAY)
        for row in answer["rows"]:
            if row["category"] is None:
                continue
            number = Number(kind=row["kind"], category=row["category"], tax_code=row["tax_code"])
            found = receipts_behind(session, store, DAY, number)
            assert str(from_minor(sum(each.amount for each in found), "NZD")) == row["amount"]
            assert [each.time for each in found] == sorted(each.time for each in found)
        for tender in answer["tenders"]:
            number = Number(kind=tender["kind"], tender=tender["type"])
            found = receipts_behind(session, store, DAY, number)
            assert str(from_minor(sum(each.amount for each in found), "NZD")) == tender["amount"]
