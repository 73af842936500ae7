"""The shipped profile on real data: an independent tally, to the penny."""

import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.contract.answers import ImportAnswer
from services.store.database import Database
from tests.sources.files import amounts, counts, load, reasons, taken

_HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
_KINDS = ("sale", "refund")
_APART = ("stock", "adjustment")
Sums = dict[str, tuple[int, int, Decimal]]


def _import(db: Database, data: Path, tally: Any) -> list[ImportAnswer]:  # noqa: ANN401 - a file of figures
    folder = data / "uci-online-retail"
    files = [folder / Path(file).name for file in tally["files"]]
    return [load(db, file.read_bytes(), file.name, source="online-retail", store="shop") for file in files]


@pytest.fixture
def tally(shared_data: Path) -> Any:  # noqa: ANN401 - a file of figures
    """The figures that come with the data."""
    return json.loads((shared_data / "uci-online-retail" / "tally.json").read_text(encoding="utf-8"))


def _expected(figures: dict[str, Any], names: tuple[str, ...]) -> Sums:
    return {
        name: (figures[name]["receipts"], figures[name]["lines"], Decimal(figures[name]["rounded"]))
        for name in names
        if name in figures
    }


def _lines_and_amounts(sums: Sums) -> dict[str, tuple[int, Decimal]]:
    return {name: (lines, amount) for name, (_receipts, lines, amount) in sums.items()}


def test_the_six_months_meet_the_tally(db: Database, shared_data: Path, tally: Any) -> None:  # noqa: ANN401
    answers = _import(db, shared_data, tally)
    assert [answer["refused"] for answer in answers] == [[]] * 6
    totals = tally["totals"]
    assert (
        sum(answer["new"] for answer in answers) == totals["sale"]["receipts"] + totals["refund"]["receipts"]
    )
    assert sum(answer["set_apart"]["stock"] for answer in answers) == totals["stock"]["lines"]
    found = taken(db)
    days: defaultdict[str, Sums] = defaultdict(dict)
    for row in found["rows"]:
        receipts, lines, amount = days[row["date"]].get(row["kind"], (0, 0, Decimal(0)))
        days[row["date"]][row["kind"]] = receipts, lines + row["lines"], amount + Decimal(row["amount"])
    for apart in found["set_apart"]:
        days[apart["date"]][apart["name"]] = apart["receipts"], apart["lines"], Decimal(apart["amount"])
    assert {day: _lines_and_amounts(sums) for day, sums in days.items()} == {
        day: _lines_and_amounts(_expected(figures, _KINDS + _APART))
        for day, figures in tally["by_day"].items()
    }
    assert {day: sums["stock"][0] for day, sums in days.items() if "stock" in sums} == {
        day: figures["stock"]["receipts"] for day, figures in tally["by_day"].items() if "stock" in figures
    }
    categories: defaultdict[str, Sums] = defaultdict(dict)
    for row in found["rows"]:
        category = row["category"] or ""
        receipts, lines, amount = categories[category].get(row["kind"], (0, 0, Decimal(0)))
        categories[category][row["kind"]] = (
            receipts + row["receipts"],
            lines + row["lines"],
            amount + Decimal(row["amount"]),
        )
    assert categories == {name: _expected(figures, _KINDS) for name, figures in tally["by_category"].items()}
    again = _import(db, shared_data, tally)
    assert [counts(answer) for answer in again] == [(0, 0, answer["new"], 0) for answer in answers]
    assert [answer["dates"] for answer in again] == [[]] * 6
    assert taken(db) == found


def test_what_other_months_hold(db: Database) -> None:
    rows = (
        "A563185,B,Adjust bad debt,1,2011-08-12 14:50:00,11062.06,,United Kingdom",
        "A563186,B,Adjust bad debt,1,2011-08-12 14:51:00,-11062.06,,United Kingdom",
        "A563187,B,Adjust bad debt,1,2011-08-12 14:52:00,-11062.06,,United Kingdom",
        "563190,gift_0001_30,Gift voucher,1,2011-08-12 15:00:00,25.00,,United Kingdom",
        "563190,amazonfee,AMAZON FEE,1,2011-08-12 15:00:00,1.00,,United Kingdom",
        "563190,85123a,HEART,2,2011-08-12 15:01:00,2.55,17850.0,EIRE",
        "563190,22423,,-5,2011-08-12 15:01:00,0.0,,United Kingdom",
        "563191,84029G,smashed,-12,2011-08-12 15:02:00,0.0,,United Kingdom",
        "C563192,cruk,Commission,-1,2011-08-12 15:03:00,16.88,14096.0,United Kingdom",
        "C563192,m,Manual,-1,2011-08-12 15:03:00,0.005,14096.0,United Kingdom",
        "c563193,D,Discount,-1,2011-08-12 15:03:00,2.00,14096.0,United Kingdom",
    )
    answer = load(db, "\n".join((_HEADER, *rows, "")), "2011-08.csv", source="online-retail", store="shop")
    assert answer["set_apart"] == {"adjustment": 3, "stock": 2}
    assert reasons(answer) == {}
    assert {(kind, category): sums for (_day, kind, category), sums in amounts(db).items()} == {
        ("sale", "gift_vouchers"): (1, 1, "25.00"),
        ("sale", "fees_and_charity"): (1, 1, "1.00"),
        ("sale", "goods"): (1, 1, "5.10"),
        ("refund", "fees_and_charity"): (1, 1, "-16.88"),
        ("refund", "manual"): (1, 1, "-0.01"),
        ("refund", "discount"): (1, 1, "-2.00"),
    }
    assert [
        (row["name"], row["receipts"], row["lines"], row["amount"]) for row in taken(db)["set_apart"]
    ] == [
        ("adjustment", 3, 3, "-11062.06"),
        ("stock", 2, 2, "0.00"),
    ]
    assert {row["tax_code"] for row in taken(db)["rows"]} == {"NOTAX"}
    assert {row["type"] for row in taken(db)["tenders"]} == {"takings"}
