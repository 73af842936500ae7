"""Kinds, refunds, amounts and what is set apart, through a profile."""

import pytest

from services.store.database import Database
from tests.sources.files import (
    BASIC,
    HEADER,
    amounts,
    content,
    counts,
    load_basic,
    reasons,
    taken,
)

_KINDS = (
    BASIC
    + """
[kind]
value = "sale"
[[kind.rules]]
value = "refund"
when = { column = "Type", equals = "Refund" }
"""
)
_TYPED = f"{HEADER},Type"
_PRODUCT = BASIC.replace('columns = "Amount"', 'quantity = "Quantity"\nprice = "Price"')


def test_refunds_keep_the_minus_they_have(db: Database) -> None:
    rows = ("1,19/11/2026 08:00,food,2.50,Sale", "2,19/11/2026 09:00,food,-2.50,Refund")
    load_basic(db, *rows, profile=_KINDS, header=_TYPED)
    assert amounts(db) == {
        ("2026-11-19", "sale", "food"): (1, 1, "2.50"),
        ("2026-11-19", "refund", "food"): (1, 1, "-2.50"),
    }
    assert sorted(row["amount"] for row in taken(db)["tenders"]) == ["-2.50", "2.50"]


def test_a_refund_that_takes_money_in_is_refused(db: Database) -> None:
    rows = ("1,19/11/2026 08:00,food,2.50,Refund", "2,19/11/2026 08:00,food,0.00,Refund")
    answer = load_basic(db, *rows, profile=_KINDS, header=_TYPED)
    assert reasons(answer) == {2: "is a refund that takes in 2.50"}
    assert amounts(db) == {("2026-11-19", "refund", "food"): (1, 1, "0.00")}


def test_refunds_without_a_minus_are_given_one(db: Database) -> None:
    profile = _KINDS.replace('id = "No"', 'id = "No"\nrefund_amounts = "positive"')
    rows = (
        "1,19/11/2026 08:00,food,2.50,Sale",
        "2,19/11/2026 08:00,food,2.00,Refund",
        "3,19/11/2026 08:00,food,-2.00,Refund",
        "4,19/11/2026 08:00,food,-1.00,Sale",
    )
    answer = load_basic(db, *rows, profile=profile, header=_TYPED)
    assert reasons(answer) == {4: "is a refund with a minus, though the profile says they have none"}
    assert amounts(db) == {
        ("2026-11-19", "sale", "food"): (2, 2, "1.50"),
        ("2026-11-19", "refund", "food"): (1, 1, "-2.00"),
    }


def test_rows_that_disagree_on_the_kind_are_refused(db: Database) -> None:
    rows = ("1,19/11/2026 08:00,food,-2.50,Sale", "1,19/11/2026 08:00,food,-1.00,Refund")
    answer = load_basic(db, *rows, profile=_KINDS, header=_TYPED)
    assert reasons(answer) == {3: "has rows of kind 'sale' and of kind 'refund'"}


def test_rows_that_disagree_on_the_tender_are_refused(db: Database) -> None:
    profile = BASIC.replace('[tender]\nvalue = "takings"', '[tender]\ncolumn = "Paid by"')
    rows = (
        "1,19/11/2026 08:00,food,2.50,Cash",
        "1,19/11/2026 08:00,food,1.00,Card",
        "2,19/11/2026 08:00,food,1.00,Card",
    )
    answer = load_basic(db, *rows, profile=profile, header=f"{HEADER},Paid by")
    assert reasons(answer) == {3: "has rows of tender 'Cash' and of tender 'Card'"}
    assert [row["type"] for row in taken(db)["tenders"]] == ["Card"]


def test_each_line_is_rounded_not_the_receipt(db: Database) -> None:
    rows = (
        "1,19/11/2026 08:00,food,1,0.005",
        "1,19/11/2026 08:00,food,1,0.005",
        "2,19/11/2026 08:00,food,-3,0.335",
    )
    load_basic(db, *rows, profile=_PRODUCT, header="No,Time,Category,Quantity,Price")
    assert amounts(db) == {("2026-11-19", "sale", "food"): (2, 3, "-0.99")}


def test_an_amount_may_be_a_sum_of_columns(db: Database) -> None:
    profile = BASIC.replace('columns = "Amount"', 'columns = ["Net", "Tax"]')
    load_basic(db, "1,19/11/2026 08:00,food,2.174,0.326", profile=profile, header="No,Time,Category,Net,Tax")
    assert amounts(db) == {("2026-11-19", "sale", "food"): (1, 1, "2.50")}


