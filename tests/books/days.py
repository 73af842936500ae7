"""Days for the tests: stores, accounts, a mapping, records by the contract."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from services.books.builder import build_day, taxed_lines
from services.books.countries import built_in
from services.books.documents import DayDocuments, Document, Shape
from services.books.ledger_facts import Account, LedgerFacts
from services.books.mapping import Mapping as BooksMapping
from services.books.mapping_file import mapping_from
from services.books.postings import ledger
from services.books.records import CashRounding, Purchase, Receipt, StoreFacts, TillSession
from services.books.totals import DayTotals
from services.books.validation import record_from
from tests.books.summed import totals_of

DAY = date(2026, 11, 19)

NZ = StoreFacts(
    "queen-st",
    "Queen St",
    "NZ",
    "NZD",
    "Pacific/Auckland",
    cash_rounding=CashRounding(Decimal("0.10"), "down"),
)
NZ_EXCLUSIVE = replace(NZ, prices_inclusive=False)
AU = StoreFacts(
    "bondi", "Bondi", "AU", "AUD", "Australia/Sydney", cash_rounding=CashRounding(Decimal("0.05"), "up")
)
AU_CASH = replace(AU, gst_basis="cash")
GB = StoreFacts("leeds", "Leeds", "GB", "GBP", "Europe/London")
OFFSETS = {"NZ": "+13:00", "AU": "+11:00", "GB": "+00:00"}

_CHART = (
    ("200", "Sales - Grocery", "REVENUE", "REVENUE", False, None),
    ("201", "Sales - Hardware", "REVENUE", "REVENUE", False, None),
    ("205", "Discounts given", "REVENUE", "REVENUE", False, None),
    ("210", "Fees", "REVENUE", "REVENUE", False, None),
    ("260", "Card surcharge income", "OTHERINCOME", "REVENUE", False, None),
    ("310", "Purchases - Grocery", "DIRECTCOSTS", "EXPENSE", False, None),
    ("311", "Purchases - Hardware", "DIRECTCOSTS", "EXPENSE", False, None),
    ("425", "Freight & courier", "EXPENSE", "EXPENSE", False, None),
    ("429", "General expenses", "EXPENSE", "EXPENSE", False, None),
    ("490", "Cash over/short", "EXPENSE", "EXPENSE", False, None),
    ("611", "POS clearing - Cash", "CURRENT", "ASSET", True, None),
    ("612", "POS clearing - EFTPOS", "CURRENT", "ASSET", True, None),
    ("850", "Gift card liability", "CURRLIAB", "LIABILITY", True, None),
    ("855", "Layby deposits", "CURRLIAB", "LIABILITY", False, None),
    ("856", "Tips payable", "CURRLIAB", "LIABILITY", False, None),
    ("860", "Rounding", "EXPENSE", "EXPENSE", False, "ROUNDING"),
    ("610", "Accounts Receivable", "CURRENT", "ASSET", False, "DEBTORS"),
)
ACCOUNTS = {
    code: Account(code, name, kind, klass, payments_enabled=pays, system=system)
    for code, name, kind, klass, pays, system in _CHART
}
TAX_CODES = {
    "NZ": {"S": "OUTPUT2", "Z": "ZERORATED", "N": "NONE", "P": "INPUT2"},
    "AU": {"S": "OUTPUT", "Z": "EXEMPTOUTPUT", "N": "BASEXCLUDED", "P": "INPUT"},
    "GB": {"S": "OUTPUT2", "R": "RROUTPUT", "Z": "ZERORATEDOUTPUT", "N": "NONE", "P": "INPUT2"},
}
CATEGORIES = {
    "grocery": "200",
    "hardware": "201",
    "discounts": "205",
    "fee": "210",
    "surcharge": "260",
    "stock": "310",
    "freight": "425",
    "gift_card_sold": "850",
    "layby_deposit": "855",
    "layby_applied": "855",
    "tips": "856",
}

Body = dict[str, Any]
_numbers = count(1)


def facts(
    store: StoreFacts = NZ,
    accounts: Mapping[str, Account] = ACCOUNTS,
    default_due_days: int | None = None,
) -> LedgerFacts:
    """An organisation with the chart above and the country's rates."""
    return replace(
        built_in(store.country), connected=True, accounts=accounts, default_due_days=default_due_days
    )


