"""Leaving a change as it is, by name: the difference is noted."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from services.contract.people import Person
from services.contract.problem import Refused
from services.contract.states import DayState
from services.store import audit, by_file, corrections, days
from services.store.corrections import Chain
from services.store.documents import set_document
from services.store.tables import DocumentRow
from services.sync.changed.answers import answer_of
from services.sync.changed.changes import DayChanges
from services.sync.schedule import closing
from services.sync.tools import Tools


def keep(tools: Tools, store: str, day: date, note: str, who: Person) -> tuple[date, ...]:
    """Keep every difference of a date, or its period; return the dates.

    Raises Refused while anything of it is being sent.
    """
    now = tools.now()
    with tools.db.write() as session:
        changes = DayChanges(session, store, day)
        before = [dict(answer_of(each)) for each in changes.every()]
        states: dict[date, DayState] = {}
        for each in changes.dates:
            for chain in list(changes.chains(each).values()):
                _refuse_unsettled(chain)
            _keep_day(session, tools, changes, each, note, who)
            states[each] = _settle(session, changes, each, tools)
        after = {"note": note, "kept": [f"{each['number']} {each['difference']}" for each in before]}
        audit.append(
            session, now, who, "keep_change", f"{store} {day}", before={"changes": before}, after=after
        )
    for each, state in states.items():
        tools.tell("day", store, date=each.isoformat(), state=state)
    return changes.dates


def _keep_day(session: Session, tools: Tools, changes: DayChanges, day: date, note: str, who: Person) -> None:
    place, now = (changes.store, day), tools.now()
    left = list(changes.new(day))
    for chain, says, _ in list(changes.changed(day)):
        corrections.keep(session, chain, place, says, by=who.name, note=note, now=now)
    known = changes.chains(day)
    for document in left:
        chain = known.get(document.key) or corrections.nothing(document.key)
        corrections.keep(session, chain, place, document, by=who.name, note=note, now=now)
    for row in list(changes.edited(day)):
        row.accepted = {**(row.accepted or {}), "by": who.name, "at": now.isoformat(), "note": note}
        session.add(row)
    for chain in changes.chains(day).values():
        for row in chain.at_ledger:
            if row.state in {DayState.CHANGED, DayState.DIFFERS}:
                set_document(session, row, DayState.POSTED, now)


def _settle(session: Session, changes: DayChanges, day: date, tools: Tools) -> DayState:
    """Write down where a date stands now, and return it.

    What waits for its turn goes on waiting.
    """
    store, built, now = changes.store, changes.built, tools.now()
    state = _state(session, changes, day, now)
    days.set_built(session, store, day, built.touched[day], built.takings[day], now)
    row = days.set_state(session, store, day, state, now)
    row.resolution = row.resolution_by = None
    row.policy_tried = row.touched
    session.add(row)
    days.unqueue(session, store, day)
    return state


def _state(session: Session, changes: DayChanges, day: date, now: datetime) -> DayState:
    if by_file.among(session, changes.store, [day]):
        return DayState.BY_FILE
    if not changes.waits(day):
        return DayState.POSTED
    over = closing.is_closed(session, changes.builder.store, day, now)
    return DayState.WAITING if over else DayState.OPEN


def _refuse_unsettled(chain: Chain) -> None:
    busy = next((row for row in chain.at_ledger if not _is_settled(row)), None)
    if busy is not None:
        raise Refused(
            f"{busy.number} is not settled yet.",
            f"It is {busy.state}, so what is in the ledger is not known for sure.",
            "Wait until it is sent, or mend what stops it (`tillbook log`), then decide again.",
            code="not_settled",
        )


def _is_settled(row: DocumentRow) -> bool:
    settled = {DayState.POSTED, DayState.DIFFERS, DayState.CHANGED, DayState.BY_FILE}
    return row.state in settled and not row.undoing
