"""From a day's numbers to the receipts behind them.

And to the accounts they move.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from zoneinfo import ZoneInfo

from sqlmodel import Session

from services.books import postings
from services.books.money import ZERO, from_minor, text_of
from services.books.records import Line, Purchase, PurchaseLine, Receipt, StoreFacts
from services.contract.drilling import (
    BehindAnswer,
    BehindRow,
    BillAnswer,
    BillLineAnswer,
    PostingsAnswer,
    ReceiptAnswer,
)
from services.contract.problem import NotFound
from services.store import behind, purchases, receipts, stores
from services.store.behind import Number
from services.store.documents import document_of, documents_on
from services.sync.documents.building import Builder
from services.sync.schedule.periods import SUMMED_KEYS
from services.sync.showing import preview, reading
from services.sync.showing.apart import LastApart, Part, Wanted, parts_of
from services.sync.showing.line_behind import sums_of
from services.sync.tools import Tools

_OWN = {postings.RECEIVABLE: "Accounts receivable", postings.PAYABLE: "Accounts payable", postings.TAX: "Tax"}


class DrillingOffice:
    """Answers what is behind the numbers of a business date."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._last = LastApart()

    def behind(
        self,
        store: str,
        day: date,
        number: Number,
        *,
        of: Wanted | None = None,
        first: int = 0,
        limit: int = 500,
    ) -> BehindAnswer:
        """Return the receipts behind a number, with a running sum, oldest first.

        `of`: a number of the day's documents, whose receipts and bills are wanted instead.
        """
        with self._tools.db.read() as session:
            facts = stores.get_facts(session, store)
            found = _parts(session, store, day, number, of, self._last)
        running = list(accumulate(each.amount for each in found))
        chosen = list(zip(found, running, strict=True))[first : first + limit]
        return {
            "store": store,
            "date": day.isoformat(),
            "receipts": [_row(each, total, facts) for each, total in chosen],
            "first": first,
            "count": len(found),
            "amount": text_of(running[-1] if running else ZERO, facts.currency),
        }

    def bill(self, store: str, kind: str, bill: str) -> BillAnswer:
        """Return one supplier's bill or credit; raise NotFound when it never came in."""
        with self._tools.db.read() as session:
            facts = stores.get_facts(session, store)
            found = purchases.find_purchase(session, facts, kind, bill)
        if found is None:
            raise NotFound(
                f"There is no bill {bill}.",
                f"None of that id came in for {store}.",
                "Check the id, and whether it is a credit.",
                code="unknown_bill",
            )
        return _bill(found, facts.currency)

    def receipt(self, store: str, register: str, receipt: str) -> ReceiptAnswer:
        """Return one receipt; raise NotFound when it never came in."""
        with self._tools.db.read() as session:
            facts = stores.get_facts(session, store)
            found = receipts.find_receipt(session, store, register, receipt)
        if found is None:
            raise NotFound(
                f"There is no receipt {receipt} of till {register}.",
                f"None of that number came in for {store}.",
                "Check the number and the till.",
                code="unknown_receipt",
            )
        return _receipt(found, facts)

    def postings(self, store: str, day: date, shape: str | None = None) -> PostingsAnswer:
        """Return what the day's documents post, by account, debits and credits.

        `shape`: as if the day were built in it now.
        """
        wanted = preview.shape_of(shape)
        with self._tools.db.read() as session:
            tenant = reading.tenant(session, store)
            builder = Builder(session, store, tenant)
            rows = documents_on(session, store, day) if wanted is None else []
            documents = (
                [document_of(row) for row in rows]
                if rows
                else builder.build(day, shape=wanted).documents.documents
            )
            names = {account.code: account.name for account in builder.facts.accounts.values()}
            currency = builder.store.currency
        balances = postings.ledger(documents)

        def told(amount: Decimal) -> str:
            return text_of(amount, currency) if amount > ZERO else ""

        return {
            "store": store,
            "date": day.isoformat(),
            "rows": [
                {
                    "account": account.removeprefix("#"),
                    "name": _OWN.get(account) or names.get(account, ""),
                    "debit": told(amount),
                    "credit": told(-amount),
                }
                for account, amount in balances.items()
            ],
            "debits": text_of(postings.debits(balances), currency),
            "credits": text_of(postings.credits_of(balances), currency),
        }


