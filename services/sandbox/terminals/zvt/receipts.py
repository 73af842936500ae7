"""The slips the practice terminal has printed."""

from __future__ import annotations

from services.sandbox.terminals.charges import Charge

_TITLES = {1: "HÄNDLERBELEG", 2: "KUNDENBELEG"}
_KINDS = {"payment": "VERKAUF", "refund": "GUTSCHRIFT", "reversal": "STORNO"}


def receipt_lines(charge: Charge, card: str, kind: int) -> list[str]:
    """Return the lines of one copy: 1 the merchant's, 2 the customer's."""
    shown = card.upper().replace("E", "*").rstrip("F")
    return [
        f"** {_TITLES[kind]} **",
        _KINDS[charge.kind],
        f"EUR {charge.amount // 100},{charge.amount % 100:02d}",
        f"Beleg-Nr {charge.reference[:4]}",
        f"Nr {shown}",
        "VIELEN DANK",
    ]
