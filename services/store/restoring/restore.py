"""Putting a backup in the place of the books (SQLite; no service may run).

The backup is copied into the home, checked again, brought up to this version's tables and
marked, all beside the books; then one rename makes it the books. What was there before
stays beside it under another name.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlmodel import Session, col, delete, select

from services.contract.people import Person
from services.contract.problem import NotFound, Refused
from services.contract.states import DayState, IntegrationState
from services.store import attempts, audit, connections, days, sqlite, stores
from services.store.database import check_revision, migrate, open_database
from services.store.documents import set_document, set_payment
from services.store.restoring import backup
from services.store.restoring.backup import Manifest
from services.store.restoring.carrying import Carried, carry_over
from services.store.restoring.carrying_card_money import doubt
from services.store.restoring.losses import Losses
from services.store.tables import (
    AllowanceCall,
    DocumentRow,
    Machine,
    PaymentRow,
    Restore,
    SealedSecret,
    SendingTurn,
)

_BESIDE = ("", "-wal", "-shm")
_NOT_PAID_FOR_SURE = (DayState.WAITING, DayState.REFUSED, DayState.SENDING)
_SENDS = frozenset({IntegrationState.CONNECTED, IntegrationState.ERROR, IntegrationState.PAUSED})
PAUSED_BECAUSE = "restored from a backup: check mapping and schedule, import what is missing, then resume"
_MAY_STAY = (DayState.BY_FILE, DayState.CHANGED)
_ENGINE = "engine.db"
_READ_AGAIN = timedelta(days=2)
"""Further back than any night, so that a reading is due."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A backup that may be put back."""

    path: Path
    manifest: Manifest | None
    """None: there is none, and the person accepted that."""
    made: datetime
    revision: str


def examine(path: Path, *, without_manifest: bool = False) -> Candidate:
    """Return what a backup is; raise Refused for one that must not be put back.

    Damaged, tampered with, no backup of Tillbook, or made by a newer one.
    """
    if not path.is_file():
        raise NotFound(f"There is no file {path}.", "", "Name the backup: tillbook-….db", code="no_backup")
    manifest = backup.manifest_of(path)
    if manifest is None and not without_manifest:
        raise Refused(
            f"{path} cannot be proven.",
            f"Its manifest {path.name}{backup.MANIFEST} is not beside it, or cannot be read.",
            "Put it there; or accept the file as it is with --without-manifest.",
            code="no_manifest",
        )
    if manifest is not None and backup.digest_of(path) != manifest.sha256:
        raise _damaged(path, "Its checksum is not the one of its manifest: it was changed, or cut off.")
    with _readable(path), backup.opened_to_read(path) as copy:
        revision, faults = backup.revision_of(copy), backup.check(copy)
    if faults:
        raise _damaged(path, f"SQLite finds: {faults[0]}.")
    if not revision:
        raise _damaged(path, "It is a database, and none of Tillbook's.")
    check_revision(revision)
    return Candidate(path, manifest, _made_at(path, manifest), revision)


def put_back(candidate: Candidate, books: Path, lost: Losses, who: Person, now: datetime) -> Path | None:
    """Make a backup the books; return where the ones before it are kept, if any were.

    Hold the home's lock. Cut off at any moment, either the books of before or the
    restored ones are in place.
    """
    part = books.with_name(f"{books.name}.restoring")
    for ending in _BESIDE:
        part.with_name(part.name + ending).unlink(missing_ok=True)
    books.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        _copied(candidate, part)
        _brought_up(part, books, candidate, lost, who, now)
        backup.settle(part)
        return _swapped(part, books, now)
    finally:
        for ending in _BESIDE:
            part.with_name(part.name + ending).unlink(missing_ok=True)


def note(
    session: Session,
    file: str,
    made: datetime,
    lost: Losses,
    who: Person,
    now: datetime,
    carried: Carried | None = None,
) -> None:
    """Write down that the books came from a backup, and what that makes unknown.

    What was under way, and whatever may have been sent since, is looked up in the ledger.
    """
    _mark(session, now)
    _read_again(session, made)
    _pause(session, who, now)
    told = lost.told()
    kept = told | {"awaited": [list(place) for place in carried.awaited] if carried else []}
    session.add(Restore(at=now, by=who.name, file=file, made=made, until=_until(lost, now), lost=kept))
    after = {"file": file, "made": made.isoformat(), **told}
    audit.append(session, now, who, "restore", "books", after=after)


def forget_engine(home: Path) -> None:
    """Remove the job runner's own notes: they are of other books."""
    for ending in _BESIDE:
        (home / f"{_ENGINE}{ending}").unlink(missing_ok=True)