def _parts(
    session: Session, store: str, day: date, number: Number, of: Wanted | None, last: LastApart
) -> list[Part]:
    """Return what adds to a number, summed in SQL where that suffices."""
    currency = stores.get_facts(session, store).currency
    if of is not None and of.of_tenders:
        number = replace(number, tendered=True)
    elif of is not None:
        builder = Builder(session, store, reading.tenant(session, store))
        sums = _sums(session, builder, day, of)
        if not sums:
            return parts_of(session, builder, day, of, last)
        number = replace(number, sums=sums)
    return [
        Part(
            each.kind,
            from_minor(each.amount, currency),
            each.register,
            each.receipt,
            each.time.isoformat(),
        )
        for each in behind.receipts_behind(session, store, day, number)
    ]


def _sums(session: Session, builder: Builder, day: date, of: Wanted) -> tuple[behind.LineSum, ...]:
    """Return the lines that SQL can sum; none for other numbers."""
    if of.document is None or of.line is None or of.shape or of.document not in SUMMED_KEYS:
        return ()
    return sums_of(builder, day, documents_on(session, builder.store.key, day), of.document, of.line)


def _row(part: Part, running: Decimal, store: StoreFacts) -> BehindRow:
    return {
        "register": part.register,
        "receipt": part.name,
        "time": _at_the_store(datetime.fromisoformat(part.time), store) if part.time else "",
        "kind": part.kind,
        "amount": text_of(part.amount, store.currency),
        "running": text_of(running, store.currency),
    }


def _at_the_store(time: datetime, store: StoreFacts) -> str:
    """Return a time as the clock of the store showed it, with its offset."""
    try:
        return time.astimezone(ZoneInfo(store.timezone)).isoformat()
    except OverflowError:
        # A till that does not know the time writes the calendar's first or last moment.
        return time.isoformat()


def _line(line: Line | PurchaseLine, currency: str) -> BillLineAnswer:
    return {
        "description": line.description,
        "category": line.category,
        "account": line.account,
        "tax_code": line.tax_code,
        "quantity": None if line.quantity is None else f"{line.quantity:f}",
        "amount": text_of(line.amount, currency),
    }


def _bill(bill: Purchase, currency: str) -> BillAnswer:
    return {
        "store": bill.store,
        "kind": bill.kind.value,
        "id": bill.id,
        "number": bill.number,
        "supplier": bill.supplier,
        "supplier_number": bill.supplier_number,
        "date": bill.date.isoformat(),
        "due_date": bill.due_date.isoformat(),
        "inclusive": bill.inclusive,
        "lines": [_line(each, currency) for each in bill.lines],
        "total": text_of(bill.total, currency),
    }


def _receipt(receipt: Receipt, store: StoreFacts) -> ReceiptAnswer:
    currency = store.currency

    def told(amount: Decimal | None) -> str | None:
        return None if amount is None else text_of(amount, currency)

    total = sum((line.amount for line in receipt.lines), ZERO) + (receipt.cash_rounding or ZERO)
    return {
        "store": receipt.store,
        "register": receipt.register,
        "receipt": receipt.id,
        "time": _at_the_store(receipt.time, store),
        "date": receipt.business_date.isoformat(),
        "kind": str(receipt.kind),
        "lines": [{**_line(each, currency), "tax": told(each.tax)} for each in receipt.lines],
        "tenders": [
            {
                "type": tender.type,
                "amount": text_of(tender.amount, currency),
                "reference": tender.reference,
                "terminal": tender.terminal,
            }
            for tender in receipt.tenders
        ],
        "total": text_of(total, currency),
        "cash_rounding": told(receipt.cash_rounding),
        "customer": receipt.customer,
        "operator": receipt.operator,
        "payee": receipt.payee,
        "original": receipt.original,
        "pays": receipt.pays,
        "note": receipt.note,
    }
