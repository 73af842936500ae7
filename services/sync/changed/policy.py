"""What is done about a change after posting: by a person, or by policy.

A policy acts on closed days only, once for each change, and never where a person is
needed: in a locked period, where the ledger's side was edited, where a difference was kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from services.books.ledger_facts import LedgerFacts
from services.contract.states import DayState
from services.store import connections, days, stores
from services.store.corrections import Chain
from services.store.tables import DocumentRow, Store
from services.sync.backups import restored
from services.sync.documents.building import Built
from services.sync.findings import Kept, finding
from services.sync.schedule import closing

WAIT, DELTA, RESEND, KEEP = "wait", "delta", "resend", "keep"
POLICIES = (WAIT, DELTA, RESEND)
SERVICE = "Tillbook"
_LOCKS = frozenset({"year_locked", "period_locked"})


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done about the changes of a date, and who said so."""

    action: str
    by: str
    asked: bool
    """Whether a person decided it, rather than the store's policy."""


def decision(session: Session, store: str, day: date, now: datetime) -> Decision:
    """Return what is to be done about a change of a date."""
    row, settings = days.get_day(session, store, day), stores.get_store(session, store)
    if row is not None and row.resolution:
        return Decision(row.resolution, row.resolution_by or SERVICE, asked=True)
    if settings.on_change not in {DELTA, RESEND} or not _may_act(session, settings, day, now):
        return Decision(WAIT, SERVICE, asked=False)
    return Decision(settings.on_change, SERVICE, asked=False)


def _may_act(session: Session, settings: Store, day: date, now: datetime) -> bool:
    """Whether a date, or its period, is closed and has changed since the last try.

    After a restore not before the ledger's side was read, and the records are here again.
    """
    dates = days.dates_of(session, settings.key, day)
    rows = [row for each in dates if (row := days.get_day(session, settings.key, each)) is not None]
    if all(row.policy_tried == row.touched for row in rows):
        return False
    connection = connections.get_connection(session, settings.key)
    tenant = connection.tenant if connection else None
    if any(restored.unread(session, tenant, each) for each in (*dates, day)):
        return False
    if not restored.awaited(session).isdisjoint((settings.key, each) for each in (*dates, day)):
        return False
    facts = stores.facts_of(settings)
    return all(closing.is_closed(session, facts, each, now) for each in dates)


def tried(session: Session, store: str, dates: tuple[date, ...]) -> None:
    """Note that what was to be done about these dates was done, or could not be."""
    for day in dates:
        row = days.get_day(session, store, day)
        if row is not None:
            row.resolution = row.resolution_by = None
            row.policy_tried = row.touched
            session.add(row)
    session.flush()


def due(session: Session, now: datetime) -> dict[str, list[date]]:
    """Return the changed days, by store, that policies are still to act on."""
    found: dict[str, list[date]] = {}
    for settings in stores.list_stores(session):
        if settings.on_change not in {DELTA, RESEND}:
            continue
        for row in days.in_states(session, [DayState.CHANGED], settings.key):
            if not row.queued and _may_act(session, settings, row.business_date, now):
                found.setdefault(settings.key, []).append(row.business_date)
    return found


def obstacle(chain: Chain, decided: Decision, facts: LedgerFacts, day: date) -> Kept | None:
    """Return why nothing may be done about a document by itself, or by this person."""
    if locked := lock_of(facts, day):
        return _locked(chain, day, *locked)
    if any(edited_there(row) for row in chain.at_ledger) and not (decided.asked and decided.action == RESEND):
        return finding(
            "edited_there",
            f"{name_of(chain)} was edited in the ledger too.",
            "What is right there is for a person to say: Tillbook does not overwrite it.",
            "See both with `tillbook changes`, then keep the ledger's version or have ours sent again.",
        )
    if decided.action == RESEND and chain.kept is not None and not decided.asked:
        return finding(
            "kept_before",
            f"A difference of {name_of(chain)} was kept by {chain.kept.by}.",
            "Sent again in full, it would be in the books twice if it was booked by hand.",
            "Decide about this change with `tillbook changes resolve`.",
        )
    return None


def lock_of(facts: LedgerFacts, day: date) -> tuple[str, date] | None:
    """Return which lock holds a date, and up to when; None when it is free."""
    if facts.year_end_lock is not None and day <= facts.year_end_lock:
        return "year", facts.year_end_lock
    if facts.period_lock is not None and day <= facts.period_lock:
        return "period", facts.period_lock
    return None


def that_stop(findings: list[Kept], built: Built, rows: Iterable[DocumentRow]) -> list[Kept]:
    """Return what keeps a day from being filed.

    A lock date does not where all of it is at the ledger already: nothing new is posted then,
    and a change is shown rather than the day called blocked.
    """
    there = {row.key for row in rows if row.remote_id is not None}
    if any(document.key not in there for document in built.documents.documents):
        return findings
    return [each for each in findings if each.get("code") not in _LOCKS]


def _locked(chain: Chain, day: date, which: str, until: date) -> Kept:
    who = "An accountant" if which == "year" else "An adviser"
    return finding(
        f"{which}_locked",
        f"{name_of(chain)} of {day} changed, and the books are locked up to {until}.",
        f"{'The financial year' if which == 'year' else 'The period'} was closed in the ledger;"
        " nothing may be posted, or voided, in it.",
        f"{who} moves the lock date in the ledger, then: tillbook changes resolve."
        " Or book the difference in an open period by hand, and keep this one.",
    )


def edited_there(row: DocumentRow) -> bool:
    """Whether the ledger's version differs, and nobody has accepted it."""
    return row.accepted is not None and not row.accepted.get("by")


def name_of(chain: Chain) -> str:
    """Return how people know the document."""
    return chain.original.number if chain.original is not None else chain.key
