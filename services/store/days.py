"""Business dates: what was decided about each, and where it stands.

A row is made when something of that date comes in or is decided; a date without a row
has neither.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, case, func
from sqlalchemy import select as select_columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select, update

from services.contract.states import DayState
from services.store import by_file
from services.store.tables import Day
from services.store.traded import refuse_traded

_AT_THE_LEDGER = (DayState.POSTED.value, DayState.DIFFERS.value, DayState.BY_FILE.value)
_WITHOUT_RECORDS = (DayState.NO_TRADE.value, DayState.MISSING.value)

_LONGEST_PERIOD = timedelta(days=31)

Why = list[dict[str, str]]
Place = tuple[str, date]
"""A store and one of its business dates."""
Stand = tuple[int, int | None, str]
"""How often a date changed, of which change it was built, and its state."""


def touch(executor: Session | Connection, store: str, dates: Iterable[date], now: datetime) -> None:
    """Note that the records of these dates changed, so that they are built again.

    A date that the ledger already holds becomes *changed*; one without trade opens again.
    Rows of these dates that a session holds are not renewed.
    """
    dialect = executor.get_bind().dialect.name if isinstance(executor, Session) else executor.dialect.name
    table = Day.__table__  # type: ignore[attr-defined]
    rows = [
        {"store": store, "business_date": each, "touched": 1, "changed_at": now}
        for each in sorted(set(dates))
    ]
    if not rows:
        return
    defaults = {"state": DayState.OPEN.value, "queued": False}
    statement = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)
    opened = table.c.state.in_(_WITHOUT_RECORDS)
    executor.execute(
        statement.values([defaults | row for row in rows]).on_conflict_do_update(
            index_elements=[table.c.store, table.c.business_date],
            set_={
                "touched": table.c.touched + 1,
                "changed_at": now,
                "no_trade_by": case((opened, None), else_=table.c.no_trade_by),
                "state": case(
                    (table.c.state.in_(_AT_THE_LEDGER), DayState.CHANGED.value),
                    (opened, DayState.OPEN.value),
                    else_=table.c.state,
                ),
            },
        )
    )


def get_day(session: Session, store: str, business_date: date) -> Day | None:
    """Return the row of a business date; None when nothing is known of it."""
    return session.get(Day, (store, business_date))


def stands(session: Session, places: Collection[Place]) -> dict[Place, Stand]:
    """Return where business dates of stores stand, in one question.

    Those that nothing is known of are left out.
    """
    found = {day for _, day in places}
    if not found:
        return {}
    wanted = select_columns(
        col(Day.store), col(Day.business_date), col(Day.touched), col(Day.built), col(Day.state)
    ).where(
        col(Day.store).in_({store for store, _ in places}),
        col(Day.business_date).between(min(found), max(found)),
    )
    rows = {
        (store, day): (touched, built, state) for store, day, touched, built, state in session.execute(wanted)
    }
    return {place: rows[place] for place in places if place in rows}


def ensure_day(session: Session, store: str, business_date: date, now: datetime) -> Day:
    """Return the row of a business date, made *open* when there is none."""
    day = get_day(session, store, business_date)
    if day is None:
        day = Day(store=store, business_date=business_date, changed_at=now)
        session.add(day)
        session.flush()
    return day


def posting_date(row: Day) -> date:
    """Return the date under which a business date's takings are kept and sent."""
    return row.posted_with or row.business_date


def dates_of(session: Session, store: str, business_date: date) -> tuple[date, ...]:
    """Return the dates whose takings are summed together with this one's, in order.

    The date alone, unless it belongs to a week or a month that was put together.
    """
    row = get_day(session, store, business_date)
    if row is None or row.posted_with is None:
        return (business_date,)
    wanted = select(col(Day.business_date)).where(
        Day.store == store,
        Day.business_date >= row.posted_with - _LONGEST_PERIOD,
        Day.business_date <= row.posted_with,
        Day.posted_with == row.posted_with,
    )
    return tuple(session.exec(wanted.order_by(col(Day.business_date))))


def between(session: Session, store: str, first: date, last: date) -> list[Day]:
    """Return the rows of the business dates from `first` to `last`, in order."""
    return list(
        session.exec(
            select(Day)
            .where(Day.store == store, Day.business_date >= first, Day.business_date <= last)
            .order_by(col(Day.business_date))
        )
    )


def count_between(session: Session, store: str, first: date, last: date) -> int:
    """Return how many business dates from `first` to `last` have a row."""
    wanted = select(func.count()).select_from(Day)
    span = col(Day.business_date).between(first, last)
    return session.exec(wanted.where(Day.store == store, span)).one()


def month(session: Session, store: str, year: int, number: int) -> list[Day]:
    """Return the rows of the business dates of a month (1 to 12), in order."""
    return between(session, store, date(year, number, 1), date(year, number, monthrange(year, number)[1]))


