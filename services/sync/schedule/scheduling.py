"""When days are sent unasked: a sweep asks which are due (DESIGN.md, 2).

Never "is it midnight now?": what was missed while the service was down is due all the
same, and an hour that a clock change repeats or skips changes nothing.
"""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from services.books.calendar import business_date
from services.books.periods import Frequency, Period
from services.contract.states import DayState
from services.store import by_file, connections, days, stores
from services.store.tables import Day, Store
from services.sync.documents import real_time
from services.sync.links import linking
from services.sync.posting import finishing
from services.sync.posting.settling import awaits_approval
from services.sync.schedule import closing
from services.sync.schedule.periods import Periods
from services.sync.sharing import allowance
from services.sync.tools import Tools

_NOT_SENT = frozenset({DayState.OPEN, DayState.WAITING})
# Only part of such a date was sent, and that part did not go through.
_STUCK = frozenset({DayState.REFUSED, DayState.DIFFERS, DayState.CHANGED})


def sweep(tools: Tools) -> list[str]:
    """Queue every day that is due; return the stores with something queued."""
    with tools.db.read() as session:
        rows = stores.list_stores(session)
        unasked = [row for row in rows if row.frequency != Frequency.MANUAL]
        found = {row.key: Due(session, row, tools).dates() for row in unasked}
        for row in rows:
            found.setdefault(row.key, []).extend(_approved_perhaps(session, row.key, tools))
    for store, dates in found.items():
        if dates:
            with tools.db.write() as session:
                days.queue(session, store, dates, tools.now())
    return [row.key for row in rows if _may_start(tools, row.key)]


def _approved_perhaps(session: Session, store: str, tools: Tools) -> list[date]:
    """Return the dates whose drafts are to be looked at: they may be approved by now.

    Whoever sent them, and whenever.
    """
    before = tools.now() - tools.pace.approval
    return [
        row.business_date
        for row in days.in_states(session, [DayState.WAITING], store)
        # Looked at later than now: by a clock that has been set back.
        if not row.queued and awaits_approval(row.why or []) and not before < row.changed_at <= tools.now()
    ]


class Due:
    """Which dates of a store are to be sent unasked, at one moment."""

    def __init__(self, session: Session, store: Store, tools: Tools) -> None:
        self._session = session
        self._store = store
        self._tools = tools
        self._latest = closing.last_time(store, tools.now())
        self._periods = Periods(session, store.key, tools.now())
        self._over: dict[Period, bool] = {}

    def dates(self) -> list[date]:
        """Return the dates that are due, oldest first."""
        rows = self._candidates()
        at_once = set(self._at_once(rows))
        return [row.business_date for row in rows if row.business_date in at_once or self._is_due(row)]

    def _candidates(self) -> list[Day]:
        """Return what may be due: neither queued, nor left to a person or to files."""
        store, zone = self._store, self._periods.facts
        today = business_date(self._tools.now(), zone.timezone, zone.cutoff)
        rows = days.in_states(self._session, _NOT_SENT | _STUCK, store.key, since=store.start_date)
        handed_over = by_file.dates(self._session, store.key) if rows else frozenset()
        return [
            row
            for row in rows
            if not row.queued
            and row.business_date <= today
            and row.business_date not in handed_over
            # An open day that somebody asked for has a reason, too: that it was open.
            and not (row.state == DayState.WAITING and row.why)
        ]

    def _is_due(self, row: Day) -> bool:
        """Whether a date, and what it goes with, was over at the time of sending."""
        gained = self._periods.gained(row)
        if row.state in _STUCK and row.whole and not gained:
            return False
        facts = self._periods.facts
        if closing.closed_at(self._session, facts, row.business_date) > self._latest:
            return False
        period = self._periods.table.period(row.business_date)
        if period is None or self._is_over(period):
            return True
        # What is of its own date does not wait for the end of the period, but for that of the date.
        fresh = row.state == DayState.WAITING and row.touched != row.built
        return row.state == DayState.OPEN or fresh or gained

    def _is_over(self, period: Period) -> bool:
        if period not in self._over:
            self._over[period] = self._periods.is_over(period, self._latest)
        return self._over[period]

    def _at_once(self, rows: list[Day]) -> list[date]:
        """Return the dates of which receipts are sent one by one, and now."""
        fresh = [
            row
            for row in rows
            if row.touched != row.built and self._periods.table.is_real_time(row.business_date)
        ]
        connection = connections.get_connection(self._session, self._store.key) if fresh else None
        if connection is None or connection.tenant is None:
            return []
        now, tools = self._tools.now(), self._tools
        pace = allowance.pace_of(self._session, connection.tenant, now, tools.limits)
        last = connection.last_sync
        return [row.business_date for row in fresh if real_time.is_due(self._session, row, last, pace, now)]


def _may_start(tools: Tools, store: str) -> bool:
    with tools.db.read() as session:
        if not days.queued(session, store):
            return False
        row = connections.get_connection(session, store)
        if row is None or linking.is_held_back(row, tools.now()):
            return False
        if finishing.may_finish(session, row):
            return True
    return linking.resume_due(row, tools.now()) or linking.obstacle(row) is None
