"""Where the numbers of a day lead: to the receipts and bills behind each. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from screens.day.checks import said
from services.contract.answers import DocumentAnswer
from services.contract.drilling import PostingRow

DEBITS = "9 debits = credits"
"""The equality that the last row of debits and credits is."""
_SECTIONS = frozenset({"sales", "refunds"})
_OF_ONE_RECEIPT = frozenset({"account", "payment", "paid_out", "receipt"})


@dataclass(frozen=True, slots=True)
class Behind:
    """A number of the day, named as the service finds what is behind it."""

    words: str
    kind: str | None = None
    category: str | None = None
    tax_code: str | None = None
    tender: str | None = None
    account: str | None = None
    register: str | None = None
    receipt: str | None = None
    section: str | None = None
    document: str | None = None
    line: int | None = None
    moves: str | None = None
    """An account whose movement counts, on its `side`: debit or credit."""
    side: str | None = None
    check: str | None = None
    shape: str | None = None
    """As if the day were built in it; None: as it is, or would be, sent."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """A number that nothing is behind, and why in words."""

    why: str


def words(name: str | None) -> str:
    """Return a name of the tills as words."""
    return (name or "on an account").replace("_", " ")


def of_document(document: DocumentAnswer) -> Behind:
    """Return what leads to a document's receipts, or to its bill."""
    if document["key"] in _SECTIONS:
        return Behind(f"all of {document['number']}", section=document["key"])
    own = _own_receipt(document)
    return own or Behind(f"all of {document['number']}", document=document["key"])


def of_line(document: DocumentAnswer, place: int) -> Behind:
    """Return what leads to the receipts that are summed in a line, or to its bill."""
    if (own := _own_receipt(document)) is not None:
        return own
    description = document["lines"][place]["description"]
    return Behind(description, document=document["key"], line=place)


def of_payment(document: DocumentAnswer, tender: str) -> Behind:
    """Return what leads to what a tender took, or to a document's one receipt."""
    return _own_receipt(document) or Behind(f"tender {words(tender)}", tender=tender)


def _own_receipt(document: DocumentAnswer) -> Behind | None:
    """Return what leads to the one receipt that a document was made of."""
    kind, _, name = document["key"].partition(":")
    register, slash, receipt = name.partition("/")
    if kind not in _OF_ONE_RECEIPT or not slash:
        return None
    return Behind(f"{words(kind)} {name}", register=register, receipt=receipt)


def of_account(row: PostingRow, documents: Sequence[DocumentAnswer]) -> tuple[Behind, ...]:
    """Return everything that moved an account.

    Of tax, receivables and payables, which no line names: the movement itself.
    """
    side = "debit" if row["debit"] else "credit"
    movement = Behind(f"{side}s of {row['account']} {row['name']}".strip(), moves=row["account"], side=side)
    return moved_by(row["account"], documents) or (movement,)


def moved_by(account: str, documents: Sequence[DocumentAnswer]) -> tuple[Behind, ...]:
    """Return everything that posts to an account: lines and payments of documents."""
    found: dict[Behind, None] = {}
    for document in documents:
        for place, line in enumerate(document["lines"]):
            if line["account"] == account:
                found[of_line(document, place)] = None
        for payment in document["payments"]:
            if payment["account"] == account:
                found[Behind(f"tender {words(payment['tender'])}", tender=payment["tender"])] = None
    return tuple(found)


def of_check(check: str, left: str) -> Behind | Nothing:
    """Return what leads to the receipts behind an equality; 0.00 has none."""
    try:
        nothing = not Decimal(left)
    except ArithmeticError:  # the last equality has three numbers in one
        nothing = False
    return Nothing(f"{left}, so nothing is behind it") if nothing else Behind(said(check), check=check)


def why_not(leads_to: object) -> str | None:
    """Return why a row cannot be opened; None: it can."""
    if isinstance(leads_to, Nothing):
        return f"Receipts: {leads_to.why}."
    return "Receipts: no receipt is behind this line." if leads_to is None else None
