"""Where every store and its integration stands."""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from sqlmodel import Session

from services.books.money import from_minor, text_of
from services.contract.answers import Allowance, IntegrationAnswer, MachineAnswer, StoreStatus, Waiting
from services.contract.states import IntegrationState
from services.store import connections, stores
from services.store.tables import Connection, Store
from services.sync.findings import Kept, finding, told_one
from services.sync.links import linking
from services.sync.links.link_words import linked
from services.sync.links.linking import resume_due
from services.sync.sharing.allowance import left
from services.sync.sharing.queue_estimate import queue_of
from services.sync.showing.calendar import Calendar
from services.sync.tools import Tools

_DISTRIBUTION = "tillbook"


def store_states(tools: Tools, trouble: dict[str, Kept], *, practice: bool) -> list[StoreStatus]:
    """Return every store; `trouble` is what a run could not even write down."""
    with tools.db.read() as session:
        return [
            _store(session, tools, row, trouble.get(row.key), practice=practice)
            for row in stores.list_stores(session)
        ]


def integration(tools: Tools, store: str, *, practice: bool) -> IntegrationAnswer:
    """Return one store's integration."""
    with tools.db.read() as session:
        row = stores.get_store(session, store)
        return _store(session, tools, row, None, practice=practice)["integrations"][0]


def product_version() -> str:
    """Return the version of Tillbook; empty when it runs from loose files."""
    try:
        return version(_DISTRIBUTION)
    except PackageNotFoundError:
        return ""


def _store(
    session: Session, tools: Tools, store: Store, trouble: Kept | None, *, practice: bool
) -> StoreStatus:
    calendar = Calendar(session, store.key, tools.now())
    row = connections.get_connection(session, store.key) or Connection(store=store.key, since=store.created)
    return {
        "key": store.key,
        "name": store.name,
        "timezone": store.timezone,
        "integrations": [
            {
                **_integration(session, tools, row, _waiting(calendar), trouble, practice=practice),
                **linked(session, tools, row),
            }
        ],
        "days": calendar.counts(),
    }


def _waiting(calendar: Calendar) -> Waiting:
    dates = calendar.waiting()
    currency = calendar.facts.currency
    amount = from_minor(sum(calendar.takings(dates).values()), currency)
    return {"days": len(dates), "amount": text_of(amount, currency)}


def _integration(
    session: Session,
    tools: Tools,
    row: Connection,
    waiting: Waiting,
    trouble: Kept | None,
    *,
    practice: bool,
) -> IntegrationAnswer:
    state = IntegrationState.ERROR if trouble else IntegrationState(row.state)
    if resume_due(row, tools.now()):
        state = IntegrationState.CONNECTED
    return {
        "kind": row.kind,
        "state": state,
        "since": None if row.state == IntegrationState.NOT_SET_UP else row.since.isoformat(),
        "by": row.by or None,
        "until": _until(row, tools.now()),
        "organisation": row.tenant_name,
        "last_sync": row.last_sync.isoformat() if row.last_sync else None,
        "waiting": waiting,
        "error": told_one(trouble or row.problem or _unfinished(row)),
        "allowance": _allowance(session, tools, row),
        "queue": queue_of(session, tools, row),
        "practice": practice,
        "connection_ends": row.refresh_expires.isoformat() if row.refresh_expires else None,
    }


def _allowance(session: Session, tools: Tools, row: Connection) -> Allowance:
    """Return what is left for all machines; before that what Xero said last."""
    figures = left(session, row.tenant or "", tools.shared_now(session), tools.limits)
    resets = figures.day_resets.isoformat() if figures.day_resets else None
    minute, day = (figures.minute, figures.day) if figures.known else (row.minute_left, row.day_left)
    return {"minute": minute, "day": day, "day_resets": resets, "reserve": figures.reserve}


def machines(tools: Tools) -> list[MachineAnswer]:
    """Return the machines that share the work."""
    if tools.machines is None:
        return []
    with tools.db.read() as session:
        return tools.machines.answers(session)


def _until(row: Connection, now: datetime) -> str | None:
    until = row.pause_until if row.state == IntegrationState.PAUSED else linking.held_until(row, now)
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
