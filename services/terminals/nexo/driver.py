"""The nexo driver: one terminal, one HTTPS request for each exchange."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.contract.terminals import PaymentKind, PaymentState
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
from services.terminals.nexo import answers, requests
from services.terminals.nexo.calls import Call
from services.terminals.nexo.messages import Category, Message
from services.terminals.nexo.parts import clean
from services.terminals.nexo.requests import Body
from services.terminals.nexo.responses import Response
from services.terminals.nexo.results import finding_of, result_of
from services.terminals.nexo.talk import Names, Record, Talk, Timers
from services.terminals.nexo.texts import meaning
from services.terminals.problems import Refusal, closing_on_problem, no_original
from services.terminals.transports.line import Monotonic

_NOT_READY = {
    "Busy": "the terminal is busy",
    "Maintenance": "the terminal is being serviced",
    "Unreachable": "the terminal cannot be reached",
}
_NO_PAPER = frozenset({"PaperOut", "PaperJam", "NoPaper"})
_CONFIRM_SECONDS = 60
_REMEMBERED = timedelta(hours=24)
"""So long a terminal is trusted to know what it never had."""


@dataclass(frozen=True, slots=True)
class NexoSettings:
    """What the driver has to know of its terminal."""

    names: Names
    currency: str
    timers: Timers = field(default_factory=Timers)


class NexoDriver:
    """Speaks nexo to one terminal.

    It sees that the terminal knows our key before it sends a payment.
    """

    def __init__(
        self,
        connect: Callable[[], Call],
        settings: NexoSettings,
        now: Callable[[], datetime],
        monotonic: Monotonic,
        record: Record,
    ) -> None:
        self._settings = settings
        self._now = now
        self._monotonic = monotonic
        self._talk = Talk(connect, settings.names, settings.timers, monotonic, record)
        self._not_found = ""

    @property
    def abilities(self) -> frozenset[Ability]:
        """What nexo can be asked."""
        return frozenset(Ability) - {Ability.CASH_OUT}

    def perform(self, request: Request, hooks: Hooks) -> Result:
        """Run a payment, refund or reversal to its end."""
        if request.kind is PaymentKind.REVERSAL and requests.category_of(request) is Category.PAYMENT:
            raise no_original("The transaction number of the payment is not known.")
        with closing_on_problem(self.close):
            self._talk.greet()
            call = self._talk.open()
            try:
                return self._run(call, request, hooks)
            finally:
                call.close()

    def query(
        self,
        request: Request,
        said: Result | None,  # noqa: ARG002 - nothing is committed before it is known
        hooks: Hooks,
    ) -> Finding:
        """Ask for the status of the transaction by our reference."""
        names = self._settings.names
        if request.baseline.get("poi", clean(names.poi)) != clean(names.poi):
            return Finding(Verdict.CANNOT_TELL, "Another terminal stands there now.")
        sale = request.baseline.get("sale", names.sale)
        category = requests.category_of(request)
        reference = requests.message_reference(category, request.reference, sale, names.poi)
        with closing_on_problem(self.close):
            self._talk.greet()
            body = requests.transaction_status(reference, receipts=True)
            told = answers.status(self._talk.ask(Category.TRANSACTION_STATUS, body))
        finding = finding_of(told, request, sale)
        if finding.verdict is Verdict.SETTLED:
            _print(hooks, told.receipts or (told.repeated.receipts if told.repeated else ()))
        return self._believed(finding, request)

    def status(self, hooks: Hooks) -> TerminalStatus:  # noqa: ARG002 - nothing is shown meanwhile
        """Ask how the terminal is; moves no money."""
        message = self._serve(Category.DIAGNOSIS, requests.diagnosis(host=True))
        told = answers.diagnosis(message)
        _check(told.response, "The terminal does not tell how it is.")
        text = _NOT_READY.get(told.status, "ready" if told.status == "OK" else told.status)
        if told.status == "OK" and told.unreachable:
            text = "the bank cannot be reached"
        needs = frozenset({"paper"} if told.printer in _NO_PAPER else ())
        return TerminalStatus(text == "ready", text, self._settings.names.poi, needs=needs)

    def settle(self, hooks: Hooks) -> Totals:  # noqa: ARG002 - nothing is shown meanwhile
        """Run the end of day (Reconciliation)."""
        # The terminal asks its acquirer, which may take as long as with a payment.
        message = self._serve(
            Category.RECONCILIATION, requests.reconciliation(), self._settings.timers.payment
        )
        return self._counted(message, "The end of day was not carried out.")

    def totals(self, hooks: Hooks) -> Totals:  # noqa: ARG002 - nothing is shown meanwhile
        """Read the totals (GetTotals)."""
        return self._counted(self._serve(Category.TOTALS, requests.totals()), "The totals were not given.")

    def reprint(self, hooks: Hooks) -> None:
        """Have the last receipt given again, through `hooks.print`."""
        last = hooks.last_result()
        told = last.more if last is not None else {}
        reference = None
        if "service" in told:
            names = self._settings.names
            reference = requests.message_reference(told["category"], told["service"], told["sale"], names.poi)
        body = requests.transaction_status(reference, receipts=True)
        answer = answers.status(self._serve(Category.TRANSACTION_STATUS, body))
        what = "The receipt was not repeated."
        _check(answer.response, what)
        receipts = answer.receipts or (answer.repeated.receipts if answer.repeated else ())
        if not receipts:
            raise Refusal(what, "it gave no receipt")
        for printed in receipts:
            hooks.print(printed)

    def show_to_customer(self, lines: list[str]) -> None:
        """Show a text on the terminal's display."""
        message = self._serve(Category.DISPLAY, requests.display(lines))
        _check(answers.shown(message), "The text was not shown.")

    def print_at_terminal(self, lines: list[str]) -> None:
        """Print a text on the terminal's own printer."""
        message = self._serve(Category.PRINT, requests.print_out(lines))
        _check(answers.shown(message), "The text was not printed.")

    def confirmed_by_customer(self, lines: list[str]) -> bool:
        """Ask the customer for yes or no; raises Refusal when nobody answers."""
        seconds = _CONFIRM_SECONDS + self._settings.timers.answer
        message = self._serve(Category.INPUT, requests.confirmation(lines, _CONFIRM_SECONDS), seconds)
        response, yes = answers.confirmed(message)
        _check(response, "The customer was not asked.")
        return yes

    def close(self) -> None:
        """Greet the terminal again before the next exchange; connections are never kept."""
        self._talk.forget()

    def _run(self, call: Call, request: Request, hooks: Hooks) -> Result:
        if hooks.abort_wanted():
            return Result(PaymentState.CANCELLED, text="aborted before it was sent")
        names, timers = self._settings.names, self._settings.timers
        category = requests.category_of(request)
        body = requests.transaction(request, self._now())
        kept = {"service": request.reference, "sale": names.sale, "category": str(category)}
        hooks.sent({**kept, "poi": names.poi, "at": self._now().isoformat()})
        hooks.show("waiting for the customer at the terminal")
        seconds = timers.payment + timers.after_abort
        watch = _Watch(self._talk, timers, self._monotonic, category, request.reference, hooks)
        message = self._talk.exchange(call, category, body, request.reference, seconds, watch.look)
        told = answers.transaction(message)
        _print(hooks, told.receipts)
        return replace(result_of(told, request), more=kept)

    def _believed(self, finding: Finding, request: Request) -> Finding:
        """Return the finding; what the terminal never had is asked for twice.

        A request that was on its way when the line broke may come to the terminal after
        the first question.
        """
        if finding.verdict is Verdict.SETTLED and finding.result is not None:
            more = {key: value for key, value in request.baseline.items() if key not in {"poi", "at"}}
            return replace(finding, result=replace(finding.result, more=more))
        if finding.verdict is Verdict.NOT_CHARGED and self._is_long_ago(request):
            return Finding(Verdict.CANNOT_TELL, "It may be so long ago that the terminal has forgotten it.")
        if finding.verdict is Verdict.NOT_CHARGED and self._not_found != request.reference:
            self._not_found = request.reference
            return Finding(Verdict.RUNNING, "The terminal never had it; it is asked once more.")
        return finding

    def _is_long_ago(self, request: Request) -> bool:
        """Whether it was sent long ago, or nobody knows when (after a restore)."""
        sent = request.baseline.get("at")
        return sent is None or self._now() - datetime.fromisoformat(sent) > _REMEMBERED

    def _serve(self, category: Category, body: Body, seconds: float | None = None) -> Message:
        with closing_on_problem(self.close):
            self._talk.greet()
            return self._talk.ask(category, body, seconds)

    def _counted(self, message: Message, what: str) -> Totals:
        told = answers.totals(message, self._settings.currency)
        _check(told.response, what)
        return Totals(self._settings.currency, told.schemes, None, told.reference, told.response.text)


class _Watch:
    """Has a running payment aborted when the till asks, or it takes too long."""

    def __init__(
        self,
        talk: Talk,
        timers: Timers,
        monotonic: Monotonic,
        category: Category,
        service: str,
        hooks: Hooks,
    ) -> None:
        self._talk = talk
        self._timers = timers
        self._monotonic = monotonic
        self._category = category
        self._service = service
        self._hooks = hooks
        self._too_late = monotonic() + timers.payment
        self._next_abort = 0.0

    def look(self) -> None:
        """Ask to abort when that is wanted, and again if it does not help."""
        now = self._monotonic()
        if now < self._next_abort or not (self._hooks.abort_wanted() or now >= self._too_late):
            return
        self._next_abort = now + self._timers.between_aborts
        self._hooks.show("aborting")
        self._talk.abort(self._category, self._service)


def _print(hooks: Hooks, receipts: tuple[Printed, ...]) -> None:
    for printed in receipts:
        # The terminal does not wait for the printer: the receipt can be repeated.
        with suppress(PrinterFault):
            hooks.print(printed)


def _check(response: Response, what: str) -> None:
    if not response.good:
        _, words = meaning(response.condition)
        raise Refusal(what, response.text or words, response.condition)
