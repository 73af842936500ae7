"""What says that a shop traded on a business date.

So that nobody confirms the contrary.

A date without trade is never sent and never asked about again: what the ledger holds of
it, or is to get, would be out of sight. Records that move no money do not count: all
receipts voided, a sale of nothing, a count that came out even.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, exists, or_
from sqlmodel import Session, col, select

from services.books.totals import TenderCount
from services.contract.problem import Refused
from services.store import by_file, tills
from services.store.documents import documents_on, sent_ids
from services.store.stores import get_facts
from services.store.tables import Day, DocumentRow, LineRow, PurchaseRow, ReceiptRow, TenderRow


def refuse_traded(session: Session, store: str, business_date: date) -> None:
    """Raise Refused when anything of a date is recorded.

    At the ledger or handed over.
    """
    found = _recorded(session, store, business_date) or _handed_over(session, store, business_date)
    if found is not None:
        code, why, following = found
        raise Refused(f"{business_date} at {store} is not a day without trade.", why, following, code=code)


def _recorded(session: Session, store: str, day: date) -> tuple[str, str, str] | None:
    receipt = select(ReceiptRow.id).where(
        ReceiptRow.store == store,
        ReceiptRow.business_date == day,
        col(ReceiptRow.effective),
        _moves_money(),
    )
    if session.exec(receipt.limit(1)).first() is not None:
        following = "Look at them with `tillbook totals`, or choose another date."
        return "day_has_receipts", "There are receipts of that date.", following
    bill = select(PurchaseRow).where(PurchaseRow.store == store, PurchaseRow.business_date == day)
    if (purchase := session.exec(bill.limit(1)).first()) is not None:
        why = f"There is a supplier's bill or credit of that date: {purchase.purchase}."
        return "day_has_bills", why, "Send it with `tillbook sync`, or choose another date."
    if (count := _off(session, store, day)) is not None:
        why = f"Till {count.register} was over or short on that date, in session {count.session}."
        return "day_has_counts", why, "See it with `tillbook preview`, or choose another date."
    return None


def _off(session: Session, store: str, day: date) -> TenderCount | None:
    """Return a count of a date that was over or short."""
    if not tills.sessions_on(session, store, day):
        return None
    counted, _uncounted = tills.counts(session, get_facts(session, store), day)
    return next((each for each in counted if each.over_short), None)


def _moves_money() -> ColumnElement[bool]:
    """Whether a receipt has anything to post; a void has neither lines nor tenders."""
    line = exists().where(col(LineRow.receipt_id) == col(ReceiptRow.id), col(LineRow.amount) != 0)
    tender = exists().where(col(TenderRow.receipt_id) == col(ReceiptRow.id), col(TenderRow.amount) != 0)
    return or_(line, tender)


def _handed_over(session: Session, store: str, day: date) -> tuple[str, str, str] | None:
    if by_file.among(session, store, [day]):
        following = "Leave it posted by file; or take it back first, when the files were not imported."
        return "day_by_file", "It was handed over as import files.", following
    if (document := _out(session, store, day)) is not None:
        why = f"{document.number} of that date is, or may be, in Xero."
        following = "See what changed with `tillbook changes`, and decide there what becomes of it."
        return "day_at_ledger", why, following
    return None


def _out(session: Session, store: str, day: date) -> DocumentRow | None:
    """Return a document of a date, or of the week it was summed into.

    That may be there.
    """
    row = session.get(Day, (store, day))
    dates = {day, (row.posted_with if row else None) or day}
    rows = [document for each in sorted(dates) for document in documents_on(session, store, each)]
    out = sent_ids(session, rows)
    return next((document for document in rows if document.id in out), None)
