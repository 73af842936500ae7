"""Keeping a built day as rows: new, renewed, or left as the ledger has it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.books.documents import Document
from services.books.money import to_minor
from services.books.wire import document_to_json
from services.contract.problem import Problem
from services.contract.states import DayState
from services.store import days
from services.store.documents import (
    Change,
    SavedDocument,
    payments_of,
    save_documents,
    set_document,
    set_payment,
)
from services.store.tables import DocumentRow, PaymentRow
from services.sync.building import Builder, Built
from services.sync.findings import kept
from services.sync.tools import Link

_AGAIN = frozenset({DayState.REFUSED, DayState.DIFFERS, DayState.CHANGED})


def is_sent(row: DocumentRow) -> bool:
    """Whether a document is, or may be, at the ledger."""
    return row.remote_id is not None or row.state in {DayState.SENDING, DayState.UNKNOWN}


class Filing:
    """Keeps built days within one transaction."""

    def __init__(self, session: Session, link: Link, now: datetime) -> None:
        self._session = session
        self._link = link
        self._now = now

    def keep(self, built: Built, documents: tuple[Document, ...]) -> None:
        """Keep a day's documents; what the ledger holds is never overwritten."""
        day = days.get_day(self._session, self._link.store, built.date)
        edited = day is not None and day.built is not None and day.built != built.touched
        saved = save_documents(
            self._session,
            self._link.store,
            built.date,
            documents,
            shape=built.documents.shape,
            tenant=self._link.tenant,
            mapping_version=built.mapping_version,
            now=self._now,
        )
        for each in saved.documents:
            self._after_saving(each, built, edited=edited)
        for row in saved.left:
            if edited:
                self._changed(row, None)

    def _after_saving(self, saved: SavedDocument, built: Built, *, edited: bool) -> None:
        row = saved.row
        document = built.document(row.key)
        if saved.change is Change.DIFFERS and document is not None:
            self._renew_unpaid(row, document)
            # Once changed it stays so until the tills come to what was sent again.
            edited = edited or row.state == DayState.CHANGED
            if edited and not self._only_the_mapping_changed(row, built):
                self._changed(row, document)
                return
        if row.state in _AGAIN:
            self._again(row)

    def _again(self, row: DocumentRow) -> None:
        """Let a document that was settled go through once more, from where it stands."""
        set_document(self._session, row, DayState.SENDING if row.remote_id else DayState.WAITING, self._now)
        for payment in self._payments(row):
            if payment.state == DayState.REFUSED:
                set_payment(self._session, payment, DayState.WAITING)

    def _renew_unpaid(self, row: DocumentRow, document: Document) -> None:
        """Let payments that were never made follow the mapping as it is now."""
        payments = self._payments(row)
        planned = document.payments
        if len(payments) != len(planned) or any(
            payment.amount != to_minor(plan.amount, document.currency) or payment.tender != plan.tender
            for payment, plan in zip(payments, planned, strict=True)
        ):
            return
        for payment, plan in zip(payments, planned, strict=True):
            if payment.state in {DayState.WAITING, DayState.REFUSED} and payment.remote_id is None:
                payment.account = plan.account
                self._session.add(payment)

    def _payments(self, row: DocumentRow) -> list[PaymentRow]:
        return payments_of(self._session, [row.id or 0])[row.id or 0]

    def _only_the_mapping_changed(self, row: DocumentRow, built: Built) -> bool:
        builder = Builder(self._session, self._link.store, self._link.tenant)
        then = builder.build(built.date, version=row.mapping_version).document(row.key)
        return then is not None and document_to_json(then) == row.body

    def _changed(self, row: DocumentRow, document: Document | None) -> None:
        now_total = document.total if document else "nothing"
        problem = Problem(
            f"{row.number} was changed at the tills after it was sent.",
            f"The ledger has {row.body['total']}, the tills now come to {now_total}.",
            "Nothing was overwritten. Book the difference in Xero by hand, or take the change back"
            " at the till and sync the date again.",
            code="changed_at_tills",
        )
        set_document(self._session, row, DayState.CHANGED, self._now, problem=kept(problem))
