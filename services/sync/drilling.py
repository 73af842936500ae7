"""From a day's numbers to the receipts behind them.

And to the accounts they move.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import accumulate

from services.books import postings
from services.books.money import ZERO, from_minor, text_of
from services.books.records import Receipt
from services.contract.drilling import BehindAnswer, PostingsAnswer, ReceiptAnswer
from services.contract.problem import NotFound
from services.store import behind, receipts, stores
from services.store.behind import Number
from services.store.documents import document_of, documents_on
from services.sync import reading
from services.sync.building import Builder
from services.sync.tools import Tools

_OWN = {postings.RECEIVABLE: "Accounts receivable", postings.PAYABLE: "Accounts payable", postings.TAX: "Tax"}


class DrillingOffice:
    """Answers what is behind the numbers of a business date."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def behind(
        self, store: str, day: date, number: Number, *, first: int = 0, limit: int = 500
    ) -> BehindAnswer:
        """Return the receipts behind a number, with a running sum, oldest first."""
        with self._tools.db.read() as session:
            currency = stores.get_facts(session, store).currency
            found = behind.receipts_behind(session, store, day, number)
        running = list(accumulate(each.amount for each in found))
        chosen = list(zip(found, running, strict=True))[first : first + limit]

        def told(minor: int) -> str:
            return text_of(from_minor(minor, currency), currency)

        return {
            "store": store,
            "date": day.isoformat(),
            "receipts": [
                {
                    "register": each.register,
                    "receipt": each.receipt,
                    "time": each.time.isoformat(),
                    "kind": each.kind,
                    "amount": told(each.amount),
                    "running": told(total),
                }
                for each, total in chosen
            ],
            "first": first,
            "count": len(found),
            "amount": told(running[-1] if running else 0),
        }

    def receipt(self, store: str, register: str, receipt: str) -> ReceiptAnswer:
        """Return one receipt; raise NotFound when it never came in."""
        with self._tools.db.read() as session:
            currency = stores.get_facts(session, store).currency
            found = receipts.find_receipt(session, store, register, receipt)
        if found is None:
            raise NotFound(
                f"There is no receipt {receipt} of till {register}.",
                f"None of that number came in for {store}.",
                "Check the number and the till.",
                code="unknown_receipt",
            )
        return _receipt(found, currency)

    def postings(self, store: str, day: date) -> PostingsAnswer:
        """Return what the day's documents post, by account, debits and credits."""
        with self._tools.db.read() as session:
            tenant = reading.tenant(session, store)
            builder = Builder(session, store, tenant)
            rows = documents_on(session, store, day)
            documents = [document_of(row) for row in rows] if rows else builder.build(day).documents.documents
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


def _receipt(receipt: Receipt, currency: str) -> ReceiptAnswer:
    def told(amount: Decimal | None) -> str | None:
        return None if amount is None else text_of(amount, currency)

    total = sum((line.amount for line in receipt.lines), ZERO) + (receipt.cash_rounding or ZERO)
    return {
        "store": receipt.store,
        "register": receipt.register,
        "receipt": receipt.id,
        "time": receipt.time.isoformat(),
        "date": receipt.business_date.isoformat(),
        "kind": str(receipt.kind),
        "lines": [
            {
                "description": line.description,
                "category": line.category,
                "account": line.account,
                "tax_code": line.tax_code,
                "quantity": None if line.quantity is None else f"{line.quantity:f}",
                "amount": text_of(line.amount, currency),
                "tax": told(line.tax),
            }
            for line in receipt.lines
        ],
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
