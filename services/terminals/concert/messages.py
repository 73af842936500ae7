"""What is said in Concert V3, read and written (TERMINALS.md 3.2). Pure.

Card numbers leave here masked, the expiry not at all; nothing raw leaves here.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.contract.cards import MASK, without_card_numbers
from services.contract.terminals import PaymentKind, ReceiptCopy
from services.contract.text import printable
from services.terminals.concert.tlv import Pair, encode, parse
from services.terminals.problems import ProtocolError

_LEAST_AMOUNT, _MOST_AMOUNT = 2, 12
MOST_AMOUNT: int = 10**_MOST_AMOUNT - 1
_KEPT_DIGITS = 4
_TICKET = "ZT"
_CUSTOMER_TICKET = "100"
"""Position 1 of CK: the customer's ticket, and to the till."""
_CHEQUE = "00C"
_COPIES = {"1": ReceiptCopy.CUSTOMER, "2": ReceiptCopy.MERCHANT}
_SHOWN = ("CZ", "CA", "CB", "CC", "CD", "CE", "CI", "CK", "AE", "AF", "BA", "BF")


class Action(StrEnum):
    """What is asked (CD)."""

    DEBIT = "0"
    REFUND = "1"
    CANCELLATION = "2"
    DUPLICATE = "3"
    IDENTIFICATION = "I"


ACTIONS = {
    PaymentKind.PAYMENT: Action.DEBIT,
    PaymentKind.REFUND: Action.REFUND,
    PaymentKind.REVERSAL: Action.CANCELLATION,
}
"""How what moves money is asked for."""


@dataclass(frozen=True, slots=True)
class Till:
    """What every request says of the till. `currency` is the ISO 4217 number."""

    currency: int
    number: str = "01"
    identifier: str = "012345678901"
    """Twelve characters, issued by the Association du paiement (CJ)."""
    version: str = "0300"
    cheque: bool = False
    partial: bool = False
    """The terminal may approve less than was asked (BF)."""
    private: bool = False
    """Send our reference in the private field, and expect it back (CF)."""
    ticket: bool = False
    """Have the customer's ticket sent to the till (CK)."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket the terminal gave, without card numbers."""

    copy: ReceiptCopy
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was read: values by tag, without card data, and its tickets."""

    values: Mapping[str, str]
    tickets: tuple[Ticket, ...] = ()

    def get(self, tag: str) -> str:
        """Return the value of a tag; empty where it is missing."""
        return self.values.get(tag, "")

    def described(self) -> str:
        """Return what may stand in a log."""
        parts = [f"{tag}={self.values[tag]}" for tag in _SHOWN if tag in self.values]
        return " ".join([*parts, f"+{len(self.values) - len(parts)}"])

    def amount(self) -> int | None:
        """Return the amount in minor units (CB); None where there is none."""
        text = self.get("CB")
        return int(text) if text.isdecimal() and len(text) <= _MOST_AMOUNT else None


def transaction(till: Till, action: Action, amount: int, reference: str) -> bytes:
    """Write a debit, refund or cancellation; amount in minor units.

    Raises ProtocolError when something does not fit.
    """
    if not 0 < amount <= MOST_AMOUNT:
        raise ProtocolError("an amount that does not fit")
    pairs = [*_head(till), ("CE", f"{till.currency:03d}"), ("BA", "0"), ("CD", action.value)]
    pairs.append(("CB", str(amount).rjust(_LEAST_AMOUNT, "0")))
    if till.cheque:
        pairs.append(("CC", _CHEQUE))
    if till.partial:
        pairs.append(("BF", "1"))
    if till.private:
        pairs.append(("CF", reference))
    if till.ticket:
        pairs.append(("CK", _CUSTOMER_TICKET))
    return encode(pairs)


def duplicate(till: Till, *, to_till: bool) -> bytes:
    """Write the question for the last transaction.

    `to_till`: its ticket is not printed by the terminal. The question names no amount and
    no reference of ours: what comes back is the terminal's own.
    """
    pairs = [*_head(till), ("CD", Action.DUPLICATE.value)]
    return encode([*pairs, ("CK", _CUSTOMER_TICKET)] if to_till else pairs)


def identification(till: Till) -> bytes:
    """Write the question who the terminal is."""
    return encode([*_head(till), ("CD", Action.IDENTIFICATION.value)])


def read(data: bytes) -> Message:
    """Read a message; raises ProtocolError.

    A tag that comes twice with two values says nothing that could be believed.
    """
    values: dict[str, str] = {}
    tickets: list[Ticket] = []
    for tag, raw in parse(data):
        value = _safe(tag, raw)
        if values.setdefault(tag, value) != value:
            raise ProtocolError(f"tag {tag} twice")
        if tag == _TICKET:
            tickets += _tickets(raw)
    return Message(values, tuple(tickets))


def _head(till: Till) -> list[Pair]:
    return [("CZ", till.version), ("CJ", till.identifier), ("CA", till.number)]


def _safe(tag: str, value: str) -> str:
    """Return a value without card data."""
    match tag:
        case "AA":
            shown = value[-_KEPT_DIGITS:]
            kept = shown if shown.isdecimal() and len(value) > _KEPT_DIGITS else MASK * len(shown)
            return MASK * (len(value) - len(shown)) + kept
        case "AB":
            return MASK * len(value)
        case "AK" | "ZT":
            return "ticket"
    return without_card_numbers(value)


def _tickets(raw: str) -> list[Ticket]:
    """Return the tickets in ZT: each AK with the CK before it; none if unreadable.

    A ticket is only paper: what stands in it badly must not hide what became of the money.
    """
    tickets, copy = [], ReceiptCopy.CUSTOMER
    try:
        for tag, value in parse(raw.encode("ascii")):
            if tag == "CK":
                copy = _COPIES.get(value[:1], ReceiptCopy.CUSTOMER)
            elif tag == "AK":
                tickets.append(Ticket(copy, _lines(value)))
    except (ProtocolError, binascii.Error, ValueError):
        return []
    return tickets


def _lines(value: str) -> tuple[str, ...]:
    data = base64.b64decode(value, validate=True)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    shown = without_card_numbers(printable(text, lines=True))
    return tuple(
        line.rstrip() for line in shown.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
    )
