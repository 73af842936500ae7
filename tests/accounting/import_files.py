"""A reader of the import files that knows nothing of how they are written.

It reads them as Xero's help says an import does: rows of one number are one document,
a negative one is a credit note, tax is worked out line by line from the rate of that name.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal(0)


@dataclass
class Imported:
    """A document as Xero would hold it once imported."""

    number: str
    contact: str
    date: dt.date
    due: dt.date | None
    kind: str
    """`ACCREC`, `ACCRECCREDIT`, `ACCPAY`, `ACCPAYCREDIT` or `JOURNAL`."""
    lines: list[tuple[str, str, Decimal, Decimal]] = field(default_factory=list)
    """Account, tax name, amount, tax: signed as on an invoice or bill, debits above zero."""
    reference: str = ""
    tracking: set[tuple[str, str]] = field(default_factory=set)
    currency: str = ""

    @property
    def total(self) -> Decimal:
        return sum((line[2] for line in self.lines), ZERO)


def rows(content: str) -> list[dict[str, str]]:
    """The rows of a file by heading; every row has as many cells as the heading."""
    assert content.endswith("\r\n")
    assert "\n" not in content.replace("\r\n", "")
    assert not content.startswith("\ufeff")
    found = list(csv.reader(io.StringIO(content, newline=""), strict=True))
    heading, *body = found
    assert all(len(row) == len(heading) for row in body)
    return [dict(zip(heading, row, strict=True)) for row in body]


def documents(
    content: str, rates: dict[str, Decimal], *, inclusive: bool = True, order: str = "%d/%m/%Y"
) -> list[Imported]:
    """The invoices or bills of a file."""
    found: dict[str, Imported] = {}
    for row in rows(content):
        number = row["*InvoiceNumber"]
        bill = "Reference" not in row
        each = found.setdefault(
            number,
            Imported(
                number,
                row["*ContactName"],
                dt.datetime.strptime(row["*InvoiceDate"], order).date(),  # noqa: DTZ007 - a date has no zone
                dt.datetime.strptime(row["*DueDate"], order).date(),  # noqa: DTZ007 - as above
                "ACCPAY" if bill else "ACCREC",
                reference=row.get("Reference", ""),
                currency=row["Currency"],
            ),
        )
        assert row["*Description" if not bill else "Description"]
        quantity = Decimal(row["*Quantity"])
        assert quantity > 0
        amount = quantity * Decimal(row["*UnitAmount"])
        _add(each, row["*AccountCode"], row["*TaxType"], amount, rates, inclusive=inclusive)
        _track(each, row)
    for each in found.values():
        if each.total < 0:
            each.kind = f"{each.kind}CREDIT"
    return list(found.values())


def journals(content: str, rates: dict[str, Decimal], *, inclusive: bool = True) -> list[Imported]:
    """The manual journals of a file: rows of one narration and date."""
    found: dict[tuple[str, str], Imported] = {}
    for row in rows(content):
        key = (row["*Narration"], row["*Date"])
        day = dt.datetime.strptime(row["*Date"], "%d/%m/%Y").date()  # noqa: DTZ007 - a date has no zone
        each = found.setdefault(key, Imported(row["*Narration"], "", day, None, "JOURNAL"))
        _add(each, row["*AccountCode"], row["*TaxRate"], Decimal(row["*Amount"]), rates, inclusive=inclusive)
        _track(each, row)
    return list(found.values())


def ledger(imported: list[Imported], *, inclusive: bool = True) -> dict[str, Decimal]:
    """What they post, by account; `AR`, `AP` and `TAX` are Xero's own accounts."""
    balances: defaultdict[str, Decimal] = defaultdict(Decimal)
    for each in imported:
        sign = -1 if each.kind.startswith("ACCREC") else 1
        for account, _, amount, tax in each.lines:
            balances[account] += sign * (amount - tax if inclusive else amount)
            balances["TAX"] += sign * tax
        if each.kind != "JOURNAL":
            whole = each.total if inclusive else each.total + sum((line[3] for line in each.lines), ZERO)
            balances["AR" if each.kind.startswith("ACCREC") else "AP"] -= sign * whole
    return {account: amount for account, amount in balances.items() if amount}


def _add(
    each: Imported, account: str, name: str, amount: Decimal, rates: dict[str, Decimal], *, inclusive: bool
) -> None:
    rate = rates[name]
    exact = amount * rate / (1 + rate) if inclusive else amount * rate
    each.lines.append((account, name, amount, exact.quantize(CENT, rounding=ROUND_HALF_UP)))


def _track(each: Imported, row: dict[str, str]) -> None:
    for number in ("1", "2"):
        if row[f"TrackingName{number}"]:
            each.tracking.add((row[f"TrackingName{number}"], row[f"TrackingOption{number}"]))
