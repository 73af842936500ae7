"""The ZVT driver: one terminal, over TCP or a serial line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.contract.terminals import PaymentKind, PaymentState
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
from services.terminals.places import WHERE, has_moved, must_be_reversible
from services.terminals.problems import Break, Refusal, closing_on_problem, no_original
from services.terminals.stated import SENT
from services.terminals.transports.line import Monotonic
from services.terminals.zvt import commands, messages
from services.terminals.zvt.codes import (
    CARD_INSERTED,
    PLEASE_WAIT,
    RECEIVER_NOT_READY,
    Command,
)
from services.terminals.zvt.commands import Draft, Registration
from services.terminals.zvt.exchange import Exchange, Sequence
from services.terminals.zvt.last import UNSUPPORTED, Last, compare
from services.terminals.zvt.links import Link
from services.terminals.zvt.messages import Completion, EnquiryCompletion
from services.terminals.zvt.profiles import Profile, Timers
from services.terminals.zvt.service import Counting, Reading
from services.terminals.zvt.taking import Style, Transaction
from services.terminals.zvt.texts import Language, state_text

_BUSY = frozenset(f"{code:02X}" for code in (PLEASE_WAIT, CARD_INSERTED, RECEIVER_NOT_READY))
_NEEDS = {0xF0: "settle", 0xC2: "diagnosis", 0x51: "initialisation", 0xCC: "printer"}
_NEEDS_OF_REGISTRATION = {0x01: "initialisation", 0x02: "diagnosis"}
"""Bits of the status byte that ends a registration."""


@dataclass(frozen=True, slots=True)
class ZvtSettings:
    """What the driver has to know of its terminal."""

    profile: Profile
    currency: str
    password: str = field(default="000000", repr=False)
    language: Language = "en"
    line_width: int = 40


class ZvtDriver:
    """Speaks ZVT; registers afresh on every connection."""

    def __init__(
        self,
        link: Link,
        settings: ZvtSettings,
        monotonic: Monotonic,
        now: Callable[[], datetime],
        record: Callable[[str, str], None],
    ) -> None:
        self._link = link
        self._settings = settings
        self._now = now
        profile = settings.profile
        self._style = Style(profile.charset, settings.language, settings.line_width)
        self._exchange = Exchange(link, profile.timers, profile.charset, monotonic, record, settings.language)
        self._registered: Completion | None = None

    @property
    def abilities(self) -> frozenset[Ability]:
        """What ZVT can be asked."""
        return frozenset(Ability) - {Ability.CASH_OUT}

    @property
    def timers(self) -> Timers:
        """How long it waits, and for what."""
        return self._profile.timers

    def perform(self, request: Request, hooks: Hooks) -> Result:
        """Run a payment, refund or reversal to its end."""
        must_be_reversible(request, self._link.name)
        draft = self._draft(request)
        with closing_on_problem(self.close):
            before = self._baseline(hooks)
            if hooks.abort_wanted():
                return Result(PaymentState.CANCELLED, text="aborted before it was sent")
            sent = {SENT: self._now().isoformat(timespec="seconds"), WHERE: self._link.name}
            baseline = {**before.baseline(), **sent}
            hooks.sent(baseline)
            transaction = self._transaction(request, hooks, before)
            try:
                self._exchange.run(self._mirrored(draft, hooks), transaction)
            except Refusal as refusal:
                return self._refused(replace(request, baseline=baseline), refusal, hooks)
            return self._placed(transaction.result())

    def _refused(self, request: Request, refusal: Refusal, hooks: Hooks) -> Result:
        """Return what a refused command came to.

        Answers bear no number, so this one may have been meant for an earlier command: the
        last transaction is looked at before the refusal is believed.
        """
        finding = self.query(request, None, hooks)
        if finding.verdict is Verdict.NOT_CHARGED:
            return Result(PaymentState.CANCELLED, code=refusal.detail, text=refusal.why)
        return finding.result or Result(PaymentState.UNKNOWN)

    def query(self, request: Request, said: Result | None, hooks: Hooks) -> Finding:
        """Ask for the last transaction, once the terminal is idle."""
        with closing_on_problem(self.close):
            try:
                self._register(hooks)
                if self._is_busy(hooks):
                    return _running()
                last = self._last(hooks)
            except Refusal as refusal:
                if refusal.detail in _BUSY:
                    self.close()
                    return _running()
                raise
        where, partial = self._link.name, self._profile.partial
        finding = compare(request, said, last, partial=partial, asked=self._now(), where=where)
        return replace(finding, result=finding.result and self._placed(finding.result))

    def status(self, hooks: Hooks) -> TerminalStatus:
        """Ask how the terminal is (05 01)."""
        with closing_on_problem(self.close):
            known = self._registered
            registered = self._register(hooks)
            if registered is known and _needs(known.status or 0):
                # It may have done it by itself since: it says so when it is registered again.
                self._registered = None
                registered = self._register(hooks)
            told = self._enquire(hooks)
        code = told.status or 0
        needs = frozenset({_NEEDS[code]} if code in _NEEDS else ()) | _needs(registered.status or 0)
        text = state_text(code, self._settings.language)
        return TerminalStatus(code == 0 and not needs, text, registered.terminal_id, told.software, needs)

    def settle(self, hooks: Hooks) -> Totals:
        """Run the end of day (06 50)."""
        return self._count(Command.END_OF_DAY, "The end of day was not carried out.", hooks)

    def totals(self, hooks: Hooks) -> Totals:
        """Read the turnover totals (06 10)."""
        return self._count(Command.TURNOVER_TOTALS, "The totals were not given.", hooks)

    def reprint(self, hooks: Hooks) -> None:
        """Have the last receipt repeated (06 20)."""
        draft = commands.repeat_receipt(self._settings.password, silent=False)
        self._serve(draft, "The receipt was not repeated.", hooks)

    def diagnose(self, hooks: Hooks) -> None:
        """Have the terminal check itself and its line (06 70)."""
        self._serve(commands.bare(Command.DIAGNOSIS), "The diagnosis failed.", hooks)
        self._registered = None  # What it said it needs may be done: it is asked afresh.

    def initialise(self, hooks: Hooks) -> None:
        """Have the terminal initialise (06 93)."""
        draft = commands.with_password(Command.INITIALISATION, self._settings.password)
        self._serve(draft, "The initialisation failed.", hooks)
        self._registered = None

    def log_off(self, hooks: Hooks) -> None:
        """Log the till off (06 02): the terminal prints for itself again.

        The next call registers the till again.
        """
        with closing_on_problem(self.close):
            self._register(hooks)
            self._exchange.tell(commands.bare(Command.LOG_OFF), self._reading(hooks))
        self.close()

    def set_clock(self, local: datetime, hooks: Hooks) -> None:
        """Set date and time (06 91) to `local`, the store's time.

        Many terminals do not do this.
        """
        draft = commands.set_date_and_time(f"{local:%y%m%d}", f"{local:%H%M%S}")
        self._serve(draft, "The clock was not set.", hooks)

    def close(self) -> None:
        """Let go of the line; the next call registers afresh."""
        self._registered = None
        self._link.close()

    @property
    def _profile(self) -> Profile:
        return self._settings.profile

    def _draft(self, request: Request) -> Draft:
        password = self._settings.password
        if request.kind is PaymentKind.PAYMENT:
            kind = self._profile.payment_type
            return commands.authorisation(request.amount, request.currency, payment_type=kind)
        if request.kind is PaymentKind.REFUND:
            return commands.refund(password, request.amount, request.currency)
        receipt = request.original.receipt if request.original else ""
        if not receipt.isdecimal():
            raise no_original("The receipt number of the payment is not known.")
        return commands.reversal(password, receipt, request.amount)

    def _mirrored(self, draft: Draft, hooks: Hooks) -> Draft:
        """Return it with the receipt mirror, where the terminal has them.

        One of another device would have this one undo a payment of its own.
        """
        if not self._profile.mirror:
            return draft
        last = hooks.last_result()
        known = last.more.get("mirror", "") if last is not None and self._is_of_here(last) else ""
        return commands.mirrored(draft, bytes.fromhex(known))

    def _is_of_here(self, result: Result) -> bool:
        """Whether the terminal that is registered now gave a result, as far as both say."""
        now = self._registered.terminal_id if self._registered is not None else ""
        same_name = "" in {now, result.terminal_id} or now == result.terminal_id
        return same_name and not has_moved(result.more, self._link.name)

    def _placed(self, result: Result) -> Result:
        """Return a result with the place it came from: its mirror goes back there only."""
        return replace(result, more={**result.more, WHERE: self._link.name} if result.more else {})

    def _baseline(self, hooks: Hooks) -> Last:
        """Return the last transaction; a connection that died is made anew once."""
        was_registered = self._registered is not None
        try:
            self._register(hooks)
            return self._last(hooks)
        except Break:
            if not was_registered:
                raise
            self.close()
        self._register(hooks)
        return self._last(hooks)

    def _transaction(self, request: Request, hooks: Hooks, before: Last) -> Transaction:
        return Transaction(request, hooks, self._style, before, partial=self._profile.partial)

    def _reading(self, hooks: Hooks) -> Reading:
        return Reading(hooks, self._style)

    def _last(self, hooks: Hooks) -> Last:
        reading = self._reading(hooks)
        try:
            self._exchange.run(commands.repeat_receipt(self._settings.password, silent=True), reading)
        except Refusal as refusal:
            if refusal.detail in _BUSY:
                raise
            return Last(None, refusal.detail)
        return reading.last()

    def _register(self, hooks: Hooks) -> Completion:
        """Connect and register unless that is done; return what the terminal said to it."""
        if self._link.open():
            self._registered = None
        if self._registered is not None:
            return self._registered
        self._exchange.sequence = Sequence()
        reading = self._reading(hooks)
        self._exchange.run(self._registration(), reading)
        reading.check("The till could not register at the card terminal.")
        self._registered = messages.completion(reading.end.data)
        self._exchange.sequence.on = self._profile.sequence and bool(self._registered.sequence)
        return self._registered

    def _registration(self) -> Draft:
        profile = self._profile
        how = Registration(
            profile.config,
            self._settings.currency,
            profile.charset,
            self._settings.line_width,
            profile.sequence,
            profile.blocks,
        )
        return commands.registration(self._settings.password, how)

    def _enquire(self, hooks: Hooks) -> EnquiryCompletion:
        reading = self._reading(hooks)
        password = self._settings.password
        with_password = self._profile.enquiry_password
        enquiry = Command.STATUS_ENQUIRY
        draft = commands.with_password(enquiry, password) if with_password else commands.bare(enquiry)
        self._exchange.run(draft, reading)
        return reading.enquiry()

    def _is_busy(self, hooks: Hooks) -> bool:
        if not self._profile.enquiry:
            return False
        try:
            return f"{self._enquire(hooks).status or 0:02X}" in _BUSY
        except Refusal as refusal:
            if refusal.detail == UNSUPPORTED:
                return False
            raise

    def _serve(self, draft: Draft, what: str, hooks: Hooks) -> None:
        with closing_on_problem(self.close):
            self._register(hooks)
            reading = self._reading(hooks)
            self._exchange.run(draft, reading)
            reading.check(what)

    def _count(self, command: Command, what: str, hooks: Hooks) -> Totals:
        with closing_on_problem(self.close):
            self._register(hooks)
            counting = Counting(hooks, self._style, self._settings.currency)
            self._exchange.run(commands.with_password(command, self._settings.password), counting)
            counting.check(what)
            return counting.totals()


def _needs(status: int) -> frozenset[str]:
    return frozenset(name for bit, name in _NEEDS_OF_REGISTRATION.items() if status & bit)


def _running() -> Finding:
    return Finding(Verdict.RUNNING, "The terminal is still busy.")
