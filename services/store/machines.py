"""Which services run on this database, and which of them sends.

A run of a service says every few seconds that it lives; one that is silent too long is
taken for dead. A turn at sending carries a number that grows: whoever holds an older one
has lost the turn, also when it was only frozen and does not know.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, text
from sqlmodel import Session, col, delete, select, update

from services.store.allowance import end_calls_of
from services.store.tables import Attempt, Audit, Day, Machine, SendingTurn

_REMEMBERED = timedelta(days=7)


def moment(session: Session, otherwise: datetime) -> datetime:
    """Return the database's own time; on SQLite, which has none, `otherwise`."""
    if session.get_bind().dialect.name == "sqlite":
        return otherwise
    seen: datetime = session.connection().execute(text("select clock_timestamp()")).scalar_one()
    return seen


def machines(session: Session) -> list[Machine]:
    """Return every run of a service that is remembered, the newest first."""
    return list(session.exec(select(Machine).order_by(col(Machine.started).desc())))


def living(session: Session, now: datetime) -> list[Machine]:
    """Return the runs that live."""
    return [row for row in machines(session) if is_alive(row, now)]


def is_alive(row: Machine, now: datetime) -> bool:
    """Whether a run has neither ended nor been silent too long.

    Nor was it seen at a time still to come, which a clock left behind that was set back.
    """
    return row.ended is None and abs(now - row.seen) <= timedelta(seconds=row.dead_after)


def join(session: Session, row: Machine) -> None:
    """Enter a run; earlier ones of the machine are over: a home has one."""
    mine = select(Machine).where(Machine.machine == row.machine, col(Machine.ended).is_(None))
    bury(session, [each.executor for each in session.exec(mine).all()], row.started)
    session.exec(delete(Machine).where(col(Machine.ended) < row.started - _REMEMBERED))
    session.add(row)
    session.flush()


def beat(session: Session, executor: str, now: datetime) -> None:
    """Note that a run lives; one that was taken for dead lives again."""
    session.exec(update(Machine).where(col(Machine.executor) == executor).values(seen=now, ended=None))


def bury(session: Session, executors: Iterable[str], now: datetime) -> None:
    """Note that runs are over: their turns are free, their calls are made."""
    gone = list(executors)
    if not gone:
        return
    session.exec(update(Machine).where(col(Machine.executor).in_(gone)).values(ended=now))
    session.exec(update(SendingTurn).where(col(SendingTurn.holder).in_(gone)).values(holder=None))
    end_calls_of(session, gone, now)


def silent(session: Session, now: datetime) -> list[str]:
    """Return the runs that have not ended and are silent too long."""
    rows = session.exec(select(Machine).where(col(Machine.ended).is_(None))).all()
    return [row.executor for row in rows if not is_alive(row, now)]


def take_turn(session: Session, tenant: str, executor: str, now: datetime) -> int | None:
    """Return the number of a new turn; None while another living run has it."""
    row = _locked(session, tenant, now)
    if row.holder not in {None, executor} and _lives(session, row.holder, now):
        return None
    row.holder, row.token, row.taken = executor, row.token + 1, now
    session.add(row)
    session.flush()
    return row.token


def holds_turn(session: Session, tenant: str, token: int) -> bool:
    """Whether a turn is still the newest, and stays so in this transaction."""
    wanted = select(SendingTurn.token).where(SendingTurn.tenant == tenant).with_for_update()
    return session.exec(wanted).first() == token


def give_turn_back(session: Session, tenant: str, token: int) -> None:
    """Free a turn, unless somebody took it in the meantime."""
    mine = col(SendingTurn.tenant) == tenant, col(SendingTurn.token) == token
    session.exec(update(SendingTurn).where(*mine).values(holder=None))


def holder(session: Session, tenant: str, now: datetime) -> str | None:
    """Return the living run that sends to an organisation; None: nobody does."""
    row = session.get(SendingTurn, tenant)
    return row.holder if row is not None and _lives(session, row.holder, now) else None


def latest_changes(session: Session) -> tuple[object, ...]:
    """Return what is new with every change of a day, a call, or by a person."""
    latest = (func.max(Day.changed_at), func.max(Attempt.id), func.max(Audit.id))
    return tuple(session.exec(select(each)).one() for each in latest)


def _lives(session: Session, executor: str | None, now: datetime) -> bool:
    row = session.get(Machine, executor) if executor else None
    return row is not None and is_alive(row, now)


def _locked(session: Session, tenant: str, now: datetime) -> SendingTurn:
    wanted = select(SendingTurn).where(SendingTurn.tenant == tenant).with_for_update()
    row = session.exec(wanted.execution_options(populate_existing=True)).first()
    if row is None:
        row = SendingTurn(tenant=tenant, taken=now)
        session.add(row)
        session.flush()
    return row
