"""What tills ask of terminals, from the order to what became of it.

An order is written down and the terminal taken in the thread that asks, so that a refusal
is the answer; the payment itself runs in a thread of its own and is watched.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from services.books.calendar import business_date
from services.contract.people import Person
from services.contract.problem import NotFound, Problem, Refused
from services.contract.terminals import PaymentKind, PaymentState, ProgressAnswer, ProgressKind
from services.store import audit, terminal_journal, terminal_list
from services.store.stores import get_facts
from services.store.tables import Terminal, TerminalAttempt
from services.terminals import words
from services.terminals.answers import payment_answer
from services.terminals.counter import days
from services.terminals.counter.fleet import Fleet, Post, Tools
from services.terminals.counter.originals import Originals
from services.terminals.counter.watching import Watch
from services.terminals.driver import Answer
from services.terminals.hooks import Progress
from services.terminals.journal import Order
from services.terminals.states import FINAL

log = logging.getLogger(__name__)
_REMEMBERED = 200
"""Payments that ended whose steps can still be read."""
_TILL_FIRST = 0.003
"""Seconds in which whoever waits for a payment is answered, before the books hear of it."""
_TURN = 5.0
"""Seconds an order waits for the same one to be begun: a till that asks again sooner than it is
answered must not take up one thread after the other."""

Ended = Callable[[TerminalAttempt], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a till asks for. Amounts in minor units; `original`: number of an attempt."""

    reference: str
    kind: PaymentKind
    amount: int | None
    """None: all of what the original came to (reversals)."""
    cash_out: int = 0
    original: int | None = None
    original_reference: str | None = None
    """The till's reference of the original, where its number is not known."""
    business_date: date | None = None


