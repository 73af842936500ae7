"""Writes and reads Concert messages: tag, three digits of length, value."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime

from services.sandbox.terminals.charges import Charge

_KINDS = {"payment": "DEBIT", "refund": "CREDIT", "reversal": "ANNULATION"}


def written(values: dict[str, str]) -> bytes:
    """Return a message; CZ goes first."""
    first = {"CZ": values.get("CZ", "0300")}
    return "".join(f"{tag}{len(text):03d}{text}" for tag, text in (first | values).items()).encode("ascii")


def understood(data: bytes) -> dict[str, str] | None:
    """Return the values of a message; None when it is not whole, or none at all."""
    text, values = data.decode("latin-1"), {}
    while text:
        if not text[2:5].isdigit() or len(text) < 5 + int(text[2:5]):
            return None
        end = 5 + int(text[2:5])
        values[text[:2]] = text[5:end]
        text = text[end:]
    return values


def ticket(charge: Charge, card: str, *, again: bool, refused: bool) -> str:
    """Return the value of ZT: the customer's ticket."""
    lines = [
        "CARTE BANCAIRE",
        _KINDS[charge.kind],
        *([f"LE {datetime.fromisoformat(charge.at):%d/%m/%y A %H:%M:%S}"] if charge.at else []),
        f"NO {charge.reference}  AUTO {authorisation(charge)}",
        card,
        "MONTANT",
        f"{charge.amount // 100},{charge.amount % 100:02d} EUR",
        *(["TRANSACTION REFUSEE"] if refused else []),
        "TICKET CLIENT À CONSERVER",
        *(["DUPLICATA"] if again else []),
    ]
    paper = b64encode("\n".join(lines).encode()).decode("ascii")
    return f"CK003100AK{len(paper):03d}{paper}"


def authorisation(charge: Charge) -> str:
    """Return the bank's number of a charge."""
    return f"A{int(charge.reference) * 7919 % 100_000:05d}"
