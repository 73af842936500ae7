"""What the tables say of the service's upkeep: backups, other machines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from services.store.tables import Backup, Machine
from services.sync.doctor.notes import Note, fine, warns

_BACKUP_AGE = timedelta(days=2)
_GOOD = "good"
_HOW = "Make one with `tillbook backup`, or see why the nightly ones stopped."


def notes(session: Session, now: datetime, version: str) -> Iterator[Note]:
    """Yield what is known of backups and of other machines on the same database."""
    if session.get_bind().dialect.name == "sqlite":
        yield _backups(session, now)
    else:
        yield fine("backup", "PostgreSQL is backed up by its own tools; Tillbook cannot see how.")
    yield _machines(session, now, version)


def _backups(session: Session, now: datetime) -> Note:
    newest = select(Backup).order_by(col(Backup.finished).desc()).limit(1)
    last = session.exec(newest).first()
    good = session.exec(newest.where(Backup.outcome == _GOOD)).first()
    if last is not None and last.outcome != _GOOD:
        problem = last.problem or {}
        why = problem.get("why", "") or problem.get("what", "")
        return warns("backup_failed", f"The last backup failed on {last.finished.date()}.", why, _HOW)
    if good is None:
        return warns(
            "backup_missing", "No backup has been made yet.", "The books are on one disk only.", _HOW
        )
    age = now - good.finished
    if age > _BACKUP_AGE:
        return warns(
            "backup_old",
            f"The last backup is {age.days} days old.",
            f"{good.path} was made on {good.finished.date()}.",
            _HOW,
        )
    return fine("backup", f"The last backup was made on {good.finished.date()}.")


def _machines(session: Session, now: datetime, version: str) -> Note:
    """Compare the versions of the machines that are alive."""
    rows = session.exec(select(Machine).where(col(Machine.ended).is_(None)).order_by(Machine.name)).all()
    alive = [row for row in rows if now - row.seen <= timedelta(seconds=row.dead_after)]
    others = [row for row in alive if row.version != version]
    if others:
        told = ", ".join(f"{row.name} has {row.version}" for row in others)
        return warns(
            "versions_differ",
            f"The machines that share this database run different versions: this one {version}, {told}.",
            "A newer one may write what an older one does not know.",
            "Bring all of them to the same version.",
        )
    count = max(len(alive), 1)
    told = "One machine uses" if count == 1 else f"{count} machines use"
    return fine("machines", f"{told} this database, with version {version}.")
