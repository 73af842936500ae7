"""Sending days from before the start: looked at, then queued (OI11, QR10).

They go as the store's days go: one by one, or by the week or month. Their queue leaves the
calls alone that are kept for what people ask for meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from services.books.money import from_minor, text_of
from services.books.periods import Frequency, Timetable
from services.contract.backfill import BackfillAnswer, BackfillLeft, BackfillPart
from services.contract.people import Person
from services.contract.problem import Refused
from services.contract.states import DayState
from services.store import audit, by_file, connections, days, schedules, stores
from services.store.tables import Store
from services.sync.documents.building import Built
from services.sync.findings import Kept, told, told_one
from services.sync.links import linking, sealing
from services.sync.links.linking import refused
from services.sync.schedule.asking import check_range, put_in_queue
from services.sync.schedule.periods import Periods, goes_with
from services.sync.sharing.calls import calls_of, seconds_of
from services.sync.showing.calendar import Calendar
from services.sync.showing.preview import DayView
from services.sync.tools import Tools

_AS_THEY_ARE = {
    DayState.POSTED: "it is posted already",
    DayState.NO_TRADE: "the shop did not trade",
    DayState.BY_FILE: "it is posted by file",
    DayState.CHANGED: "it is posted, and changed since",
    DayState.DIFFERS: "it is posted, and differs",
    DayState.OPEN: "it is not over yet",
    DayState.MISSING: "there is nothing to send of it",
}
_SUMS = {Frequency.WEEKLY, Frequency.MONTHLY}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Group:
    """Dates that go together, built."""

    built: Built
    blocked: tuple[Kept, ...]


class BackfillOffice:
    """Looks at earlier days, and queues them."""

    def __init__(self, tools: Tools, submit: Callable[[str], None]) -> None:
        self._tools = tools
        self._submit = submit

    def preview(self, store: str, first: date, last: date, frequency: str | None = None) -> BackfillAnswer:
        """Return what sending these dates comes to; changes nothing.

        Raises Refused for dates that are no span, or have not begun.
        """
        with self._tools.db.read() as session:
            return Plan(self._tools, session, store, first, last, frequency).answer()

    def queue(
        self, store: str, first: date, last: date, who: Person, frequency: str | None = None
    ) -> BackfillAnswer:
        """Queue these dates.

        Raises Refused as `preview` does, and where no organisation is chosen.
        """
        with self._tools.db.write() as session:
            plan = Plan(self._tools, session, store, first, last, frequency)
            answer = plan.answer()
            answer["queued"] = [day.isoformat() for day in plan.put_in_queue(who)]
        for day in answer["queued"]:
            self._tools.tell("day", store, date=day, state=DayState.WAITING)
        self._submit(store)
        return answer


class Plan:
    """What of a span of dates is sent, and as which documents."""

    def __init__(
        self, tools: Tools, session: Session, store: str, first: date, last: date, frequency: str | None
    ) -> None:
        check_range(first, last)
        self._tools = tools
        self._session = session
        self._store = stores.get_store(session, store)
        self._calendar = Calendar(session, store, tools.now())
        self._first, self._last = first, last
        self._frequency = _frequency(self._store, frequency)
        self._stopped = linking.obstacle(connections.get_connection(session, store))
        self._periods = Periods(session, store, tools.now(), self._table())
        self.left: dict[date, str] = {}
        self.groups = list(self._groups())

    def _table(self) -> Timetable:
        """Return which frequency holds for which date: that of the span before the start."""
        last = self._last_before_start()
        if last < self._first:
            return schedules.timetable(self._session, self._store.key)
        return schedules.between(self._session, self._store.key, self._first, last, self._frequency)

    def _last_before_start(self) -> date:
        start = self._store.start_date
        return self._last if start is None else min(self._last, start - _DAY)

    def _groups(self) -> Iterator[Group]:
        view = DayView(self._tools, self._session, self._store.key)
        for dates in self._together():
            yield Group(*view.would_be(dates))

    def _together(self) -> Iterator[tuple[date, ...]]:
        handed_over = by_file.dates(self._session, self._store.key)
        seen: set[date] = set()
        for shown in self._calendar.between(self._first, self._last):
            state = DayState.BY_FILE if shown.date in handed_over else shown.state
            if state is DayState.MISSING or shown.date in seen:
                continue
            if state in _AS_THEY_ARE:
                self.left[shown.date] = _AS_THEY_ARE[state]
            elif other := sealing.owner_elsewhere(self._session, self._store.key, shown.date, self._tenant):
                self.left[shown.date] = f"it belongs to {other}, and goes to no other organisation"
            elif period := self._periods.unfinished(shown.date):
                self.left[shown.date] = goes_with(shown.date, period)["what"]
            else:
                dates = self._periods.together(shown.date)
                seen.update(dates)
                yield dates

    def dates(self) -> list[date]:
        """Return every date that is sent."""
        return sorted(day for group in self.groups for day in group.built.dates)

    def put_in_queue(self, who: Person) -> list[date]:
        """Queue the dates, as documents of the frequency they were looked at with."""
        if self._stopped and self._stopped["code"] == "not_connected":
            raise refused(self._stopped)
        dates, store = self.dates(), self._store.key
        if (last := self._last_before_start()) >= self._first:
            schedules.hold_between(self._session, store, self._first, last, self._frequency)
        wanted = [day for day in dates if not self._is_queued(day)]
        put_in_queue(self._session, self._tools, self._calendar, wanted, self._stopped, asked=False)
        span = {
            "from": self._first.isoformat(),
            "to": self._last.isoformat(),
            "days": len(dates),
            "frequency": self._frequency,
        }
        audit.append(self._session, self._tools.now(), who, "backfill", store, after=span)
        return dates

    def _is_queued(self, day: date) -> bool:
        row = days.get_day(self._session, self._store.key, day)
        return row is not None and row.queued

    def answer(self) -> BackfillAnswer:
        """Return what it comes to as it crosses the socket."""
        documents = [document for group in self.groups for document in group.built.documents.documents]
        calls = calls_of(self._session, self._tenant, documents, self._tools) if documents else 0
        left: list[BackfillLeft] = [
            {"date": day.isoformat(), "why": why} for day, why in sorted(self.left.items())
        ]
        return {
            "store": self._store.key,
            "frequency": self._frequency,
            "days": len(self.dates()),
            "documents": len(documents),
            "amount": self._amount(self.groups),
            "calls": calls,
            "seconds": seconds_of(self._session, self._tenant, calls, self._tools),
            "parts": [self._part(group) for group in self.groups],
            "left": left,
            "stopped": told_one(self._stopped),
            "queued": [],
        }

    @property
    def _tenant(self) -> str | None:
        row = connections.get_connection(self._session, self._store.key)
        return row.tenant if row else None

    def _part(self, group: Group) -> BackfillPart:
        dates = group.built.dates
        return {
            "first": dates[0].isoformat(),
            "last": dates[-1].isoformat(),
            "days": len(dates),
            "documents": len(group.built.documents.documents),
            "amount": self._amount([group]),
            "blocked": told(group.blocked),
        }

    def _amount(self, groups: list[Group]) -> str:
        currency = self._calendar.facts.currency
        takings = sum(amount for group in groups for amount in group.built.takings.values())
        return text_of(from_minor(takings, currency), currency)


def _frequency(store: Store, wanted: str | None) -> str:
    """Return how earlier days go: as the store's do, but never receipt by receipt."""
    if wanted is None:
        return store.frequency if store.frequency in _SUMS else Frequency.DAILY.value
    if wanted not in {Frequency.DAILY, *_SUMS}:
        raise Refused(
            f"Earlier days cannot be sent {wanted}.",
            "They go day by day, or summed by the week or the month.",
            "Choose daily, weekly or monthly.",
            code="invalid",
        )
    return wanted
