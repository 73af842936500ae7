"""Backups: every night by themselves, and when a person asks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from services.contract.keeping import BackupAnswer, BackupsAnswer
from services.contract.people import Person
from services.contract.problem import Problem, Refused
from services.store import audit, backups_table, stores
from services.store.restoring import backup
from services.store.restoring.backup import Manifest
from services.store.tables import Backup
from services.sync.backups.plan import BackupPlan
from services.sync.findings import kept, told_one
from services.sync.tools import Tools

log = logging.getLogger(__name__)

Spawn = Callable[[Callable[[], None]], None]

_SERVICE = "Tillbook"
_AGAIN = timedelta(hours=1)
"""After a nightly backup that failed."""
_LISTED = 30


class BackupsOffice:
    """Makes backups; one at a time."""

    def __init__(self, tools: Tools, plan: BackupPlan | None, version: str, spawn: Spawn) -> None:
        """Take the plan of the nightly ones; None: there are none."""
        self._tools = tools
        self._plan = plan
        self._version = version
        self._spawn = spawn
        self._busy = threading.Lock()
        self._rests_until: datetime | None = None
        """After a nightly one that failed."""

    def tick(self) -> None:
        """Begin the nightly backup when it is due; returns at once."""
        if self._due() and self._busy.acquire(blocking=False):
            self._spawn(self._nightly)

    def make(self, folder: str, *, who: Person) -> BackupAnswer:
        """Make a backup in a folder of this machine; raise Refused when it fails.

        Older ones in that folder are left alone: who asked for them removes them.
        """
        _refuse_postgres(self._tools)
        path = Path(folder)
        if not path.is_absolute():
            raise Refused(
                f"The folder {folder} is not clear.",
                "The service has a folder of its own, so it needs the whole path.",
                "Name the folder from / on.",
                code="invalid",
            )
        if not self._busy.acquire(timeout=_AGAIN.total_seconds() / 60):
            raise Refused("A backup is being made already.", "", "Wait until it is done.", code="busy")
        try:
            return _answer(self._made(path, who.name, nightly=False, who=who))
        finally:
            self._busy.release()

    def listed(self) -> BackupsAnswer:
        """Return the plan, and the newest backups first."""
        plan = self._plan
        with self._tools.db.read() as session:
            rows = backups_table.listed(session, _LISTED)
            good = backups_table.last_good(session)
            zone = _zone(session)
        runs = plan is not None and plan.nightly and self._tools.db.is_sqlite
        following = plan.following(self._tools.now(), zone) if plan is not None and runs and zone else None
        return {
            "nightly": runs,
            "at": f"{plan.at:%H:%M}" if plan else "",
            "keep": plan.keep if plan else 0,
            "folder": str(plan.folder) if plan else "",
            "next": following.isoformat() if following else None,
            "last_good": good.finished.isoformat() if good else None,
            "backups": [_answer(row) for row in rows],
        }

    def _due(self) -> bool:
        plan = self._plan
        if plan is None or not plan.nightly or not self._tools.db.is_sqlite:
            return False
        now = self._tools.now()
        if self._rests_until is not None and now < self._rests_until <= now + _AGAIN:
            return False
        with self._tools.db.read() as session:
            zone, begun = _zone(session), _begun(session)
            last = backups_table.last(session, nightly=True)
            good = backups_table.last_good(session, nightly=True)
        if zone is None or begun is None:
            return False
        due = plan.latest(now, zone)
        # A time to come was written by a clock that has been set back.
        if begun >= due or (good is not None and due <= good.finished <= now):
            return False
        rests = last is not None and last.finished <= now < last.finished + _AGAIN
        return last is None or last.outcome == backups_table.GOOD or not rests

    def _nightly(self) -> None:
        plan = self._plan
        try:
            if plan is not None and self._due():
                self._made(plan.folder, _SERVICE, nightly=True)
        except Problem as problem:
            self._rests_until = self._tools.now() + _AGAIN
            log.error("the nightly backup failed; it is tried again in an hour: %s", problem)  # noqa: TRY400 - a problem is no fault of ours
        except (DBAPIError, OSError):
            self._rests_until = self._tools.now() + _AGAIN
            log.exception("the nightly backup ended; it is tried again in an hour")
        finally:
            self._busy.release()

    def _made(self, folder: Path, by: str, *, nightly: bool, who: Person | None = None) -> Backup:
        """Make a backup and write down how it ended; prune only after a good one."""
        started = self._tools.now()
        try:
            manifest = backup.back_up(self._tools.db, folder, started, self._version)
        except Problem as problem:
            with suppress(DBAPIError):  # the same full disk may keep it from being written down
                self._keep(_row(started, self._tools.now(), by, folder, problem, nightly=nightly), who)
            raise
        row = _row(started, self._tools.now(), by, folder, manifest, nightly=nightly)
        self._keep(row, who)
        if nightly and self._plan is not None:
            pruned = backup.prune(folder, self._plan.keep)
            log.info("backup %s is good; %d older ones removed", row.path, len(pruned))
        return row

    def _keep(self, row: Backup, who: Person | None) -> None:
        with self._tools.db.write() as session:
            backups_table.add(session, row)
            if who is not None:
                after = {"file": row.path, "outcome": row.outcome, "sha256": row.sha256}
                audit.append(session, self._tools.now(), who, "back_up", row.path, after=after)


def _row(
    started: datetime, finished: datetime, by: str, folder: Path, made: Manifest | Problem, *, nightly: bool
) -> Backup:
    row = Backup(
        started=started, finished=finished, by=by, nightly=nightly, path=str(folder), outcome="failed"
    )
    if isinstance(made, Problem):
        row.problem = kept(made)
    else:
        row.path, row.outcome = str(folder / made.file), backups_table.GOOD
        row.size, row.sha256 = made.size, made.sha256
    return row


def _answer(row: Backup) -> BackupAnswer:
    return {
        "started": row.started.isoformat(),
        "finished": row.finished.isoformat(),
        "by": row.by,
        "nightly": row.nightly,
        "file": row.path,
        "outcome": row.outcome,
        "size": row.size,
        "sha256": row.sha256,
        "error": told_one(row.problem),
    }


def _zone(session: Session) -> str | None:
    """Return the time zone of the shop: that of its first store."""
    rows = stores.list_stores(session)
    return min(rows, key=lambda row: row.created).timezone if rows else None


def _begun(session: Session) -> datetime | None:
    """Return when there was first something worth keeping."""
    rows = stores.list_stores(session)
    return min(row.created for row in rows) if rows else None


def _refuse_postgres(tools: Tools) -> None:
    if tools.db.is_sqlite:
        return
    raise Refused(
        "A PostgreSQL database is backed up with its own tools.",
        "It is a server's, and may be used by several machines.",
        backup_words(tools.db.engine.url.host, tools.db.engine.url.database, tools.db.engine.url.username),
        code="use_pg_dump",
    )


def backup_words(host: str | None, name: str | None, user: str | None) -> str:
    """Return the pg_dump command of a database; no password is ever part of it."""
    place = "".join(
        f" --{word} {value}"
        for word, value in (("host", host), ("username", user), ("dbname", name))
        if value
    )
    return (
        "Run: pg_dump --format=custom --no-owner --no-privileges --exclude-schema=tillbook_engine"
        f"{place} --file tillbook-$(date +%Y%m%dT%H%M%S).dump"
        " (the password comes from ~/.pgpass or PGPASSFILE, never from the command line)."
    )
