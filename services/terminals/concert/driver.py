"""The Concert V3 driver: one French terminal, over TCP or a serial line.

What became of a payment after a break is asked by the duplicate of the last transaction
(TERMINALS.md 3.2 and 6). There is no abort, no end of day and no totals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from services.contract.problem import Refused
from services.contract.terminals import PaymentState
from services.terminals.clocks import seconds_since
from services.terminals.concert import messages, results
from services.terminals.concert.last import FRANCE, compare, is_of_before, last_of
from services.terminals.concert.links import Link
from services.terminals.concert.messages import ACTIONS, MOST_AMOUNT, Action, Message, Ticket, Till
from services.terminals.concert.texts import ACCEPTED, DONE, UNKNOWN_ACTION, code_of, reason_text
from services.terminals.driver import (
    Ability,
    Finding,
    Hooks,
    Printed,
    PrinterFault,
    Request,
    Result,
    TerminalStatus,
    Totals,
    Verdict,
)
from services.terminals.eplus.handshake import Delivery
from services.terminals.places import WHERE, has_moved, must_be_reversible
from services.terminals.problems import Refusal, TerminalSilent, closing_on_problem
from services.terminals.stated import SENT
from services.terminals.states import FINAL
from services.terminals.transports.line import Monotonic

_AT_THE_TERMINAL = "The customer pays at the terminal."
_RED_KEY = "Only its red key aborts the payment: press it on the terminal."
_LATE = "The terminal told the outcome of an earlier payment only now; it settles nothing."


@dataclass(frozen=True, slots=True)
class Timers:
    """Seconds."""

    until_answer: float = 180.0
    """From a payment to its answer: the customer pays meanwhile."""
    until_told: float = 20.0
    """From a question to its answer."""
    slice: float = 0.05
    """How often the till's wish to abort is looked at."""


@dataclass(frozen=True, slots=True)
class ConcertSettings:
    """What the driver has to know of its terminal."""

    till: Till
    asks_before: bool = True
    """Ask for the last transaction before each payment, to know it again after a break."""
    timers: Timers = field(default_factory=Timers)
    zone: tzinfo = FRANCE
    """That of the terminal's clock."""