def in_states(
    session: Session, states: Iterable[str], store: str | None = None, *, since: date | None = None
) -> list[Day]:
    """Return the rows in any of these states, oldest business date first."""
    wanted = select(Day).where(col(Day.state).in_([str(state) for state in states]))
    if store is not None:
        wanted = wanted.where(Day.store == store)
    if since is not None:
        wanted = wanted.where(Day.business_date >= since)
    # Put in order here: for the sake of an order SQLite would read all the dates of a store.
    return sorted(session.exec(wanted), key=lambda row: (row.business_date, row.store))


def changed_since_built(session: Session) -> frozenset[tuple[str, date]]:
    """Return the stores and dates that became *changed* by records that came in."""
    rows = in_states(session, [DayState.CHANGED])
    return frozenset((row.store, row.business_date) for row in rows if row.touched != row.built)


def set_state(
    session: Session, store: str, business_date: date, state: str, now: datetime, why: Why | None = None
) -> Day:
    """Say where a business date stands, and why when something stops it."""
    day = ensure_day(session, store, business_date, now)
    day.state, day.why, day.changed_at = str(state), why, now
    session.add(day)
    session.flush()
    return day


def set_built(
    session: Session,
    store: str,
    business_date: date,
    touched: int,
    amount: int,
    now: datetime,
    *,
    whole: bool | None = None,
) -> Day:
    """Note that documents were made of the records as they were at `touched`.

    `amount` is the day's takings in minor units; `whole`, when it is known, whether
    everything of the date is among the documents.
    """
    day = ensure_day(session, store, business_date, now)
    day.built, day.amount, day.changed_at = touched, amount, now
    day.whole = day.whole if whole is None else whole
    session.add(day)
    session.flush()
    return day


def close(session: Session, store: str, business_date: date, by: str, now: datetime) -> Day:
    """Note that a person closed a business date; the first one is remembered."""
    day = ensure_day(session, store, business_date, now)
    if day.closed_at is None:
        day.closed_by, day.closed_at, day.changed_at = by, now, now
        session.add(day)
        session.flush()
    return day


def no_trade(session: Session, store: str, business_date: date, by: str, now: datetime) -> Day:
    """Note that the shop did not trade; raise Refused when anything says that it did."""
    refuse_traded(session, store, business_date)
    day = set_state(session, store, business_date, DayState.NO_TRADE, now)
    day.no_trade_by = by
    session.flush()
    return day


def queue(
    session: Session, store: str, dates: Iterable[date], now: datetime, *, asked: bool = False
) -> list[date]:
    """Ask for these dates to be sent; return those that were not asked for already.

    `asked`: by a person. Such dates go first, and may use the calls kept for people.
    Dates that are posted by file are left out: nothing ever sends them.
    """
    fresh = []
    wanted = set(dates)
    for each in sorted(wanted - by_file.among(session, store, wanted)):
        day = ensure_day(session, store, each, now)
        if not day.queued:
            day.queued, day.changed_at = True, now
            fresh.append(each)
        day.asked = day.asked or asked
        session.add(day)
    session.flush()
    return fresh


def unqueue(session: Session, store: str, business_date: date) -> None:
    """Note that nothing more is to be sent of this date for now."""
    session.exec(
        update(Day)
        .where(col(Day.store) == store, col(Day.business_date) == business_date)
        .values(queued=False, asked=False)
    )


def unask(session: Session, store: str) -> None:
    """Let what was asked for long ago go in the order of its dates.

    With all that waits.
    """
    session.exec(update(Day).where(col(Day.store) == store, col(Day.asked)).values(asked=False))


def queued(session: Session, store: str | None = None, *, asked: bool = False) -> list[Day]:
    """Return what was asked to be sent, oldest business date first.

    `asked`: only what a person asked for.
    """
    wanted = select(Day).where(col(Day.queued), ~by_file.handed_over())
    if store is not None:
        wanted = wanted.where(Day.store == store)
    if asked:
        wanted = wanted.where(col(Day.asked))
    return list(session.exec(wanted.order_by(col(Day.business_date), Day.store)))


def count_by_state(session: Session, store: str) -> dict[str, int]:
    """Return how many business dates are in each state."""
    return dict(
        session.exec(select(Day.state, func.count()).where(Day.store == store).group_by(Day.state)).all()
    )


def waiting(session: Session, store: str) -> tuple[int, int]:
    """Return how many days wait to be sent, and their takings in minor units."""
    wanted = select(func.count(), func.coalesce(func.sum(Day.amount), 0))
    days, amount = session.exec(wanted.where(Day.store == store, Day.state == DayState.WAITING.value)).one()
    return days, int(amount or 0)
