"""Backups that ended, well or not: what `doctor` and the list of backups read."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from services.store.tables import Backup, Restore

GOOD, FAILED = "good", "failed"


def last(session: Session, *, nightly: bool | None = None) -> Backup | None:
    """Return the newest backup, whatever became of it.

    `nightly`: only those, or only the others.
    """
    return _newest(session, None, nightly)


def last_good(session: Session, *, nightly: bool | None = None) -> Backup | None:
    """Return the newest backup that was made and checked; None: there never was one."""
    return _newest(session, GOOD, nightly)


def listed(session: Session, limit: int) -> list[Backup]:
    """Return the newest backups first."""
    return list(session.exec(select(Backup).order_by(col(Backup.id).desc()).limit(limit)))


def add(session: Session, row: Backup) -> Backup:
    """Keep that a backup ended."""
    session.add(row)
    session.flush()
    return row


def restored(session: Session) -> Restore | None:
    """Return the restore that these books last came from; None when they never did."""
    return session.exec(select(Restore).order_by(col(Restore.id).desc()).limit(1)).first()


def never_made(session: Session, since: datetime) -> bool:
    """Whether no good nightly backup was finished at or after `since`."""
    row = last_good(session, nightly=True)
    return row is None or row.finished < since


def _newest(session: Session, outcome: str | None, nightly: bool | None) -> Backup | None:  # noqa: FBT001 - as its callers say
    # Not by their times: a clock may have been set back.
    wanted = select(Backup).order_by(col(Backup.id).desc()).limit(1)
    if outcome is not None:
        wanted = wanted.where(Backup.outcome == outcome)
    if nightly is not None:
        wanted = wanted.where(Backup.nightly == nightly)
    return session.exec(wanted).first()
