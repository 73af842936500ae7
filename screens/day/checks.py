"""The equalities of the proof in the words of a shop. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

KINDS = {
    "ACCREC": "Invoice",
    "ACCRECCREDIT": "Credit note",
    "ACCPAY": "Bill",
    "ACCPAYCREDIT": "Supplier credit",
    "JOURNAL": "Journal",
    "PAYMENT": "Debtor payment",
}
_RULE = re.compile(r"^\d+ ")


def said(check: str) -> str:
    """Return an equality without the rule's number, its document's kind in words."""
    told = _RULE.sub("", check)
    kind, space, rest = told.partition(" ")
    told = f"{KINDS.get(kind, kind)}{space}{rest}"
    return f"{told[:1].upper()}{told[1:]}"


def amounts(text: str) -> str:
    """Return a number of the proof with its thousands apart, or each of several."""
    return " / ".join(f"{Decimal(each):,}" if each else each for each in text.split(" / "))
