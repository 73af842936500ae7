"""The E+ driver: one French terminal on a serial line.

There is no question for an earlier payment, no abort and no totals (TERMINALS.md 3.1). What
the terminal answers is written down before it is acknowledged; where no answer came, the
line is listened to as long as one may still come, and then a person decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from services.contract.problem import Refused
from services.contract.terminals import PaymentKind, PaymentState
from services.terminals.clocks import seconds_since
from services.terminals.driver import (
    Ability,
    Finding,
    Hooks,
    Request,
    Result,
    TerminalStatus,
    Totals,
    Verdict,
)
from services.terminals.eplus import messages, outcomes
from services.terminals.eplus.handshake import Delivery, Handshake, Timers
from services.terminals.eplus.messages import (
    CANCELLATION,
    CARD,
    MODES,
    MOST_AMOUNT,
    PAYMENT,
    REFUND,
    Ask,
    Told,
)
from services.terminals.places import MOVED, WHERE, has_moved, must_be_reversible
from services.terminals.problems import ProtocolError, Refusal, TerminalSilent, closing_on_problem
from services.terminals.stated import SENT
from services.terminals.transports.line import Line, Monotonic

_KINDS = {
    PaymentKind.PAYMENT: PAYMENT,
    PaymentKind.REFUND: REFUND,
    PaymentKind.REVERSAL: CANCELLATION,
}
_AT_THE_TERMINAL = "The customer pays at the terminal."
_RED_KEY = "Only its red key aborts the payment: press it on the terminal."
_LATE = "The terminal told the outcome of an earlier payment only now; it settles nothing."


@dataclass(frozen=True, slots=True)
class EplusSettings:
    """What the driver has to know of its terminal. `currency` is the ISO 4217 number."""

    currency: int
    till: int = 1
    mode: str = CARD
    report: bool = False
    """Ask for the report, of which the card's last four digits are kept."""
    private: bool = True
    """Send our reference in the private field."""
    force: bool = False
    timers: Timers = field(default_factory=Timers)
    listen: float = 2.0
    """Seconds one question about an earlier payment listens to the line."""


