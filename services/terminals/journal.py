"""The payment journal as the desk uses it: every step durable.

What is written here is on the disk when the call returns. Results are cleaned of card
numbers and control characters once more, whatever the driver did.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlmodel import Session

from services.contract.cards import without_card_numbers
from services.contract.people import Person
from services.contract.problem import Problem, Refused, Unreachable
from services.contract.terminals import PaymentKind, PaymentState
from services.contract.text import printable
from services.store import audit, terminal_journal
from services.store.database import Database
from services.store.tables import Terminal, TerminalAttempt
from services.terminals import references, words
from services.terminals.driver import Original, Printed, Request, Result, Totals
from services.terminals.machine import IllegalMove, check
from services.terminals.problems import JournalFailed
from services.terminals.states import FINAL, UNRESOLVED

Clock = Callable[[], datetime]
Allow = Callable[[Session], None]
"""Raises what forbids that something is written down."""
_ITSELF = Person("Tillbook", None, frozenset())
_Text = TypeVar("_Text", str, dict[str, Any])


@dataclass(frozen=True, slots=True)
class Order:
    """What a till asks for. `reference` is the till's own; amounts in minor units."""

    till: str
    reference: str
    kind: PaymentKind
    amount: int
    currency: str
    original: Original | None = None
    cash_out: int = 0
    business_date: date | None = None

    @property
    def moves_money(self) -> bool:
        """Whether its amounts can be asked for; cash may be paid out without a sale."""
        is_alone = self.kind is PaymentKind.PAYMENT and self.amount == 0 and self.cash_out > 0
        return self.cash_out >= 0 and (self.amount > 0 or is_alone)


def anything(_session: Session) -> None:
    """Allow it."""


