"""The payment that a refund or a reversal takes back, and how much of it is left."""

from __future__ import annotations

from sqlmodel import Session

from services.books.money import from_minor, text_of
from services.contract.problem import NotFound, Problem, Refused
from services.contract.terminals import PaymentKind, PaymentState
from services.store import terminal_journal
from services.store.database import Database
from services.store.tables import Terminal, TerminalAttempt
from services.terminals.driver import Original
from services.terminals.journal import Order, result_of
from services.terminals.places import WHERE
from services.terminals.states import UNRESOLVED


class Originals:
    """Finds the originals in the journal."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def named(self, number: int | None, reference: str | None, terminal: Terminal) -> TerminalAttempt | None:
        """Return the payment named by its number, or by the till's reference.

        None when none is named. Raises as `get`; Refused when several tills used the
        reference.
        """
        if number is not None:
            return self.get(number, terminal)
        if reference is None:
            return None
        with self._db.read() as session:
            found = terminal_journal.payments_by_reference(session, terminal.store, reference)
        if not found:
            raise NotFound(
                f"There is no payment {reference} in this store.",
                "No till used this reference for a payment.",
                "Look the payment up with `tillbook terminal attempts`, and name its number.",
                code="unknown_terminal_payment",
            )
        if len(found) > 1:
            raise Refused(
                f"It is not clear which payment {reference} is meant.",
                f"Tills {', '.join(row.till for row in found)} used this reference.",
                "Name the payment by its number.",
                code="terminal_original",
            )
        return self.get(found[0].id or 0, terminal)

    def get(self, number: int, terminal: Terminal) -> TerminalAttempt:
        """Return an approved payment of the terminal's store; raise NotFound, Refused."""
        with self._db.read() as session:
            row = terminal_journal.get(session, number)
        if row.store != terminal.store:
            raise NotFound(
                f"There is no terminal payment {number} in this store.",
                "It belongs to another store.",
                "Name a payment of this store.",
                code="unknown_terminal_payment",
            )
        if row.kind != PaymentKind.PAYMENT or row.state != PaymentState.APPROVED:
            raise _not_to_be_taken_back(
                number,
                f"It is a {row.kind} that is {row.state}; only an approved payment can be.",
                "Name an approved payment.",
            )
        if not row.approved:
            raise _not_to_be_taken_back(
                number, "It gave cash and sold nothing.", "Take the cash back at the till."
            )
        return row

    def must_be_of(self, row: TerminalAttempt, terminal: Terminal) -> None:
        """Raise Refused unless a terminal itself took the payment.

        A reversal names it by a number of the terminal's own, under which another one, or
        one that was set up since, has another customer's payment.
        """
        if row.terminal != terminal.key or row.created < terminal.created:
            raise Refused(
                f"Payment {row.id} cannot be reversed at the card terminal {terminal.name}.",
                f"It was taken at {row.terminal}, and only the terminal that took it can reverse it.",
                "Reverse it there, or give the money back with a refund.",
                code="terminal_original",
            )

    def as_original(self, row: TerminalAttempt) -> Original:
        """Return what a driver needs to know of it."""
        said, where = result_of(row), (row.baseline or {}).get(WHERE, "")
        if said is None:
            return Original(amount=row.approved, reference=row.reference, where=where)
        return Original(
            receipt=said.receipt,
            trace=said.trace,
            auth_code=said.auth_code,
            provider=said.provider,
            date=said.stated,
            amount=row.approved,
            reference=row.reference,
            where=where,
        )

    def check(self, session: Session, order: Order, store: str, currency: str) -> None:
        """Raise Refused when a new order would take back more than is left.

        What is not resolved counts as taken back: it may have been. To be asked where the
        order is written down, so that no other comes in between.
        """
        original = order.original
        if original is None or not original.reference:
            return
        if order.kind is PaymentKind.REVERSAL and order.amount != original.amount:
            raise _not_whole(currency, original.amount or 0)
        taken = terminal_journal.taken_back(session, store, original.reference, _COUNTS)
        left = (original.amount or 0) - taken
        if order.amount > left:
            raise _too_much(currency, original.amount or 0, left)


_COUNTS = sorted({PaymentState.APPROVED, *UNRESOLVED})


def _not_to_be_taken_back(number: int, why: str, next_step: str) -> Problem:
    return Refused(f"Payment {number} cannot be taken back.", why, next_step, code="terminal_original")


def _too_much(currency: str, whole: int, left: int) -> Problem:
    paid, rest = (text_of(from_minor(amount, currency), currency) for amount in (whole, left))
    return Refused(
        "The card terminal was not asked to give that back.",
        f"Of the {paid} {currency} that were paid, {rest} have not been given back already.",
        "Ask for no more than that, or give cash.",
        code="terminal_taken_back",
    )


def _not_whole(currency: str, whole: int) -> Problem:
    return Refused(
        "A reversal takes a payment back as a whole.",
        f"The payment was {text_of(from_minor(whole, currency), currency)} {currency}.",
        "Leave the amount out, or give a part back with a refund.",
        code="terminal_taken_back",
    )
