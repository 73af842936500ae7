"""What tests of changes after posting share: the books beside the tills."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import select

from services.books.documents import Document, DocumentKind, DocumentPayment
from services.books.postings import ledger
from services.contract.changed import ChangeAnswer
from services.contract.changes import ResolveAnswer
from services.store import stores
from services.store.tables import Audit, DocumentRow
from services.sync.documents.building import Builder
from tests.sync.fakes import TENANT, Held
from tests.sync.support import ANNA, DAY, STORE, Shop, sale

NUMBER = f"POS-{STORE}-{DAY}"


def policy(shop: Shop, word: str) -> None:
    """Set what the store does about changes by itself."""
    with shop.database.write() as session:
        stores.update_store(session, STORE, {"on_change": word})


def posted(shop: Shop, *records: dict[str, Any]) -> None:
    """Take records in and send their day."""
    shop.take(*(records or (sale(DAY, "1", "100.00"),)))
    assert shop.sync()[0]["state"] == "posted", shop.state()


def live(shop: Shop) -> list[Held]:
    """Return what the ledger counts, in the order it came."""
    return [held for held in shop.ledger.documents.values() if held.status not in {"VOIDED", "DELETED"}]


def numbers(shop: Shop) -> list[str]:
    """Return the numbers of what the ledger counts."""
    return [held.document.number for held in live(shop)]


def books(shop: Shop) -> dict[str, Decimal]:
    """Return what the ledger's live documents and payments post, by account."""
    return ledger(_as_paid(held) for held in live(shop))


def _as_paid(held: Held) -> Document:
    paid = tuple(DocumentPayment("", account, amount) for _, account, amount, _ in held.payments)
    return replace(held.document, payments=paid)


def due_books(shop: Shop, days: Iterable[date] = (DAY,), version: int | None = None) -> dict[str, Decimal]:
    """Return what the tills say that the ledger should hold of some days, by account."""
    documents: list[Document] = []
    with shop.database.read() as session:
        builder = Builder(session, STORE, TENANT)
        for day in days:
            documents += builder.build(day, version=version).documents.documents
    return ledger([each for each in documents if each.kind is not DocumentKind.PAYMENT])


def right(shop: Shop, days: Iterable[date] = (DAY,)) -> None:
    """Check that the ledger holds what the tills say, account by account."""
    assert books(shop) == due_books(shop, days)
    every = [held.document.number for held in shop.ledger.documents.values()]
    assert len(every) == len(set(every)), every


def listed(shop: Shop, day: date | None = None) -> list[ChangeAnswer]:
    """Return the changes as they are shown."""
    return shop.office.changes.listed(STORE, day)["changes"]


def resolve(shop: Shop, by: str, day: date = DAY, **how: Any) -> ResolveAnswer:  # noqa: ANN401 - its options
    """Decide about a changed day."""
    return shop.office.changes.resolve(STORE, day, by=by, who=ANNA, **how)


def refusal_codes(answer: ResolveAnswer) -> list[str]:
    """Return why a decision was refused."""
    return [reason.get("code", "") for reason in answer["reasons"]]


def audited(shop: Shop, action: str) -> list[Audit]:
    """Return the audit's entries of one action."""
    with shop.database.read() as session:
        return list(session.exec(select(Audit).where(Audit.action == action)))


def rows(shop: Shop) -> list[DocumentRow]:
    """Return every row of a document."""
    with shop.database.read() as session:
        return list(session.exec(select(DocumentRow)))
