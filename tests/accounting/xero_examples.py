"""Fakes and builders that the tests of the Xero room share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from services.accounting.xero.oauth import Addresses, App
from services.accounting.xero.token_endpoint import IdentityClient, TokenAnswer
from services.accounting.xero.tokens import TokenKeeper
from services.books.documents import (
    DayDocuments,
    Document,
    DocumentKind,
    DocumentLine,
    DocumentPayment,
    LineAmounts,
    Shape,
)
from services.books.ledger_facts import Account, LedgerFacts, TaxRate
from tests.clocks import MovingClock

DAY = date(2026, 11, 19)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ADDRESSES = Addresses("https://login.example", "https://identity.example", "https://api.example")


@dataclass
class FakeClock(MovingClock):
    """A clock that a test moves."""

    now: datetime = NOON


@dataclass
class MemoryVault:
    """A vault that lives as long as its test, and remembers what was written when."""

    kept: dict[str, str] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)

    def get(self, name: str) -> str | None:
        return self.kept.get(name)

    def set(self, name: str, value: str) -> None:
        self.events.append(f"set {name}")
        self.kept[name] = value

    def delete(self, name: str) -> None:
        self.kept.pop(name, None)


@contextmanager
def no_lock() -> Iterator[None]:
    """Stand for the lock over processes where there is one process."""
    yield


def keeper_of(
    app: App, identity: IdentityClient, vault: MemoryVault | None = None, clock: FakeClock | None = None
) -> TokenKeeper:
    """Return the keeper of the store queen-st."""
    return TokenKeeper(
        "queen-st", app, vault or MemoryVault(), identity, clock=clock or FakeClock(), lock=no_lock
    )


def token_answer(token: str = "a-1", refresh: str | None = "r-1", **given: Any) -> TokenAnswer:  # noqa: ANN401 - fields of the record
    """Return an answer of the token endpoint."""
    return TokenAnswer(token, refresh, **{"expires_in": 1800, "scopes": ("accounting.invoices",), **given})


def line(amount: str = "212.75", **given: Any) -> DocumentLine:  # noqa: ANN401 - fields of the record
    """Return a line of sales: 15 percent tax inside."""
    gross = Decimal(amount)
    defaults = {
        "description": "Sales - Grocery",
        "account": "200",
        "tax_type": "OUTPUT2",
        "amount": gross,
        "tax": (gross * 3 / 23).quantize(Decimal("0.01")),
    }
    return DocumentLine(**{**defaults, **given})


def payment(amount: str = "212.75", account: str = "611", tender: str = "cash") -> DocumentPayment:
    """Return a payment."""
    return DocumentPayment(tender, account, Decimal(amount), "marker")


def document(**given: Any) -> Document:  # noqa: ANN401 - fields of the record
    """Return the day's sales invoice, changed as `given`; totals follow the lines."""
    lines = given.pop("lines", (line(),))
    gross = sum((one.amount for one in lines), Decimal(0))
    tax = sum((one.tax for one in lines), Decimal(0))
    defaults: dict[str, Any] = {
        "kind": DocumentKind.ACCREC,
        "key": "sales",
        "number": "POS-queen-st-20261119",
        "contact": "POS Sales - Queen St",
        "date": DAY,
        "due_date": DAY,
        "currency": "NZD",
        "line_amounts": LineAmounts.INCLUSIVE,
        "lines": lines,
        "payments": (payment(str(gross)),) if gross > 0 else (),
        "sub_total": gross - tax,
        "total_tax": tax,
        "total": gross,
    }
    return Document(**{**defaults, **given})


def day_of(*documents: Document) -> DayDocuments:
    """Return a day of these documents."""
    return DayDocuments("queen-st", DAY, Shape.INVOICE, documents or (document(),), (), (), (), {})


def account(code: str, **given: Any) -> Account:  # noqa: ANN401 - fields of the record
    """Return an account of the chart."""
    return Account(
        **{"code": code, "name": f"Account {code}", "type": "REVENUE", "klass": "REVENUE", **given}
    )


def facts(**given: Any) -> LedgerFacts:  # noqa: ANN401 - fields of the record
    """Return an organisation in which `document()` can be posted."""
    accounts = (
        account("200"),
        account("611", type="CURRENT", klass="ASSET", payments_enabled=True),
        account("090", type="BANK", klass="ASSET"),
        account("610", type="CURRENT", klass="ASSET", system="DEBTORS"),
        account("860", type="EXPENSE", klass="EXPENSE", system="ROUNDING"),
    )
    rates = (
        TaxRate("OUTPUT2", "15% GST on Income", Decimal("0.15"), applies_to=frozenset({"REVENUE"})),
        TaxRate("NONE", "No GST", Decimal(0)),
    )
    defaults: dict[str, Any] = {
        "connected": True,
        "tax_rates": {rate.tax_type: rate for rate in rates},
        "accounts": {one.code: one for one in accounts},
        "organisation": "Queen St Ltd",
        "currency": "NZD",
        "tracking": {"Region": frozenset({"North"})},
    }
    return LedgerFacts(**{**defaults, **given})
