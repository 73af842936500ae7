"""The form of a profile fits exports of other systems, with small made-up data.

The headers are those of real exports; where the reference data are beside the project,
they are compared with them.
"""

import json
from pathlib import Path

import pytest

from services.contract.problem import Refused
from services.sources.catalogue import add_source
from services.store.database import Database
from tests.sources.files import ANNA, NOON, amounts, counts, load, reasons, taken

_SQUARE_33 = (
    "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,"
    "Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,"
    "Customer ID,Customer Name,Customer Reference ID,Unit,Count,GTIN,Itemization Type,Fulfillment Note,"
    "Channel,Token,Card Brand,PAN Suffix"
)
_SQUARE_35 = _SQUARE_33.replace("Fulfillment Note", "Commission,Employee,Fulfillment Note")
_SQUARE_24 = _SQUARE_33.partition(",Unit")[0]
_LOYVERSE = (
    "Date,Receipt number,Receipt type,Category,SKU,Item,Variant,Modifiers applied,Quantity,Gross sales,"
    "Discounts,Net sales,Cost of goods,Gross profit,Taxes,Dining option,POS,Store,Cashier name,"
    "Customer name,Customer contacts,Comment,Status"
)
_TAKEAWAY = "Order Number,Order Date,Item Name,Quantity,Product Price,Total products"

_SQUARE_PROFILE = """
store = "queen-st"
[numbers]
thousands = ","
currency = "$"
brackets = true
[time]
columns = ["Date", "Time"]
format = "%Y-%m-%d %H:%M:%S"
[receipt]
id = "Transaction ID"
[register]
column = "Device Name"
blank = "online"
[amount]
columns = ["Net Sales", "Tax"]
[line]
quantity = "Qty"
description = "Item"
tax = "Tax"
[kind]
value = "sale"
[[kind.rules]]
value = "refund"
when = { column = "Event Type", equals = "Refund" }
[category]
column = "Category"
blank = "uncategorised"
[[category.rules]]
value = "uncategorised"
when = { column = "Category", in = ["None", "Uncategorized"], ignore_case = true }
[tax_code]
value = "GST15"
[[tax_code.rules]]
value = "GST0"
when = { column = "Tax", zero = true }
[tender]
value = "square"
"""

_LOYVERSE_PROFILE = """
store = "shop"
[file.aliases]
"Item" = ["Item name"]
[time]
columns = "Date"
format = "%d/%m/%Y %H:%M"
[receipt]
id = "Receipt number"
operator = "Cashier name"
[register]
column = "POS"
[amount]
columns = "Net sales"
[line]
quantity = "Quantity"
description = "Item"
[kind]
value = "sale"
[[kind.rules]]
value = "refund"
when = { column = "Receipt type", equals = "Refund" }
[category]
column = "Category"
[tax_code]
value = "STD"
[tender]
value = "takings"
[[ignore]]
when = { column = "Status", equals = "Cancelled" }
[[ignore]]
when = { column = "Store", equals = "Corner shop", not = true }
"""

_TAKEAWAY_PROFILE = """
store = "shop"
[file.aliases]
"Order Number" = ["Order ID"]
[time]
columns = "Order Date"
format = "%d/%m/%Y %H:%M"
[receipt]
id = "Order Number"
[register]
value = "web"
[amount]
quantity = "Quantity"
price = "Product Price"
[category]
value = "food"
[[category.rules]]
value = "drink"
when = { column = "Item Name", regex = ".*(bottle|cola|beer).*", ignore_case = true }
[tax_code]
value = "STD"
[tender]
value = "takings"
"""


def _row(header: str, **cells: str) -> str:
    """Return a quoted row; a cell is named as its column, _ for a space."""
    names = header.split(",")
    given = {name.replace("_", " "): cell for name, cell in cells.items()}
    assert set(given) <= set(names)
    return ",".join(f'"{given.get(name, "")}"' for name in names)


def _square(header: str, number: str, category: str, net: str, tax: str, **more: str) -> str:
    gross = {"Gross_Sales": net, "Discounts": "$0.00", "Net_Sales": net, "Tax": tax}
    cells = {
        "Date": "2026-07-18",
        "Time": "08:15:00",
        "Qty": "1.0",
        "Event_Type": "Payment",
        "Device_Name": "iPad",
    }
    return _row(header, Transaction_ID=number, Category=category, **gross, **(cells | more))


@pytest.mark.parametrize("header", [_SQUARE_24, _SQUARE_33, _SQUARE_35], ids=["24", "33", "35"])
def test_square_items(db: Database, header: str) -> None:
    add_source(db, "square-items", _SQUARE_PROFILE, who=ANNA, clock=lambda: NOON)
    refund = {"Event_Type": "Refund", "Qty": "-1.0"}
    rows = (
        _square(header, "T3", "Coffee", "-$6.09", "-$0.91", **refund),
        _square(header, "T2", "None", "$1,149.00 ", "$0.00"),
        _square(header, "T1", "Coffee", "$6.09", "$0.91"),
        _square(header, "T1", "Coffee", "$6.09", "$0.91"),
        _square(header, "T1", "", "($1.00)", "$0.00"),
    )
    answer = load(db, "\n".join((header, *rows, "")), "items.csv", source="square-items")
    assert counts(answer) == (3, 0, 0, 0)
    assert amounts(db, "queen-st") == {
        ("2026-07-18", "sale", "Coffee"): (1, 2, "14.00"),
        ("2026-07-18", "refund", "Coffee"): (1, 1, "-7.00"),
        ("2026-07-18", "sale", "uncategorised"): (2, 2, "1148.00"),
    }
    assert {row["tax_code"] for row in taken(db, "queen-st")["rows"]} == {"GST15", "GST0"}


