"""What the codes of Concert V3 mean (TERMINALS.md 3.2)."""

from __future__ import annotations

from services.contract.terminals import PaymentState

DONE, NOT_DONE, ACCEPTED = "10", "01", "11"
"""States of an action (AE)."""
UNKNOWN_ACTION = "12"
CANNOT_DO = frozenset({"09", "10", UNKNOWN_ACTION})
"""Reasons (AF) that say that the terminal does not know what was asked."""
_REASONS = {
    "00": "no reason given",
    "01": "authorised",
    "02": "the bank wants to be called",
    "03": "forced",
    "04": "refused",
    "05": "not allowed",
    "06": "abandoned by the customer",
    "07": "not completed",
    "08": "nobody entered anything in time",
    "09": "the message has the wrong format",
    "10": "the selection is wrong",
    "11": "abandoned by the cashier",
    "12": "this action is not known",
    "13": "the currency is not supported",
}
_NEVER_ASKED = frozenset({"06", "08", "09", "10", "11", "12", "13"})
"""Reasons with which no bank has refused anything."""
_OF_AN_APPROVAL = frozenset({"01", "03"})
_OF_NO_APPROVAL = frozenset(_REASONS) - _OF_AN_APPROVAL - {"00"}
_CODE = 2
SCHEMES = {
    "1": "CB", "B": "CB", "2": "American Express", "D": "American Express", "3": "CB Enseigne",
    "5": "Cofinoga", "6": "Diners", "7": "CB-Pass", "8": "Franfinance", "9": "JCB", "A": "Banque Accord",
    "C": "cheque", "E": "CMCIC-Pay", "I": "CPEI", "U": "UnionPay",
}  # fmt: skip
"""Applications, by the last character of CC."""
ENTRY_MODES = {"1": "chip", "2": "contactless", "3": "stripe", "4": "manual"}
"""How the card was read (CI)."""


def code_of(reason: str) -> str:
    """Return the two digits of a reason (AF); words may follow them."""
    return reason[:_CODE]


def reason_text(reason: str) -> str:
    """Return what a reason (AF) says, with the words that may follow its digits."""
    code, words = code_of(reason), reason[_CODE:].strip(" :-")
    known = _REASONS.get(code, f"reason {code}" if code else "no reason given")
    return f"{known}: {words}" if words else known


def state_of(reason: str) -> PaymentState:
    """Return what an action that was not done came to, by its reason (AF)."""
    return PaymentState.CANCELLED if code_of(reason) in _NEVER_ASKED else PaymentState.DECLINED


def contradicts(status: str, reason: str) -> bool:
    """Whether a status (AE) says that it was done and the reason that it was not.

    Or the other way round: then nothing is known.
    """
    against = {DONE: _OF_NO_APPROVAL, NOT_DONE: _OF_AN_APPROVAL}
    return code_of(reason) in against.get(status, frozenset())
