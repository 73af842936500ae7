"""Who changed what: written in the change's transaction, never altered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from services.contract.people import Person
from services.store.tables import Audit

Values = dict[str, Any]

_OLD_NAMES = {"source.add": "add_source"}
"""What actions were called before all were in one style: words in snake case."""


def append(
    session: Session,
    now: datetime,
    who: Person,
    action: str,
    subject: str,
    *,
    before: Values | None = None,
    after: Values | None = None,
) -> Audit:
    """Write down that a person did something to `subject`.

    `before` and `after` hold plain JSON values and never a secret.
    """
    entry = Audit(
        at=now, who=who.name, uid=who.uid, action=action, subject=subject, before=before, after=after
    )
    session.add(entry)
    session.flush()
    return entry


def action_of(entry: Audit) -> str:
    """Return what was done, by the name it has today; rows are never altered."""
    return _OLD_NAMES.get(entry.action, entry.action)


def entries(session: Session, since: datetime | None = None, limit: int = 100) -> list[Audit]:
    """Return the newest entries first, at or after `since` when it is given."""
    wanted = select(Audit).order_by(col(Audit.id).desc()).limit(limit)
    if since is not None:
        wanted = wanted.where(Audit.at >= since)
    return list(session.exec(wanted))
