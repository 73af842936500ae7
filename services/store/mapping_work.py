"""What is kept while a mapping is edited.

Unsaved changes, a chart file, the warning.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from services.contract.people import Person
from services.store.tables import AdviceTaken, ChartFile, MappingDraft

Change = dict[str, Any]


def draft_of(session: Session, store: str, person: str) -> MappingDraft | None:
    """Return a person's unsaved changes; None when there are none."""
    return session.get(MappingDraft, (store, person))


def drafts_of(session: Session, store: str) -> list[MappingDraft]:
    """Return everybody's unsaved changes, the newest first."""
    wanted = select(MappingDraft).where(MappingDraft.store == store)
    return list(session.exec(wanted.order_by(col(MappingDraft.changed).desc())))


def keep_draft(session: Session, store: str, person: str, changes: list[Change], now: datetime) -> None:
    """Keep a person's changes in place of those of before; none: nothing is kept."""
    if not changes:
        drop_draft(session, store, person)
        return
    session.merge(MappingDraft(store=store, person=person, changes=changes, changed=now))
    session.flush()


def drop_draft(session: Session, store: str, person: str) -> None:
    """Forget a person's changes."""
    if (row := draft_of(session, store, person)) is not None:
        session.delete(row)
        session.flush()


def chart_file(session: Session, store: str) -> ChartFile | None:
    """Return the chart of a store that came from a file; None: there is none."""
    return session.get(ChartFile, store)


def keep_chart(
    session: Session, store: str, name: str, accounts: list[dict[str, Any]], who: str, now: datetime
) -> None:
    """Keep a chart from a file in place of an earlier one."""
    session.merge(ChartFile(store=store, name=name, accounts=accounts, loaded=now, loaded_by=who))
    session.flush()


def advice(session: Session, store: str) -> AdviceTaken | None:
    """Return who read the warning before accounts are linked; None: nobody yet."""
    return session.get(AdviceTaken, store)


def take_advice(session: Session, store: str, who: Person, now: datetime) -> bool:
    """Note that a person read the warning; whether that was the first time."""
    if advice(session, store) is not None:
        return False
    session.add(AdviceTaken(store=store, by=who.name, uid=who.uid, at=now))
    session.flush()
    return True
