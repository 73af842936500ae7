"""The payment journal: attempts at the card terminals, and their settlements.

Every function takes the session of a write transaction of its own; the row is on the disk
when that is committed. Which state may follow which is checked by `services.terminals`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from services.contract.problem import NotFound
from services.contract.terminals import PaymentKind, PaymentState
from services.store.tables import Terminal, TerminalAttempt, TerminalSettlement, TerminalTotal

Values = dict[str, Any]
_AT_ONCE = 500


def get_terminal(session: Session, key: str) -> Terminal:
    """Return a terminal; raise NotFound when there is none of this key."""
    terminal = session.get(Terminal, key)
    if terminal is None:
        raise NotFound(
            f"There is no card terminal {key}.",
            "None was added under this key.",
            "See the keys with `tillbook terminal list`.",
            code="unknown_terminal",
        )
    return terminal


def terminals(session: Session, store: str | None = None) -> list[Terminal]:
    """Return the terminals, of one store when it is given, by key."""
    wanted = select(Terminal).order_by(col(Terminal.key))
    return list(session.exec(wanted if store is None else wanted.where(Terminal.store == store)))


def get(session: Session, attempt_id: int) -> TerminalAttempt:
    """Return an attempt; raise NotFound when there is none of this number."""
    attempt = session.get(TerminalAttempt, attempt_id)
    if attempt is None:
        raise NotFound(
            f"There is no terminal payment {attempt_id}.",
            "The journal does not list it.",
            "See the numbers with `tillbook terminal attempts`.",
            code="unknown_terminal_payment",
        )
    return attempt


def of_till(session: Session, store: str, till: str, till_reference: str) -> TerminalAttempt | None:
    """Return the attempt a till made under its reference, None for none."""
    return session.exec(
        select(TerminalAttempt).where(
            TerminalAttempt.store == store,
            TerminalAttempt.till == till,
            TerminalAttempt.till_reference == till_reference,
        )
    ).one_or_none()


def by_reference(
    session: Session, terminal: str, till_reference: str, till: str | None = None
) -> TerminalAttempt | None:
    """Return the newest attempt at a terminal under a till's reference."""
    wanted = select(TerminalAttempt).where(
        TerminalAttempt.terminal == terminal, TerminalAttempt.till_reference == till_reference
    )
    if till is not None:
        wanted = wanted.where(TerminalAttempt.till == till)
    return session.exec(wanted.order_by(col(TerminalAttempt.id).desc()).limit(1)).first()


def payments_by_reference(session: Session, store: str, till_reference: str) -> list[TerminalAttempt]:
    """Return the payments of a store that tills gave this reference, one a till."""
    wanted = select(TerminalAttempt).where(
        TerminalAttempt.store == store,
        TerminalAttempt.till_reference == till_reference,
        TerminalAttempt.kind == PaymentKind.PAYMENT,
    )
    return list(session.exec(wanted.order_by(col(TerminalAttempt.id))))


def taken_back(session: Session, store: str, reference: str, states: Sequence[PaymentState]) -> int:
    """Return what refunds and reversals take of a payment, in minor units.

    `reference` is ours, of the payment. Those in `states` count, and those of another
    state that the terminal approved late.
    """
    taken = func.sum(func.coalesce(TerminalAttempt.approved, TerminalAttempt.amount))
    wanted = select(func.coalesce(taken, 0)).where(
        TerminalAttempt.store == store,
        col(TerminalAttempt.original).is_not(None),
        col(TerminalAttempt.original)["reference"].as_string() == reference,
        or_(col(TerminalAttempt.state).in_(states), col(TerminalAttempt.approved).is_not(None)),
    )
    return int(session.exec(wanted).one())


def in_states(
    session: Session, states: Sequence[PaymentState], terminal: str | None = None
) -> list[TerminalAttempt]:
    """Return the attempts in any of the states, oldest first."""
    wanted = select(TerminalAttempt).where(col(TerminalAttempt.state).in_(states))
    if terminal is not None:
        wanted = wanted.where(TerminalAttempt.terminal == terminal)
    return list(session.exec(wanted.order_by(col(TerminalAttempt.id))))


def last_approved(session: Session, terminal: str) -> TerminalAttempt | None:
    """Return the newest approved attempt of a terminal, since it was added."""
    wanted = select(TerminalAttempt).where(
        *attempts_of_now(terminal), TerminalAttempt.state == PaymentState.APPROVED
    )
    return session.exec(wanted.order_by(col(TerminalAttempt.id).desc()).limit(1)).one_or_none()