class ConcertDriver:
    """Speaks Concert V3 over a link."""

    def __init__(
        self,
        link: Link,
        settings: ConcertSettings,
        monotonic: Monotonic,
        now: Callable[[], datetime],
        record: Callable[[str, str], None],
    ) -> None:
        self._link = link
        self._settings = settings
        self._monotonic = monotonic
        self._now = now
        self._record = record

    @property
    def abilities(self) -> frozenset[Ability]:
        """What Concert V3 can be asked."""
        return frozenset({Ability.REFUND, Ability.REVERSAL, Ability.QUERY, Ability.REPRINT, Ability.STATUS})

    def perform(self, request: Request, hooks: Hooks) -> Result:
        """Run a payment, refund or cancellation to its end."""
        must_be_reversible(request, self._link.name)
        action = ACTIONS[request.kind]
        text = self._text(action, request)
        with closing_on_problem(self.close):
            before = self._baseline(hooks)
            if hooks.abort_wanted():
                return Result(PaymentState.CANCELLED, text="aborted before it was sent")
            self._begin(hooks)
            hooks.sent({**before, SENT: self._now().isoformat(), WHERE: self._link.name})
            delivery = self._deliver(text)
            if delivery is Delivery.REFUSED:
                return Result(PaymentState.CANCELLED, code="NAK", text="the terminal refused the message")
            if delivery is Delivery.TAKEN:
                hooks.acked()
            hooks.show(_AT_THE_TERMINAL)
            answer = self._outcome(hooks)
            result = results.outcome(answer, action, request, self._till)
            if answer.get("CF") != request.reference and is_of_before(request, before, result):
                hooks.show(_LATE)
                result = Result(PaymentState.UNKNOWN, text=_LATE)
            if result.state in FINAL:
                hooks.commit(result)
            self._link.finish()
            _hand_over(answer.tickets, hooks)
        return result

    def query(self, request: Request, said: Result | None, hooks: Hooks) -> Finding:
        """Ask for the duplicate, unless the terminal had answered before the break."""
        if said is not None and self._holds(said, request):
            return Finding(Verdict.SETTLED, "The terminal had answered before the break.", said)
        with closing_on_problem(self.close):
            last = last_of(self._ask(messages.duplicate(self._till, to_till=True), hooks))
        elapsed = seconds_since(request.baseline.get(SENT), self._now())
        settings, moved = self._settings, has_moved(request.baseline, self._link.name)
        may_run = elapsed < settings.timers.until_answer
        return compare(request, last, self._till, may_run=may_run, moved=moved, zone=settings.zone)

    def status(self, hooks: Hooks) -> TerminalStatus:
        """Ask the terminal who it is; one that does not know the question is there, too."""
        with closing_on_problem(self.close):
            answer = self._ask(messages.identification(self._till), hooks)
        reason = answer.get("AF")
        ready = answer.get("AE") in {DONE, ACCEPTED} or code_of(reason) == UNKNOWN_ACTION
        return TerminalStatus(ready, "ready" if ready else reason_text(reason), answer.get("AQ"))

    def settle(self, hooks: Hooks) -> Totals:  # noqa: ARG002 - every driver's
        """Refuse: Concert V3 gives no totals at the end of day."""
        raise _has_no("end of day")

    def totals(self, hooks: Hooks) -> Totals:  # noqa: ARG002 - every driver's
        """Refuse: Concert V3 has no totals."""
        raise _has_no("totals")

    def reprint(self, hooks: Hooks) -> None:
        """Have the duplicate printed: by the till where it prints, else the terminal."""
        with closing_on_problem(self.close):
            answer = self._ask(messages.duplicate(self._till, to_till=self._till.ticket), hooks)
        if answer.get("AE") != DONE:
            reason = answer.get("AF")
            raise Refusal("The receipt was not repeated.", reason_text(reason), code_of(reason))
        for ticket in answer.tickets:
            hooks.print(Printed(ticket.copy, ticket.lines))

    def close(self) -> None:
        """Let go of the line."""
        self._link.close()

    @property
    def _till(self) -> Till:
        return self._settings.till

    def _text(self, action: Action, request: Request) -> bytes:
        if request.amount > MOST_AMOUNT:
            raise Refused(
                "The amount cannot be sent to the card terminal.",
                f"Its protocol Concert carries at most {MOST_AMOUNT} (minor units).",
                "Take it in parts.",
                code="terminal_amount",
            )
        return messages.transaction(self._till, action, request.amount, request.reference)

    def _holds(self, said: Result, request: Request) -> bool:
        """Whether what was said before the break is how the request ended."""
        fits = results.approves(said.amount, request, self._till)
        return said.state in FINAL and (said.state is not PaymentState.APPROVED or fits)

    def _baseline(self, hooks: Hooks) -> dict[str, str]:
        """Return the last transaction of the terminal as it is kept in the journal."""
        if not self._settings.asks_before:
            return {}
        return last_of(self._ask(messages.duplicate(self._till, to_till=True), hooks)).baseline()

    def _ask(self, text: bytes, hooks: Hooks) -> Message:
        """Ask something that moves no money."""
        self._begin(hooks)
        if self._deliver(text) is Delivery.REFUSED:
            raise Refusal("The card terminal does not do this.", "the message came damaged", "NAK")
        data = self._link.receive(self._settings.timers.until_told)
        if data is None:
            raise TerminalSilent("question", self._settings.timers.until_told)
        answer = self._read(data)
        self._link.finish()
        return answer

    def _begin(self, hooks: Hooks) -> None:
        for _ in range(self._link.begin()):
            self._record("<", "a late answer")
            hooks.show(_LATE)

    def _deliver(self, text: bytes) -> Delivery:
        self._record(">", messages.read(text).described())
        return self._link.deliver(text)

    def _outcome(self, hooks: Hooks) -> Message:
        """Wait for the answer; that the request was taken (AE 11) is none yet."""
        timers, hinted = self._settings.timers, False
        deadline = self._monotonic() + timers.until_answer
        while (left := deadline - self._monotonic()) > 0:
            data = self._link.receive(min(left, timers.slice))
            answer = self._read(data) if data is not None else None
            if answer is not None and answer.get("AE") != ACCEPTED:
                return answer
            if answer is not None:
                hooks.acked()
            if hooks.abort_wanted() and not hinted:
                hooks.show(_RED_KEY)
                hinted = True
        raise TerminalSilent("answer", timers.until_answer)

    def _read(self, data: bytes) -> Message:
        answer = messages.read(data)
        self._record("<", answer.described())
        return answer


def _hand_over(tickets: Iterable[Ticket], hooks: Hooks) -> None:
    """Print; that the till cannot is too late to tell: the payment stands."""
    for ticket in tickets:
        with suppress(PrinterFault):
            hooks.print(Printed(ticket.copy, ticket.lines))


def _has_no(what: str) -> Refusal:
    return Refusal("The card terminal cannot do that.", f"its protocol Concert has no {what}")