class Paying:
    """Runs the payments of this service. Safe to call from several threads."""

    def __init__(self, tools: Tools, fleet: Fleet, ended: Ended) -> None:
        self._tools = tools
        self._fleet = fleet
        self._ended = ended
        self._originals = Originals(tools.db)
        self._watches: OrderedDict[int, Watch] = OrderedDict()
        self._running: dict[str, Watch] = {}
        self._lock = threading.Lock()
        self._beginning: set[tuple[str, str, str]] = set()
        self._turns = threading.Condition()
        self._nobody_waits = False

    def pay(
        self, key: str, till: str, wanted: Wanted, *, store: str | None = None, who: Person | None = None
    ) -> Watch:
        """Begin a payment, refund or reversal; the same order again is not begun again.

        `store`: the only store whose terminals the caller may use; `who`: the person who
        asks, None: a till. Raises Refused when the
        terminal is busy, off or elsewhere, cannot do it, or has an unresolved attempt, and
        when the reference was used for something else; then nothing was sent. Raises
        Unreachable while the same order is still being begun: it may be sent yet.
        """
        row = self.terminal(key, store)
        with self._one_by_one(row, till, wanted.reference):
            original = self._originals.named(wanted.original, wanted.original_reference, row)
            order = self._order(row, till, wanted, original)
            known = self._known(row, order, wanted.business_date)
            if known is None:
                if wanted.kind is PaymentKind.REVERSAL and original is not None:
                    self._originals.must_be_of(original, row)
                return self._new(row, order, wanted.business_date, who)
        # Not in the turn of its reference: the terminal may be asked about it for a minute.
        return self._again(row, order, known)

    def _new(self, row: Terminal, order: Order, day: date | None, who: Person | None) -> Watch:
        days.must_be_near(day, self._today(row.store), words.NOT_BEGUN)
        post = self._fleet.post(row)
        if self._fleet.stopping:
            raise _stopping()
        if who is not None:
            self._note(who, row, order)
        # Two refunds of one payment, at two terminals or machines: writers take turns.
        attempt, fresh = post.desk.begin(
            order, lambda session: self._originals.check(session, order, row.store, row.currency)
        )
        return self._begun(post, attempt) if fresh else self._watch(attempt)

    def watch(self, key: str, reference: str, *, till: str | None = None, store: str | None = None) -> Watch:
        """Return a payment by the till's reference; raise NotFound.

        `till`: of this till only; without it the newest payment of the reference.
        """
        row = self.terminal(key, store, removed=True)
        with self._tools.db.read() as session:
            found = terminal_journal.by_reference(session, row.key, reference, till)
            other = till and terminal_journal.of_till(session, row.store, till, reference)
        if found is not None:
            return self._watch(found)
        if other:
            raise words.used_elsewhere(other)
        raise words.unknown_reference(row, reference, till)

    def progress(self, watch: Watch, after: int | None = None) -> ProgressAnswer:
        """Return where a payment stands, with the steps after `after`."""
        # First the moment, then the row: a step that comes in between is told next time.
        seen = watch.seen(after or 0)
        payment = payment_answer(watch.row if watch.final else self._fresh(watch.row))
        if watch.problem is not None and payment["problem"] is None:
            payment["problem"] = watch.problem.answer()
        return {
            "payment": payment,
            "running": not seen.over,
            "last": seen.last,
            "steps": list(seen.steps),
            "display": seen.display,
            "prompt": seen.prompt,
        }

    def running(self, key: str) -> Watch | None:
        """Return what runs on a terminal now."""
        with self._lock:
            return self._running.get(key)

    def abort(self, key: str, *, store: str | None = None, watch: Watch | None = None) -> bool:
        """Ask what runs on a terminal to abort; it may be approved all the same.

        False when nothing runs, or something else than `watch`.
        """
        post = self._at_work(key, store, watch)
        return post is not None and post.desk.abort()

    def answer(
        self, key: str, answer: Answer, *, store: str | None = None, watch: Watch | None = None
    ) -> bool:
        """Answer what the terminal asks; False when it asks nothing, or not this."""
        post = self._at_work(key, store, watch)
        return post is not None and post.desk.answer(answer)

    def let_go(self) -> None:
        """Have nobody wait for a payment any longer: the service stops."""
        with self._turns:
            self._nobody_waits = True
            self._turns.notify_all()
        with self._lock:
            running = list(self._running.values())
        for watch in running:
            watch.let_go()

    def terminal(self, key: str, store: str | None = None, *, removed: bool = False) -> Terminal:
        """Return a terminal, of `store` when it is given; raise NotFound."""
        with self._tools.db.read() as session:
            find = terminal_journal.get_terminal if removed else terminal_list.get_present
            row = find(session, key)
        if store is not None and row.store != store:
            raise NotFound(
                f"There is no card terminal {key}.",
                f"Store {store} has none under this key.",
                "Use the key of a terminal of this store.",
                code="unknown_terminal",
            )
        return row

    def _at_work(self, key: str, store: str | None, watch: Watch | None) -> Post | None:
        row = self.terminal(key, store)
        now = self.running(key)
        if now is None or (watch is not None and now is not watch):
            return None
        return self._fleet.find(row.key)

    def _order(self, row: Terminal, till: str, wanted: Wanted, found: TerminalAttempt | None) -> Order:
        original = None
        amount = wanted.amount
        if found is not None:
            amount = found.approved if amount is None else amount
            original = self._originals.as_original(found)
        if amount is None or (wanted.kind is PaymentKind.REVERSAL and original is None):
            raise _no_original()
        day = wanted.business_date or self._today(row.store)
        return Order(
            till, wanted.reference, wanted.kind, amount, row.currency, original, wanted.cash_out, day
        )

    def _today(self, store: str) -> date:
        with self._tools.db.read() as session:
            facts = get_facts(session, store)
        return business_date(self._tools.clock(), facts.timezone, facts.cutoff)

    def _note(self, who: Person, row: Terminal, order: Order) -> None:
        """Write down who asks a terminal for money, or to give it back, without a till."""
        asked = {"kind": str(order.kind), "amount": order.amount, "reference": order.reference}
        if order.cash_out:
            asked["cash_out"] = order.cash_out
        with self._tools.db.write() as session:
            audit.append(session, self._tools.clock(), who, "ask_terminal", row.key, after=asked)

    @contextmanager
    def _one_by_one(self, row: Terminal, till: str, reference: str) -> Iterator[None]:
        """Let one order of a reference be begun at a time.

        To begin can take a while, when the terminal has to be asked about another payment
        first. A till that lost patience and asks again must not be told that it is busy: it
        learns what became of the first, or within seconds that this is not known yet.
        """
        name = (row.store, till, reference)
        with self._turns:
            self._turns.wait_for(lambda: self._nobody_waits or name not in self._beginning, _TURN)
            if name in self._beginning:
                raise words.being_begun(row, reference)
            self._beginning.add(name)
        try:
            yield
        finally:
            with self._turns:
                self._beginning.discard(name)
                self._turns.notify_all()

    def _known(self, row: Terminal, order: Order, day: date | None) -> TerminalAttempt | None:
        """Return the attempt of an earlier order of this reference.

        Raises Refused when that one was another, also one for another terminal, or that
        ended on another date than the till names.
        """
        known = self._fleet.journal.find(row.store, order)
        if known is None:
            return None
        original = (known.original or {}).get("reference", "")
        if known.terminal != row.key or original != (order.original.reference if order.original else ""):
            raise words.used_elsewhere(known)
        if known.state in FINAL and day is not None and known.business_date not in {day, None}:
            raise words.used_on_another_date(known)
        return known

    def _again(self, row: Terminal, order: Order, known: TerminalAttempt) -> Watch:
        """Return what became of an order that was given before.

        One that nobody knows the outcome of, and that does not run, is found out about.
        """
        watch = self._watch(known)
        post = self._fleet.here(row)
        if known.state in FINAL or not watch.over or post is None:
            return watch
        renewed, _ = post.desk.begin(order)
        watch.finish(renewed)
        return watch

    def _begun(self, post: Post, attempt: TerminalAttempt) -> Watch:
        watch = Watch(attempt)
        with self._lock:
            self._watches[attempt.id or 0] = watch
            self._running[attempt.terminal] = watch
            while len(self._watches) > _REMEMBERED:
                self._watches.popitem(last=False)
        if not self._fleet.background(
            f"terminal-{attempt.terminal}", lambda: self._run(post, attempt, watch)
        ):
            self._give_up(post, attempt, watch)
        return watch

    def _give_up(self, post: Post, attempt: TerminalAttempt, watch: Watch) -> None:
        """End what cannot even be begun: nothing is sent, and the terminal is free."""
        try:
            watch.finish(post.desk.give_up(attempt, words.no_room()))
        finally:
            self._let_go(attempt)
            if not watch.over:
                watch.finish(None, words.no_room())
        self._tell_end(watch.row)

    def _run(self, post: Post, attempt: TerminalAttempt, watch: Watch) -> None:
        def listen(progress: Progress) -> None:
            if progress.attempt == attempt.id:
                watch.tell(progress)
                self._publish(attempt, progress)

        post.listens.append(listen)
        try:
            row = post.desk.run(attempt)
        except Problem as problem:
            log.warning("payment %s at %s: %s", attempt.reference, attempt.terminal, problem)
            self._let_go(attempt)
            watch.finish(None, problem)
        else:
            self._let_go(attempt)
            watch.finish(row)
            post.asked = self._tools.clock()
            # What follows would hold the interpreter while the till's answer is made.
            self._fleet.wait(_TILL_FIRST)
            self._tell_end(row)
        finally:
            post.listens.remove(listen)
            self._let_go(attempt)
            if not watch.over:
                watch.finish(None)

    def _let_go(self, attempt: TerminalAttempt) -> None:
        with self._lock:
            self._running.pop(attempt.terminal, None)

    def _tell_end(self, row: TerminalAttempt) -> None:
        self._tools.tell(row.store, row.terminal, row.state, row.id)
        if row.state == PaymentState.APPROVED:
            self._ended(row)

    def _publish(self, attempt: TerminalAttempt, progress: Progress) -> None:
        # Prints stay between the terminal and the till; the rest is news for consoles.
        if progress.kind is not ProgressKind.PRINT:
            state = str(progress.state or PaymentState.ACKED)
            self._tools.tell(attempt.store, attempt.terminal, state, attempt.id, progress.text)

    def _watch(self, row: TerminalAttempt) -> Watch:
        with self._lock:
            watch = self._watches.get(row.id or 0)
        if watch is not None and (not watch.over or watch.row.state in FINAL):
            return watch
        past = Watch(row)
        past.finish(self._fresh(row))
        return past

    def _fresh(self, row: TerminalAttempt) -> TerminalAttempt:
        return self._fleet.journal.get(row.id or 0)


def _no_original() -> Problem:
    return Refused(
        "The card terminal cannot take that back.",
        "It was not said which payment, or it never came to an amount.",
        "Name the payment with its number (see: tillbook terminal attempts).",
        code="invalid_terminal_order",
    )


def _stopping() -> Problem:
    return Refused(
        words.NOT_BEGUN,
        "Tillbook is stopping.",
        "Try again in a moment, under the same reference.",
        code="terminal_stopping",
    )
