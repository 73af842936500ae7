"""Where tills meet a terminal: one payment at a time, none twice or lost.

The desk owns the order of things: written down, then sent, then found out about until it
is known or a person has to decide (TERMINALS.md 6). The driver only speaks.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from services.contract.cards import without_card_numbers
from services.contract.people import Person
from services.contract.problem import Problem
from services.contract.terminals import PaymentKind, PaymentState
from services.store.tables import Terminal, TerminalAttempt
from services.terminals import words
from services.terminals.counting import count
from services.terminals.driver import Ability, Answer, Driver, TerminalStatus, Totals
from services.terminals.finding_out import Finder, Patience, Wait
from services.terminals.hooks import Listener, PaymentHooks, ServiceHooks, ignore
from services.terminals.journal import Allow, Journal, Order, anything, for_a_person, request_of, result_of
from services.terminals.machine import IllegalMove
from services.terminals.problems import Break, JournalFailed
from services.terminals.states import FINAL

_NEEDED = {PaymentKind.REFUND: Ability.REFUND, PaymentKind.REVERSAL: Ability.REVERSAL}


class Desk:
    """One terminal of a store. Safe to call from several threads.

    `listener` is told everything a till may want to show, in the thread of the payment;
    it raises PrinterFault when it cannot print. `wait` lets seconds pass.
    """

    def __init__(
        self,
        terminal: Terminal,
        driver: Driver,
        journal: Journal,
        wait: Wait,
        *,
        listener: Listener = ignore,
        patience: Patience | None = None,
    ) -> None:
        self.terminal = terminal
        self._driver = driver
        self._journal = journal
        self._listener = listener
        self._finder = Finder(driver, journal, wait, patience or Patience())
        self._turn = threading.Lock()
        self._running: PaymentHooks | None = None
        self._retired = False
        self.about = ""
        """The reference of the attempt that is worked on; empty for none."""

    def pay(self, order: Order) -> TerminalAttempt:
        """Run an order to its end; the same order again returns what became of the first.

        Returns the attempt: approved, declined, cancelled or unknown. Raises Refused when
        the terminal is busy, has an unresolved attempt, or cannot do what is asked;
        JournalFailed when nothing could be written down: then nothing was sent.
        """
        attempt, fresh = self.begin(order)
        return self.run(attempt) if fresh else attempt

    def begin(self, order: Order, allow: Allow = anything) -> tuple[TerminalAttempt, bool]:
        """Write an order down and take the terminal; true when `run` must follow.

        Otherwise the order was given before, and the attempt is what became of it.
        Raises as `pay`, and what `allow` raises where the order is written down.
        """
        known = self._journal.find(self.terminal.store, order)
        if known is not None:
            if known.terminal != self.terminal.key:
                raise words.used_elsewhere(known)
            return self._renewed(known), False
        self._check(order)
        self._take_turn()
        try:
            self._resolve_first()
            attempt = self._journal.begin(self.terminal, order, allow)
            self._running = PaymentHooks(self._journal, attempt, self._listener)
            self.about = attempt.reference
        except BaseException:
            self._turn.release()
            raise
        return attempt, True

    def run(self, attempt: TerminalAttempt) -> TerminalAttempt:
        """Run what `begin` has just written down; free the terminal at its end."""
        with self._begun(attempt) as hooks:
            return self._run(attempt, hooks)

    def give_up(self, attempt: TerminalAttempt, why: Problem) -> TerminalAttempt:
        """Cancel what `begin` has just written down, unsent; free the terminal."""
        with self._begun(attempt) as hooks:
            return self._finder.find_out(attempt, hooks, why)

    def abort(self) -> bool:
        """Ask the running payment to abort; False when none runs.

        It may be approved all the same.
        """
        hooks = self._running
        if hooks is not None:
            hooks.want_abort()
        return hooks is not None

    def answer(self, answer: Answer) -> bool:
        """Answer the terminal's question to the cashier; False when there is none.

        Raises Refused for a card number: none is taken in, or sent (TERMINALS.md 8).
        """
        if without_card_numbers(answer.text) != answer.text:
            raise words.card_number_typed(self.terminal)
        hooks = self._running
        return hooks is not None and hooks.give_answer(answer)

    def resolve(self) -> list[TerminalAttempt]:
        """Find out about every unresolved attempt; return what they are now.

        Never charges anything. Raises Refused when a payment is running.
        """
        with self._own_turn():
            return [self._find_out(row) for row in self._journal.unresolved(self.terminal.key)]

    def decide(self, attempt_id: int, state: PaymentState, who: Person, note: str) -> TerminalAttempt:
        """Settle an attempt nobody could find out about, by a person's word.

        The caller has checked that the person may. Raises Refused unless it is unknown, or
        was approved too late, and `state` is final.
        """
        with self._own_turn():
            row = self._journal.get(attempt_id)
            if not for_a_person(row) or state not in FINAL or row.terminal != self.terminal.key:
                raise words.not_to_decide(row)
            return self._journal.decide(attempt_id, state, who, note, result_of(row))

    def status(self) -> TerminalStatus:
        """Ask the terminal how it is; moves no money."""
        self._must(Ability.STATUS)
        with self._service() as hooks:
            return self._driver.status(hooks)

    def reprint(self) -> None:
        """Have the last receipt printed again, through the listener."""
        self._must(Ability.REPRINT)
        with self._service() as hooks:
            self._driver.reprint(hooks)

    def settle(self, who: str, day: date | None = None) -> Totals:
        """Run the end of day; raises Refused while an attempt is unresolved.

        The totals are on the disk before the terminal is told that we have them.
        """
        self._must(Ability.SETTLE)
        with self._service() as hooks:
            self._resolve_first()
            return count(self._driver, self._journal, self.terminal, hooks, who=who, day=day, closes=True)

    def totals(self, who: str, day: date | None = None) -> Totals:
        """Read the totals of the terminal; closes nothing."""
        self._must(Ability.TOTALS)
        with self._service() as hooks:
            return count(self._driver, self._journal, self.terminal, hooks, who=who, day=day, closes=False)

    def close(self) -> None:
        """Let go of the terminal; a running payment becomes unresolved."""
        self._driver.close()

    def retire(self) -> None:
        """Let go of the terminal for ever: another desk takes its place.

        An order that has not been written down by now is refused.
        """
        self._retired = True
        self.close()

    @property
    def busy(self) -> bool:
        """Whether something runs on the terminal."""
        return self._turn.locked()

    @contextmanager
    def _begun(self, attempt: TerminalAttempt) -> Iterator[PaymentHooks]:
        hooks = self._running
        if hooks is None or hooks.attempt_id != attempt.id:
            raise RuntimeError("only what `begin` has just written down can be run")
        try:
            yield hooks
        finally:
            self._running, self.about = None, ""
            self._turn.release()

    def _run(self, attempt: TerminalAttempt, hooks: PaymentHooks) -> TerminalAttempt:
        try:
            result = self._driver.perform(request_of(attempt), hooks)
        except Problem as problem:
            self._driver.close()
            if not hooks.was_sent and isinstance(problem, JournalFailed):
                raise
            return self._find_out(self._journal.get(hooks.attempt_id), hooks, problem)
        except IllegalMove:
            if hooks.was_sent:
                raise
            # Somebody else gave it up before the first byte: nothing was sent.
            self._driver.close()
            return self._journal.get(hooks.attempt_id)
        finally:
            hooks.withdraw()
        if result.state not in FINAL:
            return self._find_out(self._journal.get(hooks.attempt_id), hooks)
        return self._finder.settle(attempt, hooks, result, "terminal")

    def _find_out(
        self, row: TerminalAttempt, hooks: PaymentHooks | None = None, cause: Problem | None = None
    ) -> TerminalAttempt:
        hooks = hooks or PaymentHooks(self._journal, row, self._listener)
        self.about = row.reference
        try:
            return self._finder.find_out(row, hooks, cause)
        finally:
            self.about = ""

    def _renewed(self, known: TerminalAttempt) -> TerminalAttempt:
        """Find out about an attempt a till asks for again, unless it is final or running."""
        if known.state in FINAL or not self._turn.acquire(blocking=False):
            return known
        try:
            return self._find_out(self._journal.get(known.id or 0))
        finally:
            self._turn.release()

    def _resolve_first(self) -> None:
        for row in self._journal.unresolved(self.terminal.key):
            left = self._find_out(row)
            if left.state not in FINAL:
                raise words.unresolved(self.terminal, left)
        if self._retired:
            # Its place was taken meanwhile: the other desk is asked from now on.
            raise words.busy(self.terminal)

    def _check(self, order: Order) -> None:
        if order.kind in _NEEDED:
            self._must(_NEEDED[order.kind])
        if order.cash_out:
            self._must(Ability.CASH_OUT)
        if not order.moves_money or order.currency != self.terminal.currency:
            raise words.wrong_amount(self.terminal)

    def _must(self, ability: Ability) -> None:
        if ability not in self._driver.abilities:
            raise words.cannot(self.terminal, ability.value.replace("_", " "))

    def _take_turn(self) -> None:
        if not self._turn.acquire(blocking=False):
            raise words.busy(self.terminal)

    @contextmanager
    def _own_turn(self) -> Iterator[None]:
        self._take_turn()
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _service(self) -> Iterator[ServiceHooks]:
        with self._own_turn():
            try:
                yield ServiceHooks(self._journal, self.terminal.key, self._listener)
            except Break:
                self._driver.close()
                raise
