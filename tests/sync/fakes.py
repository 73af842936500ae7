"""A ledger in memory that behaves as Xero does, and fails where a test says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from services.accounting.ledger import (
    Accepted,
    Found,
    Organisation,
    OutgoingDocument,
    OutgoingPayment,
    Rejected,
    RemoteContact,
    Result,
)
from services.accounting.xero.errors import problem_for_all
from services.accounting.xero.oauth import Addresses
from services.books.documents import Document, DocumentKind
from services.contract.answers import NewEvent
from services.store.tables import Connection

NOON = datetime(2026, 11, 25, 0, tzinfo=UTC)
TENANT = "tenant-1"
ADDRESSES = Addresses("https://login.example", "https://identity.example", "https://api.example")
_UNIQUE = {
    DocumentKind.ACCREC: "Invoice # must be unique.",
    DocumentKind.ACCRECCREDIT: "Credit note # must be unique.",
}
_DRAFTS = {"DRAFT", "SUBMITTED"}


class Killed(BaseException):
    """The process died here."""


@dataclass
class FakeClock:
    """A clock that only a test, or a wait, moves."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **how: float) -> None:
        self.now += timedelta(**how)


@dataclass
class FakeWaiter:
    """A waiter that moves the clock instead of waiting."""

    clock: FakeClock
    waits: list[float] = field(default_factory=list)
    stopping: bool = False

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.clock.move(seconds=max(seconds, 0))
        return not self.stopping


@dataclass
class MemoryVault:
    """A vault that lives as long as its test."""

    kept: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        return self.kept.get(name)

    def set(self, name: str, value: str) -> None:
        self.kept[name] = value

    def delete(self, name: str) -> None:
        self.kept.pop(name, None)


@dataclass
class FakeBus:
    """Remembers what was published."""

    events: list[NewEvent] = field(default_factory=list)
    told: threading.Condition = field(default_factory=threading.Condition)

    def publish(self, event: NewEvent) -> None:
        with self.told:
            self.events.append(event)
            self.told.notify_all()

    def wait_until(self, holds: Callable[[], bool]) -> bool:
        """Wait until something holds that may hold after an event."""
        with self.told:
            return self.told.wait_for(holds, 20)

    def states(self, day: str) -> list[str | None]:
        return [event["state"] for event in self.events if event["kind"] == "day" and event["date"] == day]


@dataclass
class Held:
    """A document as the fake ledger holds it."""

    remote_id: str
    kind: DocumentKind
    document: Document
    contact_id: str
    status: str
    payments: list[tuple[str, str, Decimal, str]] = field(default_factory=list)
    total: Decimal = Decimal(0)
    total_tax: Decimal = Decimal(0)

    @property
    def due(self) -> Decimal:
        return self.total - sum((amount for _, _, amount, _ in self.payments), Decimal(0))


@dataclass
class Rule:
    """Do `act` before or after the calls that it is about, `count` times."""

    call: str
    act: Callable[[], object]
    after: bool = False
    skip: int = 0
    every: int = 1
    count: int | None = 1
    seen: int = 0

    def meets(self, call: str, *, after: bool) -> bool:
        if after != self.after or not call.startswith(self.call) or self.count == 0:
            return False
        self.seen += 1
        if self.seen <= self.skip or (self.seen - self.skip) % self.every:
            return False
        self.count = None if self.count is None else self.count - 1
        return True