def _copied(candidate: Candidate, part: Path) -> None:
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    shutil.copyfile(candidate.path, part)
    manifest = candidate.manifest
    if manifest is not None and backup.digest_of(part) != manifest.sha256:
        raise _damaged(candidate.path, "It changed while it was being copied.")


def _brought_up(
    part: Path, books: Path, candidate: Candidate, lost: Losses, who: Person, now: datetime
) -> None:
    database = open_database(f"sqlite:///{part}")
    try:
        migrate(database)
        with database.write() as session:
            doubt(session)
        carried = carry_over(books, part)
        with database.write() as session:
            for store, text in carried.by_file:
                row = days.ensure_day(session, store, date.fromisoformat(text), now)
                if row.state not in _MAY_STAY:
                    days.set_state(session, store, row.business_date, DayState.BY_FILE, now)
            note(session, str(candidate.path), candidate.made, lost, who, now, carried)
    finally:
        database.close()
    with closing(sqlite.driver().connect(str(part))) as connection:
        # So that the file alone is the whole: nothing of it is in a log beside it.
        connection.execute("PRAGMA journal_mode=DELETE")


def _mark(session: Session, now: datetime) -> None:
    """Make unknown what was under way, and what may have been paid since."""
    for attempt in attempts.unanswered(session):
        carried = attempts.items_of(session, attempt.id or 0)
        attempts.finish(session, attempt.id or 0, attempts.UNKNOWN, now, items=["unknown"] * len(carried))
    sending = select(DocumentRow).where(
        DocumentRow.state == DayState.SENDING, col(DocumentRow.remote_id).is_(None)
    )
    for row in session.exec(sending).all():
        set_document(session, row, DayState.UNKNOWN, now, row.problem)
    unpaid = select(PaymentRow, DocumentRow).where(
        PaymentRow.document_id == DocumentRow.id,
        col(DocumentRow.remote_id).is_not(None),
        col(PaymentRow.remote_id).is_(None),
        col(PaymentRow.state).in_([str(state) for state in _NOT_PAID_FOR_SURE]),
    )
    for payment, _ in session.exec(unpaid).all():
        set_payment(session, payment, DayState.UNKNOWN)
    for table in (Machine, SendingTurn, AllowanceCall, SealedSecret):
        session.exec(delete(table))


def _read_again(session: Session, made: datetime) -> None:
    """Have the ledger's changes since the backup read at once: they are in no backup."""
    for row in connections.connections(session):
        if row.tenant is not None:
            row.drift_read = min(row.drift_read or made, made) - _READ_AGAIN
            row.drift_begun = None
            session.add(row)


def _pause(session: Session, who: Person, now: datetime) -> None:
    """Let nothing be sent until a person says that the settings are those of before.

    What was sent under a mapping or a schedule newer than the backup bears other numbers
    than these books would look up.
    """
    for row in connections.connections(session):
        if row.state not in _SENDS:
            continue
        before = f" (paused before: {row.pause_reason})" if row.pause_reason else ""
        row.pause_reason, row.pause_until, row.pause_since = f"{PAUSED_BECAUSE}{before}", None, now
        row.pause_zone = stores.get_store(session, row.store).timezone
        connections.set_state(session, row, IntegrationState.PAUSED, who.name, now, row.problem)
        row.by = who.name
        audit.append(session, now, who, "pause", row.store, after={"reason": row.pause_reason})


def _until(lost: Losses, now: datetime) -> date:
    """Return the last business date of which a document may be at the ledger."""
    # A date of a store may be a day ahead of UTC.
    return max([now.astimezone(UTC).date() + timedelta(days=1), *([lost.latest] if lost.latest else [])])


def _swapped(part: Path, books: Path, now: datetime) -> Path | None:
    kept = None
    if books.exists():
        _fold(books)
        kept = books.with_name(f"{books.name}.replaced-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
        kept.unlink(missing_ok=True)
        os.link(books, kept)
        for ending in _BESIDE[1:]:
            beside = books.with_name(books.name + ending)
            if beside.exists():
                beside.replace(kept.with_name(kept.name + ending))
    part.replace(books)
    backup.settle(books.parent)
    return kept


def _fold(books: Path) -> None:
    """Have everything in the one file, where it can be read.

    Closing it takes its log in.
    """
    module = sqlite.driver()
    try:
        with closing(module.connect(str(books))) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except module.DatabaseError:
        return


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite.driver().DatabaseError as error:
        raise _damaged(path, "It is no database, or it is damaged.", str(error)) from error


def _made_at(path: Path, manifest: Manifest | None) -> datetime:
    if manifest is not None:
        return datetime.fromisoformat(manifest.made)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _damaged(path: Path, why: str, detail: str = "") -> Refused:
    return Refused(
        f"{path} is not put back.",
        why,
        "Nothing was changed. Take another backup.",
        detail,
        code="backup_damaged",
    )
