"""What would stop one store tomorrow: by its tables, and by its ledger now.

Only reads. What the ledger says is judged and thrown away; the tables keep what the
last ordinary read told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session, col, func, select

from services.accounting.ledger import CallFailed, RemoteContact
from services.accounting.xero.facts import actions_from, facts_from
from services.accounting.xero.preflight import Known, calls_needed, preflight
from services.books.documents import DayDocuments, Document, DocumentKind
from services.books.ledger_facts import LedgerFacts
from services.contract.states import DayState, IntegrationState
from services.contract.support import Severity
from services.store import connections, days, mappings
from services.store.tables import Connection, DocumentRow, Store
from services.sync import reference
from services.sync.doctor import numbers, rules
from services.sync.doctor.notes import Note, fine, of_problem, stops, warns
from services.sync.documents.building import Builder, Built
from services.sync.findings import Kept
from services.sync.links import linking
from services.sync.mapping import advice
from services.sync.mapping.needs import needs
from services.sync.posting import contacts
from services.sync.sharing import allowance
from services.sync.showing.calendar import Calendar
from services.sync.tools import Link, Tools

_UNSENT = (DayState.OPEN, DayState.WAITING, DayState.BLOCKED, DayState.REFUSED)
_MEND = ("That stays so until somebody acts.", "See why with `tillbook days`, mend it, then sync the date.")
_DECIDE = (
    "That stays so until somebody decides.",
    "See both sides with `tillbook changes`, then decide with `tillbook changes resolve`.",
)
_LOOK = (
    "It is looked up in Xero again by itself, before anything is sent.",
    "If it stays: `tillbook log --failed`, then `tillbook retry ID --dry-run` says what a retry would do.",
)
_STUCK = {
    DayState.BLOCKED: (stops, "blocked", *_MEND),
    DayState.REFUSED: (stops, "refused by Xero", *_MEND),
    DayState.UNKNOWN: (warns, "of unknown outcome", *_LOOK),
    DayState.DIFFERS: (warns, "posted and different in Xero", *_DECIDE),
    DayState.CHANGED: (warns, "changed since it was posted", *_DECIDE),
}
_MOST_DAYS, _BATCH = 200, 50
_NOT_CONNECTED = "not_connected"


@dataclass(frozen=True, slots=True)
class Fresh:
    """What the ledger says now."""

    organisation: dict[str, object]
    facts: LedgerFacts
    actions: dict[str, bool]


class StoreExamination:
    """Examines one store; each part yields notes of it."""

    def __init__(self, tools: Tools, store: Store, read: dict[str, Fresh]) -> None:
        """Take what was `read` already, by organisation: several stores may share one."""
        self._tools = tools
        self._store = store
        self._key = store.key
        self._read = read

    def notes(self) -> Iterator[Note]:
        """Yield everything found of the store."""
        for note in self._notes():
            yield note.of(self._key)

    def _notes(self) -> Iterator[Note]:
        with self._tools.db.read() as session:
            row = connections.get_connection(session, self._key)
            yield from self._setup(session, row)
        stopped = linking.obstacle(row)
        if stopped is not None:
            yield _stopping(row, stopped)
        link = self._link(row, stopped)
        if link is None or row is None:
            yield from self._offline(row)
            return
        yield rules.connection_end(self._tools.ledgers.expires(row), self._tools.now())
        yield from self._online(link)

    def _link(self, row: Connection | None, stopped: Kept | None) -> Link | None:
        if row is None or row.tenant is None or (stopped and stopped["code"] != "paused"):
            return None
        return linking.link_for_reading(self._tools, self._key)

    def _setup(self, session: Session, row: Connection | None) -> Iterator[Note]:
        if row is not None and row.consent == "waiting":
            yield warns(
                "consent_waiting",
                "A consent at Xero was begun and not given yet.",
                f"{row.by} began it.",
                "Open the address that `tillbook connect xero` shows and allow the access.",
            )
        if mappings.latest(session, self._key) is None:
            yield stops(
                "no_mapping",
                "The store has no mapping yet.",
                "Nothing was said of where its takings go.",
                "Import one with `tillbook mapping import`; `tillbook mapping suggest` proposes.",
            )
        if self._store.frequency == "manual":
            yield warns(
                "manual",
                "Nothing is sent unasked.",
                "The store has no schedule.",
                "Set one with `tillbook schedule --frequency daily`, or sync by hand.",
            )
        yield from self._stuck(session)

    def _stuck(self, session: Session) -> Iterator[Note]:
        for state, (make, words, why, how) in _STUCK.items():
            dates = tuple(row.business_date for row in days.in_states(session, [state], self._key))
            if dates:
                note = make(f"days_{state}", f"{_counted(len(dates))} {words}.", why, how)
                yield replace(note, dates=dates[:_MOST_DAYS])

    # --- without the ledger ---------------------------------------------------------

    def _offline(self, row: Connection | None) -> Iterator[Note]:
        """Judge the mapping and the days by what was last read."""
        with self._tools.db.read() as session:
            built = self._built(session, row.tenant if row else None, None)
            for each in built:
                yield from _of_books(each)

    # --- with the ledger --------------------------------------------------------------

    def _online(self, link: Link) -> Iterator[Note]:
        try:
            fresh = self._read[link.tenant] = self._read.get(link.tenant) or _read(link)
        except CallFailed as failure:
            yield of_problem(Severity.STOPS, failure)
            yield from self._judged(link, None)
            return
        yield fine("ledger", f"{link.organisation} answers, and lets Tillbook read it.")
        yield rules.zone(self._store.timezone, fresh.organisation, self._tools.now())
        try:
            yield from self._judged(link, fresh)
        except CallFailed as failure:
            yield of_problem(Severity.STOPS, failure)

    def _judged(self, link: Link, fresh: Fresh | None) -> Iterator[Note]:
        with self._tools.db.read() as session:
            built = self._built(session, link.tenant, fresh.facts if fresh else None)
            mapping_notes = list(self._mapping(session, link, fresh))
            sent = numbers.sent(session, self._key, [each.date for each in built])
            today = Calendar(session, self._key, self._tools.now()).today
            approved = self._approved(session, today)
        # No read of the tables is open from here on: each call is counted in them.
        known = self._known(link, fresh, built)
        yield from mapping_notes
        yield from self._days(built, known)
        if fresh is not None:
            waiting = [document for each in built for document in each.documents.documents]
            yield from numbers.second_app(link, [one for one in waiting if one.number not in sent])
            yield rules.calls(self._calls_left(link), _calls(built))
            month = [one for one in waiting if _is_of_month(one, today)]
            yield rules.plan(fresh.organisation, approved, len(month))

    def _built(self, session: Session, tenant: str | None, facts: LedgerFacts | None) -> list[Built]:
        """Build every day that is not sent: those over, and what today's till has so far."""
        builder = Builder(session, self._key, tenant, facts)
        today = Calendar(session, self._key, self._tools.now()).today
        rows = days.in_states(session, _UNSENT, self._key, since=self._store.start_date)
        wanted = [row.business_date for row in rows if row.business_date <= today]
        built: dict[date, Built] = {}
        for day in wanted[:_MOST_DAYS]:
            one = builder.build(day)
            built.setdefault(one.date, one)
        return list(built.values())

    def _mapping(self, session: Session, link: Link, fresh: Fresh | None) -> Iterator[Note]:
        row = mappings.latest(session, self._key)
        if row is None:
            return
        mapping = mappings.mapping_of(row)
        facts = fresh.facts if fresh else reference.facts(session, link.tenant, self._store.country)
        issues = advice.check(mapping, needs(session, self._key), facts)
        for issue in issues:
            yield stops(
                "mapping",
                issue["problem"],
                f"The mapping has it under {issue['part']}, {issue['key']}.",
                "Correct it in Xero, or in the mapping (`tillbook mapping`).",
            )
        if not issues:
            yield fine("mapping", "Everything the tills send has a place in the chart of accounts.")
        yield from rules.scopes_needed(mapping.shape, link.scopes)

    def _known(self, link: Link, fresh: Fresh | None, built: Iterable[Built]) -> Known:
        if fresh is not None:
            names = {document.contact for each in built for document in each.documents.documents}
            return Known(fresh.facts, fresh.actions, _contacts(link, names), link.scopes)
        with self._tools.db.read() as session:
            return Known(
                reference.facts(session, link.tenant, self._store.country),
                reference.actions(session, link.tenant),
                contacts.known(session, link.tenant),
                link.scopes,
            )

    def _days(self, built: list[Built], known: Known) -> Iterator[Note]:
        found = [note for each in built for note in _of_day(each, known)]
        yield from found
        if not found:
            yield fine("days", f"{_counted(len(built))} not sent yet, and nothing in their way.")
        with self._tools.db.read() as session:
            mapping = Builder(session, self._key, None, known.facts).mapping()
        yield from rules.printed_taxes((each.totals for each in built), mapping, known.facts)

    def _calls_left(self, link: Link) -> int | None:
        """Return what sending by itself may still use today; None: nobody knows."""
        with self._tools.db.read() as session:
            left = allowance.left(session, link.tenant, self._tools.now(), self._tools.limits)
        return left.background if left.known else link.ledger.limits()[1]

    def _approved(self, session: Session, today: date) -> int:
        """Count the invoices of this month that the ledger holds of this store."""
        wanted = select(func.count()).where(
            DocumentRow.store == self._key,
            DocumentRow.kind == DocumentKind.ACCREC.value,
            col(DocumentRow.remote_id).is_not(None),
            DocumentRow.business_date >= today.replace(day=1),
        )
        return session.exec(wanted).one()