class FakeLedger:
    """Implements `services.accounting.ledger.Ledger` in memory."""

    def __init__(self, reference: dict[str, list[dict[str, Any]]]) -> None:
        self.rows = reference
        self.documents: dict[str, Held] = {}
        self.contacts: dict[str, RemoteContact] = {}
        self.calls: list[str] = []
        self.keys: list[str] = []
        self.rules: list[Rule] = []
        self.drift = Decimal(0)
        """Added to the total of what is created, as if the ledger computed otherwise."""
        self.lag: list[Callable[[], None]] = []
        self._number = 0

    # --- what tests do ---------------------------------------------------------------

    def on(self, call: str, act: Callable[[], object], **how: Any) -> None:  # noqa: ANN401 - fields of Rule
        """Have something happen at a call."""
        self.rules.append(Rule(call, act, **how))

    def fail(self, call: str, error: BaseException, **how: Any) -> None:  # noqa: ANN401 - fields of Rule
        """Have calls fail; with `after`, once they were carried out."""

        def act() -> None:
            raise error

        self.on(call, act, **how)

    def live(self, kind: DocumentKind = DocumentKind.ACCREC) -> list[Held]:
        """Return the documents of a kind that were not voided."""
        return [held for held in self.documents.values() if held.kind is kind and held.status != "VOIDED"]

    def put(self, kind: DocumentKind, document: Document, status: str = "AUTHORISED", **changed: Any) -> Held:  # noqa: ANN401
        """Put a document there, as a hand in the ledger would."""
        document = replace(document, **changed)
        return self._hold(kind, OutgoingDocument(document, self._contact(document.contact)), status)

    def writes(self) -> list[str]:
        """Return the calls that change something."""
        return [call for call in self.calls if call.startswith(("create", "pay"))]

    # --- the ledger ------------------------------------------------------------------

    def create(self, kind: DocumentKind, documents: Sequence[OutgoingDocument], key: str) -> list[Result]:
        self._called(f"create {kind}", key, len(documents))
        results = [self._create(kind, outgoing) for outgoing in documents]
        self._done(f"create {kind}")
        return results

    def pay(self, payments: Sequence[OutgoingPayment], key: str) -> list[Result]:
        self._called("pay", key)
        results = [self._pay(payment) for payment in payments]
        self._done("pay")
        return results

    def find(self, kind: DocumentKind, documents: Sequence[OutgoingDocument]) -> list[Found | None]:
        self._called(f"find {kind}", size=len(documents))
        return [self._find(kind, outgoing) for outgoing in documents]

    def read(self, kind: DocumentKind, remote_ids: Sequence[str]) -> list[Found | None]:
        self._called(f"read {kind}", size=len(remote_ids))
        held = [self.documents.get(remote_id) for remote_id in remote_ids]
        return [_found(each) if each else None for each in held]

    def find_invoice(self, number: str) -> Found | None:
        self._called("find_invoice")
        return next((_found(held) for held in self.live() if held.document.number == number), None)

    def find_contacts(self, names: Sequence[str]) -> list[RemoteContact | None]:
        self._called("find_contacts", size=len(names))
        return [self.contacts.get(name.casefold()) for name in names]

    def create_contacts(self, contacts: Sequence[tuple[str, str | None]], key: str) -> list[Result]:
        self._called("create_contacts", key, len(contacts))
        results: list[Result] = []
        for name, number in contacts:
            if name.casefold() in self.contacts:
                said = f"The contact name {name} is already assigned to another contact."
                results.append(Rejected((said,), problem_for_all((said,))))
                continue
            self.contacts[name.casefold()] = RemoteContact(
                self._id("contact"), name, active=True, number=number
            )
            results.append(Accepted(self.contacts[name.casefold()].remote_id))
        self._done("create_contacts")
        return results

    def reference(self, kind: str) -> list[dict[str, Any]]:
        self._called(f"reference {kind}")
        return self.rows[kind]

    def limits(self) -> tuple[int | None, int | None]:
        return 50, 4900

    # --- inside ----------------------------------------------------------------------

    def _called(self, call: str, key: str | None = None, size: int = 1) -> None:
        assert size <= 50, "at most 50 elements in a call"
        if key is not None:
            assert key not in self.keys, "a key is used once"
            assert 1 <= len(key) <= 128
            self.keys.append(key)
        self.calls.append(call)
        self._apply(call, after=False)

    def _done(self, call: str) -> None:
        self._apply(call, after=True)

    def _apply(self, call: str, *, after: bool) -> None:
        for rule in self.rules:
            if rule.meets(call, after=after):
                rule.act()

    def _create(self, kind: DocumentKind, outgoing: OutgoingDocument) -> Result:
        document = outgoing.document
        if kind in _UNIQUE and any(
            held.kind is kind and held.document.number == document.number for held in self.documents.values()
        ):
            return _rejected(_UNIQUE[kind], document.number)
        for line in document.lines:
            account = next((row for row in self.rows["accounts"] if row.get("Code") == line.account), None)
            if account is None:
                return _rejected(
                    f"Account code '{line.account}' is not a valid code for this document.", document.number
                )
            if account["Status"] == "ARCHIVED":
                return _rejected(
                    f"Account code '{line.account}' has been archived, or has been deleted. "
                    "Each line item must reference a valid account.",
                    document.number,
                )
        held = self._hold(kind, outgoing, document.status)
        return _found(held)

    def _hold(self, kind: DocumentKind, outgoing: OutgoingDocument, status: str) -> Held:
        document = outgoing.document
        held = Held(
            self._id("document"),
            kind,
            document,
            outgoing.contact_id or "",
            status,
            total=document.total + self.drift,
            total_tax=document.total_tax,
        )
        self.documents[held.remote_id] = held
        return held

    def _pay(self, payment: OutgoingPayment) -> Result:
        held = self.documents.get(payment.remote_id)
        if held is None or held.status != "AUTHORISED":
            return _rejected("Payments can only be made against Authorised documents", payment.reference)
        if payment.amount > held.due:
            return _rejected(
                "Payment amount exceeds the amount outstanding on this document", payment.reference
            )
        made = (self._id("payment"), payment.account, payment.amount, payment.reference)
        held.payments.append(made)
        return Accepted(made[0], payment.amount)

    def _find(self, kind: DocumentKind, outgoing: OutgoingDocument) -> Found | None:
        document = outgoing.document
        for held in self.documents.values():
            if held.kind is not kind or held.document.number != document.number:
                continue
            if kind in {DocumentKind.ACCPAY, DocumentKind.ACCPAYCREDIT} and (
                held.contact_id != outgoing.contact_id or held.total != document.total
            ):
                continue
            return _found(held)
        return None

    def _contact(self, name: str) -> str:
        if name.casefold() not in self.contacts:
            self.contacts[name.casefold()] = RemoteContact(self._id("contact"), name, active=True)
        return self.contacts[name.casefold()].remote_id

    def _id(self, what: str) -> str:
        self._number += 1
        return f"{what}-{self._number}"


