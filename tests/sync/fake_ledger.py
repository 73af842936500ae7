"""A ledger in memory that behaves as Xero does, and fails where a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from services.accounting.ledger import (
    Accepted,
    Found,
    FoundLine,
    FoundPayment,
    NewAccount,
    OutgoingDocument,
    OutgoingPayment,
    Rejected,
    RemoteContact,
    Result,
)
from services.accounting.xero.errors import problem_for_all
from services.books.documents import Document, DocumentKind

_UNIQUE = {
    DocumentKind.ACCREC: "Invoice # must be unique.",
    DocumentKind.ACCRECCREDIT: "Credit note # must be unique.",
}
_LISTED = {
    DocumentKind.ACCREC: (DocumentKind.ACCREC, DocumentKind.ACCPAY),
    DocumentKind.ACCRECCREDIT: (DocumentKind.ACCRECCREDIT, DocumentKind.ACCPAYCREDIT),
    DocumentKind.JOURNAL: (DocumentKind.JOURNAL,),
}
_DRAFTS = {"DRAFT", "SUBMITTED"}


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
    reconciled: set[str] = field(default_factory=set)
    credited: Decimal = Decimal(0)
    changed: datetime | None = None
    """When a hand changed it last; None: always told as changed."""

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
        self.asked_since: list[datetime] = []
        self.locked: date | None = None
        """What is of this date or before cannot be voided."""
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
        gone = {"VOIDED", "DELETED"}
        return [held for held in self.documents.values() if held.kind is kind and held.status not in gone]

    def put(self, kind: DocumentKind, document: Document, status: str = "AUTHORISED", **changed: Any) -> Held:  # noqa: ANN401
        """Put a document there, as a hand in the ledger would."""
        document = replace(document, **changed)
        return self._hold(kind, OutgoingDocument(document, self._contact(document.contact)), status)

    def called(self, call: str) -> None:
        """Take a call that is not about documents."""
        self._called(call)

    def writes(self) -> list[str]:
        """Return the calls that change something."""
        writing = ("create", "pay ", "void", "unpay")
        return [call for call in self.calls if call == "pay" or call.startswith(writing)]

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

    def find_bills(self, kind: DocumentKind, documents: Sequence[OutgoingDocument]) -> list[Found | None]:
        self._called(f"find bills {kind}", size=len(documents))
        there = {(held.document.number, held.document.contact): held for held in self.live(kind)}
        held = [there.get((each.document.number, each.document.contact)) for each in documents]
        return [_found(each) if each else None for each in held]

    def read(self, kind: DocumentKind, remote_ids: Sequence[str]) -> list[Found | None]:
        self._called(f"read {kind}", size=len(remote_ids))
        held = [self.documents.get(remote_id) for remote_id in remote_ids]
        return [_found(each) if each else None for each in held]

    def changed_since(self, kind: DocumentKind, since: datetime) -> Iterator[list[Found]]:
        self._called(f"changed {kind}")
        self.asked_since.append(since)
        kinds = _LISTED[kind]
        found = [
            _found(held)
            for held in self.documents.values()
            if held.kind in kinds and (held.changed is None or held.changed >= since)
        ]
        for start in range(0, len(found), 2):
            yield found[start : start + 2]

    def payments(self, kind: DocumentKind, remote_id: str) -> list[FoundPayment]:
        self._called(f"payments {kind}")
        held = self.documents[remote_id]
        return [FoundPayment(*payment, payment[0] in held.reconciled) for payment in held.payments]

    def void(self, kind: DocumentKind, remote_id: str, status: str, key: str) -> Result:
        self._called(f"void {kind}", key)
        result = self._void(self.documents[remote_id], status)
        self._done(f"void {kind}")
        return result

    def unpay(self, payment_id: str, key: str) -> Result:
        self._called("unpay", key)
        result = self._unpay(payment_id)
        self._done("unpay")
        return result

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

    def create_account(self, account: NewAccount, key: str) -> Result:
        self._called("create_account", key)
        if any(row.get("Code") == account.code for row in self.rows["accounts"]):
            return Rejected(
                ("Please enter a unique Code.",), problem_for_all(("Please enter a unique Code.",))
            )
        row = {"AccountID": self._id("account"), "Code": account.code, "Name": account.name}
        row |= {"Type": account.type, "Class": "ASSET", "Status": "ACTIVE", "TaxType": account.tax_type}
        self.rows["accounts"].append({**row, "EnablePaymentsToAccount": account.payments})
        self._done("create_account")
        return Accepted(row["AccountID"])

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

    def _void(self, held: Held, status: str) -> Result:
        if held.status in {"VOIDED", "DELETED"}:
            return _rejected("Invoice not of valid status for modification", held.document.number)
        if held.payments or held.credited:
            said = (
                f"The status {status} cannot be applied to the invoice because it has payments"
                " or credit notes allocated to it."
            )
            return _rejected(said, held.document.number)
        if self.locked is not None and held.document.date <= self.locked:
            return _rejected(
                f"The document date cannot be before the period lock date, currently set at {self.locked}",
                held.document.number,
            )
        held.status = status
        return _found(held)

    def _unpay(self, payment_id: str) -> Result:
        for held in self.documents.values():
            for payment in held.payments:
                if payment[0] != payment_id:
                    continue
                if payment_id in held.reconciled:
                    return _rejected("This payment has been reconciled and cannot be deleted.", payment[3])
                held.payments.remove(payment)
                return Accepted(payment_id, payment[2], status="DELETED")
        return _rejected("This payment has already been deleted.", payment_id)

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
        lines=tuple(
            FoundLine(line.description, line.account, line.tax_type, line.amount, line.tax, line.tracking)
            for line in held.document.lines
        ),
        credited=held.credited,
    )