def _counted(number: int) -> str:
    return f"{number} day is" if number == 1 else f"{number} days are"


def _stopping(row: Connection | None, stopped: Kept) -> Note:
    """Return what keeps the store from sending; a pause with an end ends by itself."""
    ends = row is not None and row.state == IntegrationState.PAUSED and row.pause_until is not None
    make = warns if ends else stops
    return make(stopped["code"], stopped["what"], stopped["why"], stopped["next"])


def _read(link: Link) -> Fresh:
    rows = {kind: link.ledger.reference(kind) for kind in reference.NEEDED}
    organisation = rows[reference.ORGANISATION][0] if rows[reference.ORGANISATION] else {}
    facts = facts_from(
        organisation, rows[reference.ACCOUNTS], rows[reference.TAX_RATES], rows[reference.TRACKING]
    )
    return Fresh(dict(organisation), facts, actions_from(rows[reference.ACTIONS]))


def _contacts(link: Link, names: Iterable[str]) -> dict[str, RemoteContact]:
    wanted = sorted({name for name in names if name})
    found: dict[str, RemoteContact] = {}
    for start in range(0, len(wanted), _BATCH):
        for contact in link.ledger.find_contacts(wanted[start : start + _BATCH]):
            if contact is not None:
                found[contact.name.casefold()] = contact
    return found


def _of_books(built: Built) -> Iterator[Note]:
    for finding in built.documents.blocked:
        if finding.code != _NOT_CONNECTED:
            yield replace(stops(finding.code, finding.what, finding.why, finding.next), dates=(built.date,))


def _of_day(built: Built, known: Known) -> Iterator[Note]:
    yield from _of_books(built)
    for finding in preflight(built.documents, known):
        yield replace(stops(finding.code, finding.what, finding.why, finding.next), dates=(built.date,))


def _calls(built: Iterable[Built]) -> int:
    """Return about how many calls all of it takes: documents go out fifty at a time."""
    whole = list(built)
    if not whole:
        return 0
    documents = tuple(document for each in whole for document in each.documents.documents)
    together: DayDocuments = replace(whole[0].documents, documents=documents)
    return calls_needed(together)


def _is_of_month(document: Document, today: date) -> bool:
    return document.kind is DocumentKind.ACCREC and document.date.replace(day=1) == today.replace(day=1)