class Journal:
    """The journal of one database. Safe to share between threads."""

    def __init__(
        self, database: Database, clock: Clock, new_reference: Callable[[], str] | None = None
    ) -> None:
        self._db = database
        self._clock = clock
        self._new_reference = new_reference or _random_reference

    def find(self, store: str, order: Order) -> TerminalAttempt | None:
        """Return the attempt a till made under this reference already.

        Raises Refused when that one asked for something else.
        """
        with self._db.read() as session:
            found = terminal_journal.of_till(session, store, order.till, order.reference)
        if found is not None and not _asks_the_same(found, order):
            raise words.used_for_another(found)
        return found

    def begin(self, terminal: Terminal, order: Order, allow: Allow = anything) -> TerminalAttempt:
        """Write an attempt down as PENDING; raise Refused when the terminal has one open.

        `allow` looks first, in the same transaction, and raises what forbids it.
        """
        attempt = TerminalAttempt(
            terminal=terminal.key,
            store=terminal.store,
            till=order.till,
            till_reference=order.reference,
            reference=self._new_reference(),
            kind=order.kind,
            amount=order.amount,
            cash_out=order.cash_out,
            currency=order.currency,
            business_date=order.business_date,
            original=None if order.original is None else _plain(order.original),
            created=self._clock(),
        )
        try:
            with self._durable(sending=True) as session:
                allow(session)
                session.add(attempt)
        except IntegrityError as error:
            raise Refused(
                f"The card terminal {terminal.name} is in use.",
                "Another payment of it is not finished.",
                "Wait until it has finished, then try again.",
                code="terminal_busy",
            ) from error
        return attempt

    def sent(self, attempt_id: int, baseline: Mapping[str, str]) -> None:
        """Write down that the first byte is about to go out."""
        self._move(attempt_id, PaymentState.SENT, sent=self._clock(), baseline=clean(dict(baseline)))

    def acked(self, attempt_id: int) -> None:
        """Write down that the terminal works on it."""
        self._move(attempt_id, PaymentState.ACKED, acked=self._clock())

    def said(self, attempt_id: int, result: Result) -> None:
        """Write down what the terminal said; the state stays until it is seen to hold.

        Raises IllegalMove when it is final: what settled it stays.
        """
        with self._durable() as session:
            row = terminal_journal.get(session, attempt_id)
            if row.state in FINAL:
                raise IllegalMove(PaymentState(row.state), result.state)
            terminal_journal.change(session, row, result=clean(_plain(result)))

    def settle(
        self,
        attempt_id: int,
        state: PaymentState,
        by: str,
        *,
        result: Result | None = None,
        problem: Problem | None = None,
        receipts: Sequence[Printed] = (),
    ) -> TerminalAttempt:
        """Write down how an attempt ended, or that nobody knows (UNKNOWN).

        Raises IllegalMove for a state that cannot follow: what is final stays as it is.
        """
        values: dict[str, Any] = {"problem": None if problem is None else clean({**problem.answer()})}
        if result is not None:
            values["result"] = clean(_plain(result))
        if state in FINAL:
            values |= {"settled": self._clock(), "settled_by": by}
        if state is PaymentState.APPROVED and result is not None:
            values["approved"] = result.amount
        if receipts:
            values["receipts"] = _printed(receipts)
        return self._move(attempt_id, state, **values)

    def keep_late(
        self, attempt_id: int, result: Result, problem: Problem, receipts: Sequence[Printed] = ()
    ) -> TerminalAttempt:
        """Keep an approval beside the final state it contradicts, for a person to decide."""
        values: dict[str, Any] = {"result": clean(_plain(result)), "problem": clean({**problem.answer()})}
        if receipts:
            values["receipts"] = _printed(receipts)
        with self._durable() as session:
            row = terminal_journal.get(session, attempt_id)
            is_known = row.approved is not None
            terminal_journal.change(session, row, approved=result.amount, **values)
            if is_known:
                return row
            after = {"state": str(row.state), "approved": row.approved, "result": row.result}
            subject = f"{row.terminal} {row.reference}"
            audit.append(session, self._clock(), _ITSELF, "late_approval", subject, after=after)
        return row

    def decide(
        self, attempt_id: int, state: PaymentState, who: Person, note: str, result: Result | None
    ) -> TerminalAttempt:
        """Write down a person's decision about an attempt nobody could find out about."""
        now = self._clock()
        with self._durable() as session:
            row = terminal_journal.get(session, attempt_id)
            if not for_a_person(row):
                check(PaymentState(row.state), state)
            before = {"state": row.state}
            values: dict[str, Any] = {"state": state, "settled": now, "settled_by": who.name}
            values["approved"] = _decided(row, result) if state is PaymentState.APPROVED else None
            terminal_journal.change(session, row, note=clean(note), **values)
            after = {"state": str(state), "note": clean(note), "approved": row.approved}
            subject = f"{row.terminal} {row.reference}"
            audit.append(session, now, who, "resolve_terminal", subject, before=before, after=after)
        return row

    def get(self, attempt_id: int) -> TerminalAttempt:
        """Return an attempt; raises NotFound."""
        with self._db.read() as session:
            return terminal_journal.get(session, attempt_id)

    def unresolved(self, terminal: str) -> list[TerminalAttempt]:
        """Return the attempts of a terminal that still have to be found out about."""
        with self._db.read() as session:
            return terminal_journal.in_states(session, sorted(UNRESOLVED), terminal)

    def last_result(self, terminal: str) -> Result | None:
        """Return the last approved result of a terminal."""
        with self._db.read() as session:
            row = terminal_journal.last_approved(session, terminal)
        return None if row is None else result_of(row)

    def start_settlement(self, terminal: Terminal, *, closes: bool, who: str, day: date | None) -> int:
        """Write down that an end of day, or totals, are about to be asked for."""
        with self._durable() as session:
            row = terminal_journal.start_settlement(
                session, terminal, closes=closes, who=who, now=self._clock(), business_date=day
            )
        return row.id or 0

    def end_settlement(
        self, number: int, state: str, totals: Totals | None = None, problem: Problem | None = None
    ) -> None:
        """Write down how it ended."""
        told = None if problem is None else clean({**problem.answer()})
        columns, schemes = _settled(totals)
        with self._durable() as session:
            terminal_journal.end_settlement(
                session, number, state, self._clock(), problem=told, totals=columns, schemes=schemes
            )

    def _move(self, attempt_id: int, state: PaymentState, **values: object) -> TerminalAttempt:
        with self._durable(sending=state is PaymentState.SENT) as session:
            row = terminal_journal.get(session, attempt_id)
            if row.state == state and state is PaymentState.UNKNOWN:
                return terminal_journal.change(session, row, **values)
            check(PaymentState(row.state), state)
            return terminal_journal.change(session, row, state=state, **values)

    @contextmanager
    def _durable(self, *, sending: bool = False) -> Iterator[Session]:
        try:
            with self._db.write() as session:
                yield session
        except IntegrityError:
            raise
        except (SQLAlchemyError, Unreachable) as error:
            # The statement is left out: its values are the customer's.
            detail = str(getattr(error, "orig", None) or error)
            raise JournalFailed(detail, sending=sending) from None


