"""The source profiles there are: shipped with Tillbook, or added by a person."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from importlib.resources import files

from sqlmodel import Session

from services.contract.people import Person
from services.contract.problem import NotFound, Refused
from services.contract.replies import SourceAnswer
from services.sources.profile import Profile
from services.sources.profile_file import profile_from
from services.store import audit, sources_table
from services.store.database import Database

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_LONGEST = 256 << 10


def list_sources(database: Database) -> list[SourceAnswer]:
    """Return every source profile without its text: shipped ones first, then by name."""
    with database.read() as session:
        added = {row.name for row in sources_table.list_sources(session)}
    answers: list[SourceAnswer] = [
        {"name": name, "shipped": name not in added} for name in added | set(_shipped())
    ]
    return sorted(answers, key=lambda answer: (not answer["shipped"], answer["name"]))


def show_source(database: Database, name: str) -> SourceAnswer:
    """Return a source profile with its text; raise NotFound."""
    with database.read() as session:
        row = sources_table.find_source(session, name)
    if row is not None:
        return {"name": name, "shipped": False, "text": row.body}
    if name in _shipped():
        return {"name": name, "shipped": True, "text": _shipped_text(name)}
    known = ", ".join(source["name"] for source in list_sources(database))
    raise NotFound(
        f"There is no source profile {name}.",
        f"The profiles are: {known}.",
        "Use one of these names, or add the profile with `tillbook source add`.",
        code="unknown_source",
    )


def add_source(
    database: Database, name: str, text: str, *, who: Person, clock: Callable[[], datetime]
) -> SourceAnswer:
    """Keep a source profile, in place of an older one of that name.

    Raises Refused for a profile with faults, a shipped profile's name or a name with
    other characters than a-z, 0-9, - and _.
    """
    _check_name(name)
    if len(text) > _LONGEST:
        raise Refused(
            f"The source profile {name} is too long.", "A profile is a short text.", "Check the file."
        )
    profile_from(name, text)
    with database.write() as session:
        _keep(session, name, text, who, clock())
    return {"name": name, "shipped": False, "text": text}


def find_profile(database: Database, name: str) -> Profile:
    """Return the profile of this name, ready to use; raise NotFound or Refused."""
    return profile_from(name, show_source(database, name).get("text", ""))


def _keep(session: Session, name: str, text: str, who: Person, now: datetime) -> None:
    old = sources_table.find_source(session, name)
    before = None if old is None else {"text": old.body}
    sources_table.save_source(session, name, text, who.name, now)
    audit.append(session, now, who, "add_source", name, before=before, after={"text": text})


def _check_name(name: str) -> None:
    if name in _shipped():
        raise Refused(
            f"The source profile {name} was not added.",
            "A profile of this name comes with Tillbook.",
            "Choose another name.",
            code="source_exists",
        )
    if not _NAME.fullmatch(name):
        raise Refused(
            "The source profile was not added.",
            f"{name!r} cannot be its name.",
            "Use up to 63 of the characters a-z, 0-9, - and _.",
            code="source_name",
        )


def _shipped() -> list[str]:
    folder = files("services.sources") / "shipped"
    return sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))


def _shipped_text(name: str) -> str:
    return (files("services.sources") / "shipped" / f"{name}.toml").read_text(encoding="utf-8")
