"""What Xero would refuse, found before anything is sent (XERO.md 6, DESIGN.md 4).

Pure: a day's documents against what Xero last told us. Rules of one document or line
are in `preflight_rules`; here are those of the connection and of the day as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from services.accounting.ledger import RemoteContact
from services.accounting.xero import scopes
from services.accounting.xero.preflight_rules import document_findings
from services.books.documents import DayDocuments, Document, DocumentKind, Finding, Shape
from services.books.ledger_facts import LedgerFacts

_PAY = "CreateInvoicePayment"
_MULTICURRENCY = "UseMulticurrency"
_BEFORE_LOCK = "ApproveTransactionsBeforePeriodLockDate"
# Per kind: find, create, prove; then payments, contacts found and created.
_CALLS_PER_KIND = 3
_CALLS_BESIDE = 3
_BATCH = 50
_ACTIONS = {
    DocumentKind.ACCREC: ("CreateApprovedInvoice", "CreateDraftInvoice", "sales invoices"),
    DocumentKind.ACCPAY: ("CreateApprovedBill", "CreateDraftBill", "bills"),
    DocumentKind.JOURNAL: ("CreateManualJournal", "CreateManualJournal", "manual journals"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the organisation and of this connection."""

    facts: LedgerFacts
    actions: Mapping[str, bool] = field(default_factory=dict)
    """By Xero's names of actions; one that is not there is not judged."""
    contacts: Mapping[str, RemoteContact] | None = None
    """By name, casefolded; None: not looked up."""
    scopes: frozenset[str] | None = None
    """Granted scopes; None: not known."""
    calls_left_today: int | None = None


def preflight(day: DayDocuments, known: Known) -> tuple[Finding, ...]:
    """Return all that would be refused, each thing once; empty: may be sent."""
    found: dict[tuple[str, str], Finding] = {}
    for finding in _findings(day, known):
        found.setdefault((finding.code, finding.what), finding)
    return tuple(found.values())


def calls_needed(day: DayDocuments) -> int:
    """Return how many calls the day takes at most."""
    kinds = {document.kind for document in day.documents}
    batches = -(-len(day.documents) // _BATCH) - 1
    return len(kinds) * _CALLS_PER_KIND + _CALLS_BESIDE + max(0, batches) if kinds else 0


def _findings(day: DayDocuments, known: Known) -> Iterator[Finding]:
    yield from _scopes_missing(day, known)
    yield from _allowance(day, known)
    for document in day.documents:
        yield from _action_missing(document, known)
        yield from _currency(document, known)
        yield from _locked(document, known)
        yield from _contact(document, known)
        yield from document_findings(document, known.facts)


def _scopes_missing(day: DayDocuments, known: Known) -> Iterator[Finding]:
    if known.scopes is None:
        return
    purposes = {answer["scope"]: answer["purpose"] for answer in scopes.SCOPES}
    for scope in sorted(_scopes_needed(day) - known.scopes):
        yield Finding(
            "scope_missing",
            f"The right {scope} was not given.",
            f"It is needed to {purposes[scope]}.",
            "Connect to Xero again and allow everything that is listed there.",
        )


def _scopes_needed(day: DayDocuments) -> set[str]:
    kinds = {document.kind for document in day.documents}
    needed = {scopes.SETTINGS} if kinds else set()
    if DocumentKind.JOURNAL in kinds:
        needed.add(scopes.JOURNALS)
    if kinds - {DocumentKind.JOURNAL}:
        needed |= {scopes.INVOICES, scopes.CONTACTS}
    if any(document.payments for document in day.documents):
        needed.add(scopes.PAYMENTS)
    return needed


def _allowance(day: DayDocuments, known: Known) -> Iterator[Finding]:
    needed = calls_needed(day)
    if known.calls_left_today is not None and known.calls_left_today < needed:
        yield Finding(
            "day_limit",
            f"Xero takes {known.calls_left_today} more calls today; this day may need {needed}.",
            "The organisation's daily allowance is nearly used up.",
            "Nothing to do: the day is sent when the allowance is there again, tomorrow at the latest.",
        )


def needed_actions(shape: Shape, *, draft: bool) -> tuple[str, ...]:
    """Return what a store's own documents need, by Xero's names of actions.

    XERO.md 4.8.
    """
    kind = DocumentKind.JOURNAL if shape is Shape.JOURNAL else DocumentKind.ACCREC
    approved, as_draft, _ = _ACTIONS[kind]
    unpaid = draft or kind is DocumentKind.JOURNAL
    return (as_draft if draft else approved, *(() if unpaid else (_PAY,)))


def _action_missing(document: Document, known: Known) -> Iterator[Finding]:
    if document.kind not in _ACTIONS:
        return
    approved, draft, words = _ACTIONS[document.kind]
    action = draft if document.status == "DRAFT" else approved
    if not known.actions.get(action, True):
        yield _not_allowed(action, f"create {words}")
    if document.payments and not known.actions.get(_PAY, True):
        yield _not_allowed(_PAY, "record payments")


def _not_allowed(action: str, words: str) -> Finding:
    return Finding(
        "action_missing",
        f"The Xero user who connected may not {words}.",
        f"Xero does not allow {action}: the user's role or the organisation's plan leaves it out.",
        "In Xero, give that user Standard or Adviser access (Adviser for manual journals), or check the plan;"
        " then refresh the reference data.",
    )


def _currency(document: Document, known: Known) -> Iterator[Finding]:
    own = known.facts.currency
    if own is None or document.currency == own or known.actions.get(_MULTICURRENCY, False):
        return
    yield Finding(
        "currency",
        f"{document.number} is in {document.currency}, the organisation keeps its books in {own}.",
        "It does not use several currencies.",
        "Check that the right organisation is chosen for this store.",
    )


def _locked(document: Document, known: Known) -> Iterator[Finding]:
    if document.status == "DRAFT":
        return
    year_end, period = known.facts.year_end_lock, known.facts.period_lock
    if year_end is not None and document.date <= year_end:
        yield Finding(
            "year_locked",
            _locked_words(document, year_end),
            "The financial year was closed in Xero (end of year lock date).",
            "Ask your accountant; Tillbook never moves a day to another date.",
        )
    elif period is not None and document.date <= period and not known.actions.get(_BEFORE_LOCK, False):
        yield Finding(
            "period_locked",
            _locked_words(document, period),
            "An adviser set a period lock date in Xero.",
            "Ask for it to be moved (Xero: Accounting, Advanced, Lock dates), refresh the reference data,"
            " then send the day again.",
        )


def _locked_words(document: Document, lock: date) -> str:
    return f"The books are locked up to {_said(lock)}; {document.number} is of {_said(document.date)}."


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _contact(document: Document, known: Known) -> Iterator[Finding]:
    if known.contacts is None or document.kind is DocumentKind.JOURNAL:
        return
    contact = known.contacts.get(document.contact.casefold())
    if contact is not None and not contact.active:
        yield Finding(
            "contact_archived",
            f"The contact {document.contact} is archived in Xero.",
            "No document can be made for an archived contact.",
            "In Xero: Contacts, Archived, select it, Restore. Or choose another contact in the mapping.",
        )
