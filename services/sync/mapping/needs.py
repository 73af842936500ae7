"""What a store's tills sent, that a mapping has to have an answer for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from services.books.records import ON_ACCOUNT
from services.store.tables import LineRow, PurchaseRow, ReceiptRow, SessionRow, TenderRow


@dataclass(frozen=True, slots=True)
class Needs:
    """Everything the effective receipts, till sessions and bills of a store name."""

    categories: frozenset[tuple[str, str]]
    """Category with the tax code it was used with."""
    account_tax_codes: frozenset[str]
    """Tax codes of lines that name an account themselves."""
    tenders: frozenset[str]
    rounding: bool
    """Whether a till rounded cash."""
    counted: bool
    """Whether a till was counted."""

    @property
    def category_names(self) -> list[str]:
        """The categories, by name."""
        return sorted({category for category, _ in self.categories})


def needs(session: Session, store: str) -> Needs:
    """Return what the store's mapping needs; the reserved `on_account` needs nothing."""
    effective = (ReceiptRow.store == store, col(ReceiptRow.effective).is_(True))
    lines = session.exec(
        select(LineRow.category, LineRow.tax_code)
        .join(ReceiptRow, col(ReceiptRow.id) == LineRow.receipt_id)
        .where(*effective)
        .distinct()
    ).all()
    tenders = session.exec(
        select(TenderRow.type)
        .join(ReceiptRow, col(ReceiptRow.id) == TenderRow.receipt_id)
        .where(*effective)
        .distinct()
    ).all()
    rounded = session.exec(
        select(ReceiptRow.id).where(*effective, ReceiptRow.cash_rounding != 0).limit(1)
    ).first()
    counted = session.exec(
        select(SessionRow.id).where(SessionRow.store == store, col(SessionRow.counted).is_not(None)).limit(1)
    ).first()
    used = {*lines, *_of_bills(session, store)}
    return Needs(
        frozenset((category, code) for category, code in used if category is not None),
        frozenset(code for category, code in used if category is None),
        frozenset(tenders) - {ON_ACCOUNT},
        rounding=rounded is not None,
        counted=counted is not None,
    )


def _of_bills(session: Session, store: str) -> Iterator[tuple[str | None, str]]:
    """Yield the category (None: an account is named) and tax code of bills."""
    for body in session.exec(select(PurchaseRow.body).where(PurchaseRow.store == store)):
        for line in body["lines"]:
            yield line.get("category") or None, line["tax_code"]
