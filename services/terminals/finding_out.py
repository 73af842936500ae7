"""Finds out what became of an attempt, by the protocol's own query."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from services.contract.problem import Problem
from services.contract.terminals import PaymentState
from services.store.tables import TerminalAttempt
from services.terminals import words
from services.terminals.driver import Driver, Finding, Result, Verdict
from services.terminals.hooks import PaymentHooks
from services.terminals.journal import Journal, request_of, result_of
from services.terminals.machine import IllegalMove
from services.terminals.problems import Break, Refusal
from services.terminals.states import FINAL

log = logging.getLogger(__name__)
Wait = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a terminal is asked about an attempt before it is left for later."""

    tries: int = 10
    pause: float = 2.0
    """Seconds between two questions."""


class Finder:
    """Asks the driver, and writes what it says into the journal."""

    def __init__(self, driver: Driver, journal: Journal, wait: Wait, patience: Patience) -> None:
        self._driver = driver
        self._journal = journal
        self._wait = wait
        self._patience = patience

    def find_out(
        self, row: TerminalAttempt, hooks: PaymentHooks, cause: Problem | None = None
    ) -> TerminalAttempt:
        """Settle an unresolved attempt, or leave it UNKNOWN when it cannot be told now.

        `cause` is what broke the exchange, kept as the reason when the terminal cannot be
        asked either.
        """
        if row.state == PaymentState.PENDING:
            return self._close(hooks, PaymentState.CANCELLED, "journal", cause or words.never_sent())
        finding = self._answer(row, hooks)
        if isinstance(finding, Problem):
            return self.leave_unknown(hooks, cause or finding)
        return self._apply(row, finding, hooks)

    def settle(self, row: TerminalAttempt, hooks: PaymentHooks, result: Result, by: str) -> TerminalAttempt:
        """Write down a final result; one that contradicts what was asked is left unknown."""
        if wrong := words.contradiction(row, result):
            return self.leave_unknown(hooks, wrong, result)
        return self._close(hooks, result.state, by, result=result)

    def leave_unknown(
        self, hooks: PaymentHooks, problem: Problem, result: Result | None = None
    ) -> TerminalAttempt:
        """Write down that nobody knows, and why."""
        return self._close(hooks, PaymentState.UNKNOWN, "", problem, result)

    def _answer(self, row: TerminalAttempt, hooks: PaymentHooks) -> Finding | Problem:
        said = self._asked(row, hooks)
        for _ in range(self._patience.tries - 1):
            if isinstance(said, Finding) and said.verdict is not Verdict.RUNNING:
                break
            self._wait(self._patience.pause)
            said = self._asked(row, hooks)
        return said

    def _asked(self, row: TerminalAttempt, hooks: PaymentHooks) -> Finding | Problem:
        try:
            return self._driver.query(request_of(row), result_of(row), hooks)
        except (Break, Refusal) as problem:
            self._driver.close()
            return problem

    def _apply(self, row: TerminalAttempt, finding: Finding, hooks: PaymentHooks) -> TerminalAttempt:
        result = finding.result
        if finding.verdict is Verdict.NOT_CHARGED:
            return self._close(hooks, PaymentState.CANCELLED, "query", words.not_charged(finding.why))
        if finding.verdict is Verdict.SETTLED and result is not None and result.state in FINAL:
            return self.settle(row, hooks, result, "query")
        return self.leave_unknown(hooks, words.cannot_tell(row, finding.why))

    def _close(
        self,
        hooks: PaymentHooks,
        state: PaymentState,
        by: str,
        problem: Problem | None = None,
        result: Result | None = None,
    ) -> TerminalAttempt:
        try:
            row = self._journal.settle(
                hooks.attempt_id, state, by, result=result, problem=problem, receipts=hooks.printed
            )
        except IllegalMove as error:
            row = self._settled_already(hooks, result, error)
        hooks.tell_state(PaymentState(row.state))
        return row

    def _settled_already(
        self, hooks: PaymentHooks, result: Result | None, error: IllegalMove
    ) -> TerminalAttempt:
        """Return an attempt that was settled meanwhile; keep an approval beside it.

        Raises the error when nobody did: then the driver gave what cannot follow.
        """
        row = self._journal.get(hooks.attempt_id)
        if row.state not in FINAL:
            raise error
        log.warning("payment %s at %s was settled already: %s", row.reference, row.terminal, row.state)
        if result is None or result.state is not PaymentState.APPROVED or row.state == result.state:
            return row
        problem = words.approved_late(row, result)
        return self._journal.keep_late(hooks.attempt_id, result, problem, hooks.printed)
