"""What every ledger can do: the seam between a day's documents and Xero or files.

Calls that fail as a whole raise one of the errors below; a call that was answered
returns one result per element, in order, because an answer with status 200 is no
success (XERO.md 6.15).

    CallFailed
    ├── NotSent           nothing reached the ledger: safe to send again
    ├── OutcomeUnknown    it may have been done: look it up before anything else
    ├── RateLimited       not done; `retry_after` says when to come back
    ├── AuthorisationLost not done; a person must connect again
    └── CallRefused       understood and refused as a whole
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from services.books.documents import Document, DocumentKind
from services.contract.problem import Problem


class CallFailed(Problem):
    """A call to the ledger failed as a whole."""

    code = "call_failed"
    retry_after: float | None = None
    status: int | None = None


class NotSent(CallFailed):
    """Nothing reached the ledger."""

    code = "not_sent"


class OutcomeUnknown(CallFailed):
    """The call may have been carried out; its answer was lost."""

    code = "outcome_unknown"


class RateLimited(CallFailed):
    """The ledger asked to wait; nothing was done."""

    code = "rate_limited"


class AuthorisationLost(CallFailed):
    """The ledger no longer accepts this connection; nothing was done."""

    code = "authorisation_lost"


class CallRefused(CallFailed):
    """The ledger refused the call as a whole; nothing was done."""

    code = "call_refused"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The ledger holds this element; amounts are the ledger's own figures."""

    remote_id: str
    total: Decimal | None = None
    total_tax: Decimal | None = None
    amount_due: Decimal | None = None
    status: str = ""
    number: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """The ledger refused this element; messages are its own words, printable."""

    messages: tuple[str, ...]
    problem: Problem


Result = Accepted | Rejected


@dataclass(frozen=True, slots=True)
class OutgoingDocument:
    """A document with the ledger's id of the contact it is addressed to."""

    document: Document
    contact_id: str | None = None
    """None for journals."""


@dataclass(frozen=True, slots=True)
class OutgoingPayment:
    """One payment on a document that the ledger already holds."""

    kind: DocumentKind
    """Of the document paid."""
    remote_id: str
    account: str
    amount: Decimal
    date: date
    reference: str
    """Carries our marker, so that the payment can be found again."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be created in the chart.

    `type` and `tax_type` are the ledger's words.
    """

    code: str
    name: str
    type: str
    tax_type: str
    payments: bool = False
    """Whether payments may go to it."""


@dataclass(frozen=True, slots=True)
class RemoteContact:
    """A contact as the ledger holds it."""

    remote_id: str
    name: str
    active: bool
    number: str | None = None


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line of a document as the ledger holds it."""

    description: str
    account: str
    tax_type: str
    amount: Decimal
    tax: Decimal
    tracking: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FoundPayment:
    """A live payment of a document as the ledger holds it."""

    remote_id: str
    account: str
    amount: Decimal
    reference: str = ""
    reconciled: bool = False
    """Matched with a line of the bank statement; it cannot be removed then."""


@dataclass(frozen=True, slots=True)
class Found(Accepted):
    """A document found at the ledger, with what matters to adopt or refuse it."""

    contact_id: str = ""
    contact_name: str = ""
    date: date | None = None
    line_totals: tuple[tuple[str, str, Decimal], ...] = ()
    """Per line: account, tax type, amount."""
    payments: tuple[tuple[str, str, Decimal, str], ...] = ()
    """Per live payment: id, account (may be empty), amount, reference."""
    lines: tuple[FoundLine, ...] = ()
    credited: Decimal = Decimal(0)
    """What of it was set against other documents: credit notes, prepayments, allocations."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation a consent gave access to."""

    tenant: str
    connection_id: str
    name: str
    country: str = ""
    currency: str = ""
    tax_basis: str = ""
    """`accrual`, `cash`, or the ledger's own word when Tillbook cannot hold it."""
    raw: Mapping[str, Any] = field(default_factory=dict)


class Ledger(Protocol):
    """One organisation's books, through one connection."""

    def create(self, kind: DocumentKind, documents: Sequence[OutgoingDocument], key: str) -> list[Result]:
        """Create at most 50 documents of one kind in one call; `key`: idempotency key."""

    def pay(self, payments: Sequence[OutgoingPayment], key: str) -> list[Result]:
        """Create payments (and refunds of credit notes) in one call."""

    def find(self, kind: DocumentKind, documents: Sequence[OutgoingDocument]) -> list[Found | None]:
        """Look each document up, by more than its number where numbers repeat."""

    def find_bills(self, kind: DocumentKind, documents: Sequence[OutgoingDocument]) -> list[Found | None]:
        """Look bills or suppliers' credits up by number and contact.

        Whatever their total.

        For what a person brought into the ledger; the contact by its id or by its name.
        """

    def read(self, kind: DocumentKind, remote_ids: Sequence[str]) -> list[Found | None]:
        """Read documents back by the ledger's ids, with their live payments."""

    def changed_since(self, kind: DocumentKind, since: datetime) -> Iterator[list[Found]]:
        """Yield what was changed at the ledger since a time, a page at a time.

        `kind`: ACCREC for all invoices and bills, ACCRECCREDIT for all credit notes, JOURNAL.
        """

    def payments(self, kind: DocumentKind, remote_id: str) -> list[FoundPayment]:
        """Return the live payments of one document."""

    def void(self, kind: DocumentKind, remote_id: str, status: str, key: str) -> Result:
        """Void a document, or delete a draft: `status` is VOIDED or DELETED."""

    def unpay(self, payment_id: str, key: str) -> Result:
        """Remove one payment, or refund, from its document."""

    def find_invoice(self, number: str) -> Found | None:
        """Look up an invoice raised elsewhere that a debtor pays."""

    def find_contacts(self, names: Sequence[str]) -> list[RemoteContact | None]:
        """Look contacts up by exact name (case-insensitive), archived ones too."""

    def create_contacts(self, contacts: Sequence[tuple[str, str | None]], key: str) -> list[Result]:
        """Create contacts from (name, number)."""

    def create_account(self, account: NewAccount, key: str) -> Result:
        """Create one account in the chart; its code is used once."""

    def reference(self, kind: str) -> list[dict[str, Any]]:
        """Read reference data as plain rows.

        `kind`: `organisation`, `actions`, `accounts`, `tax_rates`, `tracking`, `contacts`.
        """

    def limits(self) -> tuple[int | None, int | None]:
        """Return calls left this minute and today, as the ledger last said."""
