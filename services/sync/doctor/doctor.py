"""The doctor: finds tomorrow's failures today, and changes nothing.

Looks at this machine, at every store's tables, and at what each ledger says now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.accounting.ledger import CallFailed
from services.accounting.xero.oauth import Addresses
from services.accounting.xero.server_clock import clock_ahead
from services.contract.settings import Settings
from services.contract.support import DoctorAnswer, Severity
from services.store import stores
from services.store.tables import Store
from services.sync.doctor import notes, rules, upkeep
from services.sync.doctor.machine import machine_notes, watchdog_note
from services.sync.doctor.notes import Note, of_problem
from services.sync.doctor.store import Fresh, StoreExamination
from services.sync.tools import Tools


@dataclass(frozen=True, slots=True)
class Doctor:
    """Examines a running service; every method only reads."""

    tools: Tools
    settings: Settings
    version: str

    def examine(self, store: str | None = None) -> DoctorAnswer:
        """Return what was found, of one store or of all; raises NotFound."""
        rows = self._stores(store)
        read: dict[str, Fresh] = {}
        examined = [StoreExamination(self.tools, row, read) for row in rows]
        found = [*self._service(), *(note for each in examined for note in each.notes())]
        return notes.answer(found, self.tools.now(), self.version)

    def _stores(self, key: str | None) -> Sequence[Store]:
        with self.tools.db.read() as session:
            return stores.list_stores(session) if key is None else [stores.get_store(session, key)]

    def _service(self) -> Iterator[Note]:
        yield from machine_notes(self.settings)
        yield watchdog_note()
        yield from self._clock()
        with self.tools.db.read() as session:
            yield from upkeep.notes(session, self.tools.now(), self.version)

    def _clock(self) -> Iterator[Note]:
        try:
            ahead = clock_ahead(Addresses.of(self.settings), self.tools.clock)
        except CallFailed as failure:
            yield of_problem(Severity.STOPS, failure)
        else:
            yield rules.clock(ahead)
