"""Mapping files: every version, so that an old document can be explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.books.mapping import Mapping
from services.books.mapping_file import mapping_from
from services.contract.problem import NotFound
from services.store.tables import MappingRow


def save_mapping(session: Session, store: str, body: dict[str, Any], who: str, now: datetime) -> int:
    """Save a mapping file's content; return its version.

    The same content as last time is not saved again: its version is returned.
    """
    last = latest(session, store)
    if last is not None and last.body == body:
        return last.version
    row = MappingRow(store=store, version=last.version + 1 if last else 1, body=body, saved=now, saved_by=who)
    session.add(row)
    session.flush()
    return row.version


def latest(session: Session, store: str) -> MappingRow | None:
    """Return the mapping in force; None before the first is saved."""
    return session.exec(_of(store).limit(1)).first()


def version(session: Session, store: str, number: int) -> MappingRow:
    """Return one version of a store's mapping; raise NotFound when there is none."""
    row = session.get(MappingRow, (store, number))
    if row is None:
        raise NotFound(
            f"The mapping of {store} has no version {number}.",
            "It was never saved.",
            "See which there are with `tillbook mapping diff`.",
            code="unknown_mapping",
        )
    return row


def versions(session: Session, store: str) -> list[MappingRow]:
    """Return every version of a store's mapping, newest first."""
    return list(session.exec(_of(store)))


def mapping_of(row: MappingRow) -> Mapping:
    """Return the mapping that the row holds; raise MappingError when it is not valid."""
    return replace(mapping_from(row.body), version=row.version)


def _of(store: str) -> SelectOfScalar[MappingRow]:
    return select(MappingRow).where(MappingRow.store == store).order_by(col(MappingRow.version).desc())
