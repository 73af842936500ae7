"""The Online Retail data.

Which files, how they add up by an independent sum, where they go.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.e2e.practice import GB_TENANT
from tests.e2e.shop import NZ_STORE

MONTHS = ("2010-12", "2011-01", "2011-02", "2011-03", "2011-04", "2011-05")
LONG = os.environ.get("TILLBOOK_LONG") == "1"
"""Whether all months are run rather than two."""

KEY = "online"
TENANT = GB_TENANT
STORE = {
    **NZ_STORE,
    "name": "High St Store (practice)",
    "country": "GB",
    "currency": "GBP",
    "timezone": "Europe/London",
}
STORE.pop("cash-rounding")

CLEARING = "616"
ACCOUNTS = {
    "goods": "200",
    "samples": "201",
    "discount": "205",
    "manual": "210",
    "carriage": "265",
    "fees_and_charity": "404",
    "gift_vouchers": "850",
}
MAPPING: dict[str, object] = {
    "store": KEY,
    "shape": "invoice",
    "contact": "POS Sales - High St",
    "number": "POS-{store}-{date}",
    "rounding": "860",
    "over_short": "490",
    "categories": ACCOUNTS,
    "tax_codes": {"NOTAX": "NONE"},
    "tenders": {"takings": CLEARING},
}

_CENT = Decimal("0.01")
_CATEGORIES = {
    "POST": "carriage", "DOT": "carriage", "C2": "carriage", "D": "discount", "M": "manual", "S": "samples",
    "BANK CHARGES": "fees_and_charity", "AMAZONFEE": "fees_and_charity", "CRUK": "fees_and_charity",
    "B": "bad_debt",
}  # fmt: skip


@dataclass
class Sum:
    """What was sold of one date, kind and category."""

    lines: int = 0
    amount: Decimal = Decimal("0.00")
    receipts: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Retail:
    """Some months of the data set in `folder`, summed by the rules of its tally.json."""

    folder: Path
    months: tuple[str, ...]

    @property
    def files(self) -> list[Path]:
        """The files, as they are."""
        return [self.folder / f"online-retail-{month}.csv.gz" for month in self.months]

    @cached_property
    def tally(self) -> Any:  # noqa: ANN401 - a file of figures
        """The figures that come with the data."""
        return json.loads((self.folder / "tally.json").read_text(encoding="utf-8"))

    @cached_property
    def sums(self) -> dict[tuple[str, str, str], Sum]:
        """Lines, receipts and amount by (date, kind, category)."""
        sums: defaultdict[tuple[str, str, str], Sum] = defaultdict(Sum)
        for row in self._rows():
            one = sums[row["InvoiceDate"][:10], _kind(row), _category(row["StockCode"])]
            amount = Decimal(row["Quantity"]) * Decimal(row["UnitPrice"])
            one.lines += 1
            one.amount += amount.quantize(_CENT, rounding=ROUND_HALF_UP)
            one.receipts.add(row["InvoiceNo"])
        return dict(sums)

    def by_day(self, kind: str) -> dict[str, tuple[int, int, Decimal]]:
        """Return lines, receipts and amount of a kind, by date."""
        days: defaultdict[str, list[Sum]] = defaultdict(list)
        for (day, each, _category_of), one in self.sums.items():
            if each == kind:
                days[day].append(one)
        return {day: _together(sums) for day, sums in days.items()}

    @property
    def dates(self) -> list[str]:
        """The dates on which something was sold or refunded, sorted."""
        return sorted({day for day, kind, _category in self.sums if kind in {"sale", "refund"}})

    def balances(self) -> dict[str, Decimal]:
        """Return the trial balance that these months must come to."""
        books: defaultdict[str, Decimal] = defaultdict(Decimal)
        for (_day, kind, category), one in self.sums.items():
            if kind in {"sale", "refund"}:
                books[ACCOUNTS[category]] -= one.amount
                books[CLEARING] += one.amount
        return {account: amount for account, amount in books.items() if amount}

    def numbers(self, kind: str) -> list[str]:
        """Return the numbers of the documents that days with such receipts need."""
        suffix = {"sale": "", "refund": "-R"}[kind]
        return sorted(f"POS-{KEY}-{day}{suffix}" for day in self.by_day(kind))

    def _rows(self) -> Iterator[dict[str, str]]:
        for file in self.files:
            with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
                yield from csv.DictReader(text)


def retail(data: Path) -> Retail:
    """Return two months, or all of them in a long run."""
    return Retail(data / "uci-online-retail", MONTHS if LONG else MONTHS[:2])


def _kind(row: dict[str, str]) -> str:
    if row["InvoiceNo"].startswith("A"):
        return "adjustment"
    if Decimal(row["UnitPrice"]) == 0:
        return "stock"
    return "refund" if row["InvoiceNo"].startswith("C") else "sale"


def _category(code: str) -> str:
    code = code.upper()
    return "gift_vouchers" if code.startswith("GIFT_0001_") else _CATEGORIES.get(code, "goods")


def _together(sums: Iterable[Sum]) -> tuple[int, int, Decimal]:
    receipts: set[str] = set()
    lines, amount = 0, Decimal("0.00")
    for one in sums:
        receipts |= one.receipts
        lines += one.lines
        amount += one.amount
    return lines, len(receipts), amount