def request_of(row: TerminalAttempt) -> Request:
    """Return what an attempt of the journal asked of the terminal."""
    return Request(
        attempt=row.id or 0,
        kind=PaymentKind(row.kind),
        amount=row.amount,
        currency=row.currency,
        reference=row.reference,
        original=None if row.original is None else Original(**row.original),
        cash_out=row.cash_out,
        baseline=row.baseline or {},
    )


def result_of(row: TerminalAttempt) -> Result | None:
    """Return what the terminal said of an attempt, None when it said nothing."""
    if row.result is None:
        return None
    return Result(**{**row.result, "state": PaymentState(row.result["state"])})


def for_a_person(row: TerminalAttempt) -> bool:
    """Whether a person has to say what an attempt came to.

    Nobody knows, or the terminal approved what had been settled otherwise.
    """
    is_late = row.state in FINAL - {PaymentState.APPROVED} and row.approved is not None
    return row.state == PaymentState.UNKNOWN or is_late


def clean(value: _Text) -> _Text:
    """Return text, or data with texts in it, without card numbers.

    Control characters go too.
    """
    cleaned: _Text = _cleaned(value)
    return cleaned


def _cleaned(value: Any) -> Any:  # noqa: ANN401 - plain data of any shape
    match value:
        case str():
            return without_card_numbers(printable(value, lines=True))
        case dict():
            return {name: _cleaned(part) for name, part in value.items()}
        case list() | tuple():
            return [_cleaned(part) for part in value]
    return value


def _plain(value: Result | Original) -> dict[str, Any]:
    plain = asdict(value)
    if "state" in plain:
        plain["state"] = str(plain["state"])
    return plain


def _printed(receipts: Sequence[Printed]) -> list[dict[str, Any]]:
    return [clean({"copy": each.copy, "lines": list(each.lines)}) for each in receipts]


def _settled(totals: Totals | None) -> tuple[dict[str, Any] | None, list[dict[str, Any]] | None]:
    if totals is None:
        return None, None
    columns = clean({"amount": totals.amount, "reference": totals.reference, "text": totals.text})
    schemes = [
        clean({"scheme": row.scheme, "kind": row.kind, "count": row.count, "amount": row.amount})
        for row in totals.schemes
    ]
    return columns, schemes


def _asks_the_same(row: TerminalAttempt, order: Order) -> bool:
    asked = (row.kind, row.amount, row.cash_out, row.currency)
    return asked == (order.kind, order.amount, order.cash_out, order.currency)


def _decided(row: TerminalAttempt, said: Result | None) -> int:
    """Return what a person's approval comes to: as the terminal named, or as asked."""
    if said is None or said.amount <= 0 or said.currency not in {"", row.currency}:
        return row.amount
    return said.amount


def _random_reference() -> str:
    return "".join(secrets.choice(references.ALPHABET) for _ in range(references.LENGTH))
