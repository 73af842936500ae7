"""What can go wrong between us and a terminal.

Break                what ends an exchange with nobody knowing how it ended
├── TransportLost    the line or the connection is gone
├── TerminalSilent   a timer of the protocol ran out
└── ProtocolError    what came cannot be understood
Refusal              the terminal answered, and says no
JournalFailed        the journal cannot be written: nothing may be sent

None of their texts holds bytes of a message: those may hold a card number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from services.contract.problem import Problem, Refused, Unreachable


class Break(Unreachable):
    """The exchange ended and nobody knows how."""

    code = "terminal_break"


class TransportLost(Break):
    """The line or the connection is gone."""

    code = "terminal_lost"

    def __init__(self, where: str, detail: str = "") -> None:
        super().__init__(
            f"The connection to the card terminal at {where} is gone.",
            "The terminal is switched off, its cable is out, or another program holds it.",
            "Check power and cable of the terminal, then try again.",
            detail,
        )


class TerminalSilent(Break):
    """A timer of the protocol ran out."""

    code = "terminal_silent"

    def __init__(self, timer: str, seconds: float) -> None:
        super().__init__(
            "The card terminal does not answer.",
            f"Nothing came for {seconds:g} seconds.",
            "Look at the terminal's display, and try again when it is ready.",
            timer,
        )


class ProtocolError(Break):
    """What came cannot be understood. `detail` names the place, never the bytes."""

    code = "terminal_protocol"

    def __init__(self, detail: str) -> None:
        super().__init__(
            "The card terminal answered something that cannot be understood.",
            "The protocol chosen may be another one than the terminal speaks, or the line is disturbed.",
            "Check the terminal's protocol and line settings with `tillbook terminal test`.",
            detail,
        )


class Refusal(Refused):
    """The terminal answered, and says no; `code_` of the protocol is in `detail`."""

    code = "terminal_refused"

    def __init__(self, what: str, text: str, detail: str = "") -> None:
        super().__init__(what, f"The terminal says: {text}.", "Follow what its display says.", detail)


class JournalFailed(Problem):
    """The journal cannot be written: what had to be on the disk first is not done.

    `sending`: nothing of the payment was sent. Otherwise what the terminal said could not
    be kept, and it has to be asked again.
    """

    code = "terminal_journal"

    def __init__(self, detail: str, *, sending: bool) -> None:
        super().__init__(
            "The payment was not sent to the card terminal."
            if sending
            else "What the card terminal said of the payment could not be kept.",
            "It could not be written down: the disk is full or the database does not answer.",
            "Make room on the disk, then try again."
            if sending
            else "Make room on the disk; the terminal is then asked what became of the payment.",
            detail,
        )
        self.sending = sending


def no_original(why: str) -> Refused:
    """Return the problem of money to give back of a payment that cannot be named."""
    return Refused(
        "The money was not given back.",
        why,
        "Name the payment, give the money back with a refund, or do it at the terminal itself.",
        code="terminal_original",
    )


@contextmanager
def closing_on_problem(close: Callable[[], None]) -> Iterator[None]:
    """Let go of a line that broke, or whose journal did: the next call starts afresh."""
    try:
        yield
    except Problem:
        close()
        raise
