"""Everything a practice Xero holds: its books, its grants, its clock and its ids."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.sandbox.xero.book import Book
from services.sandbox.xero.calls import CallLog
from services.sandbox.xero.config import PracticeConfig
from services.sandbox.xero.faults import Faults
from services.sandbox.xero.grants import Grants, Serial
from services.sandbox.xero.limits import Meter
from services.sandbox.xero.oauth import OAuth
from services.sandbox.xero.settings import OrganisationSettings, SettingsError
from services.sandbox.xero.tables import StateFile

Clock = Callable[[], datetime]
_IDS_AHEAD = 1000


class World:
    """The state of one practice Xero.

    `clock` returns an aware time; `state` is the file everything is kept in, None for
    memory only. Whoever changes something calls `save` before the answer leaves.
    """

    def __init__(self, config: PracticeConfig, clock: Clock, state: Path | None) -> None:
        self.config = config
        self.calls = CallLog()
        self.faults = Faults()
        self.meter = Meter(config.limits)
        self.clock_offset = timedelta()
        self._clock = clock
        self._file = StateFile(state) if state else None
        self._namespace = uuid.uuid5(uuid.NAMESPACE_URL, f"practice:{config.seed}")
        self._build()
        self._load()

    def now(self) -> datetime:
        """Return the time of the practice Xero, UTC."""
        return self._clock().astimezone(UTC) + self.clock_offset

    def new_id(self) -> str:
        """Return the next id; the same seed gives the same ones in the same order.

        After a restart ids go on from a number that was reserved in the file.
        """
        self._next += 1
        if self._next >= self._reserved:
            self._reserve()
        return str(uuid.uuid5(self._namespace, str(self._next)))

    def book(self, tenant: str) -> Book:
        """Return the books of an organisation; raise SettingsError for another id."""
        found = self.books.get(tenant.lower())
        if found is None:
            raise SettingsError(f"There is no practice organisation {tenant!r}.")
        return found

    def save(self) -> None:
        """Write what changed to the state file, if there is one."""
        if self._file is None:
            return
        changes = self.grants.changes()
        for book in self.books.values():
            changes += book.changes()
        self._file.save(changes)

    def reset(self) -> None:
        """Go back to the configuration; tokens, calls, faults and changes are forgotten."""
        self.calls.clear()
        self.faults.clear()
        self.meter = Meter(self.config.limits)
        self.clock_offset = timedelta()
        if self._file:
            self._file.clear()
        self._build()
        self.save()

    def _build(self) -> None:
        self._next, self._reserved = 0, 0
        self.grants = Grants()
        self._reserve()
        self.books = {o.tenant: Book(o, self.new_id, self.now) for o in self.config.organisations}
        self.oauth = OAuth(self.config, self.grants, self.new_id, self.now, self._organisations)

    def _load(self) -> None:
        if self._file is None:
            return
        rows = self._file.load()
        if not rows:
            self.save()
            return
        self.grants.load(rows)
        for book in self.books.values():
            book.load(rows)
        self._next = self._reserved = self.grants.serials["id"].next
        self._reserve()
        self.save()

    def _reserve(self) -> None:
        self._reserved += _IDS_AHEAD
        self.grants.serials.put(Serial("id", self._reserved))

    def _organisations(self) -> list[OrganisationSettings]:
        return [book.organisation for book in self.books.values()]