def attempts_of_now(terminal: str) -> tuple[ColumnElement[bool], ...]:
    """Return the condition of what the terminal that now has a key was asked.

    Where one was removed and its key given again, what came before was another device's.
    """
    added = select(Terminal.created).where(Terminal.key == terminal).scalar_subquery()
    return (col(TerminalAttempt.terminal) == terminal, col(TerminalAttempt.created) >= added)


def settlements_of_now(terminal: str) -> tuple[ColumnElement[bool], ...]:
    """Return the condition of the settlements of the terminal that now has a key."""
    added = select(Terminal.created).where(Terminal.key == terminal).scalar_subquery()
    return (col(TerminalSettlement.terminal) == terminal, col(TerminalSettlement.started) >= added)


def newest(
    session: Session,
    *,
    terminal: str | None = None,
    store: str | None = None,
    state: str | None = None,
    limit: int = 50,
    before: int | None = None,
) -> list[TerminalAttempt]:
    """Return the newest attempts first; `before` an attempt's number for more."""
    wanted = select(TerminalAttempt).order_by(col(TerminalAttempt.id).desc()).limit(limit)
    if terminal is not None:
        wanted = wanted.where(TerminalAttempt.terminal == terminal)
    if store is not None:
        wanted = wanted.where(TerminalAttempt.store == store)
    if state is not None:
        wanted = wanted.where(TerminalAttempt.state == state)
    if before is not None:
        wanted = wanted.where(col(TerminalAttempt.id) < before)
    return list(session.exec(wanted))


def of_dates(
    session: Session, terminal: str, first: date | None, last: date | None
) -> Iterator[TerminalAttempt]:
    """Yield a terminal's attempts of business dates since it was added, oldest first."""
    wanted = select(TerminalAttempt).where(*attempts_of_now(terminal)).order_by(col(TerminalAttempt.id))
    if first is not None:
        wanted = wanted.where(col(TerminalAttempt.business_date) >= first)
    if last is not None:
        wanted = wanted.where(col(TerminalAttempt.business_date) <= last)
    yield from session.scalars(wanted, execution_options={"yield_per": _AT_ONCE})


def change(session: Session, attempt: TerminalAttempt, **values: object) -> TerminalAttempt:
    """Set columns of an attempt."""
    for name, value in values.items():
        setattr(attempt, name, value)
    session.add(attempt)
    session.flush()
    return attempt


def start_settlement(
    session: Session,
    terminal: Terminal,
    *,
    closes: bool,
    who: str,
    now: datetime,
    business_date: date | None = None,
) -> TerminalSettlement:
    """Write down that totals are about to be asked for, or an end of day."""
    row = TerminalSettlement(
        terminal=terminal.key,
        store=terminal.store,
        closes=closes,
        state="started",
        started=now,
        who=who,
        business_date=business_date,
        currency=terminal.currency,
    )
    session.add(row)
    session.flush()
    return row


def end_settlement(
    session: Session,
    number: int,
    state: str,
    now: datetime,
    *,
    problem: dict[str, str] | None = None,
    totals: Values | None = None,
    schemes: Sequence[Values] | None = None,
) -> TerminalSettlement:
    """Write down how a settlement ended.

    `totals` are columns of its row, `schemes` the rows of its totals.
    """
    row = session.get_one(TerminalSettlement, number)
    row.state, row.ended, row.problem = state, now, problem
    for name, value in (totals or {}).items():
        setattr(row, name, value)
    session.add(row)
    if schemes is not None:
        _replace_totals(session, number, schemes)
    session.flush()
    return row


def settlements(session: Session, terminal: str, limit: int = 20) -> list[TerminalSettlement]:
    """Return a terminal's settlements since it was added, newest first."""
    wanted = select(TerminalSettlement).where(*settlements_of_now(terminal))
    return list(session.exec(wanted.order_by(col(TerminalSettlement.id).desc()).limit(limit)))


def totals_of(session: Session, number: int) -> list[TerminalTotal]:
    """Return the totals of a settlement by scheme, in the terminal's order."""
    wanted = select(TerminalTotal).where(TerminalTotal.settlement_id == number)
    return list(session.exec(wanted.order_by(col(TerminalTotal.position))))


def _replace_totals(session: Session, number: int, schemes: Sequence[Values]) -> None:
    for old in totals_of(session, number):
        session.delete(old)
    session.flush()
    for position, values in enumerate(schemes):
        session.add(TerminalTotal(settlement_id=number, position=position, **values))
