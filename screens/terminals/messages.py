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
from themes.states import PAYMENT, mark


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


@dataclass
class Begun(Message):
    """A payment was begun; how it ends is told by events."""

    answer: ProgressAnswer


class Told(Message):
    """A running payment was told something; what that did is told by its outcome."""

    def __init__(self, answer: DoneAnswer, said: str) -> None:
        super().__init__()
        self.said = said if answer["done"] else "No payment runs any more."


class Changed(Message):
    """Something was done, and how well; what it did is told by an event."""

    def __init__(self, said: str, role: str = "ok") -> None:
        super().__init__()
        self.said = said
        self.role = role


@dataclass(frozen=True, slots=True)
class Arrived:
    """The terminal that one comes to the list for, and what was done with it."""

    terminal: str
    said: str = ""


def resolved(answer: PaymentsAnswer) -> Changed:
    """Return what became of what was unresolved."""
    found = answer["payments"]
    if not found:
        return Changed("Nothing is unresolved.")
    told = ", ".join(f"{each['amount']} is {mark(PAYMENT, each['state']).word}" for each in found)
    if any(each["state"] == "unknown" for each in found):
        return Changed(f"{told}: look at the terminal's slip or journal, then v", "attention")
    return Changed(told)


def decided(answer: PaymentAnswer) -> Changed:
    """Return that a decision was written down."""
    return Changed(f"{answer['amount']} {answer['currency']} is {answer['state']} by your word.")


def saved(answer: TerminalAnswer) -> Changed:
    """Return that a terminal was switched."""
    return Changed(f"{answer['name']} is {'on' if answer['enabled'] else 'off'}.")
