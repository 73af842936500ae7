"""The two messages of E+: a request and its answer (TERMINALS.md 3.1). Pure.

The answer's report may hold a whole card number; it is masked here, and nothing else of
it goes further.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.contract.cards import MASK, is_card_number, masked
from services.terminals.problems import ProtocolError

REQUEST_LENGTH = 34
SHORT_ANSWER, LONG_ANSWER = 25, 80
_REPORT = LONG_ANSWER - SHORT_ANSWER
MOST_AMOUNT = 99_999_999
_MOST_TILL, _MOST_CURRENCY = 99, 999
_PRIVATE = 10
_SHOWN = 4
# How long card numbers are, the usual first: a zero behind one may pass for its last digit.
_LENGTHS = (16, 19, 18, 17, 15, 14, 13)
_AMERICAN = (15, *_LENGTHS)
_WAIT, _AT_ONCE, _AUTHORISE, _FORCE = "A010", "A011", "B010", "B011"

PAYMENT, REFUND, CANCELLATION, PREAUTHORISATION = "0", "1", "2", "4"
"""Types of a request."""
_KINDS = frozenset({PAYMENT, REFUND, CANCELLATION, PREAUTHORISATION})
CARD, CHEQUE = "1", "C"
"""Modes of payment."""
DONE, NOT_DONE, UNVERIFIED = "0", "7", "9"
"""Results of an answer."""
MODES = {
    "0": "other", "1": "card", "2": "American Express", "3": "Cetelem", "5": "Cofinoga", "6": "Diners",
    "8": "Franfinance", "9": "JCB", "A": "Accord", "C": "cheque", "F": "Fintrax", "O": "Moneo",
    "U": "UnionPay",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. Amount in minor units; `currency` is the ISO 4217 number."""

    till: int
    amount: int
    kind: str
    currency: int
    mode: str = CARD
    private: str = ""
    report: bool = False
    force: bool = False
    """Have the bank asked whatever the amount is."""
    at_once: bool = False
    """Have it answered that the request was taken, not what came of it: never of a payment."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer. Amount in minor units; no card data but the last four digits."""

    till: int
    result: str
    amount: int
    mode: str
    currency: int
    private: str
    card: str = ""
    """Masked."""


def request(ask: Ask) -> bytes:
    """Return the text of a request; raise ProtocolError when something does not fit."""
    private = ask.private.ljust(_PRIVATE)
    fits = (
        0 <= ask.till <= _MOST_TILL
        and 0 < ask.amount <= MOST_AMOUNT
        and ask.kind in _KINDS
        and 0 <= ask.currency <= _MOST_CURRENCY
        and ask.mode in MODES
        and len(private) == _PRIVATE
        and private.isascii()
        and private.isprintable()
    )
    if not fits:
        raise ProtocolError("a request that does not fit its fields")
    text = (
        f"{ask.till:02d}{ask.amount:08d}{int(ask.report)}{ask.mode}{ask.kind}{ask.currency:03d}"
        f"{private}{_AT_ONCE if ask.at_once else _WAIT}{_FORCE if ask.force else _AUTHORISE}"
    )
    return text.encode("ascii")


def asked(data: bytes) -> Ask:
    """Read a request; raises ProtocolError."""
    text = _text(data)
    delay, force = text[26:30], text[30:]
    if len(text) != REQUEST_LENGTH or delay not in {_WAIT, _AT_ONCE} or force not in {_AUTHORISE, _FORCE}:
        raise ProtocolError("the length or the end of a request")
    if text[10] not in "01" or text[11] not in MODES or text[12] not in _KINDS:
        raise ProtocolError("a flag of a request")
    return Ask(
        till=_number(text[:2], "the till of a request"),
        amount=_number(text[2:10], "the amount of a request"),
        kind=text[12],
        currency=_number(text[13:16], "the currency of a request"),
        mode=text[11],
        private=text[16:26].rstrip(),
        report=text[10] == "1",
        force=force == _FORCE,
        at_once=delay == _AT_ONCE,
    )


def answer(told: Told, report: str | None = None) -> bytes:
    """Return the text of an answer, as a terminal writes it; for its readers' tests."""
    middle = "" if report is None else report.ljust(_REPORT)[:_REPORT]
    text = (
        f"{told.till:02d}{told.result}{told.amount:08d}{told.mode}{middle}"
        f"{told.currency:03d}{told.private.ljust(_PRIVATE)}"
    )
    return text.encode("ascii")


def told(data: bytes) -> Told:
    """Read an answer, short or with its report; raises ProtocolError."""
    text = _text(data)
    if len(text) not in {SHORT_ANSWER, LONG_ANSWER}:
        raise ProtocolError("the length of an answer")
    mode = text[11]
    tail = text[-(3 + _PRIVATE) :]
    return Told(
        till=_number(text[:2], "the till of an answer"),
        result=text[2],
        amount=_number(text[3:11], "the amount of an answer"),
        mode=mode,
        currency=_number(tail[:3], "the currency of an answer"),
        private=tail[3:].rstrip(),
        # What the report holds of a cheque is no card, and none of ours.
        card="" if mode == CHEQUE else card_of(text[12 : -(3 + _PRIVATE)]),
    )


def card_of(report: str) -> str:
    """Return the card of a report, masked; empty when it cannot be made out.

    The number stands first, at times with zeros behind it up to the end of the field.
    """
    head = report.strip().split(" ")[0]
    digits = head[: len(head) - len(head.lstrip("0123456789"))]
    for length in _AMERICAN if digits.startswith(("34", "37")) else _LENGTHS:
        if len(digits) >= length and is_card_number(digits[:length]) and not digits[length:].strip("0"):
            return masked(digits[:length])
    hidden = len(head.rstrip("0123456789"))
    is_masked = hidden > 0 and head[hidden - 1] in "*X#" and len(head) == hidden + _SHOWN
    return MASK * hidden + head[hidden:] if is_masked else ""


def _text(data: bytes) -> str:
    if not all(0x20 <= byte < 0x7F for byte in data):  # noqa: PLR2004 - what ASCII can print
        raise ProtocolError("a byte that is not printable ASCII")
    return data.decode("ascii")


def _number(text: str, where: str) -> int:
    if not text.isdecimal():
        raise ProtocolError(where)
    return int(text)
