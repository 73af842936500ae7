"""The books of one organisation: what it holds and how things in it are found."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from services.sandbox.xero.config import PracticeOrganisation
from services.sandbox.xero.model import (
    POSTING_STATUSES,
    Account,
    Allocation,
    Contact,
    Document,
    Journal,
    Payment,
    TaxRate,
    TrackingCategory,
    TrackingOption,
)
from services.sandbox.xero.money import ZERO
from services.sandbox.xero.settings import OrganisationSettings
from services.sandbox.xero.tables import Change, Rows, Table


@dataclass
class _Kept:
    """The organisation's facts as a row of the state file."""

    uid: str
    settings: OrganisationSettings


class Book:
    """An organisation's chart, contacts, documents, payments and journals.

    `ids` makes the ids of what is created, `clock` says when it was.
    """

    def __init__(
        self, start: PracticeOrganisation, ids: Callable[[], str], clock: Callable[[], datetime]
    ) -> None:
        self.tenant = start.tenant
        self.new_id = ids
        self.clock = clock
        self.accounts = Table(Account, code=lambda a: a.code.casefold(), system=lambda a: a.system)
        self.tax_rates = Table(TaxRate)
        self.tracking = Table(TrackingCategory)
        self.contacts = Table(Contact, name=lambda c: c.name.casefold(), number=lambda c: c.number)
        self.documents = Table(
            Document, number=lambda d: f"{d.type} {d.number.casefold()}", contact=lambda d: d.contact
        )
        self.payments = Table(Payment, document=lambda p: p.document)
        self.allocations = Table(Allocation, credit=lambda a: a.credit, invoice=lambda a: a.invoice)
        self.journals = Table(Journal)
        self._facts = Table(_Kept)
        self._fill(start)

    @property
    def organisation(self) -> OrganisationSettings:
        """The organisation's facts; call `facts_changed` after changing one."""
        return self._facts["organisation"].settings

    def facts_changed(self) -> None:
        """Note that a fact of the organisation was changed."""
        self._facts.put(self._facts["organisation"])

    def account(self, code: str = "", uid: str = "") -> Account | None:
        """Return the account with this id or this code, if there is one."""
        if uid:
            return self.accounts.get(uid.lower())
        found = self.accounts.of("code", code.casefold()) if code else []
        return found[0] if found else None

    def system_account(self, word: str) -> Account:
        """Return the organisation's account that is Xero's own, such as DEBTORS."""
        return self.accounts.of("system", word)[0]

    def document(self, number: str, type: str = "ACCREC") -> Document | None:  # noqa: A002 - Xero's own word
        """Return the document of this type with this number, voided ones too."""
        found = self.documents.of("number", f"{type} {number.casefold()}")
        return found[0] if found else None

    def payments_of(self, document: Document) -> list[Payment]:
        """Return the payments of a document that were not deleted."""
        return [p for p in self.payments.of("document", document.uid) if p.status != "DELETED"]

    def allocations_of(self, document: Document) -> list[Allocation]:
        """Return what was set against an invoice, or what a credit note was set against."""
        return self.allocations.of("credit" if document.is_credit else "invoice", document.uid)

    def paid(self, document: Document) -> Decimal:
        """Return the sum of its payments."""
        return sum((p.amount for p in self.payments_of(document)), ZERO)

    def credited(self, document: Document) -> Decimal:
        """Return the sum of its allocations."""
        return sum((a.amount for a in self.allocations_of(document)), ZERO)

    def due(self, document: Document) -> Decimal:
        """Return what is outstanding: AmountDue, or a credit note's RemainingCredit."""
        return document.total - self.paid(document) - self.credited(document)

    def settle(self, document: Document) -> None:
        """Set AUTHORISED or PAID by what is outstanding, and note the change."""
        if document.status in POSTING_STATUSES:
            document.status = "AUTHORISED" if self.due(document) else "PAID"
        document.updated = self.clock()
        self.documents.put(document)

    def paid_on(self, document: Document) -> date:
        """Return the day the last of it was paid; its own date where nothing was owed."""
        paid = [payment.day for payment in self.payments_of(document)]
        credited = [allocation.day for allocation in self.allocations_of(document)]
        return max(paid + credited, default=document.day)

    def tables(self) -> Iterator[Table[Any]]:
        """Yield every table."""
        yield from (self._facts, self.accounts, self.tax_rates, self.tracking, self.contacts)
        yield from (self.documents, self.payments, self.allocations, self.journals)

    def changes(self) -> list[Change]:
        """Return what changed since the last time, for the state file."""
        return [change for table in self.tables() for change in table.changes(self.tenant)]

    def load(self, rows: Rows) -> None:
        """Take back what a state file holds, where it holds this organisation."""
        if (self.tenant, _Kept.__name__) not in rows:
            return
        for table in self.tables():
            table.load(rows.get((self.tenant, table.kind.__name__), {}))

    def _fill(self, start: PracticeOrganisation) -> None:
        now = self.clock()
        facts = replace(start.settings, actions=dict(start.settings.actions))
        self._facts.put(_Kept("organisation", facts))
        for a in start.accounts:
            uid = self._fixed_id("account", a.code or a.name)
            self.accounts.put(
                Account(uid, a.code, a.name, a.type, a.tax_type, now, a.status, a.system, a.enable_payments)
            )
        for rate in start.tax_rates:
            kept = TaxRate(
                rate.tax_type, rate.name, rate.rate, list(rate.applies), rate.report_type, rate.status
            )
            self.tax_rates.put(kept)
        for t in start.tracking:
            options = [
                TrackingOption(self._fixed_id("option", f"{t.name}/{name}"), name) for name in t.options
            ]
            self.tracking.put(TrackingCategory(self._fixed_id("tracking", t.name), t.name, options, t.status))
        for c in start.contacts:
            uid = self._fixed_id("contact", c.name)
            self.contacts.put(Contact(uid, c.name, now, c.status, c.number, email=c.email))

    def _fixed_id(self, kind: str, name: str) -> str:
        return str(uuid.uuid5(uuid.UUID(self.tenant), f"{kind}:{name}"))