def test_what_else_a_row_has_is_kept_to_be_shown(db: Database) -> None:
    profile = (
        BASIC.replace('id = "No"', 'id = "No"\noperator = "Clerk"')
        + '[line]\nquantity = "Qty"\ndescription = "Item"\ntax = "Tax"\n'
    )
    header = f"{HEADER},Qty,Item,Tax,Clerk"
    rows = (
        "1,19/11/2026 08:00,food,2.50,6.000, milk \x1b[31m,0.33,Ann",
        "1,19/11/2026 08:00,food,2.50,,,,Bob",
    )
    load_basic(db, *rows, profile=profile, header=header)
    lines = content(db)[1]
    assert [row[-2:] for row in lines] == [("6", "milk  [31m"), (None, None)]
    answer = load_basic(db, rows[0].replace("0.33", "x"), profile=profile, header=header)
    assert reasons(answer) == {2: "Tax is not a number in the profile's form: 'x'"}


_APART = (
    BASIC
    + """
[[set_apart]]
name = "fees"
when = { column = "Category", equals = "fee" }
"""
)


def test_rows_set_apart_are_counted_and_not_sold(db: Database) -> None:
    rows = (
        "1,19/11/2026 08:00,food,2.50",
        "1,19/11/2026 08:00,fee,0.10",
        "1,19/11/2026 08:00,fee,0.15",
        "2,20/11/2026 08:00,fee,-0.50",
    )
    answer = load_basic(db, *rows, profile=_APART)
    assert (answer["read"], answer["new"], answer["set_apart"], answer["dates"]) == (
        1,
        1,
        {"fees": 3},
        ["2026-11-19"],
    )
    assert amounts(db) == {("2026-11-19", "sale", "food"): (1, 1, "2.50")}
    assert taken(db)["set_apart"] == [
        {"date": "2026-11-19", "name": "fees", "receipts": 1, "lines": 2, "amount": "0.25"},
        {"date": "2026-11-20", "name": "fees", "receipts": 1, "lines": 1, "amount": "-0.50"},
    ]
    again = load_basic(db, *rows, profile=_APART)
    assert (counts(again), again["set_apart"]) == ((0, 0, 1, 0), {"fees": 3})
    assert [row["lines"] for row in taken(db)["set_apart"]] == [2, 1]


def test_what_is_no_longer_set_apart_is_gone(db: Database) -> None:
    load_basic(db, "1,19/11/2026 08:00,food,2.50", "1,19/11/2026 08:00,fee,0.10", profile=_APART)
    load_basic(db, "1,19/11/2026 08:00,food,2.50", profile=_APART)
    assert taken(db)["set_apart"] == []


def test_a_mended_profile_takes_out_of_the_sales_what_it_sets_apart(db: Database) -> None:
    rows = ("1,19/11/2026 08:00,food,2.50", "2,19/11/2026 08:00,fee,0.10")
    load_basic(db, *rows)
    assert ("2026-11-19", "sale", "fee") in amounts(db)
    answer = load_basic(db, *rows, profile=_APART)
    assert counts(answer) == (0, 1, 1, 0)
    assert amounts(db) == {("2026-11-19", "sale", "food"): (1, 1, "2.50")}
    assert counts(load_basic(db, *rows, profile=_APART)) == (0, 0, 2, 0)
    assert counts(load_basic(db, *rows)) == (0, 1, 1, 0)
    assert ("2026-11-19", "sale", "fee") in amounts(db)
    assert taken(db)["set_apart"] == []


def test_a_bad_amount_among_rows_set_apart_refuses_the_receipt(db: Database) -> None:
    answer = load_basic(db, "1,19/11/2026 08:00,food,2.50", "1,19/11/2026 08:00,fee,x", profile=_APART)
    assert list(reasons(answer)) == [3]
    assert amounts(db) == {}


@pytest.mark.parametrize("amount,minor", [("1.000", 1000), ("0.125", 125)])
def test_a_currency_with_three_decimals_keeps_them(db: Database, amount: str, minor: int) -> None:
    profile = BASIC.replace('"shop"', '"kiosk"')
    load_basic(db, f"1,19/11/2026 08:00,food,{amount}", profile=profile)
    assert content(db)[2][0][-1] == minor
    assert amounts(db, "kiosk") == {("2026-11-19", "sale", "food"): (1, 1, amount)}
