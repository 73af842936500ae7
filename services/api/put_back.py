"""`tillbook restore`: a backup in the place of the books."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from services.api.first_store import who_starts_it
from services.api.listening import make_private, only_one
from services.contract.problem import Refused
from services.contract.settings import Settings
from services.store.database import migrate, open_database
from services.store.restoring import restore
from services.store.restoring.carrying_card_money import doubt
from services.store.restoring.losses import Losses, compare
from services.store.restoring.restore import Candidate

Confirm = Callable[[list[str]], bool]
"""Shows lines to the person; whether to go on."""

_SHOWN = 10
_RESUME = "Then, for each store: tillbook resume xero --store KEY."
_PAUSED = (
    "Every connected store is paused, so that you can look first.",
    "Next: tillbook serve. Import again what came in after the backup.",
    _RESUME,
)
_CARDS_UNKNOWN = (
    "Card payments taken since the backup are not in it, and terminals still hold them: before one is asked",
    "for again, look at the terminal's own journal; its end of day shows the difference.",
)
_PAUSED_UNKNOWN = (
    "Every connected store is paused: what was sent since under other settings is not known here.",
    "Next: tillbook serve. Set mapping and schedule as they were last, import what is missing.",
    _RESUME,
)


def put_back(
    settings: Settings, path: Path, *, dry_run: bool, without_manifest: bool, confirm: Confirm
) -> dict[str, Any]:
    """Put a backup back; return what was done, with `lines` for a person.

    Raises Refused when a service runs here, when the backup is not whole or of a newer
    Tillbook, and for PostgreSQL, saying what to run.
    """
    books = _books(settings, path)
    os.umask(0o077)
    if not dry_run:
        make_private(settings.home)
    with _alone(settings.home):
        candidate = restore.examine(path, without_manifest=without_manifest)
        lost = compare(books, path)
        lines = [*_about(candidate), *lost_words(lost)]
        answer: dict[str, Any] = {
            "file": str(path),
            "made": candidate.made.isoformat(),
            "revision": candidate.revision,
            "dry_run": dry_run,
            "lost": lost.told(),
        }
        if dry_run:
            return {**answer, "done": False, "lines": [*lines, "Nothing was changed."]}
        if not confirm(lines):
            return {**answer, "done": False, "lines": ["Nothing was changed."]}
        kept = restore.put_back(candidate, books, lost, who_starts_it(), datetime.now(UTC))
        restore.forget_engine(settings.home)
    return {**answer, "done": True, "kept": str(kept) if kept else None, "lines": _done(path, kept, lost)}


def note_restored(settings: Settings, path: Path, made: datetime) -> dict[str, Any]:
    """Tell a PostgreSQL database that pg_restore put a dump back, made at `made`.

    What came after the dump is then looked up in Xero. Stop every service first.
    """
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        raise Refused(
            "--pg-restored is for PostgreSQL.",
            "These books are a file of this machine.",
            "Leave the option out: the backup is then put back.",
            code="invalid",
        )
    with _alone(settings.home):
        database = open_database(settings.database_url)
        try:
            migrate(database)
            with database.write() as session:
                lost = Losses(known=False)
                doubt(session)
                restore.note(session, str(path), made, lost, who_starts_it(), datetime.now(UTC))
        finally:
            database.close()
    lines = [
        "Noted. What may have been sent since is looked up in Xero before anything is sent.",
        *_CARDS_UNKNOWN,
        *_PAUSED_UNKNOWN,
    ]
    return {"file": str(path), "made": made.isoformat(), "done": True, "lines": lines}


def lost_words(lost: Losses) -> list[str]:
    """Return what would be lost and what is carried over, in lines for a person."""
    if not lost.known:
        return [
            "The books that are there cannot be read, so nobody can say what is lost with them.",
            *_CARDS_UNKNOWN,
        ]
    counted = lost.receipts or lost.documents or lost.mappings or lost.audit or lost.card_payments
    if not (counted or lost.posted or lost.settings):
        return ["Nothing is lost: the backup has everything that the books have."]
    days = sorted({day for _, day in lost.days})
    span = f" of {len(days)} dates, {days[0]} to {days[-1]}" if days else ""
    return [
        "What the books have and the backup has not:",
        f"  {lost.receipts} receipts (or revisions) and {lost.documents} documents{span}.",
        f"  {lost.mappings} versions of mappings, {lost.audit} entries of the audit.",
        *_carried_words(lost),
        "Lost are the receipts, which you import again, documents that were never sent, and the audit.",
    ]


def _carried_words(lost: Losses) -> list[str]:
    """Return what a restore takes over from the books, so that nothing is sent twice."""
    words = [*_posted_words(lost), *_by_file_words(lost), *_settings_words(lost)]
    if lost.mappings:
        words.append(f"  {lost.mappings} versions of mappings; the last of them stays in force.")
    if lost.card_payments:
        words.append(f"  {lost.card_payments} payments at card terminals, and what became of them.")
    return ["Carried over, so that nothing is sent twice:", *words] if words else []


def _books(settings: Settings, path: Path) -> Path:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        return Path(url.database or "")
    place = "".join(
        f" --{word} {value}"
        for word, value in (("host", url.host), ("username", url.username), ("dbname", url.database))
        if value
    )
    raise Refused(
        "A PostgreSQL database is restored with its own tools.",
        "TILLBOOK_DATABASE_URL names a server, which other machines may use too.",
        "Stop every service. Then run: pg_restore --clean --if-exists --no-owner --single-transaction"
        f" --exit-on-error{place} {path} (the password comes from ~/.pgpass or PGPASSFILE, never from the"
        f" command line). Then, before a service starts: tillbook restore --pg-restored TIME {path}, with the"
        " time at which the dump was made.",
        code="use_pg_restore",
    )


def _alone(home: Path) -> AbstractContextManager[None]:
    """Hold the home, if there is one; raises Refused while a service runs on it."""
    return only_one(home) if home.is_dir() else nullcontext()


def _about(candidate: Candidate) -> list[str]:
    proven = "it is whole" if candidate.manifest else "it is whole; nothing proves that it is unchanged"
    return [f"{candidate.path}: made {candidate.made:%Y-%m-%d %H:%M} UTC, {proven}."]


def _posted_words(lost: Losses) -> list[str]:
    if not lost.posted:
        return []
    shown = [f"    {store} {day}  {kind} {number}" for store, day, kind, number in lost.posted[:_SHOWN]]
    more = len(lost.posted) - _SHOWN
    return [
        f"  {len(lost.posted)} documents went to Xero since. They stay known; a date of theirs is settled",
        "  again once its receipts are imported as they were:",
        *shown,
        *([f"    and {more} more"] if more > 0 else []),
    ]


def _by_file_words(lost: Losses) -> list[str]:
    if not lost.by_file:
        return []
    dates = ", ".join(f"{store} {day}" for store, day in lost.by_file)
    return [f"  Posted by file since: {dates}. They stay posted by file."]


def _settings_words(lost: Losses) -> list[str]:
    return [
        f"  {store}: {name} stays {now} (in the backup: {was})." for store, name, was, now in lost.settings
    ]


def _done(path: Path, kept: Path | None, lost: Losses) -> list[str]:
    return [
        f"{path} is in place.",
        *([f"The books of before are kept as {kept}."] if kept else []),
        "Secrets are in no backup: on this machine they are where they were; elsewhere connect again.",
        *(_PAUSED if kept and lost.known else _PAUSED_UNKNOWN),
    ]
