"""The Linkly Cloud driver: one PIN pad, by sessions over HTTPS."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from services.contract.terminals import PaymentState
from services.terminals.driver import (
    Ability,
    Finding,
    Hooks,
    Request,
    Result,
    TerminalStatus,
    Verdict,
)
from services.terminals.linkly.codes import (
    LOGON_NEEDED,
    POWER_FAILED,
    SettlementKind,
    letter_of,
)
from services.terminals.linkly.dialogue import Dialogue
from services.terminals.linkly.identity import Identity, unique_id
from services.terminals.linkly.requests import EFTPOS
from services.terminals.linkly.results import OnceMore, judge, never_came
from services.terminals.linkly.settling import Settling, handle_of, words
from services.terminals.linkly.totals import SettlementResponse
from services.terminals.linkly_cloud import reading
from services.terminals.linkly_cloud.access import Access
from services.terminals.linkly_cloud.calls import Reply
from services.terminals.linkly_cloud.reading import Told
from services.terminals.linkly_cloud.sessions import TRANSACTION, Body, Look, Sessions
from services.terminals.linkly_cloud.watching import Timers, Watch, show
from services.terminals.places import WHERE
from services.terminals.problems import Refusal, closing_on_problem
from services.terminals.transports.line import Monotonic

_LOGON, _STATUS, _SETTLEMENT, _REPRINT = "logon", "status", "settlement", "reprintreceipt"


@dataclass(frozen=True, slots=True)
class CloudSettings:
    """What the driver has to know of its terminal."""

    currency: str
    identity: Identity
    totals: SettlementKind = SettlementKind.PRE
    unmatched: bool = False
    """Money may be given back without naming the payment it belongs to."""


class LinklyCloudDriver(Settling):
    """Runs sessions, and finds them again by their id."""

    def __init__(
        self,
        access: Access,
        sessions: Sessions,
        settings: CloudSettings,
        timers: Timers,
        monotonic: Monotonic,
        wait: Callable[[float], None],
    ) -> None:
        super().__init__(settings.totals)
        self._access = access
        self._sessions = sessions
        self._settings = settings
        self._watch = Watch(sessions, timers, monotonic, wait)
        self._logon_due = False
        self._once_more = OnceMore()

    @property
    def abilities(self) -> frozenset[Ability]:
        """What Linkly Cloud can be asked: everything."""
        return frozenset(Ability)

    def perform(self, request: Request, hooks: Hooks) -> Result:
        """Run a payment, cash-out, refund or void to its end."""
        body = self._asked(request)
        with self._fresh_after_break():
            self._access.token()
            if self._logon_due:
                self.log_on(hooks)
            if hooks.abort_wanted():
                return Result(PaymentState.CANCELLED, text="aborted before it was sent")
            baseline = {WHERE: self._where()}
            request = replace(request, baseline=baseline)
            hooks.sent(baseline)
            reply = self._sessions.start(session_of(request), TRANSACTION, body)
            if not reply.is_good:
                return self._refused(request, reply)
            hooks.acked()
            # From here on the service must know the session: see `_finding`.
            hooks.commit(_taken(request))
            return self._told(self._watch.until_end(session_of(request), TRANSACTION, hooks), request)

    def query(self, request: Request, said: Result | None, hooks: Hooks) -> Finding:
        """Look at the attempt's own session: its end, still running, or never submitted."""
        with self._fresh_after_break():
            look = self._look_again(request)
            finding = self._once_more.believed(self._finding(look, request, taken=said is not None), request)
        if finding.result is not None and finding.result.state is PaymentState.APPROVED:
            show(look, Dialogue(hooks))
        return finding

    def status(self, hooks: Hooks) -> TerminalStatus:
        """Ask how the PIN pad is."""
        told = reading.status(self._run(_STATUS, {"StatusType": "0"}, hooks))
        ready = told.outcome.success and told.logged_on
        needs = frozenset() if told.logged_on else frozenset({"logon"})
        return TerminalStatus(ready, words(told.outcome), told.catid, told.software, needs)

    def reprint(self, hooks: Hooks) -> None:
        """Have the last receipt printed by the till."""
        told = self._run(_REPRINT, {"ReprintType": "2"}, hooks)
        went = reading.outcome(told)
        if not went.success:
            raise Refusal("The receipt was not repeated.", words(went), went.code)
        dialogue = Dialogue(hooks)
        for event in reading.receipt({**told, "type": "C"}):
            dialogue.receipt(event)

    def log_on(self, hooks: Hooks) -> None:
        """Log the PIN pad on to the bank."""
        went = reading.outcome(self._run(_LOGON, {"LogonType": " "}, hooks))
        if not went.success:
            raise Refusal("The PIN pad could not log on.", words(went), went.code)
        self._logon_due = False

    def close(self) -> None:
        """Let go of the connections; what runs is not looked at any longer."""
        self._watch.left = True
        self._access.caller.close()

    def _asked(self, request: Request) -> Body:
        handle = handle_of(request, unmatched=self._settings.unmatched)
        return self._body(
            {
                "TxnType": letter_of(request),
                "AmtPurchase": request.amount,
                "AmtCash": request.cash_out,
                "TxnRef": request.reference,
                "CurrencyCode": request.currency,
                "PurchaseAnalysisData": dict(self._settings.identity.tags(request, handle)),
            }
        )

    def _body(self, more: Body) -> Body:
        printing = {"ReceiptAutoPrint": self._sessions.receipts, "CutReceipt": "0"}
        return {"Merchant": EFTPOS, "Application": EFTPOS, **printing, **more}

    def _where(self) -> str:
        """Return what tells this PIN pad from another one it may be set up as later."""
        return f"{self._access.addresses.rest.host} {self._access.mark()}"

    def _refused(self, request: Request, reply: Reply) -> Result:
        """Return what a request came to that the service did not take: its session tells.

        Where the service itself failed, the request may still be on its way to the PIN pad.
        """
        status = f"HTTP {reply.status}"
        finding = self._finding(self._look_again(request), request)
        if finding.verdict is Verdict.NOT_CHARGED and reply.is_refusal:
            return Result(PaymentState.CANCELLED, code=status, text=f"Linkly Cloud says {status}")
        return finding.result or Result(PaymentState.UNKNOWN)

    def _look_again(self, request: Request) -> Look:
        return self._sessions.look(session_of(request), TRANSACTION, again=True)

    def _finding(self, look: Look, request: Request, *, taken: bool = False) -> Finding:
        if not look.known and taken:
            why = "Linkly Cloud took this payment, and does not know it any more."
            return Finding(Verdict.CANNOT_TELL, why)
        if not look.known:
            return never_came(request, self._where())
        if look.answer is None:
            return Finding(Verdict.RUNNING, "The PIN pad is still busy with it.")
        return judge(reading.transaction(look.answer), request, self._settings.currency)

    def _told(self, answer: Told, request: Request) -> Result:
        told = reading.transaction(answer)
        if told.outcome.code == LOGON_NEEDED:
            self._logon_due = True
        if told.outcome.code == POWER_FAILED:
            return Result(PaymentState.UNKNOWN)
        return judge(told, request, self._settings.currency).result or Result(PaymentState.UNKNOWN)

    def _run(self, function: str, body: Body, hooks: Hooks) -> Told:
        """Run a function that moves no money, in a session of its own."""
        session = uuid.uuid4().hex
        with self._fresh_after_break():
            reply = self._sessions.start(session, function, self._body(body))
            if not reply.is_good:
                raise Refusal(
                    "Linkly Cloud does not do this.", f"it says HTTP {reply.status}", f"HTTP {reply.status}"
                )
            return self._watch.until_end(session, function, hooks)

    def _settled(self, kind: SettlementKind, hooks: Hooks, *, reset: bool = False) -> SettlementResponse:
        body = {"SettlementType": str(kind), "ResetTotals": reset}
        return reading.settlement(self._run(_SETTLEMENT, body, hooks), self._settings.currency)

    @contextmanager
    def _fresh_after_break(self) -> Iterator[None]:
        """Watch sessions again; make a new connection next time when this one broke."""
        self._watch.left = False
        with closing_on_problem(self.close):
            yield


def _taken(request: Request) -> Result:
    """Return what is known of a request that was taken: what was asked."""
    return Result(PaymentState.UNKNOWN, request.amount, request.currency, text="taken by Linkly Cloud")


def session_of(request: Request) -> str:
    """Return the session of an attempt: worked out, so that it is found again."""
    return unique_id(request.reference).replace("-", "")
