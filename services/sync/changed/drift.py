"""Edits made in the ledger: found by reading what it says has changed.

Once a night, or when a person asks: a list of what changed since the last reading, for
each kind of document that was ever sent, a page at a time. What is ours is compared with
what we sent, and shown with both values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.accounting.ledger import Found
from services.books.documents import DocumentKind
from services.contract.problem import Problem
from services.contract.states import DayState
from services.store import connections, days, stores
from services.store.corrections import base_key
from services.store.documents import set_document
from services.store.tables import Connection, DocumentRow
from services.sync.changed import theirs
from services.sync.findings import Kept, kept
from services.sync.links import linking
from services.sync.posting.entries import Entry, batches, entries_of
from services.sync.schedule.periods import SUMMED_KEYS
from services.sync.tools import Link, Tools

NIGHT = time(2, 30)
"""Local time of the store after which the changes of a day are read."""
_OVERLAP = timedelta(minutes=10)
_RETRY = timedelta(minutes=30)
_OVERNIGHT = timedelta(hours=48)
"""Reaches behind the last night, wherever the store is."""
_AT_ONCE = 500
_LISTS = {
    DocumentKind.ACCREC: (DocumentKind.ACCREC, DocumentKind.ACCPAY, DocumentKind.PAYMENT),
    DocumentKind.ACCRECCREDIT: (DocumentKind.ACCRECCREDIT, DocumentKind.ACCPAYCREDIT),
    DocumentKind.JOURNAL: (DocumentKind.JOURNAL,),
}
_WATCHED = (DayState.POSTED, DayState.DIFFERS, DayState.CHANGED)


@dataclass(slots=True)
class Checked:
    """What a reading of the ledger's changes found."""

    read: int = 0
    """Documents that the ledger says have changed."""
    ours: int = 0
    changed: list[str] = field(default_factory=list)
    """Numbers of ours that differ now."""
    mended: list[str] = field(default_factory=list)
    """Numbers of ours that differed, and no longer do."""
    dates: set[tuple[str, date]] = field(default_factory=set)


def is_accepted(entry: Entry, found: Found | None) -> bool:
    """Whether the ledger's version differs as a person has accepted."""
    accepted = entry.row.accepted or {}
    if not accepted.get("by"):
        return False
    now = theirs.differences(entry.document, entry.payments, theirs.version_of(found))
    return bool(now) and now == theirs.differences(entry.document, entry.payments, accepted["found"])


class Drift:
    """Reads what changed at one organisation."""

    def __init__(self, tools: Tools, link: Link) -> None:
        self._tools = tools
        self._link = link

    def check(self) -> Checked:
        """Read, compare, and keep how far was read; raises CallFailed."""
        begun, checked = self._tools.now(), Checked()
        with self._tools.db.read() as session:
            since = _since(session, self._link.tenant, begun)
        if since is None:
            return checked
        for kind in self._kinds():
            for page in self._link.ledger.changed_since(kind, since - _OVERLAP):
                checked.read += len(page)
                self._take(kind, page, checked, begun)
        with self._tools.db.write() as session:
            for row in connections.of_tenant(session, self._link.tenant):
                row.drift_read = begun
                session.add(row)
        for store, day in sorted(checked.dates):
            self._tools.tell("day", store, date=day.isoformat(), state=DayState.DIFFERS)
        return checked

    def _kinds(self) -> list[DocumentKind]:
        """Return the lists in which anything of ours can be."""
        with self._tools.db.read() as session:
            sent = set(session.exec(_ours(self._link.tenant, col(DocumentRow.kind)).distinct()).all())
        return [listed for listed, kinds in _LISTS.items() if sent & {kind.value for kind in kinds}]

    def _take(self, kind: DocumentKind, page: list[Found], checked: Checked, begun: datetime) -> None:
        for group in batches(page, _AT_ONCE):
            found = {one.remote_id: one for one in group}
            entries = self._entries(found)
            checked.ours += len(entries)
            if kind is DocumentKind.ACCRECCREDIT:
                found |= self._again(kind, entries)
            else:
                # The list may be of a moment before a run that goes on had paid it.
                found |= self._again(kind, [each for each in entries if each.row.changed >= begun])
            self._compare(entries, found, checked)

    def _entries(self, ids: Iterable[str]) -> list[Entry]:
        with self._tools.db.read() as session:
            wanted = _ours(self._link.tenant, DocumentRow).where(col(DocumentRow.remote_id).in_(list(ids)))
            return entries_of(session, session.exec(wanted).all())

    def _again(self, listed: DocumentKind, entries: list[Entry]) -> dict[str, Found]:
        """Read documents of ours again: lists leave out the refunds of credit notes."""
        whole: dict[str, Found] = {}
        for batch in batches(entries, self._tools.pace.batch):
            ids = [entry.remote_id for entry in batch]
            read = self._link.ledger.read(listed, ids)
            whole |= {one.remote_id: one for one in read if one is not None}
        return whole

    def _compare(self, entries: list[Entry], found: dict[str, Found], checked: Checked) -> None:
        if not entries:
            return
        with self._tools.db.write() as session:
            for entry in entries:
                row = session.get_one(DocumentRow, entry.id)
                if row.state in _WATCHED and not row.undoing:
                    self._compare_one(session, entry, row, found[entry.remote_id], checked)

    def _compare_one(
        self, session: Session, entry: Entry, row: DocumentRow, found: Found, checked: Checked
    ) -> None:
        version = theirs.version_of(found)
        if not theirs.differences(entry.document, entry.payments, version):
            if row.accepted is not None:
                self._mended(session, row, checked)
            return
        if is_accepted(entry, found):
            return
        row.accepted = {"found": version}
        problem = kept(edited(entry, version))
        if row.state != DayState.CHANGED:  # what the tills changed stays to be decided
            set_document(session, row, DayState.DIFFERS, self._tools.now(), problem=problem)
        checked.changed.append(row.number)
        for day in _dates(session, row):
            self._mark_day(session, row.store, day, problem)
            checked.dates.add((row.store, day))

    def _mended(self, session: Session, row: DocumentRow, checked: Checked) -> None:
        """Note that the ledger has again what was sent."""
        was, row.accepted = row.state, None
        if was == DayState.CHANGED:
            return
        set_document(session, row, DayState.POSTED, self._tools.now())
        if was != DayState.DIFFERS:
            return
        checked.mended.append(row.number)
        for day in _dates(session, row):
            settle_differing(session, row.store, day, self._tools.now())
            checked.dates.add((row.store, day))

    def _mark_day(self, session: Session, store: str, day: date, problem: Kept) -> None:
        state = days.ensure_day(session, store, day, self._tools.now()).state
        if state in {DayState.POSTED, DayState.DIFFERS}:
            days.set_state(session, store, day, DayState.DIFFERS, self._tools.now(), [problem])


