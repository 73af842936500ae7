"""What the list of receipts and one receipt show: pure."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from textual.content import Content

from screens.cells import fitted
from screens.moments import counted
from screens.widgets.paged_table import Column, Row
from services.contract.drilling import (
    BehindAnswer,
    BehindRow,
    BillAnswer,
    BillLineAnswer,
    ReceiptAnswer,
    ReceiptLineAnswer,
)

COLUMNS = (
    Column("Time", 5),
    Column("Till", 8),
    Column("Receipt", 0),
    Column("Kind", 15),
    Column("Amount", 12, right=True),
    Column("Sum", 13, right=True),
)


BILLS = frozenset({"purchase", "purchase_credit"})
OF_NO_RECORD = frozenset({"added", "difference"})


def money(amount: str) -> str:
    """Return an amount with its thousands apart."""
    return f"{Decimal(amount):,}"


def of_no_record(row: BehindRow) -> Content:
    """Return what a row says that no receipt or bill adds."""
    return Content.assemble((f"{row['receipt']}: ", "$foreground"), (money(row["amount"]), "bold"))


def count_of(answer: BehindAnswer) -> str:
    """Return how many receipts there are; rows, where there is something else."""
    others = any(each["kind"] in BILLS | OF_NO_RECORD for each in answer["receipts"])
    return counted(answer["count"], "row" if others else "receipt")


def row(receipt: BehindRow) -> Row:
    """Return a receipt as a row of the list."""
    at = f"{datetime.fromisoformat(receipt['time']):%H:%M}" if receipt["time"] else ""
    return (
        Content.styled(at, "$dim"),
        Content(receipt["register"]),
        Content(receipt["receipt"]),
        Content.styled(receipt["kind"].replace("_", " "), "$dim"),
        Content(money(receipt["amount"])),
        Content.styled(money(receipt["running"]), "$idle"),
    )


def whole(receipt: ReceiptAnswer, width: int) -> Content:
    """Return one receipt as it came in, as on paper."""
    at = datetime.fromisoformat(receipt["time"])
    head = f"{receipt['kind'].replace('_', ' ')} {receipt['receipt']}, till {receipt['register']}"
    parts = [
        Content.styled(head, "bold"),
        Content.styled(f"{at:%Y-%m-%d %H:%M:%S %Z}, business date {receipt['date']}", "$dim"),
        Content(""),
    ]
    parts += [_sides(_label(line), money(line["amount"]), width) for line in receipt["lines"]]
    if receipt["cash_rounding"]:
        parts.append(_sides("Cash rounding", money(receipt["cash_rounding"]), width))
    parts.append(_sides("Total", money(receipt["total"]), width, "bold"))
    parts += [
        _sides(
            f"{tender['type']} {tender['reference'] or ''}".strip(), money(tender["amount"]), width, "$idle"
        )
        for tender in receipt["tenders"]
    ]
    for name in ("customer", "operator", "payee", "original", "pays", "note"):
        value = receipt[name]
        if value:
            parts.append(Content.assemble((f"{name.capitalize()}: ", "$dim"), (str(value), "$foreground")))
    return Content("\n").join(parts)


def whole_bill(bill: BillAnswer, width: int) -> Content:
    """Return one supplier's bill or credit as it came in, as on paper."""
    kind = "Bill" if bill["kind"] == "purchase" else "Supplier credit"
    tax = "with" if bill["inclusive"] else "without"
    parts = [
        Content.styled(f"{kind} {bill['number']}, {bill['supplier']}", "bold"),
        Content.styled(f"{bill['date']}, due {bill['due_date']}, amounts {tax} tax", "$dim"),
        Content(""),
    ]
    parts += [_sides(_label(line), money(line["amount"]), width) for line in bill["lines"]]
    parts.append(_sides("Total", money(bill["total"]), width, "bold"))
    parts.append(Content.assemble(("Id: ", "$dim"), (bill["id"], "$foreground")))
    return Content("\n").join(parts)


def _label(line: ReceiptLineAnswer | BillLineAnswer) -> str:
    """Return what a line is of; its category stands in for a description it has not."""
    place = (line["category"] or line["account"] or "").replace("_", " ")
    told = [f"{line['quantity']} x"] if line["quantity"] else []
    told.append(line["description"] or place)
    about = " ".join(part for part in (place if line["description"] else "", line["tax_code"]) if part)
    return f"{' '.join(told)}  ({about})" if about else " ".join(told)


def _sides(label: str, amount: str, width: int, style: str = "$foreground") -> Content:
    room = max(width - len(amount) - 1, 8)
    return Content.styled(f"{fitted(label, room)} {amount}", style)
