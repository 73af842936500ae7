"""The Linkly driver: one EFT-Client with its PIN pad, over TCP."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.contract.terminals import PaymentState, ReceiptCopy
from services.terminals.driver import (
    Ability,
    Finding,
    Hooks,
    Printed,
    PrinterFault,
    Request,
    Result,
    TerminalStatus,
    Verdict,
)
from services.terminals.linkly import requests, responses
from services.terminals.linkly.codes import (
    LOGON_NEEDED,
    POWER_FAILED,
    SettlementKind,
    letter_of,
)
from services.terminals.linkly.dialogue import NOT_PRINTED, Dialogue
from services.terminals.linkly.exchange import Exchange
from services.terminals.linkly.framing import Message
from services.terminals.linkly.identity import Identity
from services.terminals.linkly.links import Link, Timers
from services.terminals.linkly.responses import StatusResponse, TransactionResponse
from services.terminals.linkly.results import OnceMore, find, is_ours, result_of, without_surcharge
from services.terminals.linkly.settling import Settling, handle_of, words
from services.terminals.linkly.totals import SettlementResponse, settlement
from services.terminals.places import WHERE
from services.terminals.problems import Break, Refusal, closing_on_problem
from services.terminals.transports.line import Monotonic


@dataclass(frozen=True, slots=True)
class LinklySettings:
    """What the driver has to know of its terminal."""

    currency: str
    identity: Identity
    totals: SettlementKind = SettlementKind.PRE
    """What `totals` asks for; not every PIN pad has every kind."""
    unmatched: bool = False
    """Money may be given back without naming the payment it belongs to."""
    training: bool = False


class LinklyDriver(Settling):
    """Speaks to an EFT-Client; hides its dialog and logs on where that is needed."""

    def __init__(
        self,
        link: Link,
        settings: LinklySettings,
        timers: Timers,
        monotonic: Monotonic,
    ) -> None:
        super().__init__(settings.totals)
        self._link = link
        self._settings = settings
        self._exchange = Exchange(link, timers, monotonic)
        self._logged_on = False
        self._once_more = OnceMore()

    @property
    def abilities(self) -> frozenset[Ability]:
        """What an EFT-Client can be asked: everything."""
        return frozenset(Ability)

    def perform(self, request: Request, hooks: Hooks) -> Result:
        """Run a payment, cash-out, refund or void to its end."""
        message = self._asked(request)
        with closing_on_problem(self.close):
            self._ready(hooks)
            if hooks.abort_wanted():
                return Result(PaymentState.CANCELLED, text="aborted before it was sent")
            baseline = {WHERE: self._link.name}
            hooks.sent(baseline)
            answer = self._exchange.run(
                message,
                Dialogue(hooks),
                started=hooks.acked,
                mine=lambda heard: _may_be_ours(heard, request),
            )
            return self._result(responses.transaction(answer), replace(request, baseline=baseline), hooks)

    def query(self, request: Request, said: Result | None, hooks: Hooks) -> Finding:
        """Ask for the transaction under the attempt's reference; fetch its receipt."""
        del said  # Nothing is told before the end.
        with closing_on_problem(self.close):
            self._connected(hooks)
            finding = self._once_more.believed(self._find(request, hooks), request)
        if finding.result is not None and finding.result.state is PaymentState.APPROVED:
            self._print_again(request.reference, hooks)
        return finding

    def status(self, hooks: Hooks) -> TerminalStatus:
        """Ask how the PIN pad is (K)."""
        with closing_on_problem(self.close):
            self._connected(hooks)
            told = self._status(hooks)
        ready = told.outcome.success and told.logged_on
        needs = frozenset() if told.logged_on else frozenset({"logon"})
        return TerminalStatus(ready, words(told.outcome), told.catid, told.software, needs)

    def reprint(self, hooks: Hooks) -> None:
        """Have the last receipt printed by the till (C)."""
        with closing_on_problem(self.close):
            self._connected(hooks)
            self._receipt("", hooks)

    def log_on(self, hooks: Hooks) -> None:
        """Log the PIN pad on to the bank (G)."""
        with closing_on_problem(self.close):
            self._connected(hooks)
            self._log_on(hooks)

    def close(self) -> None:
        """Let go of the line; the next call connects afresh."""
        self._logged_on = False
        self._link.close()

    def _asked(self, request: Request) -> Message:
        handle = handle_of(request, unmatched=self._settings.unmatched)
        settings = self._settings
        return requests.transaction(
            requests.Transaction(
                letter_of(request),
                request.amount,
                request.reference,
                request.cash_out,
                request.currency,
                settings.training,
                settings.identity.tags(request, handle),
            )
        )

    def _ready(self, hooks: Hooks) -> None:
        """Connect and log on; a connection that died meanwhile is made anew once."""
        was_open = not self._link.open()
        try:
            self._prepare(hooks, new=not was_open)
        except Break:
            if not was_open:
                raise
            self.close()
            self._prepare(hooks, new=self._link.open())

    def _prepare(self, hooks: Hooks, *, new: bool) -> None:
        if new:
            self._exchange.ask(requests.dialog(), hooks)
        else:
            self._exchange.clear()
        if not self._logged_on:
            told = self._status(hooks)
            if not told.outcome.success:
                raise Refusal("The card terminal is not ready.", words(told.outcome), told.outcome.code)
            if not told.logged_on:
                self._log_on(hooks)
            self._logged_on = True

    def _connected(self, hooks: Hooks) -> None:
        if self._link.open():
            self._exchange.ask(requests.dialog(), hooks)

    def _log_on(self, hooks: Hooks) -> None:
        told = responses.logon(self._exchange.ask(requests.logon(), hooks))
        if not told.outcome.success:
            raise Refusal("The PIN pad could not log on.", words(told.outcome), told.outcome.code)

    def _status(self, hooks: Hooks) -> StatusResponse:
        return responses.status(self._exchange.ask(requests.status(), hooks))

    def _result(self, told: TransactionResponse, request: Request, hooks: Hooks) -> Result:
        code = told.outcome.code
        if code == LOGON_NEEDED:
            self._logged_on = False
        if not told.reference:
            return self._uncorrelated(told, request, hooks)
        bare = without_surcharge(told, request)
        if bare is None or code == POWER_FAILED:
            return Result(PaymentState.UNKNOWN)
        if not is_ours(bare, request, training=self._settings.training):
            return Result(PaymentState.UNKNOWN)
        return result_of(bare, self._settings.currency)

    def _uncorrelated(self, told: TransactionResponse, request: Request, hooks: Hooks) -> Result:
        """Return what an answer without a reference came to: it is not believed alone."""
        finding = self._find(request, hooks)
        if finding.verdict is Verdict.NOT_CHARGED and not told.outcome.success:
            return Result(PaymentState.CANCELLED, code=told.outcome.code, text=words(told.outcome))
        return finding.result or Result(PaymentState.UNKNOWN)

    def _find(self, request: Request, hooks: Hooks) -> Finding:
        told = responses.last(self._exchange.ask(requests.last(request.reference), hooks))
        settings = self._settings
        return find(request, told, settings.currency, where=self._link.name, training=settings.training)

    def _print_again(self, reference: str, hooks: Hooks) -> None:
        """Print what the break may have swallowed; the payment stands without it too."""
        try:
            self._receipt(reference, hooks)
        except Break:
            self.close()
        except Refusal:
            return

    def _receipt(self, reference: str, hooks: Hooks) -> None:
        told = responses.reprint(self._exchange.ask(requests.reprint(reference), hooks))
        if not told.outcome.success:
            raise Refusal("The receipt was not repeated.", words(told.outcome), told.outcome.code)
        if told.lines:
            try:
                hooks.print(Printed(ReceiptCopy.CUSTOMER, told.lines))
            except PrinterFault:
                hooks.show(NOT_PRINTED)

    def _settled(self, kind: SettlementKind, hooks: Hooks, *, reset: bool = False) -> SettlementResponse:
        with closing_on_problem(self.close):
            self._ready(hooks)
            answer = self._exchange.ask(requests.settlement(kind, reset=reset), hooks)
        return settlement(answer, self._settings.currency)


def _may_be_ours(heard: Message, request: Request) -> bool:
    """Whether an answer names our attempt, or none; another one is late."""
    return responses.transaction(heard).reference in {"", request.reference}
