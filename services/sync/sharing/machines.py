"""The machines that share the work: signs of life, and taking over.

PLATFORM.md 1.4. A run of a service says that it lives; when it is silent for a minute,
whoever notices first takes its turns and its work. Where the truth is in our tables,
taking over is no more than that: the next look at what is due finds what is unfinished.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from services.contract.answers import MachineAnswer
from services.contract.problem import Refused
from services.store import machines as store
from services.store.database import Database, current_revision, known_revision
from services.store.tables import Machine
from services.sync.pace import Pace
from services.sync.sharing.turns import Moment

log = logging.getLogger(__name__)

HERE, RUNNING, GONE = "here", "running", "gone"


@dataclass(frozen=True, slots=True)
class Identity:
    """One run of a service."""

    machine: str
    """Of the home; kept over restarts."""
    boot: str
    """Of this start."""
    version: str
    name: str = socket.gethostname()
    """The computer's own name, for people."""

    @property
    def executor(self) -> str:
        """The name of this run, which no other has."""
        return f"{self.machine}:{self.boot}"


class Machines:
    """This run of a service among the others."""

    def __init__(self, db: Database, me: Identity, moment: Moment, pace: Pace) -> None:
        self._db = db
        self._me = me
        self._moment = moment
        self._pace = pace
        self._known: tuple[object, ...] | None = None

    def join(self) -> None:
        """Enter this run; raise Refused when another computer runs with the same home."""
        with self._db.write() as session:
            now = self._moment(session)
            _refuse_twin(store.living(session, now), self._me)
            store.join(session, self._row(now))

    def beat(self) -> list[str]:
        """Say that this run lives, and take over from those that are dead; return them.

        Raises Refused, code `database_newer`, when the tables are of a newer version.
        """
        with self._db.note() as session:
            store.beat(session, self._me.executor, self._moment(session))
        if (current := current_revision(self._db)) != known_revision():
            raise _outdated(self._me, current)
        with self._db.read() as session:
            if not store.silent(session, self._moment(session)):
                return []
        with self._db.write() as session:
            now = self._moment(session)
            dead = store.silent(session, now)
            store.bury(session, dead, now)
        log.warning("taking over from %s: silent for too long", ", ".join(dead) or "nobody")
        return dead

    def leave(self) -> None:
        """Note that this run ends; the others go on with its work at once."""
        with self._db.write() as session:
            store.bury(session, [self._me.executor], self._moment(session))

    def alone(self) -> bool:
        """Whether no other run of a service lives on this database."""
        with self._db.read() as session:
            rows = store.living(session, self._moment(session))
        return all(row.executor == self._me.executor for row in rows)

    def news(self) -> bool:
        """Whether other machines live and something changed since this was asked last."""
        if self.alone():
            return False
        with self._db.read() as session:
            latest = store.latest_changes(session)
        known, self._known = self._known, latest
        return known is not None and known != latest

    def answers(self, session: Session) -> list[MachineAnswer]:
        """Return every machine's newest run, as the status tells it; this one first."""
        now = self._moment(session)
        newest: dict[str, Machine] = {}
        for row in store.machines(session):
            newest.setdefault(row.machine, row)
        told = [self._answer(row, now) for row in newest.values()]
        return sorted(told, key=lambda each: (each["state"] != HERE, each["state"] == GONE, each["name"]))

    def _answer(self, row: Machine, now: datetime) -> MachineAnswer:
        here = row.executor == self._me.executor
        return {
            "name": row.name,
            "machine": row.machine,
            "version": row.version,
            "state": HERE if here else RUNNING if store.is_alive(row, now) else GONE,
            "since": row.started.isoformat(),
            "last_seen": row.seen.isoformat(),
        }

    def _row(self, now: datetime) -> Machine:
        return Machine(
            executor=self._me.executor,
            machine=self._me.machine,
            name=self._me.name,
            version=self._me.version,
            revision=known_revision() or "",
            started=now,
            seen=now,
            dead_after=self._pace.dead_after,
        )


def refuse_beside_older(db: Database, machine: str, moment: Moment) -> None:
    """Raise Refused when tables would change under services elsewhere.

    Called before the tables are brought up to date.
    """
    current = current_revision(db)
    if current is None or current == known_revision() or current < _FIRST_WITH_MACHINES:
        return
    with db.read() as session:
        others = [row for row in store.living(session, moment(session)) if row.machine != machine]
    if others:
        raise Refused(
            "The database cannot be brought up to date while other machines use it.",
            f"An older Tillbook runs on {_named(others)}.",
            "Stop Tillbook there, start it here, then install this version there.",
            code="others_running",
        )


_FIRST_WITH_MACHINES = "0003"


def _named(rows: Sequence[Machine]) -> str:
    return ", ".join(sorted(f"{row.name} ({row.version})" for row in rows))


def _refuse_twin(rows: Sequence[Machine], me: Identity) -> None:
    twin = next((row for row in rows if row.machine == me.machine and row.name != me.name), None)
    if twin is not None:
        raise Refused(
            "This home is a copy of another computer's.",
            f"{twin.name} runs Tillbook with the same machine-id.",
            "Remove the file machine-id from this home, so that it becomes a machine of its own, and start"
            " again. If the other one is switched off, wait a minute.",
            code="same_machine",
        )


def _outdated(me: Identity, current: str | None) -> Refused:
    return Refused(
        "This machine runs an older Tillbook than the database needs.",
        f"Another machine brought the tables up to date. Here is version {me.version}.",
        "Install the newer version on this machine, then start it. Nothing is lost.",
        f"revision {current}",
        code="database_newer",
    )