class EplusDriver:
    """Speaks E+ over a line."""

    def __init__(
        self,
        line: Line,
        settings: EplusSettings,
        monotonic: Monotonic,
        now: Callable[[], datetime],
        record: Callable[[str, str], None],
    ) -> None:
        self._handshake = Handshake(line, settings.timers, monotonic)
        self._settings = settings
        self._monotonic = monotonic
        self._now = now
        self._record = record

    @property
    def abilities(self) -> frozenset[Ability]:
        """What E+ can be asked."""
        return frozenset({Ability.REFUND, Ability.REVERSAL, Ability.STATUS})

    def perform(self, request: Request, hooks: Hooks) -> Result:
        """Run a payment, refund or cancellation to its end.

        Until the terminal has given the line, nothing of the request was sent.
        """
        must_be_reversible(request, self._handshake.name)
        ask = self._ask(request)
        text = messages.request(ask)
        with closing_on_problem(self.close):
            self._take_line(hooks)
            if hooks.abort_wanted():
                self._handshake.release()
                return Result(PaymentState.CANCELLED, text="aborted before it was sent")
            hooks.sent({SENT: self._now().isoformat(), WHERE: self._handshake.name})
            self._record(">", described(ask))
            delivery = self._handshake.deliver(text)
            self._handshake.release()
            if delivery is Delivery.REFUSED:
                return Result(PaymentState.CANCELLED, code="NAK", text="the terminal refused the message")
            if delivery is Delivery.TAKEN:
                hooks.acked()
            hooks.show(_AT_THE_TERMINAL)
            return self._outcome(ask, hooks, taken=delivery is Delivery.TAKEN)

    def query(self, request: Request, said: Result | None, hooks: Hooks) -> Finding:
        """Return what was said before; else listen while an answer may still come.

        Sends no question: there is none. An answer that comes in that time is to this
        attempt, as nothing else was sent meanwhile.
        """
        known = outcomes.finding(said, request)
        left = self._settings.timers.until_answer - seconds_since(request.baseline.get(SENT), self._now())
        if known is not None or left <= 0:
            return known or outcomes.cannot_tell()
        if has_moved(request.baseline, self._handshake.name):
            return Finding(Verdict.CANNOT_TELL, MOVED)
        with closing_on_problem(self.close):
            self._handshake.open()
            told = self._hear(self._ask(request), min(self._settings.listen, left), hooks)
        if told is None:
            return Finding(Verdict.RUNNING, "The terminal may still answer.")
        return outcomes.finding(told, request) or outcomes.cannot_tell()

    def status(self, hooks: Hooks) -> TerminalStatus:
        """Ask for the line and give it free again; nothing is sent."""
        with closing_on_problem(self.close):
            try:
                self._take_line(hooks)
            except Refusal as refusal:
                return TerminalStatus(ready=False, text=refusal.why)
            self._handshake.release()
        return TerminalStatus(ready=True, text="ready")

    def settle(self, hooks: Hooks) -> Totals:  # noqa: ARG002 - every driver's
        """Refuse: E+ has no end of day."""
        raise _has_no("end of day")

    def totals(self, hooks: Hooks) -> Totals:  # noqa: ARG002 - every driver's
        """Refuse: E+ has no totals."""
        raise _has_no("totals")

    def reprint(self, hooks: Hooks) -> None:  # noqa: ARG002 - every driver's
        """Refuse: the duplicate slip is had at the terminal's menu."""
        raise _has_no("duplicate slip")

    def close(self) -> None:
        """Let go of the line."""
        self._handshake.close()

    def _ask(self, request: Request) -> Ask:
        settings = self._settings
        if request.amount > MOST_AMOUNT:
            raise Refused(
                "The amount cannot be sent to the card terminal.",
                f"Its protocol E+ carries at most {MOST_AMOUNT} (minor units).",
                "Take it in parts.",
                code="terminal_amount",
            )
        return Ask(
            settings.till,
            request.amount,
            _KINDS[request.kind],
            settings.currency,
            settings.mode,
            request.reference if settings.private else "",
            settings.report,
            settings.force,
        )

    def _take_line(self, hooks: Hooks) -> None:
        """Get the line; what came unasked belongs to something earlier."""
        for _ in self._handshake.take():
            self._record("<", "a late answer")
            hooks.show(_LATE)

    def _outcome(self, ask: Ask, hooks: Hooks, *, taken: bool) -> Result:
        """Wait for the answer; one to something else is acknowledged and left aside."""
        timers, hinted = self._settings.timers, False
        deadline = self._monotonic() + timers.until_answer
        while (left := deadline - self._monotonic()) > 0:
            result = self._hear(ask, min(left, timers.slice), hooks)
            if result is not None:
                return result
            if hooks.abort_wanted() and not hinted:
                if not taken:
                    break
                hooks.show(_RED_KEY)
                hinted = True
        raise TerminalSilent("answer", timers.until_answer)

    def _hear(self, ask: Ask, seconds: float, hooks: Hooks) -> Result | None:
        """Return what the terminal says of `ask`, on the disk before it is acknowledged."""
        text = self._handshake.receive(seconds)
        if text is None:
            return None
        try:
            told = messages.told(text)
        except ProtocolError:
            # It arrived whole: saying it again would not make it clearer.
            self._handshake.accept()
            raise
        self._record("<", described(told))
        ours = outcomes.answers(told, ask)
        result = outcomes.result_of(told, ask) if ours else None
        if result is not None:
            hooks.commit(result)
        self._handshake.accept()
        return result


def described(message: Ask | Told) -> str:
    """Return a message in words for the log: no card data."""
    parts = [f"till {message.till:02d}", f"{message.amount} {message.currency:03d}"]
    parts.append(MODES.get(message.mode, message.mode))
    if isinstance(message, Told):
        parts.append(f"result {message.result}")
    return " ".join(parts)


def _has_no(what: str) -> Refusal:
    return Refusal("The card terminal cannot do that.", f"its protocol E+ has no {what}")
