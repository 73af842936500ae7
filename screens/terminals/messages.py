"""What terminals answer, as messages; and how a change is told."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from services.contract.terminal_days import SettlementAnswer
from services.contract.terminal_shop import (
    DoneAnswer,
    PrintoutAnswer,
    StatusOfTerminalAnswer,
    TerminalAnswer,
    TerminalsAnswer,
)
from services.contract.terminals import PaymentAnswer, PaymentsAnswer, ProgressAnswer


@dataclass
class TerminalsRead(Message):
    """The terminals of the store."""

    answer: TerminalsAnswer


@dataclass
class PaymentsRead(Message):
    """The newest payments of one terminal."""

    terminal: str
    answer: PaymentsAnswer


@dataclass
class StatusTold(Message):
    """How a terminal said it is."""

    answer: StatusOfTerminalAnswer


@dataclass
class Counted(Message):
    """What a terminal counted."""

    answer: SettlementAnswer


@dataclass
class PrintedAgain(Message):
    """What a terminal printed again."""

    answer: PrintoutAnswer


class Changed(Message):
    """Something was done; what it did is told by an event."""

    def __init__(self, said: str) -> None:
        super().__init__()
        self.said = said


def done(answer: DoneAnswer, said: str) -> Changed:
    """Return whether a running payment was told something."""
    return Changed(said if answer["done"] else "No payment runs any more.")


def paid(answer: ProgressAnswer) -> Changed:
    """Return what a test payment came to so far."""
    payment = answer["payment"]
    state = "begun" if answer["running"] else payment["state"]
    return Changed(f"Test payment of {payment['amount']} {payment['currency']}: {state}")


def resolved(answer: PaymentsAnswer) -> Changed:
    """Return what became of what was unresolved."""
    told = ", ".join(f"{each['amount']} is {each['state']}" for each in answer["payments"])
    return Changed(told or "Nothing is unresolved.")


def decided(answer: PaymentAnswer) -> Changed:
    """Return that a decision was written down."""
    return Changed(f"{answer['amount']} {answer['currency']} is {answer['state']} by your word.")


def saved(answer: TerminalAnswer) -> Changed:
    """Return that a terminal was switched."""
    return Changed(f"{answer['name']} is {'on' if answer['enabled'] else 'off'}.")
