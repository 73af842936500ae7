"""A backlog of ninety days goes out in few calls, the oldest day first."""

import math
from datetime import date, timedelta

from tests.e2e.practice import NZ_TENANT
from tests.e2e.records import refund, sale
from tests.e2e.shop import Shop

_DAYS = [(date(2026, 1, 1) + timedelta(days=number)).isoformat() for number in range(90)]
_BATCH = 50
_HANDFUL = 12


def test_ninety_days_take_a_call_for_fifty_documents(shop: Shop) -> None:
    records = [sale(day, f"MD-{day}", f"{10 + number}.50") for number, day in enumerate(_DAYS)]
    records += [refund(day, f"MR-{day}", "-3.00", paid="cash") for day in _DAYS[::3]]
    shop.take(records).done()
    before = len(shop.xero.calls(path="api.xro"))
    ran = shop.tillbook("sync", "--store", "queen-st", "--from", _DAYS[0], "--to", _DAYS[-1], "--wait")
    assert ran.status == 0, ran
    assert [day["state"] for day in ran.answer["days"]] == ["posted"] * 90
    made = shop.xero.calls(path="api.xro")[before:]
    puts = [call["path"].rpartition("/")[2] for call in made if call["method"] == "PUT"]
    needed = {"Invoices": 90, "CreditNotes": 30, "Payments": 120}
    assert {kind: puts.count(kind) for kind in set(puts)} == {
        kind: math.ceil(count / _BATCH) for kind, count in needed.items()
    }
    assert len(made) - len(puts) <= _HANDFUL, [(call["method"], call["path"]) for call in made]
    assert shop.xero.numbers(NZ_TENANT) == [f"POS-queen-st-{day}" for day in _DAYS]
