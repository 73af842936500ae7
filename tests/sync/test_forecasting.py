"""What a retry would do: said for each document and payment, never done."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from services.accounting.ledger import NotSent, OutcomeUnknown
from services.books.documents import DocumentKind
from services.contract.forecast import ForecastAnswer
from services.contract.states import DayState
from services.store.tables import Table
from tests.sync.support import (
    ANNA,
    DAY,
    STORE,
    Shop,
    account_sale,
    all_posted,
    debtor_payment,
    purchase,
    replaced,
    sale,
    states,
)

LOST = OutcomeUnknown("The answer was lost.", "", "")
AWAY = NotSent("Xero cannot be reached.", "No network.", "Check the network.", code="dns_failed")
_NUMBER = "POS-queen-st-2026-11-19"


def attempt(shop: Shop, call: str = "PUT Invoices") -> int:
    return next(each["id"] for each in shop.office.log()["attempts"] if each["call"] == call)


def everything(shop: Shop) -> dict[str, list[object]]:
    """Return every row of every table but what counts calls."""
    with shop.database.read() as session:
        tables = [table for table in Table.metadata.sorted_tables if not table.name.startswith("allowance")]
        rows = {table.name: session.connection().execute(table.select()) for table in tables}
        return {name: [tuple(row) for row in found] for name, found in rows.items()}


def forecast(shop: Shop, number: int) -> ForecastAnswer:
    """Return the forecast of one document, and see that nothing changed."""
    before, writes = everything(shop), shop.ledger.writes()
    (answer,) = shop.office.retry([number], dry_run=True, who=ANNA)["forecast"]
    assert everything(shop) == before
    assert shop.ledger.writes() == writes
    return answer


def payments(answer: ForecastAnswer) -> list[tuple[str, str, str]]:
    return [(each["tender"], each["amount"], each["action"]) for each in answer["payments"]]


def test_what_was_not_sent_is_created_with_its_payments(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("create ACCREC", AWAY, count=None)
    shop.sync()
    shop.ledger.rules.clear()
    answer = forecast(shop, attempt(shop))
    assert (answer["number"], answer["kind"], answer["date"]) == (_NUMBER, "ACCREC", "2026-11-19")
    assert (answer["action"], answer["total"]) == ("create", "100.00")
    assert payments(answer) == [("cash", "50.00", "create"), ("eftpos", "50.00", "create")]


def test_what_was_lost_after_it_was_done_is_adopted_with_its_payments(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("pay", LOST, after=True)
    shop.ledger.fail("read ACCREC", AWAY, count=None)
    assert states(shop.sync()) == ["unknown"]
    shop.ledger.rules.clear()
    answer = forecast(shop, attempt(shop, "PUT Payments"))
    assert answer["action"] == "adopt"
    assert {action for _, _, action in payments(answer)} == {"adopt"}
    (held,) = shop.ledger.live()
    held.payments.pop()
    answer = forecast(shop, attempt(shop, "PUT Payments"))
    assert answer["action"] == "create"
    assert [action for _, _, action in payments(answer)] == ["adopt", "create"]


def test_an_unknown_outcome_is_looked_up(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("create ACCREC", LOST, after=True)
    shop.ledger.fail("find ACCREC", AWAY, count=None)
    assert states(shop.sync()) == ["unknown"]
    answer = forecast(shop, attempt(shop))
    assert (answer["action"], answer.get("class")) == ("blocked", "wait")
    shop.ledger.rules.clear()
    answer = forecast(shop, attempt(shop))
    assert answer["action"] == "adopt"
    assert "never answered" in answer["why"]
    assert {action for _, _, action in payments(answer)} == {"create"}
    shop.ledger.documents.clear()
    assert forecast(shop, attempt(shop))["action"] == "create"


def test_a_document_that_differs_there_is_blocked(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("create ACCREC", LOST, after=True)
    shop.ledger.fail("find ACCREC", AWAY, count=None)
    shop.sync()
    shop.ledger.rules.clear()
    (held,) = shop.ledger.live()
    held.total += 1
    answer = forecast(shop, attempt(shop))
    assert (answer["action"], answer.get("class")) == ("blocked", "person")
    assert "101.00 there" in answer["why"]
    held.status = "VOIDED"
    assert "voided" in forecast(shop, attempt(shop))["why"]


def test_what_is_posted_stays(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    assert all_posted(shop.sync())
    assert forecast(shop, attempt(shop))["action"] == "nothing"


def test_what_was_posted_by_file_stays(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("create ACCREC", AWAY, count=None)
    shop.sync()
    shop.ledger.rules.clear()
    shop.office.files.post(STORE, DAY, DAY, who=ANNA)
    answer = forecast(shop, attempt(shop))
    assert answer["action"] == "nothing"
    assert "by file" in answer["why"]


@pytest.mark.parametrize("state", ["paused", "disconnected"])
def test_a_link_that_may_not_send_blocks(shop: Shop, state: str) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("create ACCREC", AWAY, count=None)
    shop.sync()
    if state == "paused":
        shop.office.pause(STORE, reason="stock-take", who=ANNA)
    else:
        shop.office.disconnect(STORE, who=ANNA)
    calls = len(shop.ledger.calls)
    answer = forecast(shop, attempt(shop))
    assert (answer["action"], answer.get("class")) == ("blocked", "person")
    assert state in answer["why"]
    assert len(shop.ledger.calls) == calls


def test_what_belongs_to_another_organisation_is_blocked_by_its_name(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("create ACCREC", AWAY, count=None)
    shop.sync()
    shop.ledger.rules.clear()
    shop.connect("tenant-2", "Another Ltd")
    answer = forecast(shop, attempt(shop))
    assert (answer["action"], answer.get("class")) == ("blocked", "person")
    assert "Queen St" in answer["why"]
    assert "Another Ltd" in answer["why"]


def test_a_store_that_stopped_trying_is_forecast_all_the_same(shop: Shop) -> None:
    shop.pace = replaced(shop.pace, come_back_tries=1)
    shop.office = shop.open_office()
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("create ACCREC", AWAY, count=None)
    shop.sync()
    shop.ledger.rules.clear()
    assert shop.office.status()["stores"][0]["integrations"][0]["state"] == "error"
    assert forecast(shop, attempt(shop))["action"] == "create"
    assert all_posted(shop.office.retry([attempt(shop)], who=ANNA)["days"])


def test_a_debtor_s_payment_looks_at_its_invoice(shop: Shop) -> None:
    shop.take(account_sale(DAY, "A", "80.00"))
    assert all_posted(shop.sync())
    (invoice,) = shop.ledger.live()
    other = DAY + timedelta(days=1)
    pays = invoice.document.number.rpartition("-")[2]
    shop.take(debtor_payment(other, "P", "30.00", pays))
    shop.ledger.fail("pay", AWAY, count=None)
    shop.office.sync(STORE, first=other, last=other, who=ANNA)
    shop.ledger.rules.clear()
    answer = forecast(shop, attempt(shop, "PUT Payments"))
    assert (answer["kind"], answer["action"]) == ("PAYMENT", "create")
    assert payments(answer) == [("eftpos", "30.00", "create")]


def test_every_document_of_a_call_is_told(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"), purchase(DAY, "P", "46.00"))
    shop.map(tax_codes={"GST15": "OUTPUT2", "GST0": "NONE", "GSTIN": "INPUT2"})
    shop.ledger.fail("create ACC", AWAY, count=None)
    shop.sync()
    shop.ledger.rules.clear()
    ids = [each["id"] for each in shop.office.log(failed=True)["attempts"] if each["call"] == "PUT Invoices"]
    found = shop.office.retry(ids, dry_run=True, who=ANNA)["forecast"]
    assert len(found) == len(ids)
    assert {each["action"] for each in found} == {"create"}


def test_two_people_who_retry_at_once_make_one_document(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("create ACCREC", AWAY, count=None)
    shop.sync()
    shop.ledger.rules.clear()
    number = attempt(shop)
    together = threading.Barrier(2)

    def ask() -> None:
        together.wait(60)
        shop.office.retry([number], who=ANNA)

    people = [threading.Thread(target=ask) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join(60)
    assert all_posted(shop.state())
    (held,) = shop.ledger.live(DocumentKind.ACCREC)
    assert len(held.payments) == 2
    assert shop.day().state == DayState.POSTED
