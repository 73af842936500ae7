"""The codes of the EFT-Client: answers, kinds, schemes, keys (TERMINALS.md 2)."""

from __future__ import annotations

from enum import StrEnum

from services.contract.terminals import PaymentKind
from services.terminals.driver import Request


class Command(StrEnum):
    """The first character of a message."""

    TRANSACTION = "M"
    LAST = "N"
    LOGON = "G"
    STATUS = "K"
    SETTLEMENT = "P"
    REPRINT = "C"
    DIALOG = "2"
    RECEIPT = "3"
    DISPLAY = "S"
    KEY = "Y"
    HEARTBEAT = "F"


class SettlementKind(StrEnum):
    """The sub codes of a settlement."""

    SETTLE = "S"
    PRE = "P"
    LAST = "L"
    SUMMARY = "U"
    SHIFT = "H"
    LISTING = "I"
    STORED = "F"
    """Payments stored while the bank was out of reach, still to be forwarded."""
    START_CASH = "M"


class Key(StrEnum):
    """What a till can press; cancel and OK are the same key."""

    CANCEL = "0"
    YES = "1"
    NO = "2"
    AUTHORISE = "3"


OK = "00"
SIGNATURE = "08"
APPROVED = frozenset({OK, SIGNATURE})
ALREADY_SETTLED = "97"
NO_PREVIOUS = "E2"
LOGON_NEEDED = "TF"
CANCELLED = "TM"
POWER_FAILED = "Z5"
BUSY = frozenset({"A1", "BY", "ZB"})
"""The client or the PIN pad works on something else."""

_LETTERS = {PaymentKind.PAYMENT: "P", PaymentKind.REFUND: "R", PaymentKind.REVERSAL: "I"}
_CASH_OUT = "C"

ENTRY_MODES = {"S": "stripe", "K": "keyed", "B": "barcode", "E": "chip", "C": "contactless"}
SCHEMES = {
    1: "Debit", 2: "UnionPay", 3: "Mastercard", 4: "Visa", 5: "American Express", 6: "Diners", 7: "JCB",
    8: "private label", 9: "JCB", 10: "Maestro", 11: "JCB", 17: "gift card", 28: "Visa Debit",
    29: "Debit Mastercard", 30: "UnionPay", 31: "UnionPay", 65: "Afterpay", 66: "Alipay", 70: "Klarna",
    89: "Zip",
}  # fmt: skip
"""The code of the card name."""

TEXTS = {
    "00": "approved",
    "08": "approved with signature",
    "50": "system error",
    "51": "declined",
    "54": "the card has expired",
    "55": "wrong PIN",
    "97": "settled already",
    "A1": "the EFT-Client works on another request",
    "B3": "the EFT-Client is offline",
    "BY": "the PIN pad is busy",
    "E2": "there is no such transaction",
    "TB": "the PIN pad needs an update (TMS)",
    "TF": "the PIN pad is not logged on",
    "TM": "cancelled",
    "X0": "the bank did not answer",
    "Z5": "power failed",
    "ZB": "the PIN pad is busy",
}
REFUSALS = frozenset(TEXTS) - APPROVED
"""Codes that never go with an approval. There are others that do: banks have their own."""


def letter_of(request: Request) -> str:
    """Return the type of an attempt; a payment of nothing is cash-out alone."""
    is_cash_out = request.kind is PaymentKind.PAYMENT and not request.amount
    return _CASH_OUT if is_cash_out else _LETTERS[request.kind]


def code_text(code: str, told: str = "") -> str:
    """Return what the terminal said, or else what its code means."""
    return told or TEXTS.get(code, f"code {code}" if code else "no code")
