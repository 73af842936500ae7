"""Where every store and its integration stands."""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from sqlmodel import Session

from services.books.money import from_minor, text_of
from services.contract.answers import IntegrationAnswer, StoreStatus, Waiting
from services.contract.states import IntegrationState
from services.store import connections, stores
from services.store.tables import Connection, Store
from services.sync.calendar import Calendar
from services.sync.findings import Kept, finding, told_one
from services.sync.linking import resume_due
from services.sync.tools import Tools

_DISTRIBUTION = "tillbook"


def store_states(tools: Tools, trouble: dict[str, Kept], *, practice: bool) -> list[StoreStatus]:
    """Return every store; `trouble` is what a run could not even write down."""
    with tools.db.read() as session:
        return [
            _store(session, row, tools.now(), trouble.get(row.key), practice=practice)
            for row in stores.list_stores(session)
        ]


def integration(tools: Tools, store: str, *, practice: bool) -> IntegrationAnswer:
    """Return one store's integration."""
    with tools.db.read() as session:
        row = stores.get_store(session, store)
        return _store(session, row, tools.now(), None, practice=practice)["integrations"][0]


def product_version() -> str:
    """Return the version of Tillbook; empty when it runs from loose files."""
    try:
        return version(_DISTRIBUTION)
    except PackageNotFoundError:
        return ""


def _store(
    session: Session, store: Store, now: datetime, trouble: Kept | None, *, practice: bool
) -> StoreStatus:
    calendar = Calendar(session, store.key, now)
    row = connections.get_connection(session, store.key) or Connection(store=store.key, since=store.created)
    return {
        "key": store.key,
        "name": store.name,
        "integrations": [_integration(row, _waiting(calendar), now, trouble, practice=practice)],
        "days": calendar.counts(),
    }


def _waiting(calendar: Calendar) -> Waiting:
    dates = calendar.waiting()
    currency = calendar.facts.currency
    amount = from_minor(sum(calendar.takings(dates).values()), currency)
    return {"days": len(dates), "amount": text_of(amount, currency)}


def _integration(
    row: Connection, waiting: Waiting, now: datetime, trouble: Kept | None, *, practice: bool
) -> IntegrationAnswer:
    state = IntegrationState.ERROR if trouble else IntegrationState(row.state)
    if resume_due(row, now):
        state = IntegrationState.CONNECTED
    return {
        "kind": row.kind,
        "state": state,
        "since": None if row.state == IntegrationState.NOT_SET_UP else row.since.isoformat(),
        "by": row.by or None,
        "until": _until(row),
        "organisation": row.tenant_name,
        "last_sync": row.last_sync.isoformat() if row.last_sync else None,
        "waiting": waiting,
        "error": told_one(trouble or row.problem or _unfinished(row)),
        "allowance": {"minute": row.minute_left, "day": row.day_left},
        "practice": practice,
        "connection_ends": row.refresh_expires.isoformat() if row.refresh_expires else None,
    }


def _until(row: Connection) -> str | None:
    until = row.pause_until if row.state == IntegrationState.PAUSED else row.blocked_until
    return until.isoformat() if until else None


def _unfinished(row: Connection) -> Kept | None:
    """Return who must act while the set-up is not finished."""
    if row.state != IntegrationState.SETUP_UNFINISHED:
        return None
    if row.consent == "waiting":
        return finding(
            "consent_waiting",
            "Waiting for the consent at Xero.",
            f"{row.by} began to connect; a Xero user with Standard or Adviser access must allow it.",
            "Open the address and allow the access, or start again.",
        )
    if row.client_id:
        return finding(
            "organisation_missing",
            "The organisation is not chosen yet.",
            "Xero gave its consent; somebody must say which organisation the shop's days go to.",
            "Choose it with `tillbook organisation choose`.",
        )
    return finding(
        "consent_missing",
        "The connection to Xero is not finished.",
        "The consent was begun and not given.",
        "Start again with `tillbook connect xero`.",
    )
