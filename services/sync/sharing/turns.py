"""Turns at sending: of all machines, one at a time sends to an organisation.

A turn is a row with a number (`services.store.machines`), and not a lock of a
connection: it stays when the database is restarted, and it is taken over only from a
machine that has been silent for a minute. Whoever lost its turn writes nothing any more,
and its calls no longer leave (fencing): a frozen process that goes on does no harm.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from services.contract.problem import Unreachable
from services.store import machines
from services.store.database import Database

log = logging.getLogger(__name__)

Moment = Callable[[Session], datetime]
"""Returns the current time: the database's own, where machines share it."""


class TurnLost(Exception):
    """Another machine sends to this organisation now, and goes on with it."""


class Turns:
    """The turns of one service."""

    def __init__(self, db: Database, executor: str, moment: Moment) -> None:
        self._db = db
        self._executor = executor
        self._moment = moment
        self._between_threads: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._own = threading.local()

    @contextmanager
    def take(self, tenant: str) -> Iterator[Database | None]:
        """Yield the database for a turn of one's own; None when another machine has it.

        Waits for the turns of other threads. Each write transaction of that database
        raises TurnLost once the turn is somebody else's.
        """
        with self._between_threads[tenant]:
            with self._db.write() as session:
                token = machines.take_turn(session, tenant, self._executor, self._moment(session))
            if token is None:
                yield None
                return
            self._own.turn = (tenant, token)
            try:
                yield self._db.guarded(lambda session: _check(session, tenant, token))
            finally:
                self._own.turn = None
                self._give_back(tenant, token)

    def fence(self, session: Session) -> None:
        """Raise TurnLost when this thread's turn is somebody else's now.

        Without a turn it does nothing. Notes that this machine lives, so that nobody
        takes the turn while a call departs.
        """
        turn: tuple[str, int] | None = getattr(self._own, "turn", None)
        if turn is not None:
            machines.beat(session, self._executor, self._moment(session))
            _check(session, *turn)

    def elsewhere(self, tenant: str) -> bool:
        """Whether another machine that lives sends to an organisation now."""
        with self._db.read() as session:
            return machines.holder(session, tenant, self._moment(session)) not in {None, self._executor}

    def under_way(self, tenant: str) -> bool:
        """Whether anybody sends to an organisation now, here or on another machine."""
        if self._between_threads[tenant].locked():
            return True
        with self._db.read() as session:
            return machines.holder(session, tenant, self._moment(session)) is not None

    def _give_back(self, tenant: str, token: int) -> None:
        try:
            with self._db.note() as session:
                machines.give_turn_back(session, tenant, token)
        except (DBAPIError, Unreachable) as error:
            # It is still ours, and taken again at the next run.
            log.warning("the turn for %s could not be given back: %s", tenant, error)


def _check(session: Session, tenant: str, token: int) -> None:
    if not machines.holds_turn(session, tenant, token):
        raise TurnLost(f"another machine sends to {tenant} now")
