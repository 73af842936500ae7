"""The keys tills call with: made and revoked by a manager, kept as digests only."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from services.contract.people import Person
from services.contract.problem import NotAllowed, Refused, Unreachable
from services.contract.redaction import TILL_KEY_MARK
from services.contract.terminal_shop import ListenerAnswer, NewTillKeyAnswer, TillKeyAnswer, TillKeysAnswer
from services.contract.text import printable
from services.store import audit, terminal_list
from services.store.database import Database
from services.store.stores import get_store
from services.store.tables import TillKey

log = logging.getLogger(__name__)

_RANDOM_BYTES = 32
_BEGINS = 10
_LONGEST = 50
_USE_NOTED = timedelta(minutes=10)
NO_LISTENER: ListenerAnswer = {"address": None, "why": "This service listens to no tills."}


@dataclass(frozen=True, slots=True)
class Till:
    """A till that showed its key: what it may use."""

    store: str
    till: str
    refunds: bool


class TillKeys:
    """The keys of the tills. Every change is in the audit, by person."""

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock
        self.listener: Callable[[], ListenerAnswer] = lambda: NO_LISTENER
        """Begins to listen to tills if there are keys; tells where, or why not."""

    def listed(self, store: str | None = None) -> TillKeysAnswer:
        """Return the keys, the newest first; never the keys themselves."""
        with self._db.read() as session:
            if store is not None:
                get_store(session, store)
            rows = terminal_list.till_keys(session, store)
        return {"keys": [_answer(row) for row in rows], "listener": self.listener()}

    def add(self, store: str, till: str, who: Person, *, refunds: bool = False) -> NewTillKeyAnswer:
        """Make a key for a till of a store. The answer is the only place it is shown."""
        name = printable(till).strip()
        if not 0 < len(name) <= _LONGEST or name == CONSOLE:
            raise Refused(
                "The key was not made.",
                f"A till has a name of 1 to {_LONGEST} characters, other than {CONSOLE}.",
                "Name the till as its receipts do (their `register`), so that they find each other.",
                code="invalid_till",
            )
        secret = TILL_KEY_MARK + secrets.token_urlsafe(_RANDOM_BYTES)
        row = TillKey(
            store=store,
            till=name,
            digest=_digest(secret),
            begins=secret[:_BEGINS],
            refunds=refunds,
            created=self._clock(),
            created_by=who.name,
        )
        with self._db.write() as session:
            get_store(session, store)
            session.add(row)
            session.flush()
            told = {"till": name, "begins": row.begins, "refunds": refunds}
            audit.append(session, row.created, who, "add_till_key", store, after=told)
        return {"key": _answer(row), "secret": secret, "listener": self.listener()}

    def revoke(self, number: int, who: Person) -> TillKeyAnswer:
        """End a key: the next call with it is refused. A revoked one stays revoked."""
        now = self._clock()
        with self._db.write() as session:
            row = terminal_list.get_till_key(session, number)
            if row.revoked is None:
                row.revoked, row.revoked_by = now, who.name
                session.add(row)
                told = {"till": row.till, "begins": row.begins}
                audit.append(session, now, who, "revoke_till_key", row.store, before=told)
        return _answer(row)

    def any_in_force(self) -> bool:
        """Whether some till may call."""
        with self._db.read() as session:
            return terminal_list.any_till_key(session)

    def till(self, secret: str) -> Till:
        """Return the till that shows a key; raise NotAllowed for a wrong or revoked one."""
        with self._db.read() as session:
            row = terminal_list.till_key_of(session, _digest(secret))
        if row is None or row.revoked is not None:
            raise NotAllowed(
                "The till's key is not accepted.",
                "It is not known here, or it was revoked.",
                "Have a manager make a new one: tillbook terminal key create",
                code="till_key",
            )
        self._note_use(row)
        return Till(row.store, row.till, row.refunds)

    def _note_use(self, row: TillKey) -> None:
        now = self._clock()
        if row.last_used is not None and now - row.last_used < _USE_NOTED:
            return
        try:
            with self._db.note() as session:
                terminal_list.get_till_key(session, row.id or 0).last_used = now
        except (DBAPIError, Unreachable) as error:
            # On a full disk too a till hears what became of its payments.
            log.warning("that till %s of %s called could not be noted: %s", row.till, row.store, error)


CONSOLE = "tillbook"
"""The till that payments of people at Tillbook itself are kept under."""


def _digest(secret: str) -> str:
    # The key is 32 random bytes, so one round is enough: nobody can guess it.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _answer(row: TillKey) -> TillKeyAnswer:
    return {
        "id": row.id or 0,
        "store": row.store,
        "till": row.till,
        "begins": row.begins,
        "refunds": row.refunds,
        "created": row.created.isoformat(),
        "created_by": row.created_by,
        "last_used": None if row.last_used is None else row.last_used.isoformat(),
        "revoked": None if row.revoked is None else row.revoked.isoformat(),
        "revoked_by": row.revoked_by,
    }
