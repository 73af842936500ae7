"""What the desk hands to a driver: the journal, and the till."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from services.contract.terminals import PaymentState, ProgressKind
from services.contract.text import printable
from services.store.tables import TerminalAttempt
from services.terminals import words
from services.terminals.driver import Answer, Printed, Prompt, Result, Totals
from services.terminals.journal import Journal, clean
from services.terminals.machine import IllegalMove


@dataclass(frozen=True, slots=True)
class Progress:
    """One thing to show at the till. Texts are printable and without card numbers."""

    terminal: str
    kind: ProgressKind
    attempt: int | None = None
    """None for a service function, such as an end of day."""
    text: str = ""
    state: PaymentState | None = None
    prompt: Prompt | None = None
    printed: Printed | None = None


Listener = Callable[[Progress], None]
"""Told in the driver's thread; quick; may raise PrinterFault for a PRINT."""


def ignore(progress: Progress) -> None:
    """Listen to nothing."""


class ServiceHooks:
    """The hooks of a service function: shows and prints, journals nothing but totals."""

    def __init__(
        self, journal: Journal, terminal: str, listener: Listener, attempt_id: int | None = None
    ) -> None:
        self._journal = journal
        self._terminal = terminal
        self._listener = listener
        self._attempt_id = attempt_id
        self.printed: list[Printed] = []
        self.settlement: int | None = None
        self.kept: Totals | None = None

    def sent(self, baseline: Mapping[str, str] | None = None) -> None:
        """Nothing to keep: a service function moves no money."""

    def acked(self) -> None:
        """Nothing to keep."""

    def commit(self, result: Result) -> None:
        """Nothing to keep."""

    def keep(self, totals: Totals) -> None:
        """Put totals on the disk, before the ack that lets the terminal forget them."""
        self.kept = totals
        if self.settlement is not None:
            self._journal.end_settlement(self.settlement, "started", totals)

    def show(self, text: str) -> None:
        """Tell the till what the terminal shows."""
        self._tell(ProgressKind.DISPLAY, text=clean(printable(text, lines=True)))

    def print(self, printed: Printed) -> None:
        """Hand the till a text to print; raises PrinterFault."""
        lines = tuple(clean(printable(line)) for line in printed.lines)
        cleaned = Printed(printed.copy, lines)
        self._tell(ProgressKind.PRINT, printed=cleaned)
        self.printed.append(cleaned)

    def ask(self, prompt: Prompt) -> None:
        """Show a question nobody is there to answer."""
        self.show(prompt.text)

    def answer(self) -> Answer | None:
        """Nobody answers."""
        return None

    def withdraw(self) -> None:
        """There is no question."""

    def abort_wanted(self) -> bool:
        """Return false: a service function is not aborted."""
        return False

    def last_result(self) -> Result | None:
        """Return the terminal's last approved result in the journal."""
        return self._journal.last_result(self._terminal)

    def _tell(
        self,
        kind: ProgressKind,
        *,
        text: str = "",
        state: PaymentState | None = None,
        prompt: Prompt | None = None,
        printed: Printed | None = None,
    ) -> None:
        told = Progress(self._terminal, kind, self._attempt_id, text, state, prompt, printed)
        self._listener(told)


class PaymentHooks(ServiceHooks):
    """The hooks of one attempt: each step is on the disk before the driver goes on."""

    def __init__(self, journal: Journal, attempt: TerminalAttempt, listener: Listener) -> None:
        self.attempt_id = attempt.id or 0
        super().__init__(journal, attempt.terminal, listener, self.attempt_id)
        self.was_sent = attempt.state != PaymentState.PENDING
        self._was_acked = attempt.state not in {PaymentState.PENDING, PaymentState.SENT}
        self._abort = threading.Event()
        self._lock = threading.Lock()
        self._prompt: Prompt | None = None
        self._answer: Answer | None = None

    def sent(self, baseline: Mapping[str, str] | None = None) -> None:
        """Put SENT on the disk; raises JournalFailed, then nothing may be sent."""
        self._journal.sent(self.attempt_id, baseline or {})
        self.was_sent = True
        self.tell_state(PaymentState.SENT)

    def acked(self) -> None:
        """Put ACKED on the disk, once; not of what somebody else settled meanwhile.

        The exchange goes on then: its end has to be heard.
        """
        if not self._was_acked:
            self._was_acked = True
            with suppress(IllegalMove):
                self._journal.acked(self.attempt_id)
            self.tell_state(PaymentState.ACKED)

    def commit(self, result: Result) -> None:
        """Put what the terminal said on the disk; raises JournalFailed.

        An approval of what somebody else settled meanwhile is kept for a person.
        """
        try:
            self._journal.said(self.attempt_id, result)
        except IllegalMove:
            row = self._journal.get(self.attempt_id)
            if result.state is PaymentState.APPROVED and row.state != result.state:
                self._journal.keep_late(self.attempt_id, result, words.approved_late(row, result))

    def ask(self, prompt: Prompt) -> None:
        """Put a question to the cashier."""
        with self._lock:
            self._prompt, self._answer = prompt, None
        self._tell(ProgressKind.PROMPT, text=clean(printable(prompt.text, lines=True)), prompt=prompt)

    def answer(self) -> Answer | None:
        """Return the answer once there is one, and only once."""
        with self._lock:
            given, self._answer = self._answer, None
            return given

    def withdraw(self) -> None:
        """Take the question back."""
        with self._lock:
            prompt, self._prompt, self._answer = self._prompt, None, None
        if prompt is not None:
            self._tell(ProgressKind.PROMPT_GONE)

    def give_answer(self, answer: Answer) -> bool:
        """Take the cashier's answer; false when nothing was asked, or it is no choice."""
        with self._lock:
            if self._prompt is None or answer.choice not in self._prompt.choices:
                return False
            self._prompt, self._answer = None, answer
            return True

    def want_abort(self) -> None:
        """Note that the till asks to abort."""
        self._abort.set()

    def abort_wanted(self) -> bool:
        """Whether the till asked to abort."""
        return self._abort.is_set()

    def tell_state(self, state: PaymentState) -> None:
        """Tell the till where the attempt stands."""
        self._tell(ProgressKind.STATE, state=state)