def settle_differing(session: Session, store: str, day: date, now: datetime) -> None:
    """Let a day that differed be posted again once no document of it does."""
    row = days.get_day(session, store, day)
    wanted = select(DocumentRow).where(
        DocumentRow.store == store,
        DocumentRow.business_date == day,
        ~col(DocumentRow.withdrawn),
        DocumentRow.state != DayState.POSTED,
    )
    left = list(session.exec(wanted))
    if row is not None and row.state == DayState.DIFFERS and not left:
        days.set_state(session, store, day, DayState.POSTED, now)


def edited(entry: Entry, version: theirs.Version) -> Problem:
    """Return the problem of a document that was edited in the ledger."""
    told = theirs.told(entry.document, entry.payments, version)
    return Problem(
        f"{entry.document.number} was edited in Xero after it was posted.",
        f"The ledger says: {', '.join(told)}.",
        "Nothing was overwritten. See both with `tillbook changes`; then keep Xero's version or have"
        " ours sent again with `tillbook changes resolve`.",
        f"id {entry.row.remote_id}",
        code="edited_there",
    )


def _ours(tenant: str, what: object):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a Select of what is asked
    return select(what).where(  # type: ignore[call-overload]  # a column or the row
        DocumentRow.tenant == tenant,
        col(DocumentRow.remote_id).is_not(None),
        col(DocumentRow.state).in_([str(state) for state in _WATCHED]),
        ~col(DocumentRow.withdrawn),
    )


def _since(session: Session, tenant: str, now: datetime) -> datetime | None:
    """Return from when on changes are to be read; None when nothing was ever sent."""
    rows = connections.of_tenant(session, tenant)
    # A time to come was written by a clock that has been set back.
    if read := [row.drift_read for row in rows if row.drift_read and row.drift_read <= now]:
        return min(read)
    first: datetime | None = session.exec(_ours(tenant, func.min(col(DocumentRow.created)))).one()
    return first if first is None or first <= now else now - _OVERNIGHT


def _dates(session: Session, row: DocumentRow) -> Iterator[date]:
    """Yield the dates a document holds takings of."""
    if base_key(row) in SUMMED_KEYS:
        yield from days.dates_of(session, row.store, row.business_date)
    else:
        yield row.business_date


def due(tools: Tools) -> list[str]:
    """Claim the readings that are due; return a store of each organisation."""
    claimed: dict[str, str] = {}
    with tools.db.read() as session:
        now = tools.now()
        # Once for all stores of an organisation: before the first reading it looks at all that was sent.
        since = cache(partial(_since, session, now=now))
        rows = [row for row in connections.connections(session) if _is_due(session, row, now, since)]
    for row in rows:
        if row.tenant is not None and row.tenant not in claimed and _claim(tools, row):
            claimed[row.tenant] = row.store
    return list(claimed.values())


def _is_due(
    session: Session, row: Connection, now: datetime, since_of: Callable[[str], datetime | None]
) -> bool:
    if row.tenant is None or linking.obstacle(row) or linking.is_held_back(row, now):
        return False
    if _is_resting(session, row.tenant, now):
        return False
    since = since_of(row.tenant)
    return since is not None and since < last_night(stores.get_store(session, row.store).timezone, now)


def _is_resting(session: Session, tenant: str, now: datetime) -> bool:
    """Whether an organisation is being read, or was of late, for any of its stores."""
    begun = (row.drift_begun for row in connections.of_tenant(session, tenant))
    return any(each is not None and now - _RETRY < each <= now for each in begun)


def last_night(timezone: str, now: datetime) -> datetime:
    """Return the latest moment at which the changes of the ledger were to be read."""
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    moments = (datetime.combine(today - timedelta(days=back), NIGHT, zone).astimezone(UTC) for back in (0, 1))
    return next(moment for moment in moments if moment <= now)


def _claim(tools: Tools, row: Connection) -> bool:
    """Take a reading on, unless another service was faster."""
    with tools.db.write() as session:
        current = connections.get_connection(session, row.store)
        if current is None or current.tenant is None or _is_resting(session, current.tenant, tools.now()):
            return False
        current.drift_begun = tools.now()
        session.add(current)
    return True
