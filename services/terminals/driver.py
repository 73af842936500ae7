"""What every terminal driver is, is given, and gives back.

A driver speaks one protocol to one terminal, in the thread that calls it. The desk calls
it, holds the journal, and decides; the driver never starts a payment by itself and never
sends one twice (TERMINALS.md 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from services.contract.terminals import PaymentKind, PaymentState, ReceiptCopy


class Ability(StrEnum):
    """What a protocol can do beyond a payment."""

    REFUND = "refund"
    REVERSAL = "reversal"
    CASH_OUT = "cash_out"
    ABORT = "abort"
    QUERY = "query"
    """Can be asked what became of an attempt."""
    SETTLE = "settle"
    TOTALS = "totals"
    REPRINT = "reprint"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Original:
    """The transaction a refund or a reversal refers to, as the terminal named it."""

    receipt: str = ""
    trace: str = ""
    auth_code: str = ""
    provider: str = ""
    """The protocol's own handle: RFN (Linkly), POITransactionID (nexo), ticket (Concert)."""
    date: str = ""
    """As the terminal stated it."""
    amount: int | None = None
    """Minor units; None: not known."""
    reference: str = ""
    """Our reference of that attempt."""
    where: str = ""
    """The place it was sent to (see `places`); empty: not known."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the terminal. Amounts in minor units.

    The amount is above zero, but for a payment that is cash-out and nothing else.
    """

    attempt: int
    kind: PaymentKind
    amount: int
    currency: str
    reference: str
    """Ours: ten characters of A-Z and 2-9, unique for ever; TxnRef, ServiceID and the like."""
    original: Original | None = None
    cash_out: int = 0
    baseline: Mapping[str, str] = field(default_factory=dict)
    """What the driver gave to `Hooks.sent`; empty before."""


@dataclass(frozen=True, slots=True)
class Result:
    """What the terminal said of a transaction. Minor units; texts masked."""

    state: PaymentState
    amount: int = 0
    """Approved: may be less than asked (partial approval). Nothing else may differ."""
    currency: str = ""
    card: str = ""
    """Masked: at most the last four digits."""
    scheme: str = ""
    auth_code: str = ""
    receipt: str = ""
    trace: str = ""
    rrn: str = ""
    provider: str = ""
    """The handle a later refund or reversal needs (see `Original.provider`)."""
    terminal_id: str = ""
    merchant_id: str = ""
    entry_mode: str = ""
    aid: str = ""
    surcharge: int = 0
    tip: int = 0
    cash_out: int = 0
    signature: bool = False
    """The customer has to sign, or has signed."""
    code: str = ""
    """The protocol's own result code."""
    text: str = ""
    """What it means, or what the host said, in words."""
    stated: str = ""
    """Date and time as the terminal stated them, such as `11-21 12:30:05`."""
    more: Mapping[str, str] = field(default_factory=dict)
    """What only this protocol needs again, such as ZVT's receipt mirror. No card data."""


class Verdict(StrEnum):
    """What a terminal's answer about an earlier attempt means."""

    SETTLED = "settled"
    """It is known: `Finding.result` says approved, declined or cancelled."""
    NOT_CHARGED = "not_charged"
    """The terminal never took it, or undid it."""
    RUNNING = "running"
    """The terminal still works on it: ask again."""
    CANNOT_TELL = "cannot_tell"
    """The protocol has no answer: a person decides."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of an earlier attempt, as far as the terminal can tell."""

    verdict: Verdict
    why: str
    """One sentence for the person who reads the log."""
    result: Result | None = None


@dataclass(frozen=True, slots=True)
class TerminalStatus:
    """How a terminal is. `ready` means that it would take a payment."""

    ready: bool
    text: str
    terminal_id: str = ""
    software: str = ""
    needs: frozenset[str] = frozenset()
    """Such as `settle`, `diagnosis`, `logon`."""


