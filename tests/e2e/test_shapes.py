"""Every shape of a day posts the same ledger.

ACCOUNTING.md 2, seen in the practice books.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import pytest

from services.sandbox.shop import HARD_KINDS, shop_days
from tests.e2e.practice import NZ_TENANT
from tests.e2e.records import MAPPING, Record, refund, sale
from tests.e2e.shop import NZ_STORE, Shop, installation

_LAST = date(2026, 6, 30)
_ANY_DAY = ("invoice", "zero_invoice", "journal")
"""The shapes that can hold whatever a day brings."""
_ZERO = Decimal("0.00")
_RETURNS = "2026-11-19"
# The worked cases c_nz_refund_dominant and d_nz_supplier_freight (ACCOUNTING.md 4); debits positive.
_OF_RETURNS = {"820": "43.50", "200": "30.00", "201": "260.00", "611": "-34.50", "612": "-299.00"}
_OF_BILL = {"800": "-221.06", "820": "28.84", "310": "82.80", "311": "90.93", "425": "18.50", "860": "-0.01"}

Balances = dict[str, Decimal]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """An installation; each test adds a store of its own to the same organisation."""
    with installation(tmp_path_factory.mktemp("shapes")) as shop:
        yield shop


def _store(shop: Shop, key: str, shape: str) -> None:
    options = [text for name, value in NZ_STORE.items() for text in (f"--{name}", value)]
    shop.tillbook("store", "add", "--store", key, *options).done()
    shop.connect(NZ_TENANT, key)
    shop.map({**MAPPING, "store": key, "shape": shape, "account_number": "{store}-{receipt}"}, key).done()


def _moved(shop: Shop, key: str, records: list[Record], first: str, last: str) -> Balances:
    """Send records as a store's and return by how much each account moved."""
    before = shop.xero.balances(NZ_TENANT)
    shop.take({**record, "store": key} for record in records).done()
    ran = shop.tillbook("sync", "--store", key, "--from", first, "--to", last, "--wait")
    assert ran.status == 0, ran
    after = shop.xero.balances(NZ_TENANT)
    moved = {code: after.get(code, _ZERO) - before.get(code, _ZERO) for code in {*before, *after}}
    return {code: amount for code, amount in moved.items() if amount}


def _decimals(amounts: Mapping[str, str]) -> Balances:
    return {code: Decimal(amount) for code, amount in amounts.items()}


@pytest.mark.parametrize("shape", [*_ANY_DAY, "net_invoice"])
def test_a_day_of_returns_posts_the_worked_ledger(shop: Shop, shape: str) -> None:
    key = f"c-{shape}".replace("_", "-")
    _store(shop, key, shape)
    records = [
        sale(_RETURNS, "R-1", "23.00"),
        sale(_RETURNS, "R-2", "46.00", "hardware", "eftpos"),
        refund(_RETURNS, "R-3", "-345.00", "hardware"),
        refund(_RETURNS, "R-4", "-57.50", "grocery", "cash"),
    ]
    assert _moved(shop, key, records, _RETURNS, _RETURNS) == _decimals(_OF_RETURNS)


def test_a_bill_comes_to_what_its_paper_says(shop: Shop) -> None:
    _store(shop, "bills", "invoice")
    lines = [("stock_grocery", "82.80"), ("stock_hardware", "90.93"), ("freight", "18.50")]
    bill: Record = {
        "record": "purchase",
        "id": "P-1",
        "number": "WS-1",
        "supplier": "Kiwi Wholesale Ltd",
        "supplier_number": "S-77",
        "date": _RETURNS,
        "due_date": "2026-12-20",
        "amounts": "exclusive",
        "lines": [{"category": c, "tax_code": "GST15IN", "amount": a} for c, a in lines],
        "total": "221.06",
    }
    assert _moved(shop, "bills", [bill], _RETURNS, _RETURNS) == _decimals(_OF_BILL)
    (sent,) = shop.xero.act(NZ_TENANT, "GET", "Invoices?where=InvoiceNumber%3D%3D%22WS-1%22&page=1")[
        "Invoices"
    ]
    assert (sent["Type"], sent["Status"], sent["Contact"]["Name"]) == (
        "ACCPAY",
        "AUTHORISED",
        "Kiwi Wholesale Ltd",
    )
    again = shop.tillbook("sync", "--store", "bills", "--date", _RETURNS, "--wait")
    assert again.status == 0
    assert shop.xero.numbers(NZ_TENANT, "ACCPAY").count("WS-1") == 1


@pytest.fixture(scope="module")
def of_each_shape(shop: Shop) -> dict[str, Balances]:
    """How the accounts moved by the same fifteen practice days.

    One of each hard kind.
    """
    days = list(shop_days(_LAST, len(HARD_KINDS)))
    records = [record for _day, _kind, of_day in days for record in of_day]
    first, last = days[0][0].isoformat(), _LAST.isoformat()
    moved = {}
    for shape in _ANY_DAY:
        key = f"all-{shape}".replace("_", "-")
        _store(shop, key, shape)
        moved[shape] = _moved(shop, key, records, first, last)
    return moved


def test_fifteen_hard_days_come_to_zero(of_each_shape: dict[str, Balances]) -> None:
    assert {shape: sum(moved.values(), _ZERO) for shape, moved in of_each_shape.items()} == dict.fromkeys(
        _ANY_DAY, _ZERO
    )
    assert {"200", "201", "202", "205", "260", "490", "611", "612", "613", "800", "820", "850", "856"} <= set(
        of_each_shape["invoice"]
    )


@pytest.mark.parametrize("shape", _ANY_DAY[1:])
def test_fifteen_hard_days_post_the_same_in_every_shape(
    of_each_shape: dict[str, Balances], shape: str
) -> None:
    assert of_each_shape[shape] == of_each_shape["invoice"]


def test_what_the_tills_took_is_in_the_clearing_accounts(
    shop: Shop, of_each_shape: dict[str, Balances]
) -> None:
    span = ("--from", "2026-06-01", "--to", _LAST.isoformat())
    tenders = shop.tillbook("totals", "--store", "all-invoice", *span).done()["tenders"]
    for tender, account in (("eftpos", "612"), ("credit", "613")):
        taken = sum((Decimal(row["amount"]) for row in tenders if row["type"] == tender), _ZERO)
        assert of_each_shape["invoice"][account] == taken
    cash = sum((Decimal(row["amount"]) for row in tenders if row["type"] == "cash"), _ZERO)
    assert of_each_shape["invoice"]["611"] == cash - of_each_shape["invoice"]["490"]
