"""The soak's oracle against worked cases of ACCOUNTING.md 4 and RECEIPTS.md."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.soak.oracle import Books, Expected, Record, effective, over_short
from tests.soak.setting import COUNTRIES

D = Decimal
_DAY = "2026-11-19"


_SESSION: Record = {
    "record": "till_session",
    "register": "1",
    "id": "S-1",
    "opened": f"{_DAY}T07:55:00+13:00",
    "closed": f"{_DAY}T18:00:00+13:00",
    "float": "150.00",
    "counted": {"cash": "192.40"},
}


def receipt(number: str, kind: str, category: str, amount: str, paid: str, **more: object) -> Record:
    return {
        "store": "s01",
        "register": "1",
        "id": number,
        "time": f"{_DAY}T10:00:00+13:00",
        "kind": kind,
        "lines": [{"category": category, "tax_code": "STD", "amount": amount}],
        "tenders": [{"type": paid, "amount": amount}],
        **more,
    }


def posted(records: list[Record], shape: str = "invoice", country: str = "NZ") -> Expected:
    expected = Expected()
    Books("s01", COUNTRIES[country], shape, expected).post(records)
    assert sum(expected.balances.values()) == 0
    return expected


def simple_day() -> list[Record]:
    rows = [("1", "12.50", "cash"), ("2", "46.95", "eftpos"), ("4", "34.90", "cash")]
    sales = [receipt(number, "sale", "grocery", amount, paid) for number, amount, paid in rows]
    return [*sales, receipt("3", "sale", "hardware", "118.40", "eftpos")]


@pytest.mark.parametrize("shape", ["invoice", "net_invoice", "zero_invoice", "journal"])
def test_the_simple_day_of_the_worked_cases(shape: str) -> None:
    """ACCOUNTING.md 4, a_nz_simple."""
    expected = posted(simple_day(), shape)
    assert expected.differing() == {
        "200": D("-82.04"),
        "201": D("-102.96"),
        "611": D("47.40"),
        "612": D("165.35"),
        "820": D("-27.75"),
    }
    assert expected.movements == {("s01", _DAY, "611"): D("47.40"), ("s01", _DAY, "612"): D("165.35")}
    [(kind, number)] = expected.documents
    assert number == f"POS-s01-{_DAY}"
    assert (kind, expected.documents[kind, number]) == {
        "invoice": ("ACCREC", D("212.75")),
        "net_invoice": ("ACCREC", D("212.75")),
        "zero_invoice": ("ACCREC", 0),
        "journal": ("JOURNAL", 0),
    }[shape]


def test_the_day_of_refunds_of_the_worked_cases() -> None:
    """ACCOUNTING.md 4, c_nz_refund_dominant."""
    rows = [
        ("1", "sale", "grocery", "23.00", "cash"),
        ("2", "sale", "hardware", "46.00", "eftpos"),
        ("3", "refund", "hardware", "-345.00", "eftpos"),
        ("4", "refund", "grocery", "-57.50", "cash"),
    ]
    expected = posted([receipt(*row) for row in rows])
    number = f"POS-s01-{_DAY}"
    assert expected.documents == {
        ("ACCREC", number): D("69.00"),
        ("ACCRECCREDIT", f"{number}-R"): D("402.50"),
    }
    assert expected.differing() == {
        "200": D("30.00"),
        "201": D("260.00"),
        "611": D("-34.50"),
        "612": D("-299.00"),
        "820": D("43.50"),
    }


def test_a_supplier_rounds_otherwise() -> None:
    """ACCOUNTING.md 4, d_nz_supplier_freight, with one kind of stock."""
    lines = [
        {"category": "stock", "tax_code": "STDIN", "amount": "173.73"},
        {"category": "freight", "tax_code": "STDIN", "amount": "18.50"},
    ]
    bill = {"record": "purchase", "number": "WS-1", "date": _DAY, "lines": lines, "total": "221.06"}
    expected = posted([bill])
    assert expected.documents == {("ACCPAY", "WS-1"): D("221.06")}
    assert expected.differing() == {
        "310": D("173.73"),
        "425": D("18.50"),
        "800": D("-221.06"),
        "820": D("28.84"),
        "860": D("-0.01"),
    }


def test_half_a_penny_is_rounded_up() -> None:
    """ACCOUNTING.md 1, R1: 0.15 at 20 % holds 0.025 of tax."""
    expected = posted([receipt("1", "sale", "grocery", "0.15", "cash")], country="GB")
    assert expected.balances["820"] == D("-0.03")


def test_cash_is_counted_and_what_is_short_is_posted() -> None:
    expected = posted([*simple_day(), _SESSION])
    assert expected.balances["490"] == D("5.00")
    assert expected.movements["s01", _DAY, "611"] == D("42.40")
    uncounted = {**_SESSION, "counted": None}
    assert over_short([uncounted], simple_day()) == {}


def test_an_account_sale_and_its_payment_are_apart_from_the_day() -> None:
    sold = receipt("7", "account_sale", "hardware", "115.00", "eftpos")
    sold["tenders"] = [{"type": "eftpos", "amount": "15.00"}]
    paid = receipt("8", "debtor_payment", "", "40.00", "cash", pays="7")
    del paid["lines"]
    expected = posted([sold, paid])
    assert expected.documents == {("ACCREC", "s01-7"): D("115.00")}
    assert expected.balances["610"] == D("60.00")


def test_a_week_is_one_sum_and_its_own_documents_stay_apart() -> None:
    later = receipt("9", "sale", "grocery", "23.00", "cash", time="2026-11-20T10:00:00+13:00")
    after = receipt("10", "sale", "grocery", "1.15", "cash", time="2026-11-23T10:00:00+13:00")
    expected = Expected()
    Books("s01", COUNTRIES["NZ"], "invoice", expected, "week").post([*simple_day(), later, after])
    assert expected.documents == {
        ("ACCREC", "POS-s01-2026-11-19-to-2026-11-20"): D("235.75"),
        ("ACCREC", "POS-s01-2026-11-23"): D("1.15"),
    }
    assert expected.movements["s01", "2026-11-20", "611"] == D("70.40")


def test_in_real_time_each_receipt_is_a_document() -> None:
    expected = Expected()
    Books("s01", COUNTRIES["NZ"], "invoice", expected, "receipt").post(simple_day())
    assert expected.documents["ACCREC", f"POS-s01-{_DAY}-1/2"] == D("46.95")
    assert len(expected.documents) == 4
    assert expected.balances["820"] == D("-27.74")


@pytest.mark.parametrize(
    "counted,key,over",
    [
        ("192.40", ("ACCRECCREDIT", f"POS-s01-{_DAY}-R"), "-5.00"),
        ("199.80", ("ACCREC", f"POS-s01-{_DAY}"), "2.40"),
    ],
)
def test_in_real_time_the_count_is_a_document_of_the_day(
    counted: str, key: tuple[str, str], over: str
) -> None:
    expected = Expected()
    session = {**_SESSION, "counted": {"cash": counted}}
    Books("s01", COUNTRIES["NZ"], "invoice", expected, "receipt").post([*simple_day(), session])
    assert expected.documents[key] == abs(D(over))
    assert expected.balances["490"] == -D(over)
    assert sum(expected.balances.values()) == 0


def test_revisions_and_voids_count_once() -> None:
    wrong = receipt("1", "sale", "grocery", "10.00", "cash")
    mended = receipt("1", "sale", "grocery", "11.00", "cash")
    other = receipt("2", "sale", "grocery", "5.00", "cash")
    void = {
        "store": "s01",
        "register": "1",
        "id": "3",
        "time": other["time"],
        "kind": "void",
        "original": "2",
    }
    assert effective([wrong, other, mended, void]) == [mended]
