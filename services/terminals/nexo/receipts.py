"""Receipts of nexo terminals, turned into lines. Pure; no card numbers.

Adyen's terminals send each line as pairs: `name=TOTAL&value=%e2%82%ac1.00&key=totalAmount`.
"""

from __future__ import annotations

from urllib.parse import parse_qs

from services.contract.terminals import ReceiptCopy
from services.terminals.driver import Printed
from services.terminals.nexo.parts import Part, scrubbed

_WIDTH = 38
_MOST_PAIRS = 10
_COPIES = {
    "CashierReceipt": ReceiptCopy.MERCHANT,
    "SaleReceipt": ReceiptCopy.MERCHANT,
    "CustomerReceipt": ReceiptCopy.CUSTOMER,
}
# A customer's receipt bears no expiry (TERMINALS.md 8), and ours neither.
_LEFT_OUT = frozenset({"expiryDate", "expiry", "panSeq"})


def receipt(part: Part) -> Printed:
    """Return one receipt; without lines when it is none of text."""
    copy = _COPIES.get(part.text("DocumentQualifier"), ReceiptCopy.ADMIN)
    content = part.part("OutputContent")
    lines: list[str] = []
    begun = ""
    for text in content.parts("OutputText"):
        begun += _line(text.raw("Text"))
        if text.flag("EndOfLineFlag") is not False:
            lines.append(begun)
            begun = ""
    # Numbers may be spread over lines; each is looked at by itself, as slips print them.
    return Printed(copy, tuple(scrubbed(line) for line in (*lines, *([begun] if begun else ()))))


def _line(text: str) -> str:
    if "key=" not in text and "name=" not in text:
        return text.replace("\n", " ")
    try:
        pairs = parse_qs(text, max_num_fields=_MOST_PAIRS, errors="replace")
    except ValueError:
        return ""
    key, name, value = ((pairs.get(part) or [""])[0] for part in ("key", "name", "value"))
    if key in _LEFT_OUT:
        return ""
    gap = max(_WIDTH - len(name) - len(value), 1)
    return f"{name}{' ' * gap}{value}" if name and value else name or value
