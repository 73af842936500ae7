"""What is said of card terminals across the socket: states, kinds, answers."""

from __future__ import annotations

from enum import StrEnum
from typing import NotRequired

from typing_extensions import TypedDict

from services.contract.answers import ProblemAnswer


class PaymentState(StrEnum):
    """Where one attempt at a terminal stands (TERMINALS.md 6)."""

    PENDING = "pending"
    """Written down; nothing of it was sent."""
    SENT = "sent"
    """The first byte may have left."""
    ACKED = "acked"
    """The terminal works on it."""
    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    """Nobody can tell yet whether the card was charged; it has to be found out."""


class PaymentKind(StrEnum):
    """What an attempt asks of the terminal."""

    PAYMENT = "payment"
    REFUND = "refund"
    REVERSAL = "reversal"


class ProgressKind(StrEnum):
    """What a till is told while a payment runs."""

    STATE = "state"
    DISPLAY = "display"
    PROMPT = "prompt"
    PROMPT_GONE = "prompt_gone"
    PRINT = "print"


class ReceiptCopy(StrEnum):
    """Whom a printed text is for."""

    MERCHANT = "merchant"
    CUSTOMER = "customer"
    ADMIN = "admin"


class PrintedAnswer(TypedDict):
    """A text the terminal gave to be printed, without card numbers."""

    copy: str
    lines: list[str]


class ResultAnswer(TypedDict):
    """What a terminal said of one attempt. Amounts are strings in major units."""

    approved: str
    surcharge: str
    tip: str
    cash_out: str
    card: str
    """Masked: at most the last four digits."""
    scheme: str
    auth_code: str
    receipt: str
    trace: str
    rrn: str
    terminal_id: str
    merchant_id: str
    entry_mode: str
    aid: str
    signature: bool
    code: str
    text: str


class PaymentAnswer(TypedDict):
    """One attempt at a terminal."""

    id: int
    terminal: str
    store: str
    till: str
    reference: str
    """The till's own."""
    kind: str
    amount: str
    cash_out: NotRequired[str]
    """Asked for besides, or with an amount of nothing; left out where none was."""
    currency: str
    business_date: str | None
    state: str
    partial: bool
    """Approved for less than was asked."""
    charged: str | None
    """What the card was charged: approved, cash-out, surcharge and tip. None until approved."""
    tender_reference: str | None
    """What the till writes as `reference` of the receipt's tender. None until approved."""
    created: str
    settled: str | None
    settled_by: str
    note: str
    """Why a person decided as they did."""
    result: ResultAnswer | None
    problem: ProblemAnswer | None
    receipts: list[PrintedAnswer]


class PromptAnswer(TypedDict):
    """What the terminal asks the cashier; one of `choices` is the answer."""

    text: str
    choices: list[str]
    secret: bool


class StepAnswer(TypedDict):
    """One thing that happened while a payment ran, for whoever shows it."""

    number: int
    """Grows within a payment, from 1."""
    kind: str
    """A word of ProgressKind."""
    text: str
    state: str | None
    prompt: PromptAnswer | None
    printed: PrintedAnswer | None


class ProgressAnswer(TypedDict):
    """A payment with what happened since the caller last looked."""

    payment: PaymentAnswer
    running: bool
    """Whether the terminal is still at work on it."""
    last: int
    """The number of the newest step: give it as `after` to hear only of later ones."""
    steps: list[StepAnswer]
    display: str
    """What the terminal shows now."""
    prompt: PromptAnswer | None
    """What it asks now."""


class PaymentsAnswer(TypedDict):
    """Attempts, the newest first."""

    payments: list[PaymentAnswer]
