"""Real time: receipts one by one, in few calls; the rest when the day is over."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from services.books.documents import DocumentKind
from services.contract.problem import Refused
from services.sync.pace import Pace
from tests.sync.changing import listed, resolve
from tests.sync.moments import MONDAY, at
from tests.sync.support import (
    ANNA,
    MAPPING,
    STORE,
    Shop,
    account_sale,
    all_posted,
    debtor_payment,
    exact_books,
    line,
    moment,
    receipt,
    refund,
    replaced,
    sale,
    states,
    tender,
)

TUESDAY = MONDAY + timedelta(days=1)


def real_time(shop: Shop) -> Shop:
    at(shop, MONDAY, 8)
    shop.office.set_schedule(STORE, frequency="real-time", who=ANNA)
    return shop


def held(shop: Shop) -> dict[str, Decimal]:
    return {each.document.number: each.total for each in shop.ledger.documents.values()}


def till(number: str, counted: str) -> dict[str, object]:
    return {
        "record": "till_session",
        "store": STORE,
        "register": "1",
        "id": number,
        "opened": moment(MONDAY, 7),
        "closed": moment(MONDAY, 18),
        "float": "0.00",
        "counted": {"cash": counted},
    }


def test_a_sale_is_there_without_waiting_for_midnight(shop: Shop) -> None:
    real_time(shop)
    shop.take(sale(MONDAY, "S1", "100.00"), refund(MONDAY, "R1", "-23.00"))
    at(shop, MONDAY, 10)
    by_kind = {each.kind: each for each in shop.ledger.documents.values()}
    invoice, note = by_kind[DocumentKind.ACCREC], by_kind[DocumentKind.ACCRECCREDIT]
    assert (invoice.document.number, invoice.total, invoice.due) == (
        "POS-queen-st-2026-11-16-1/S1",
        Decimal("100.00"),
        Decimal("0.00"),
    )
    assert invoice.document.reference == "POS 2026-11-16 1/S1 sales"
    assert note.document.number == "POS-queen-st-2026-11-16-1/R1-R"
    assert [(account, amount) for _, account, amount, _ in note.payments] == [("611", Decimal("23.00"))]
    assert states(shop.state(MONDAY)) == ["open"]
    exact_books(shop, [MONDAY])


def test_receipts_are_gathered_into_one_call(shop: Shop) -> None:
    real_time(shop)
    shop.take(*(sale(MONDAY, f"S{number}", "10.00") for number in range(50)))
    at(shop, MONDAY, 10)
    assert len(shop.ledger.documents) == 50
    assert [call for call in shop.ledger.calls if call.startswith(("create ACC", "pay"))] == [
        "create ACCREC",
        "pay",
    ]


def test_the_next_receipts_wait_as_the_allowance_asks(shop: Shop) -> None:
    real_time(shop)
    shop.take(sale(MONDAY, "S1", "100.00"))
    at(shop, MONDAY, 10)
    shop.take(sale(MONDAY, "S2", "50.00"))
    shop.later(seconds=10)
    assert len(shop.ledger.documents) == 1
    shop.take(sale(MONDAY, "S3", "25.00"))
    shop.later(minutes=10)
    assert len(shop.ledger.documents) == 3
    assert shop.ledger.calls.count("create ACCREC") == 2


def test_the_rest_of_the_day_comes_when_it_is_over(shop: Shop) -> None:
    real_time(shop)
    shop.map(tax_codes={**MAPPING["tax_codes"], "GSTIN": "INPUT2"})
    bought = {"account": "310", "tax_code": "GSTIN", "amount": "-5.00"}
    paid_out = receipt(MONDAY, "P1", "paid_out", lines=[bought], tenders=[tender("-5.00")])
    shop.take(sale(MONDAY, "S1", "100.00"), paid_out)
    at(shop, MONDAY, 10)
    assert list(held(shop)) == ["POS-queen-st-2026-11-16-1/S1"]
    shop.take(till("A", "44.00"))
    at(shop, MONDAY, 19)
    assert held(shop) == {
        "POS-queen-st-2026-11-16-1/S1": Decimal("100.00"),
        "POS-queen-st-2026-11-16-PO-1-P1": Decimal("5.00"),
        "POS-queen-st-2026-11-16-R": Decimal("1.00"),
    }
    (day,) = shop.state(MONDAY)
    assert day["state"] == "posted"
    assert all(check["holds"] for check in day["proof"])
    assert any("cash clearing moves by counted - float" in check["check"] for check in day["proof"])


@pytest.mark.parametrize("shape", ["invoice", "net_invoice", "zero_invoice", "journal"])
def test_every_shape_sends_receipts(shop: Shop, shape: str) -> None:
    real_time(shop)
    shop.map(shape=shape)
    cash_out = receipt(
        MONDAY, "C1", "sale", lines=[line("50.00")], tenders=[tender("60.00", "eftpos"), tender("-10.00")]
    )
    shop.take(sale(MONDAY, "S1", "100.00"), refund(MONDAY, "R1", "-23.00"), cash_out)
    at(shop, MONDAY, 10)
    assert len(shop.ledger.documents) == 3
    at(shop, TUESDAY, 1)
    (day,) = shop.state(MONDAY)
    assert day["state"] == "posted"
    assert all(check["holds"] for check in day["proof"])
    assert len(shop.ledger.documents) == 3


def test_account_sales_and_their_payments_go_at_once(shop: Shop) -> None:
    real_time(shop)
    shop.take(account_sale(MONDAY, "A", "50.00"))
    at(shop, MONDAY, 10)
    shop.take(debtor_payment(MONDAY, "D", "20.00", pays="A"))
    at(shop, MONDAY, 11)
    (invoice,) = shop.ledger.documents.values()
    assert (invoice.document.number, invoice.due) == ("queen-st-A", Decimal("30.00"))
    at(shop, TUESDAY, 1)
    assert all_posted(shop.state(MONDAY))
    assert len(shop.ledger.documents) == 1


def test_a_receipt_that_comes_after_the_close_goes_alone_too(shop: Shop) -> None:
    real_time(shop)
    shop.take(sale(MONDAY, "S1", "100.00"))
    at(shop, TUESDAY, 1)
    assert all_posted(shop.state(MONDAY))
    shop.take(sale(MONDAY, "late", "7.00"))
    at(shop, TUESDAY, 2)
    assert held(shop)["POS-queen-st-2026-11-16-1/late"] == Decimal("7.00")
    assert all_posted(shop.state(MONDAY))


def test_a_receipt_that_is_edited_after_it_was_sent_is_changed(shop: Shop) -> None:
    real_time(shop)
    shop.take(sale(MONDAY, "S1", "100.00"), sale(MONDAY, "S2", "10.00"))
    at(shop, MONDAY, 10)
    shop.take(sale(MONDAY, "S1", "90.00"))
    at(shop, TUESDAY, 1)
    (day,) = shop.state(MONDAY)
    assert day["state"] == "changed"
    assert {document["number"]: document["state"] for document in day["documents"]} == {
        "POS-queen-st-2026-11-16-1/S1": "changed",
        "POS-queen-st-2026-11-16-1/S2": "posted",
    }
    assert len(shop.ledger.documents) == 2


def test_a_receipt_that_is_edited_before_it_was_sent_goes_as_it_is_now(shop: Shop) -> None:
    real_time(shop)
    shop.office.pause(STORE, reason="stocktake", who=ANNA)
    shop.take(sale(MONDAY, "S1", "100.00"))
    at(shop, MONDAY, 10)
    shop.take(sale(MONDAY, "S1", "90.00"))
    shop.office.resume(STORE, who=ANNA)
    at(shop, MONDAY, 11)
    assert held(shop) == {"POS-queen-st-2026-11-16-1/S1": Decimal("90.00")}


@pytest.mark.parametrize("over", [False, True], ids=["open", "over"])
def test_a_receipt_that_comes_while_others_are_sent_goes_alone_too(shop: Shop, *, over: bool) -> None:
    real_time(shop)
    shop.take(sale(MONDAY, "S1", "100.00"))
    # The reference data are read after the receipts were chosen, and before they are built.
    shop.ledger.on("reference", lambda: shop.take(sale(MONDAY, "S2", "7.00")))
    at(shop, TUESDAY if over else MONDAY, 10)
    for _ in range(2):
        shop.later(minutes=10)
    assert held(shop) == {
        "POS-queen-st-2026-11-16-1/S1": Decimal("100.00"),
        "POS-queen-st-2026-11-16-1/S2": Decimal("7.00"),
    }
    assert states(shop.state(MONDAY)) == ["posted" if over else "open"]


def test_the_preview_shows_each_receipt(shop: Shop) -> None:
    real_time(shop)
    shop.take(sale(MONDAY, "S1", "100.00"), sale(MONDAY, "S2", "10.00"))
    preview = shop.office.preview(STORE, MONDAY)
    assert [document["key"] for document in preview["documents"]] == ["receipt:1/S1", "receipt:1/S2"]
    assert all(check["holds"] for check in preview["proof"])
    assert not shop.ledger.documents


def test_a_sync_sends_what_came_since_the_last_call(shop: Shop) -> None:
    real_time(shop)
    shop.take(sale(MONDAY, "S1", "100.00"))
    at(shop, MONDAY, 10)
    shop.take(sale(MONDAY, "S2", "10.00"))
    shop.clock.move(seconds=5)
    assert shop.office.sync(STORE, who=ANNA)["queued"] == [MONDAY.isoformat()]
    assert len(shop.ledger.documents) == 2
    assert states(shop.state(MONDAY)) == ["open"]


def test_a_sync_of_a_day_without_new_receipts_changes_nothing(shop: Shop) -> None:
    real_time(shop)
    shop.take(till("A", "0.00") | {"closed": None, "counted": None})
    (day,) = shop.sync(MONDAY)
    assert (day["state"], day["blocked"][0]["code"]) == ("open", "day_open")
    shop.take(sale(MONDAY, "S1", "100.00"))
    at(shop, MONDAY, 10)
    assert len(shop.ledger.documents) == 1
    (day,) = shop.sync(MONDAY)
    assert (day["state"], day["blocked"]) == ("open", [])
    at(shop, TUESDAY, 1)
    assert all_posted(shop.state(MONDAY))


def test_more_receipts_than_a_call_takes(shop: Shop) -> None:
    shop.pace = replaced(Pace(), batch=3)
    shop.office = shop.open_office()
    real_time(shop)
    shop.take(*(sale(MONDAY, f"S{number}", "10.00") for number in range(7)))
    at(shop, MONDAY, 10)
    assert len(shop.ledger.documents) == 7
    assert shop.ledger.calls.count("create ACCREC") == 3


def test_an_edit_on_a_day_that_goes_on_is_shown(shop: Shop) -> None:
    real_time(shop)
    shop.take(sale(MONDAY, "S1", "100.00"), sale(MONDAY, "S2", "10.00"))
    at(shop, MONDAY, 9)
    assert listed(shop) == []
    shop.take(sale(MONDAY, "S1", "90.00"))
    at(shop, MONDAY, 20)
    assert states(shop.state(MONDAY)) == ["open"]
    (change,) = listed(shop)
    assert (change["number"], change["difference"]) == ("POS-queen-st-2026-11-16-1/S1", "-10.00")
    assert shop.office.preview(STORE, MONDAY).get("changes") == [change]
    with pytest.raises(Refused) as caught:
        resolve(shop, "delta", MONDAY)
    assert caught.value.code == "day_open"
    at(shop, TUESDAY, 1)
    assert states(shop.state(MONDAY)) == ["changed"]
    (change,) = listed(shop)
    assert change["difference"] == "-10.00"
