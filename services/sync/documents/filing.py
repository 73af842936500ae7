"""Keeping a built day as rows: new, renewed, or left as the ledger has it."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from services.books.documents import Document
from services.books.money import to_minor
from services.contract.states import DayState
from services.store import corrections
from services.store.corrections import Chain
from services.store.documents import (
    Change,
    SavedDocument,
    payments_of,
    save_documents,
)
from services.store.tables import DocumentRow
from services.sync.changed import policy
from services.sync.changed.changing import Changing, again
from services.sync.changed.moved import MovedSales
from services.sync.changed.tills import Tills, is_stopped
from services.sync.documents.building import Builder, Built
from services.sync.tools import Link


def is_sent(row: DocumentRow) -> bool:
    """Whether a document is, or may be, at the ledger."""
    return row.remote_id is not None or row.state in {DayState.SENDING, DayState.UNKNOWN}


class Filing:
    """Keeps built days within one transaction."""

    def __init__(self, session: Session, link: Link, now: datetime) -> None:
        self._session = session
        self._link = link
        self._now = now

    def keep(self, built: Built, documents: tuple[Document, ...], *, whole: bool = True) -> None:
        """Keep documents by their dates; what the ledger holds is never overwritten.

        `whole`: they are all there is of these dates, not only what may be sent already.
        What changed since it was sent is corrected, or marked, as the person or the store's
        policy says.
        """
        tills = Tills(Builder(self._session, self._link.store, self._link.tenant), built)
        for day in built.dates:
            of_day = tuple(document for document in documents if document.date == day)
            self._keep_day(built, day, of_day, tills, whole=whole)

    def _keep_day(
        self, built: Built, day: date, documents: tuple[Document, ...], tills: Tills, *, whole: bool
    ) -> None:
        store = self._link.store
        moved = MovedSales(self._session, store, day, documents)
        moved.keep_with_the_old(self._now)
        known = corrections.chains(self._session, store, day)
        saved = save_documents(
            self._session,
            store,
            day,
            [document for document in documents if not is_left_out(known.get(document.key))],
            shape=built.documents.shape,
            tenant=self._link.tenant,
            mapping_version=built.mapping_version,
            now=self._now,
        )
        for each in saved.documents:
            self._renew(each, built)
        moved.hold_back([each.row for each in saved.documents], self._now)
        if is_stopped(built.documents):
            return
        named = {document.key for document in documents}
        decided = policy.decision(self._session, store, day, self._now)
        changing = Changing(self._session, self._link, self._now, built, tills, decided)
        changing.compare_all(day, None if whole else named)

    def _renew(self, saved: SavedDocument, built: Built) -> None:
        """Let what was settled and is not at the ledger go through once more."""
        row = saved.row
        document = built.document(row.key)
        if saved.change is Change.DIFFERS and document is not None:
            self._renew_unpaid(row, document)
        if row.state == DayState.REFUSED:
            again(self._session, row, self._now)

    def _renew_unpaid(self, row: DocumentRow, document: Document) -> None:
        """Let payments that were never made follow the mapping as it is now."""
        payments = payments_of(self._session, [row.id or 0])[row.id or 0]
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


def is_left_out(chain: Chain | None) -> bool:
    """Whether a document was never sent because a person decided so."""
    return chain is not None and chain.kept is not None and chain.original is None
