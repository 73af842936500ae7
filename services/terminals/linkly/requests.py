"""What the till says, written field by field (TERMINALS.md 2.2). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.terminals.linkly.codes import Command, Key, SettlementKind
from services.terminals.linkly.fields import amount, padded, tags
from services.terminals.linkly.framing import Message

EFTPOS = "00"
"""Merchant and application: the bank's own."""
_TO_POS, _NO_CUT = "0", "0"
_REFERENCE = 16
_KEY_DATA = 60
# PanSource, PAN, expiry, track 2, account: the PIN pad reads the card, the till never has it.
_NO_CARD = " " * (1 + 20 + 4 + 40 + 1)
_NO_DATE = " " * (6 + 6 + 8)
_HIDDEN = "2"


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction to ask for. Amounts in minor units."""

    letter: str
    purchase: int
    reference: str
    cash: int = 0
    currency: str = ""
    training: bool = False
    pad: tuple[tuple[str, str], ...] = ()
    auth: str = ""
    rrn: str = ""
    original: str = ""
    """Type of the transaction a voucher completes; blank for all others."""


def transaction(asked: Transaction) -> Message:
    """Return M: pay, pay out, give back or void.

    Raises ProtocolError for what does not fit.
    """
    return Message(
        Command.TRANSACTION,
        "".join(
            [
                "0",
                EFTPOS,
                padded(asked.letter, 1, "type"),
                "1" if asked.training else "0",
                "0",
                amount(asked.cash, "cash"),
                amount(asked.purchase, "purchase"),
                padded(asked.auth, 6, "auth"),
                padded(asked.reference, _REFERENCE, "reference"),
                _TO_POS,
                _NO_CUT,
                _NO_CARD,
                EFTPOS,
                padded(asked.rrn, 12, "rrn"),
                padded(asked.currency, 3, "currency"),
                padded(asked.original, 1, "original"),
                _NO_DATE,
                tags(asked.pad),
            ]
        ),
    )


def last(reference: str = "") -> Message:
    """Return N: what became of a transaction; of the last one without a reference."""
    return Message(Command.LAST, f"0{EFTPOS}{EFTPOS}{_reference(reference)}")


def logon(pad: Iterable[tuple[str, str]] = ()) -> Message:
    """Return G: log the PIN pad on to the bank."""
    return Message(Command.LOGON, f" {EFTPOS}{_TO_POS}{_NO_CUT}{EFTPOS}{tags(pad)}")


def status(sub: str = "0") -> Message:
    """Return K: how the PIN pad is."""
    return Message(Command.STATUS, f"{sub}{EFTPOS}{EFTPOS}")


def settlement(kind: SettlementKind, *, reset: bool = False) -> Message:
    """Return P; `reset` starts the totals of a shift anew."""
    return Message(
        Command.SETTLEMENT, f"{kind}{EFTPOS}{_TO_POS}{_NO_CUT}{'1' if reset else '0'}{EFTPOS}{tags(())}"
    )


def reprint(reference: str = "") -> Message:
    """Return C: the text of a receipt, to be printed by the till."""
    return Message(Command.REPRINT, f"2{EFTPOS}{_NO_CUT}{_TO_POS}{EFTPOS}{_reference(reference)}")


def key(pressed: Key, data: str = "") -> Message:
    """Return Y: a key, with what was typed where the display asked for it."""
    return Message(Command.KEY, f"0{pressed}{padded(data, _KEY_DATA, 'data') if data else ''}")


def dialog(kind: str = _HIDDEN, title: str = "") -> Message:
    """Return 2: hidden has the client send its displays to the till instead."""
    return Message(Command.DIALOG, f" {kind}{'0' * 8}{'Centre':<12}1{padded(title, 32, 'title')}")


def receipt_taken() -> Message:
    """Return the answer to a receipt event: without it the client stalls."""
    return Message(Command.RECEIPT, " ")


def alive(*, reply: bool = False) -> Message:
    """Return F: a heartbeat; `reply` asks for one back."""
    return Message(Command.HEARTBEAT, "1" if reply else "0")


def _reference(reference: str) -> str:
    # Left out rather than blank: a client looks for a blank one.
    return padded(reference, _REFERENCE, "reference") if reference else ""