def _rejected(message: str, subject: str) -> Rejected:
    return Rejected((message,), problem_for_all((message,), subject))


def _found(held: Held) -> Found:
    journal = held.kind is DocumentKind.JOURNAL
    return Found(
        remote_id=held.remote_id,
        total=held.total,
        total_tax=held.total_tax,
        amount_due=None if journal else held.due,
        status="PAID" if held.status == "AUTHORISED" and not held.due and not journal else held.status,
        number=held.document.number,
        contact_id=held.contact_id,
        contact_name=held.document.contact,
        date=held.document.date,
        payments=tuple(held.payments),
    )


class FakeLedgers:
    """Leads every connection to one fake ledger; implements `tools.Ledgers`."""

    def __init__(self, ledger: FakeLedger, organisations: Sequence[Organisation] = ()) -> None:
        self.one = ledger
        self.listed = list(organisations)
        self.disconnected: list[str | None] = []

    def ledger(self, connection: Connection) -> FakeLedger:
        return self.one

    def scopes(self, connection: Connection) -> frozenset[str] | None:
        return None

    def expires(self, connection: Connection) -> datetime | None:
        return None

    def organisations(self, connection: Connection) -> list[Organisation]:
        return self.listed

    def disconnect(self, connection: Connection) -> None:
        self.disconnected.append(connection.connection_id)


def organisation(name: str = "Queen St", tenant: str = TENANT, **changed: Any) -> Organisation:  # noqa: ANN401
    """Return an organisation that matches the test shop."""
    given = {"country": "NZ", "currency": "NZD", "tax_basis": "accrual", **changed}
    return Organisation(tenant=tenant, connection_id=f"connection-of-{tenant}", name=name, **given)
