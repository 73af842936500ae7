"""Stores, imports and source profiles: the changes that need no ledger."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import BinaryIO

from services.api.uploads import broken_off
from services.contract.answers import ImportAnswer, NewEvent, StoreAnswer
from services.contract.people import Person
from services.contract.replies import SourceAnswer
from services.sources import catalogue
from services.sources.importing import import_stream
from services.store import audit, stores
from services.store.database import Database


@dataclass(slots=True)
class Shop:
    """What a shop is set up with, and what its tills report.

    `publish` tells watchers; `taken_in` tells which dates of a store an import may have
    touched. Both are called after the change is kept.
    """

    db: Database
    clock: Callable[[], datetime]
    publish: Callable[[NewEvent], None]
    taken_in: Callable[[str, list[date]], None]
    _stopping: threading.Event = field(default_factory=threading.Event)

    def stores(self) -> list[StoreAnswer]:
        """List the stores."""
        with self.db.read() as session:
            return [stores.answer_of(row) for row in stores.list_stores(session)]

    def add_store(self, details: Mapping[str, object], *, who: Person) -> StoreAnswer:
        """Add a store; raise Refused when the key is taken or a value is not possible."""
        now = self.clock()
        with self.db.write() as session:
            added = stores.answer_of(stores.add_store(session, details, now))
            audit.append(session, now, who, "add_store", added["key"], after={**added})
        self.publish(_store_event(added["key"]))
        return added

    def set_store(self, key: str, changes: Mapping[str, object], *, who: Person) -> StoreAnswer:
        """Change settings of a store; an empty `cash_rounding` takes the rule away.

        Raises NotFound for an unknown store, Refused for a value that is not possible.
        """
        wanted = {name: None if value == "" else value for name, value in changes.items()}
        now = self.clock()
        with self.db.write() as session:
            before = stores.answer_of(stores.get_store(session, key))
            after = stores.answer_of(stores.update_store(session, key, wanted))
            audit.append(session, now, who, "set_store", key, before={**before}, after={**after})
        self.publish(_store_event(key))
        return after

    def import_file(
        self,
        name: str,
        stream: BinaryIO,
        *,
        source: str | None,
        store: str | None,
        whole_days: bool = False,
        who: Person,
    ) -> ImportAnswer:
        """Take in one file. Runs long: progress is published, and `stop` breaks it off."""
        answer = import_stream(
            self.db,
            name,
            stream,
            source=source,
            store=store,
            who=who,
            clock=self.clock,
            progress=_Progress(self.publish, self._stopping, store),
            whole_days=whole_days,
        )
        dates = [date.fromisoformat(day) for day in answer["dates"]]
        # The file may hold records of any store, and its answer does not tell whose dates these are.
        for key in [store] if store else [known["key"] for known in self.stores()]:
            self.taken_in(key, dates)
        self.publish({"kind": "import", "store": store, "date": None, "state": "done"})
        return answer

    def sources(self) -> list[SourceAnswer]:
        """List the source profiles, shipped ones first."""
        return catalogue.list_sources(self.db)

    def source(self, name: str) -> SourceAnswer:
        """Return one source profile with its text; raise NotFound when there is none."""
        return catalogue.show_source(self.db, name)

    def add_source(self, name: str, text: str, *, who: Person) -> SourceAnswer:
        """Add a source profile; raise Refused naming what is wrong in its text."""
        return catalogue.add_source(self.db, name, text, who=who, clock=self.clock)

    def test_source(
        self, source: str, name: str, stream: BinaryIO, *, store: str | None, who: Person
    ) -> ImportAnswer:
        """Tell what an import through the profile would do; nothing is kept."""
        return import_stream(
            self.db,
            name,
            stream,
            source=source,
            store=store,
            who=who,
            clock=self.clock,
            progress=_Progress(lambda _event: None, self._stopping, store),
            dry_run=True,
        )

    def stop(self) -> None:
        """Break off imports under way; what they have kept stays kept."""
        self._stopping.set()


class _Progress:
    """Publishes how far an import is; breaks it off when the service stops."""

    def __init__(
        self, publish: Callable[[NewEvent], None], stopping: threading.Event, store: str | None
    ) -> None:
        self._publish = publish
        self._stopping = stopping
        self._store = store

    def __call__(self, read: int, total: int) -> None:
        """Note that `read` of `total` records were read; total 0: nobody knows."""
        if self._stopping.is_set():
            raise broken_off(f"Some of the first {read} records may be in already.")
        progress = {"read": read, "total": total}
        event: NewEvent = {"kind": "import", "store": self._store, "date": None, "state": "running"}
        self._publish({**event, "progress": progress})


def _store_event(key: str) -> NewEvent:
    return {"kind": "store", "store": key, "date": None, "state": None}
