"""One hard kind of record each: what makes a day's books interesting.

Each function adds its receipts to a till and returns what the drawer's count is off by,
if anything. FEATURES.md 1.4 and ACCOUNTING.md 2 name the kinds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from services.sandbox.shop.setting import STORE
from services.sandbox.shop.till import Record, Till, line, tender

D = Decimal


def _plain(till: Till) -> None:
    till.sell([line("grocery", D("12.50"))], "cash")


def _refund_heavy(till: Till) -> None:
    till.ring(
        "refund",
        [line("hardware", D("-6400.00"))],
        [tender("eftpos", D("-6400.00"))],
        original="goods of last month",
    )
    till.ring("refund", [line("grocery", D("-57.50"))], [tender("cash", D("-57.50"))], original="A-0901")


def _cash_out(till: Till) -> None:
    lines = [line("grocery", D("50.00"))]
    till.ring("sale", lines, [tender("eftpos", D("2550.00")), tender("cash", D("-2500.00"))])


def _gift_cards(till: Till) -> None:
    till.sell([line("gift_card_sold", D("100.00"), "NONE", card="GC-1001")], "eftpos")
    goods = [line("hardware", D("64.90")), line("grocery", D("21.10"))]
    till.ring(
        "sale", goods, [tender("gift_card", D("40.00"), reference="GC-0990"), tender("eftpos", D("46.00"))]
    )


def _layby(till: Till) -> None:
    mark = f"L-{till.day:%y%m%d}"
    deposit = [line("layby_deposit", D("30.00"), "NONE", layby=mark)]
    till.ring("layby_payment", deposit, [tender("cash", D("30.00"))])
    goods = [
        line("hardware", D("120.00"), layby=mark),
        line("layby_applied", D("-30.00"), "NONE", layby=mark),
    ]
    till.ring("layby_completion", goods, [tender("eftpos", D("90.00"))])


def _layby_cancelled(till: Till) -> None:
    mark = f"L-{till.day:%y%m%d}"
    deposit = [line("layby_deposit", D("40.00"), "NONE", layby=mark)]
    till.ring("layby_payment", deposit, [tender("eftpos", D("40.00"))])
    back = [line("layby_deposit", D("-40.00"), "NONE", layby=mark), line("service_fee", D("5.00"))]
    till.ring("layby_cancellation", back, [tender("cash", D("-35.00"))])


def _on_account(till: Till) -> None:
    due = (till.day + timedelta(days=20)).isoformat()
    goods = [line("hardware", D("230.00")), line("basics", D("18.40"), "ZERO")]
    sold = till.ring(
        "account_sale", goods, [tender("cash", D("48.40"))], customer="Harbour Cafe", due_date=due
    )
    till.ring("debtor_payment", [], [tender("eftpos", D("200.00"))], customer="Harbour Cafe", pays=sold)


def _petty_cash(till: Till) -> None:
    stamps: Record = {"account": "453", "tax_code": "GST15IN", "amount": "-23.00", "description": "Envelopes"}
    till.ring("paid_out", [stamps], [tender("cash", D("-23.00"))], payee="Petty Cash Purchases")
    change: Record = {
        "account": "970",
        "tax_code": "NONE",
        "amount": "60.00",
        "description": "Change from the owner",
    }
    till.ring("paid_in", [change], [tender("cash", D("60.00"))])


def _extras(till: Till) -> None:
    lines = [
        line("hardware", D("200.00")),
        line("discounts", D("-20.00")),
        line("surcharge", D("3.60")),
        line("tips", D("5.00"), "NONE"),
    ]
    till.sell(lines, "credit")


def _exchange(till: Till) -> None:
    till.sell([line("hardware", D("-49.90")), line("hardware", D("79.90"))], "eftpos")
    back = [line("hardware", D("-89.90")), line("hardware", D("59.90"))]
    till.ring("sale", back, [tender("eftpos", D("-30.00"))])


def _short(till: Till) -> Decimal:
    till.sell([line("grocery", D("31.20"))], "cash")
    return D("-5.00")


def _over(till: Till) -> Decimal:
    till.sell([line("grocery", D("18.30"))], "cash")
    return D("2.40")


def _void_and_edit(till: Till) -> None:
    wrong = till.sell([line("hardware", D("499.00"))], "eftpos")
    till.ring("void", [], [], original=wrong)
    edited = till.sell([line("grocery", D("10.00"))], "eftpos")
    first = next(record for record in till.records if record["id"] == edited)
    till.records.append(
        {**first, "lines": [line("grocery", D("11.00"))], "tenders": [tender("eftpos", D("11.00"))]}
    )


def _after_midnight(till: Till) -> None:
    till.sell([line("basics", D("7.97"), "ZERO")], "cash")
    opened = till.moment()
    late = till.sell([line("grocery", D("57.50"))], "eftpos")
    record = next(record for record in till.records if record["id"] == late)
    record["time"] = opened.replace(hour=0, minute=10).isoformat()


def _supplier(till: Till) -> None:
    day = till.day.isoformat()
    due = (till.day + timedelta(days=31)).isoformat()
    paper = {
        "store": STORE["key"],
        "supplier": "Wholesale Ltd",
        "date": day,
        "due_date": due,
        "amounts": "exclusive",
    }
    bill: Record = {
        "record": "purchase",
        **paper,
        "id": f"P-{till.day:%y%m%d}",
        "number": f"WS-{till.day:%y%m%d}",
        "lines": [
            line("stock_grocery", D("82.80"), "GST15IN", quantity="24"),
            line("stock_hardware", D("90.93"), "GST15IN", quantity="7"),
            line("freight", D("18.50"), "GST15IN"),
        ],
        "total": "221.06",
    }
    back: Record = {
        "record": "purchase_credit",
        **paper,
        "id": f"PC-{till.day:%y%m%d}",
        "number": f"WSC-{till.day:%y%m%d}",
        "lines": [line("stock_hardware", D("12.99"), "GST15IN")],
        "total": "14.94",
    }
    till.records += [bill, back]


HARD: dict[str, Callable[[Till], Decimal | None]] = {
    "plain sales, cash rounded to 10 cents": _plain,
    "refunds larger than sales": _refund_heavy,
    "EFTPOS cash-out larger than cash sales": _cash_out,
    "gift cards sold and redeemed": _gift_cards,
    "layby: deposit and completion": _layby,
    "layby cancelled with a fee": _layby_cancelled,
    "account sale, part paid, and a debtor payment": _on_account,
    "petty cash paid out and paid in": _petty_cash,
    "discount, card surcharge and tip": _extras,
    "exchanges both ways": _exchange,
    "drawer counted 5.00 short": _short,
    "drawer counted 2.40 over": _over,
    "a voided and an edited receipt": _void_and_edit,
    "a sale just after midnight": _after_midnight,
    "supplier's bill with his own rounding, and a credit": _supplier,
}
