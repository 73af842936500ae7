"""After a restore: what may be in the ledger though these books do not know.

What was sent after the backup was made is not in the books that came from it. So every
document of these dates is looked up by its number before it is created, and a payment
among the payments of its document before it is made (docs/operations.md, Backups).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.contract.states import DayState
from services.store import connections
from services.store.documents import set_payment
from services.store.tables import PaymentRow, Restore
from services.sync.findings import Kept, finding
from services.sync.posting.entries import Entry


def look_up_until(session: Session) -> date | None:
    """Return the last business date that may have been sent unknown to these books."""
    return session.exec(select(func.max(col(Restore.until)))).one()


def unread(session: Session, tenant: str | None, day: date) -> Kept | None:
    """Return why nothing is added to a date yet.

    None when its ledger's side is known.

    What was voided or corrected there after the backup is known once the changes of the
    organisation were read after the restore (`drift`).
    """
    until = look_up_until(session)
    if tenant is None or until is None or day > until:
        return None
    at = session.exec(select(func.max(col(Restore.at)))).one()
    if all(row.drift_read and row.drift_read >= at for row in connections.of_tenant(session, tenant)):
        return None
    return finding(
        "restored",
        f"{day} is not corrected yet: these books were restored from a backup.",
        "It may have been sent anew, or corrected, after the backup was made. What changed in Xero since"
        " has not been read, and a correction could count twice.",
        "It is read by itself while the store is not paused; `tillbook changes check` reads it now."
        " Then decide again.",
    )


def awaited(session: Session) -> frozenset[tuple[str, date]]:
    """Return stores and dates that were sent, and whose records a restore left out.

    What Xero has of them is known; their receipts are to be imported again.
    """
    kept = session.exec(select(Restore.lost)).all()
    places = (place for lost in kept for place in lost.get("awaited", ()))
    return frozenset((store, date.fromisoformat(day)) for store, day in places)


def arrived(session: Session, store: str, dates: Iterable[date]) -> None:
    """Note that the records of these dates are here again, as they were sent."""
    here = [[store, day.isoformat()] for day in dates]
    for row in session.exec(select(Restore)).all():
        left = [place for place in row.lost.get("awaited", ()) if place not in here]
        if len(left) != len(row.lost.get("awaited", ())):
            row.lost = {**row.lost, "awaited": left}
            session.add(row)
    session.flush()


def to_look_up(session: Session, entries: Iterable[Entry]) -> list[Entry]:
    """Return those documents that wait and may be in the ledger all the same."""
    until = look_up_until(session)
    if until is None:
        return []
    return [
        entry
        for entry in entries
        if entry.row.state == DayState.WAITING and not entry.created and entry.row.business_date <= until
    ]


def doubt_payments(session: Session, entry: Entry) -> bool:
    """Have a debtor's payment looked up before it is made; whether it has to be."""
    until = look_up_until(session)
    if until is None or entry.row.business_date > until:
        return False
    for payment in entry.payments:
        row = session.get_one(PaymentRow, payment.id)
        if row.state == DayState.WAITING:
            set_payment(session, row, DayState.UNKNOWN)
    return True