@dataclass(frozen=True, slots=True)
class SchemeTotal:
    """What the terminal counted of one scheme, in minor units."""

    scheme: str
    count: int
    amount: int
    kind: str = "all"
    """`payment`, `refund`, `cash_out`, `all`, or `unsigned`: all, without its sign."""


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals a terminal gave, at an end of day or between."""

    currency: str
    schemes: tuple[SchemeTotal, ...] = ()
    amount: int | None = None
    """The terminal's own sum; None where it gives none."""
    reference: str = ""
    """Batch or receipt numbers it covers."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The terminal asks the cashier: one of `choices` is the answer."""

    text: str
    choices: tuple[str, ...]
    """Words such as `yes`, `no`, `cancel`, `ok`, `text`."""
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the cashier answered."""

    choice: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """Lines the terminal gave to be printed, unchanged but for card numbers."""

    copy: ReceiptCopy
    lines: tuple[str, ...]


class PrinterFault(Exception):
    """The till could not print; the terminal is told, and may undo the sale."""


class Hooks(Protocol):
    """What a driver tells the desk, and asks of it, while it runs."""

    def sent(self, baseline: Mapping[str, str] | None = None) -> None:
        """Put SENT on the disk; call it right before the first byte of the request.

        Raises JournalFailed when it cannot be kept: then nothing may be sent.
        """

    def acked(self) -> None:
        """Note that the terminal works on it; safe to call again."""

    def commit(self, result: Result) -> None:
        """Put what the terminal said on the disk; call it before the ack that commits.

        The attempt stays unresolved until `perform` returns: a result that was committed
        and not seen to hold is asked for again after a break. Raises JournalFailed: then
        the ack must not be sent.
        """

    def keep(self, totals: Totals) -> None:
        """Put totals on the disk; call it before the ack that ends them."""

    def show(self, text: str) -> None:
        """Show what the terminal's display says, or what the terminal does."""

    def print(self, printed: Printed) -> None:
        """Hand over a text to print; raises PrinterFault."""

    def ask(self, prompt: Prompt) -> None:
        """Put a question to the cashier; `answer` gives what was answered."""

    def answer(self) -> Answer | None:
        """Return the cashier's answer once there is one, and only once."""

    def withdraw(self) -> None:
        """Take the question back: the terminal no longer waits for it."""

    def abort_wanted(self) -> bool:
        """Whether the till asked to abort. It may come at any time."""

    def last_result(self) -> Result | None:
        """Return the last result of this terminal that the journal holds as approved."""


class Driver(Protocol):
    """One protocol, to one terminal. Not shared between threads.

    Every method may raise `services.terminals.problems.TransportLost` (the line is
    gone), `TerminalSilent` (a timer ran out), `ProtocolError` (what came cannot be
    understood), `Refusal` (the terminal says no to a service function). After any of
    these the next call starts with a fresh connection.
    """

    @property
    def abilities(self) -> frozenset[Ability]:
        """What this terminal can be asked."""

    def perform(self, request: Request, hooks: Hooks) -> Result:
        """Run a payment, refund or reversal to its end; return what it came to.

        Calls `hooks.sent` before the first byte of the request and `hooks.commit` before
        the ack that commits. Raising before `sent` means nothing was sent. Raising, or
        returning UNKNOWN, after it means that nobody knows: the desk asks `query`.
        """

    def query(self, request: Request, said: Result | None, hooks: Hooks) -> Finding:
        """Find out what became of an attempt. Never moves money.

        `said` is what the terminal had said of it before the break, None when nothing.
        """

    def status(self, hooks: Hooks) -> TerminalStatus:
        """Ask how the terminal is; moves no money."""

    def settle(self, hooks: Hooks) -> Totals:
        """End of day: the terminal hands in its payments and gives its totals."""

    def totals(self, hooks: Hooks) -> Totals:
        """Read the totals; closes nothing."""

    def reprint(self, hooks: Hooks) -> None:
        """Have the last receipt printed again, through `hooks.print`."""

    def close(self) -> None:
        """Let go of the line; safe to call at any time, also from another thread."""