def test_a_change_of_columns_within_a_series_changes_nothing(db: Database) -> None:
    add_source(db, "square-items", _SQUARE_PROFILE, who=ANNA, clock=lambda: NOON)
    answers = [
        load(
            db,
            "\n".join((header, _square(header, "T1", "Coffee", "$6.09", "$0.91"), "")),
            source="square-items",
        )
        for header in (_SQUARE_33, _SQUARE_35)
    ]
    assert list(map(counts, answers)) == [(1, 0, 0, 0), (0, 0, 1, 0)]


def test_an_export_of_another_kind_is_refused_by_its_columns(db: Database) -> None:
    add_source(db, "square-items", _SQUARE_PROFILE, who=ANNA, clock=lambda: NOON)
    with pytest.raises(Refused) as refused:
        load(db, f"{_LOYVERSE}\n", "receipts.csv", source="square-items")
    assert "Time, Transaction ID, Net Sales, Tax" in refused.value.why


def _loyverse(header: str, number: str, category: str, net: str, **more: str) -> str:
    cells = {"Date": "01/10/2026 23:50", "Receipt_type": "Sale", "POS": "POS 1", "Store": "Corner shop"}
    cells |= {"Quantity": "6.000", "Status": "Closed"}
    return _row(header, Receipt_number=number, Category=category, Net_sales=net, **(cells | more))


@pytest.mark.parametrize("without", ["", ",Dining option"])
@pytest.mark.parametrize("item", ["Item", "Item name"])
def test_loyverse_receipts_by_item(db: Database, without: str, item: str) -> None:
    add_source(db, "loyverse", _LOYVERSE_PROFILE, who=ANNA, clock=lambda: NOON)
    header = _LOYVERSE.replace(without, "").replace("Item,", f"{item},")
    rows = (
        _loyverse(header, "1-1001", "food", "12.00"),
        _loyverse(header, "1-1001", "drink", "3.50"),
        _loyverse(header, "1-1001", "drink", "3.50", POS="POS 2"),
        _loyverse(header, "1-1002", "food", "9.00", Status="Cancelled"),
        _loyverse(header, "1-1003", "food", "-12.00", Receipt_type="Refund"),
        _loyverse(header, "1-1004", "food", "5.00", Store="Other shop"),
    )
    answer = load(
        db, b"\xef\xbb\xbf" + "\r\n".join((header, *rows, "")).encode(), "by-item.csv", source="loyverse"
    )
    assert counts(answer) == (3, 0, 0, 0)
    assert amounts(db) == {
        ("2026-10-01", "sale", "food"): (1, 1, "12.00"),
        ("2026-10-01", "sale", "drink"): (2, 2, "7.00"),
        ("2026-10-01", "refund", "food"): (1, 1, "-12.00"),
    }


def test_a_takeaways_orders_of_two_restaurants(db: Database) -> None:
    add_source(db, "takeaway", _TAKEAWAY_PROFILE, who=ANNA, clock=lambda: NOON)
    rows = (
        "16118,03/08/2019 20:25,Plain Papadum,2,0.80,6",
        "16118,03/08/2019 20:25,Cobra (large bottle),1,4.95,6",
    )
    assert counts(load(db, "\n".join((_TAKEAWAY, *rows)), "one.csv", source="takeaway")) == (1, 0, 0, 0)
    other = _TAKEAWAY.replace("Order Number", "Order ID")
    odd = ("25583,03/08/19 21:58,Naan,1,2.95,6", "25584,04/08/2019 21:58,Naan,1,2.95,6")
    answer = load(db, "\n".join((other, *odd)), "two.csv", source="takeaway")
    assert list(reasons(answer)) == [2]
    assert amounts(db) == {
        ("2019-08-03", "sale", "food"): (1, 1, "1.60"),
        ("2019-08-03", "sale", "drink"): (1, 1, "4.95"),
        ("2019-08-04", "sale", "food"): (1, 1, "2.95"),
    }


def test_these_are_the_headers_of_real_exports(shared_data: Path) -> None:
    known = json.loads((shared_data / "pos-shapes" / "headers.json").read_text(encoding="utf-8"))
    assert {
        "square.items.2017_24col": _SQUARE_24.split(","),
        "square.items.2026-05_33col": _SQUARE_33.split(","),
        "square.items.2026-07_35col": _SQUARE_35.split(","),
        "loyverse.receipts_by_item_23col": _LOYVERSE.split(","),
        "takeaway.london": _TAKEAWAY.split(","),
    } == {
        name: known[name]["columns"]
        for name in (
            "square.items.2017_24col",
            "square.items.2026-05_33col",
            "square.items.2026-07_35col",
            "loyverse.receipts_by_item_23col",
            "takeaway.london",
        )
    }
