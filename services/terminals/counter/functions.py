"""What terminals are asked beside payments: how they are, totals, end of day.

None of it moves money.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from services.contract.people import Person
from services.contract.terminal_days import SettlementAnswer
from services.contract.terminal_shop import PrintoutAnswer, StatusOfTerminalAnswer
from services.contract.terminals import PaymentAnswer, PaymentState, ProgressKind
from services.store import terminal_journal
from services.store.tables import Terminal, TerminalAttempt
from services.terminals import words
from services.terminals.answers import payment_answer, settlement_answer
from services.terminals.counter import days
from services.terminals.counter.fleet import Fleet, Post, Tools
from services.terminals.driver import Ability, Driver, TerminalStatus
from services.terminals.hooks import Progress, ServiceHooks, ignore
from services.terminals.journal import for_a_person, result_of
from services.terminals.problems import Break
from services.terminals.states import FINAL

_NOT_ASKED = "Its protocol cannot ask it how it is: look at its display."


class Functions:
    """The service functions of the terminals this service runs."""

    def __init__(
        self, tools: Tools, fleet: Fleet, find: Callable[[str], Terminal], today: Callable[[str], date]
    ) -> None:
        self._tools = tools
        self._fleet = fleet
        self._find = find
        self._today = today

    def status(self, key: str) -> StatusOfTerminalAnswer:
        """Ask a terminal how it is; the connection test too. Moves no money."""
        post = self._fleet.post(self._find(key))
        began = time.monotonic()
        with self._watched(post):
            if Ability.STATUS not in post.driver.abilities:
                said = TerminalStatus(ready=True, text=_NOT_ASKED)
            else:
                said = post.desk.status()
        return _status(key, said, began)

    def try_out(self, row: Terminal, driver: Driver) -> StatusOfTerminalAnswer:
        """Ask a terminal that is not added yet how it is. Moves no money."""
        began = time.monotonic()
        try:
            if Ability.STATUS not in driver.abilities:
                return _status(row.key, TerminalStatus(ready=True, text=_NOT_ASKED), began)
            hooks = ServiceHooks(self._fleet.journal, row.key, ignore)
            return _status(row.key, driver.status(hooks), began)
        finally:
            driver.close()

    def settle(self, key: str, who: Person, day: date | None) -> SettlementAnswer:
        """Run the end of day, for a business date (today's when none is given)."""
        post = self._fleet.post(self._find(key))
        today = self._today(post.terminal.store)
        days.must_be_near(day, today, "The end of day was not run.")
        with self._watched(post):
            post.desk.settle(who.name, day or today)
        self._tools.tell(post.terminal.store, key, "settled")
        return self.settlements(key, 1)[0]

    def totals(self, key: str, who: Person) -> SettlementAnswer:
        """Read the totals; closes nothing."""
        post = self._fleet.post(self._find(key))
        with self._watched(post):
            post.desk.totals(who.name, self._today(post.terminal.store))
        return self.settlements(key, 1)[0]

    def settlements(self, key: str, limit: int = 20) -> list[SettlementAnswer]:
        """Return a terminal's settlements and readings, the newest first."""
        with self._tools.db.read() as session:
            rows = terminal_journal.settlements(session, key, limit)
            return [settlement_answer(row, terminal_journal.totals_of(session, row.id or 0)) for row in rows]

    def reprint(self, key: str) -> PrintoutAnswer:
        """Have the last receipt printed again; return what came."""
        post = self._fleet.post(self._find(key))
        display: list[str] = []
        printed: list[list[str]] = []

        def listen(progress: Progress) -> None:
            if progress.kind is ProgressKind.DISPLAY:
                display.append(progress.text)
            elif progress.printed is not None:
                printed.append(list(progress.printed.lines))

        post.listens.append(listen)
        try:
            with self._watched(post):
                post.desk.reprint()
        finally:
            post.listens.remove(listen)
        return {"terminal": key, "display": display, "printed": printed}

    def resolve(self, key: str) -> list[PaymentAnswer]:
        """Ask a terminal what became of every unresolved attempt; charges nothing."""
        post = self._fleet.post(self._find(key))
        rows = post.desk.resolve()
        for row in rows:
            self._tools.tell(row.store, key, row.state, row.id)
            post.fault = None if row.state in FINAL else post.fault
        return [payment_answer(row) for row in rows]

    def decide(self, number: int, state: str, who: Person, note: str) -> PaymentAnswer:
        """Settle an attempt nobody could find out about, by a person's word.

        Raises Refused unless its outcome is unknown, or was approved too late, and `state`
        is final.
        """
        attempt = self._fleet.journal.get(number)
        post = self._fleet.find(attempt.terminal)
        if post is not None:
            row = post.desk.decide(number, PaymentState(state), who, note)
        else:
            row = self._decided_without(attempt, PaymentState(state), who, note)
        self._tools.tell(row.store, row.terminal, row.state, row.id)
        return payment_answer(row)

    def _decided_without(
        self, attempt: TerminalAttempt, state: PaymentState, who: Person, note: str
    ) -> TerminalAttempt:
        """Settle an attempt at a terminal that is off or removed, so without a desk."""
        with self._tools.db.read() as session:
            terminal = terminal_journal.get_terminal(session, attempt.terminal)
        if terminal.removed is None and terminal.enabled:
            self._fleet.post(terminal)
        if not for_a_person(attempt) or state not in FINAL:
            raise words.not_to_decide(attempt)
        return self._fleet.journal.decide(attempt.id or 0, state, who, note, result_of(attempt))

    @contextmanager
    def _watched(self, post: Post) -> Iterator[None]:
        """Note whether the terminal answers; watchers are told when that changes."""
        before = post.fault
        try:
            yield
        except Break as fault:
            post.fault = fault
            raise
        else:
            post.fault, post.asked = None, self._tools.clock()
        finally:
            if (before is None) != (post.fault is None):
                self._tools.tell(post.terminal.store, post.terminal.key, "changed")


def _status(key: str, said: TerminalStatus, began: float) -> StatusOfTerminalAnswer:
    return {
        "terminal": key,
        "ready": said.ready,
        "text": said.text,
        "terminal_id": said.terminal_id,
        "software": said.software,
        "needs": sorted(said.needs),
        "milliseconds": round((time.monotonic() - began) * 1000),
    }
