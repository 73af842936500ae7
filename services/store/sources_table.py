"""Source profiles that a person added; the shipped ones are files of the package."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from services.store.tables import Source


def save_source(session: Session, name: str, body: str, who: str, now: datetime) -> None:
    """Keep a profile's TOML under its name, in place of an older one of that name."""
    session.merge(Source(name=name, body=body, added=now, added_by=who))
    session.flush()


def find_source(session: Session, name: str) -> Source | None:
    """Return the profile of this name; None when nobody added one."""
    return session.get(Source, name)


def list_sources(session: Session) -> list[Source]:
    """Return the profiles that were added, by name."""
    return list(session.exec(select(Source).order_by(Source.name)))