def mapping(store: StoreFacts = NZ, **changes: object) -> BooksMapping:
    """A mapping of everything the days below use."""
    body: dict[str, object] = {
        "store": store.key,
        "contact": f"POS Sales - {store.name}",
        "rounding": "860",
        "over_short": "490",
        "categories": CATEGORIES,
        "tax_codes": TAX_CODES[store.country],
        "tenders": {"cash": "611", "eftpos": "612", "gift_card": "850"},
    }
    return mapping_from(body | changes)


def line(category: str, tax_code: str, amount: str, **more: object) -> Body:
    return {"category": category, "tax_code": tax_code, "amount": amount, **more}


def spent(account: str, tax_code: str, amount: str, **more: object) -> Body:
    return {"account": account, "tax_code": tax_code, "amount": amount, **more}


def tender(kind: str, amount: str, **more: object) -> Body:
    return {"type": kind, "amount": amount, **more}


def receipt(
    kind: str, lines: list[Body], tenders: list[Body], store: StoreFacts = NZ, **more: object
) -> Body:
    return {
        "store": store.key,
        "register": "1",
        "id": f"R-{next(_numbers)}",
        "time": f"2026-11-19T10:00:00{OFFSETS[store.country]}",
        "kind": kind,
        "lines": lines,
        "tenders": tenders,
        **more,
    }


def session(counted: Mapping[str, str] | None, store: StoreFacts = NZ, **more: object) -> Body:
    offset = OFFSETS[store.country]
    return {
        "record": "till_session",
        "store": store.key,
        "register": "1",
        "id": "S-1",
        "opened": f"2026-11-19T08:00:00{offset}",
        "closed": f"2026-11-19T18:00:00{offset}",
        "float": "150.00",
        "counted": counted,
        **more,
    }


def totals(
    records: Iterable[Body],
    store: StoreFacts = NZ,
    books: BooksMapping | None = None,
    organisation: LedgerFacts | None = None,
    alone: Container[str] = (),
) -> DayTotals:
    """The day's totals, as the store's SQL would give them."""
    found = [record_from(body, {store.key: store}.get) for body in records]
    books = books or mapping(store)
    return totals_of(
        store,
        DAY,
        [each for each in found if isinstance(each, Receipt)],
        sessions=[each for each in found if isinstance(each, TillSession)],
        purchases=[each for each in found if isinstance(each, Purchase)],
        redeemed=books.gift_card_tax == "sale",
        taxed=taxed_lines(store, books, organisation or facts(store)),
        alone=alone,
    )


def build(
    *records: Body,
    store: StoreFacts = NZ,
    shape: Shape | None = None,
    books: BooksMapping | None = None,
    organisation: LedgerFacts | None = None,
    alone: Container[str] = (),
) -> DayDocuments:
    """The day's documents of these records."""
    books = books or mapping(store)
    organisation = organisation or facts(store)
    return build_day(totals(records, store, books, organisation, alone), books, organisation, shape)


def posted(documents: Iterable[Document]) -> dict[str, str]:
    """What the documents post, debits above zero, as text."""
    return {account: f"{amount:.2f}" for account, amount in ledger(documents).items()}


def every_shape(
    *records: Body, store: StoreFacts = NZ, books: BooksMapping | None = None
) -> dict[Shape, DayDocuments]:
    """The day in each shape that can hold it; all prove and post the same."""
    outcomes = {shape: build(*records, store=store, books=books, shape=shape) for shape in Shape}
    legal = {shape: day for shape, day in outcomes.items() if day.documents}
    for shape, day in outcomes.items():
        assert [each.check for each in day.proof if not each.holds] == [], shape
        assert {each.code for each in day.blocked} <= {"shape_cannot_hold", "not_connected"}, day.blocked
    ledgers = [posted(day.documents) for day in legal.values()]
    assert all(each == ledgers[0] for each in ledgers), ledgers
    return legal


def shown(document: Document) -> list[tuple[str, str, str, str, str]]:
    """A document's lines as text."""
    return [
        (each.description, each.account, each.tax_type, f"{each.amount:.2f}", f"{each.tax:.2f}")
        for each in document.lines
    ]


def paid(document: Document) -> list[tuple[str, str, str]]:
    """A document's payments as text."""
    return [(each.tender, each.account, f"{each.amount:.2f}") for each in document.payments]


def codes(day: DayDocuments) -> list[str]:
    """The codes of what blocks a day."""
    return [each.code for each in day.blocked]
