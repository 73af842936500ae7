"""Calls to a ledger, counted in the database so that all machines share them.

A call counts from before it leaves until a window's length after its answer: when it
arrived at the ledger in between does not matter, so the ledger never counts more than
is counted here. Every change is made under the lock of the organisation's row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, delete, select, update

from services.store.tables import Allowance, AllowanceCall

LONGEST_CALL = timedelta(seconds=120)
"""A call without an answer for so long was made by somebody who died."""
_KEPT = timedelta(hours=25)
_PRUNE_EVERY = 50


def get_allowance(session: Session, tenant: str) -> Allowance | None:
    """Return what is known of an organisation's allowance; None: it was never called."""
    return session.get(Allowance, tenant)


def lock_allowance(session: Session, tenant: str) -> Allowance:
    """Return an organisation's allowance, for this transaction alone."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    blank = {"tenant": tenant, "calls": 0, "minute_others": 0, "day_others": 0}
    session.execute(insert(Allowance).values(blank).on_conflict_do_nothing())
    wanted = select(Allowance).where(Allowance.tenant == tenant).with_for_update()
    return session.exec(wanted.execution_options(populate_existing=True)).one()


def begin_call(session: Session, row: Allowance, executor: str, now: datetime) -> int:
    """Count a call that is about to leave; return its number."""
    row.calls += 1
    session.add(row)
    session.add(AllowanceCall(tenant=row.tenant, number=row.calls, executor=executor, began=now))
    if row.calls % _PRUNE_EVERY == 0:
        _forget(session, row.tenant, now - _KEPT)
    session.flush()
    return row.calls


def end_call(
    session: Session, tenant: str, number: int, now: datetime, *, counted: bool
) -> AllowanceCall | None:
    """Note that a call is over, and whether the ledger counted it; return it."""
    call = session.get(AllowanceCall, (tenant, number))
    if call is not None:
        call.ended, call.counted = max(now, call.began), counted
        session.add(call)
        session.flush()
    return call


def end_calls_of(session: Session, executors: Sequence[str], now: datetime) -> None:
    """Note that the calls of services that died are over."""
    mine = col(AllowanceCall.executor).in_(executors), col(AllowanceCall.ended).is_(None)
    session.exec(update(AllowanceCall).where(*mine).values(ended=now))


def tidy(session: Session, row: Allowance, now: datetime) -> None:
    """End calls that cannot be under way, bring back what lies in the future.

    Times in the future are left behind by a clock that was set back; without this they
    would count until the clock comes to them again.
    """
    started_long_ago = col(AllowanceCall.began) < now - LONGEST_CALL
    lost = AllowanceCall.tenant == row.tenant, col(AllowanceCall.ended).is_(None), started_long_ago
    for call in session.exec(select(AllowanceCall).where(*lost)).all():
        call.ended = call.began + LONGEST_CALL
        session.add(call)
    last = session.get(AllowanceCall, (row.tenant, row.calls))
    if last is not None and max(last.began, last.ended or last.began) > now:
        _bring_back(session, row.tenant, now)
    session.flush()


def used(session: Session, tenant: str, since: datetime) -> int:
    """Return how many calls are under way or ended after `since`."""
    wanted = select(func.count()).select_from(AllowanceCall).where(AllowanceCall.tenant == tenant)
    running = col(AllowanceCall.ended).is_(None)
    return session.exec(wanted.where(or_(running, col(AllowanceCall.ended) > since))).one()


def running(session: Session, tenant: str) -> int:
    """Return how many calls are under way."""
    wanted = select(func.count()).select_from(AllowanceCall).where(AllowanceCall.tenant == tenant)
    return session.exec(wanted.where(col(AllowanceCall.ended).is_(None))).one()


def surely_counted(session: Session, tenant: str, call: AllowanceCall, since: datetime) -> int:
    """Return how many of our calls the ledger surely counts when it answered `call`.

    Those that began after `since` and were answered before it left, and itself. One that
    was begun later has a greater number, even in the same moment.
    """
    wanted = select(func.count()).select_from(AllowanceCall).where(AllowanceCall.tenant == tenant)
    before = wanted.where(col(AllowanceCall.began) > since, col(AllowanceCall.ended) <= call.began)
    others = before.where(col(AllowanceCall.counted), col(AllowanceCall.number) < call.number)
    return session.exec(others).one() + call.counted


def freed(session: Session, tenant: str, since: datetime, places: int) -> datetime | None:
    """Return the end of the call whose leaving frees the last of so many places.

    None when fewer calls than that have ended after `since`.
    """
    wanted = (
        select(AllowanceCall.ended)
        .where(AllowanceCall.tenant == tenant, col(AllowanceCall.ended) > since)
        .order_by(col(AllowanceCall.ended))
        .offset(places - 1)
        .limit(1)
    )
    return session.exec(wanted).first()


def _bring_back(session: Session, tenant: str, now: datetime) -> None:
    mine = update(AllowanceCall).where(col(AllowanceCall.tenant) == tenant)
    session.exec(mine.where(col(AllowanceCall.ended) > now).values(ended=now))
    session.exec(mine.where(col(AllowanceCall.began) > now).values(began=now))


def _forget(session: Session, tenant: str, before: datetime) -> None:
    session.exec(
        delete(AllowanceCall).where(col(AllowanceCall.tenant) == tenant, col(AllowanceCall.ended) < before)
    )
