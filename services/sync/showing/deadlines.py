"""Which unsent business dates will miss a lock date or a tax return, and when."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from services.accounting.xero.incoming import day_of
from services.books.deadlines import Deadline, TaxPeriod, deadline_of
from services.contract.deadline import DeadlineAnswer
from services.contract.states import DayState
from services.store import connections
from services.sync import reference

_UNSENT = frozenset(
    {
        DayState.OPEN,
        DayState.WAITING,
        DayState.BLOCKED,
        DayState.SENDING,
        DayState.UNKNOWN,
        DayState.REFUSED,
        DayState.CHANGED,
        DayState.MISSING,
    }
)
"""States in which something of a date may still have to reach the ledger."""


class Deadlines:
    """The deadlines of one store's organisation, as it was last read."""

    def __init__(self, session: Session, store: str, today: date) -> None:
        connection = connections.get_connection(session, store)
        row = reference.organisation(session, connection.tenant if connection else None)
        self._today = today
        self._locks = (day_of(row.get("PeriodLockDate")), day_of(row.get("EndOfYearLockDate")))
        self._period = TaxPeriod(
            str(row.get("CountryCode", "")),
            str(row.get("SalesTaxPeriod", "")),
            _month(row.get("FinancialYearEndMonth")),
        )

    def of(self, day: date, state: str) -> DeadlineAnswer | None:
        """Return what a date will miss; None when it is sent, or nothing is known."""
        if state not in _UNSENT:
            return None
        found = deadline_of(day, self._period, self._locks)
        return self._answer(found) if found else None

    def _answer(self, found: Deadline) -> DeadlineAnswer:
        return {
            "kind": "lock" if found.locks else "return",
            "due": found.due.isoformat(),
            "days_left": (found.due - self._today).days,
            "first": found.first.isoformat(),
            "last": found.last.isoformat(),
        }


def _month(told: object) -> int:
    """Return a month as Xero tells it; 0 for what is none."""
    return int(str(told)) if str(told).isdecimal() else 0
