"""Comparing what we sent with what the ledger holds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from services.accounting.ledger import Found
from services.books.contact_names import contact_name
from services.books.documents import DocumentKind
from services.contract.problem import Problem, Refused
from services.store.tables import PaymentRow
from services.sync.posting.entries import Entry

GONE = frozenset({"VOIDED", "DELETED"})
UNAPPROVED = frozenset({"DRAFT", "SUBMITTED"})


def identity_differences(entry: Entry, found: Found) -> list[str]:
    """Return how a found document differs in date or contact: then it is not ours."""
    document = entry.document
    differences = []
    if found.date is not None and found.date != document.date:
        differences.append(f"date {found.date} there, {document.date} here")
    if (
        document.contact
        and found.contact_name
        and contact_name(found.contact_name).casefold() != contact_name(document.contact).casefold()
    ):
        differences.append(f"contact {found.contact_name} there, {document.contact} here")
    return differences


def total_difference(entry: Entry, found: Found) -> str | None:
    """Return both totals when they are not equal."""
    if found.total is None or found.total == entry.document.total:
        return None
    return f"total {found.total} there, {entry.document.total} here"


def foreign(entry: Entry, found: Found, differences: Iterable[str]) -> Problem:
    """Return the problem of a number that carries another document."""
    number = entry.document.number
    return Refused(
        f"{number} is not ours at the ledger.",
        f"Another document has this number: {', '.join(differences)}.",
        "Find out who made it. Change its number there, or the number pattern in the mapping, then retry.",
        f"id {found.remote_id}",
        code="number_of_another",
    )


def voided(entry: Entry, found: Found) -> Problem:
    """Return the problem of a number whose document was voided."""
    number = entry.document.number
    return Refused(
        f"{number} was voided at the ledger.",
        "The number of a voided document stays taken.",
        "Restore it there, or change the number pattern in the mapping, then retry.",
        f"id {found.remote_id}",
        code="number_voided",
    )


def vanished(entry: Entry) -> Problem:
    """Return the problem of a document that is no longer where it was."""
    return Refused(
        f"{entry.document.number} is no longer at the ledger.",
        "It was sent, and now it is not found, or was voided or deleted.",
        "Ask whoever works in the ledger what became of it.",
        f"id {entry.row.remote_id}",
        code="vanished",
    )


def same_payment(entry: Entry, payment: PaymentRow, found: Found, taken: set[str]) -> str | None:
    """Return the ledger's id of a payment on a document, unless it is another row's."""
    amount = entry.amount(payment.amount)
    for remote_id, account, found_amount, reference in found.payments:
        if remote_id in taken or found_amount != amount or reference != payment.reference:
            continue
        if account in {"", payment.account}:
            return remote_id
    return None


def proof_differences(entry: Entry, found: Found, paid_elsewhere: Decimal) -> Iterator[str]:
    """Yield what of Total, TotalTax and AmountDue is not as it should be.

    `paid_elsewhere` is what debtor payments of ours paid on it (ACCOUNTING.md 3, 10).
    """
    document = entry.document
    if found.status in GONE:
        yield f"status {found.status} there"
    if found.total is not None and found.total != document.total:
        yield f"total {found.total} there, {document.total} here"
    if found.total_tax is not None and found.total_tax != document.total_tax:
        yield f"tax {found.total_tax} there, {document.total_tax} here"
    if found.amount_due is not None and document.kind is not DocumentKind.JOURNAL:
        due = (
            document.total
            - sum((payment.amount for payment in document.payments), Decimal(0))
            - paid_elsewhere
        )
        if not _due_is_right(entry, found.amount_due, due):
            yield f"due {found.amount_due} there, {due} here"


def _due_is_right(entry: Entry, there: Decimal, here: Decimal) -> bool:
    """Whether what is due is right; others may pay account sales and bills meanwhile."""
    paid_by_others = entry.row.key.partition(":")[0] in {"account", "purchase"}
    return there == here or (paid_by_others and there < here)


def differs(entry: Entry, differences: Iterable[str]) -> Problem:
    """Return the problem of a document that is posted and not as it should be."""
    return Problem(
        f"{entry.document.number} is posted and differs.",
        f"The ledger says: {', '.join(differences)}.",
        "Compare the document there with the preview; correct it there, then sync this date again.",
        f"id {entry.row.remote_id}",
        code="differs",
    )
