"""Where each queued day stands once a run is over."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from services.contract.states import DayState
from services.store import corrections, days, stores
from services.store.corrections import base_key
from services.store.days import posting_date
from services.store.documents import documents_on, payments_of
from services.store.tables import Day, DocumentRow
from services.sync.changed.changes import DayChanges
from services.sync.findings import Kept, finding
from services.sync.posting.entries import HELD
from services.sync.schedule import closing
from services.sync.schedule.periods import SUMMED_KEYS
from services.sync.tools import Link, Tools

_UNFINISHED = frozenset({DayState.WAITING, DayState.SENDING})
# The first that is found among a day's documents is the state of the day.
_WORST_FIRST = (DayState.REFUSED, DayState.DIFFERS, DayState.CHANGED)
AWAITS_APPROVAL = "awaits_approval"


def settle(tools: Tools, link: Link, stopped_by: Kept | None) -> None:
    """Write down where each queued day stands; `stopped_by` ended the run early."""
    with tools.db.read() as session:
        dates = [row.business_date for row in days.queued(session, link.store, asked=link.asked_by_person)]
    for day in dates:
        with tools.db.write() as session:
            row = days.ensure_day(session, link.store, day, tools.now())
            documents = _documents(session, link, row)
            if not documents and not stopped_by and _is_kept_whole(session, row):
                _leave(session, row, tools)
            elif not documents:
                _wait(session, row, stopped_by, tools)
            else:
                _settle_day(session, tools, row, documents, stopped_by)
            state = row.state
        tools.tell("day", link.store, date=day.isoformat(), state=state)


def _documents(session: Session, link: Link, row: Day) -> list[DocumentRow]:
    """Return the documents of a date.

    Its own, and the sums of the period it went with.
    """
    own = documents_on(session, link.store, row.business_date)
    if (date_of_sums := posting_date(row)) != row.business_date:
        own += [
            each for each in documents_on(session, link.store, date_of_sums) if base_key(each) in SUMMED_KEYS
        ]
    return [each for each in own if each.tenant == link.tenant]


def _wait(session: Session, row: Day, stopped_by: Kept | None, tools: Tools) -> None:
    """Keep a day waiting that the run did not come to."""
    why = [stopped_by] if stopped_by else row.why
    days.set_state(session, row.store, row.business_date, DayState.WAITING, tools.now(), why)


def _is_kept_whole(session: Session, row: Day) -> bool:
    """Whether nothing of a date is sent because a person keeps all of it as it is."""
    store, day = row.store, row.business_date
    if not row.whole or row.built is None or documents_on(session, store, day):
        return False
    return any(chain.kept for chain in corrections.chains(session, store, day).values())


def _leave(session: Session, row: Day, tools: Tools) -> None:
    """Settle a date of which nothing is sent; what changed since is a change of it."""
    found = DayChanges(session, row.store, row.business_date)
    same = row.touched == row.built and not any(found.changed(row.business_date))
    state = DayState.POSTED if same else DayState.CHANGED
    days.set_state(session, row.store, row.business_date, state, tools.now())
    days.unqueue(session, row.store, row.business_date)


def _settle_day(
    session: Session,
    tools: Tools,
    row: Day,
    documents: list[DocumentRow],
    stopped_by: Kept | None,
) -> None:
    state, why = _state_of(session, documents, stopped_by)
    done = state not in _UNFINISHED | {DayState.UNKNOWN} or awaits_approval(why)
    if done and state is DayState.POSTED:
        state, why = _posted(session, tools, row)
    days.set_state(session, row.store, row.business_date, state, tools.now(), why or None)
    if done:
        days.unqueue(session, row.store, row.business_date)


def _state_of(
    session: Session, documents: Sequence[DocumentRow], stopped_by: Kept | None
) -> tuple[DayState, list[Kept]]:
    states = {document.state for document in documents}
    reasons = [stopped_by] if stopped_by else []
    if DayState.UNKNOWN in states:
        return DayState.UNKNOWN, reasons
    if unfinished := [document for document in documents if document.state in _UNFINISHED]:
        drafts = [document for document in unfinished if _is_held(session, document)]
        if len(drafts) == len(unfinished):
            return DayState.WAITING, [_approve(document) for document in drafts]
        return DayState.WAITING, reasons
    problems = [document.problem for document in documents if document.problem]
    worst = next((state for state in _WORST_FIRST if state in states), DayState.POSTED)
    return worst, problems


def _is_held(session: Session, document: DocumentRow) -> bool:
    payments = payments_of(session, [document.id or 0])[document.id or 0]
    return any(payment.state == HELD for payment in payments)


def _approve(document: DocumentRow) -> Kept:
    return finding(
        AWAITS_APPROVAL,
        f"{document.number} waits for approval in Xero.",
        "The mapping says that documents are sent as drafts; a draft cannot be paid.",
        "Approve it in Xero; its payments follow within the hour, or at once with `tillbook sync`.",
    )


def awaits_approval(why: Sequence[Kept]) -> bool:
    """Whether all that is missing of a date is that somebody approves its drafts."""
    return bool(why) and all(each["code"] == AWAITS_APPROVAL for each in why)


def _posted(session: Session, tools: Tools, row: Day) -> tuple[DayState, list[Kept]]:
    """Return the state of a day all of whose documents so far are posted."""
    if not row.whole:
        facts = stores.get_facts(session, row.store)
        over = closing.is_closed(session, facts, row.business_date, tools.now())
        return DayState.WAITING if over else DayState.OPEN, []
    if row.touched != row.built:
        return DayState.CHANGED, [_changed_meanwhile(row)]
    return DayState.POSTED, []


def _changed_meanwhile(row: Day) -> Kept:
    return finding(
        "changed_at_tills",
        f"{row.business_date} changed at the tills while it was being sent.",
        "Records came in after its documents were built.",
        "Sync the date again: what is new is sent, what was changed is shown with both values.",
    )
