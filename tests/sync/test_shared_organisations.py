"""Choosing an organisation: one of two stores, and one that days have waited for."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from services.contract.problem import Refused
from services.contract.states import DayState, IntegrationState
from services.store import connections, days, stores
from services.store.documents import documents_on, set_document
from services.sync.changed import drift
from tests.sync.changing import live
from tests.sync.fakes import TENANT
from tests.sync.support import ANNA, DAY, MAPPING, STORE, Shop, account_sale, all_posted, debtor_payment, sale

SECOND = "leeds"
NUMBER = "POS-{date}"


def mapped(shop: Shop, store: str, number: str, **more: str) -> None:
    body = {**MAPPING, "store": store, "number": number, "contact": "POS Sales", **more}
    shop.office.save_mapping(store, body, who=ANNA)


@pytest.fixture
def two(shop: Shop) -> Shop:
    """A shop with a second store that has a consent and no organisation."""
    with shop.database.write() as session:
        details = {"key": SECOND, "name": "Leeds", "country": "NZ", "currency": "NZD"}
        stores.add_store(session, {**details, "timezone": "Pacific/Auckland"}, shop.clock())
        connections.ensure_connection(session, SECOND, shop.clock()).client_id = "app"
    return shop


def choose(shop: Shop, **how: Any) -> None:  # noqa: ANN401 - its options
    shop.office.choose_organisation(SECOND, confirm="Queen St", who=ANNA, **how)


def test_the_second_store_cannot_choose_an_organisation_where_its_numbers_are_taken(two: Shop) -> None:
    mapped(two, STORE, NUMBER)
    mapped(two, SECOND, NUMBER)
    with pytest.raises(Refused, match="numbers of the days of queen-st") as caught:
        choose(two)
    assert caught.value.code == "number_clash"
    assert "{store}" in caught.value.next
    with two.database.read() as session:
        row = connections.get_connection(session, SECOND)
    assert row is not None
    assert row.tenant is None
    mapped(two, SECOND, "LDS-{date}")
    choose(two)


def test_a_pattern_that_another_store_has_cannot_be_set(two: Shop) -> None:
    mapped(two, STORE, NUMBER)
    choose(two)
    with pytest.raises(Refused, match="Both send to Queen St"):
        mapped(two, SECOND, NUMBER)
    mapped(two, SECOND, "POS-{store}-{date}")
    with pytest.raises(Refused, match="numbers of the days of leeds"):
        mapped(two, STORE, "POS-leeds-{date}")


def test_the_days_of_both_stores_are_there(two: Shop) -> None:
    mapped(two, STORE, NUMBER)
    choose(two)
    mapped(two, SECOND, "LDS-{date}")
    record = sale(DAY, "1", "100.00")
    two.take(record, {**record, "store": SECOND})
    for store in (STORE, SECOND):
        two.office.sync(store, first=DAY, last=DAY, who=ANNA)
    assert [each.document.number for each in live(two)] == [f"POS-{DAY}", f"LDS-{DAY}"]


def test_a_sale_on_account_is_not_taken_for_that_of_another_store(two: Shop) -> None:
    """Numbered alike, and alike in all else: it would never be in the books."""
    shared = {"account_number": "INV-{receipt}", "contact": "POS Sales"}
    mapped(two, STORE, "POS-{store}-{date}", **shared)
    choose(two)
    mapped(two, SECOND, "POS-{store}-{date}", **shared)
    for store in (STORE, SECOND):
        record = account_sale(DAY, "1", "50.00")
        two.take({**record, "store": store})
        two.office.sync(store, first=DAY, last=DAY, who=ANNA)
    assert [each.document.number for each in live(two)] == ["INV-1"]
    (day,) = two.office.sync_state(SECOND, first=DAY, last=DAY)["days"]
    assert (day["state"], [each["code"] for each in day["blocked"]]) == ("refused", ["number_clash"])
    assert day["blocked"][0]["what"] == f"INV-1 was not sent: the ledger has it already, for store {STORE}."
    paid = DAY + timedelta(days=1)
    two.clock.move(days=1)
    two.take({**debtor_payment(paid, "2", "50.00", "1"), "store": SECOND})
    two.office.sync(SECOND, first=paid, last=paid, who=ANNA)
    (day,) = two.office.sync_state(SECOND, first=paid, last=paid)["days"]
    assert (day["state"], [each["code"] for each in day["blocked"]]) == ("refused", ["number_clash"])
    assert live(two)[0].payments == []


def test_an_invoice_that_another_store_was_paid_for_is_not_that_stores(two: Shop) -> None:
    """The row of a payment has the id of the invoice it pays."""
    mapped(two, STORE, "POS-{store}-{date}")
    choose(two)
    mapped(two, SECOND, "POS-{store}-{date}")
    two.take(account_sale(DAY, "1", "50.00"))
    assert all_posted(two.sync())
    two.take({**debtor_payment(DAY, "2", "20.00", "queen-st-1"), "store": SECOND})
    two.office.sync(SECOND, first=DAY, last=DAY, who=ANNA)
    assert all_posted(two.office.sync_state(SECOND, first=DAY, last=DAY)["days"])
    with two.database.write() as session:
        (sent,) = documents_on(session, STORE, DAY)
        set_document(session, sent, DayState.UNKNOWN, two.clock())
        sent.remote_id = None
        days.set_state(session, STORE, DAY, DayState.UNKNOWN, two.clock())
    assert all_posted(two.sync()), two.state()
    (invoice,) = live(two)
    assert (invoice.document.number, invoice.due) == ("queen-st-1", Decimal("30.00"))


def test_the_same_store_may_save_its_pattern_again_and_others_elsewhere_too(two: Shop) -> None:
    mapped(two, STORE, NUMBER)
    two.map(number=NUMBER, contact="Other")
    mapped(two, SECOND, NUMBER)
    with two.database.read() as session:
        assert [row.store for row in connections.of_tenant(session, TENANT)] == [STORE]


@pytest.mark.parametrize("connected_before", [False, True])
def test_a_day_that_waited_for_an_organisation_is_sent(shop: Shop, *, connected_before: bool) -> None:
    """An earlier version wrote down that none was chosen."""
    shop.office.set_schedule(STORE, frequency="daily", start=DAY, who=ANNA)
    shop.take(sale(DAY, "1", "100.00"))
    why = {"code": "not_connected", "what": "It is not connected.", "why": "", "next": ""}
    with shop.database.write() as session:
        days.set_state(session, STORE, DAY, DayState.WAITING, shop.clock(), [why])
        row = connections.ensure_connection(session, STORE, shop.clock())
        if not connected_before:
            row.tenant = None
            connections.set_state(session, row, IntegrationState.SETUP_UNFINISHED, "anna", shop.clock())
    shop.later(hours=1)
    assert not shop.ledger.documents
    if connected_before:
        shop.office.start()
    else:
        shop.office.choose_organisation(STORE, who=ANNA)
    shop.later(hours=1)
    assert all_posted(shop.state())


def test_what_was_sent_is_looked_through_once_for_all_stores_of_an_organisation(two: Shop) -> None:
    mapped(two, STORE, "POS-{date}")
    mapped(two, SECOND, "LDS-{date}")
    choose(two)
    two.take(sale(DAY, "S-1", "100.00"))
    two.sync()
    asked: list[str] = []

    def note(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        asked.append(sql)

    event.listen(two.database.engine, "before_cursor_execute", note)
    drift.due(two.tools)
    event.remove(two.database.engine, "before_cursor_execute", note)
    assert sum("min(document.created)" in sql for sql in asked) == 1
