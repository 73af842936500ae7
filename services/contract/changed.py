"""One document that changed after posting, as it crosses the socket.

Amounts are strings, signed: a sale or a bill is above zero, its credit note below;
`difference` is now less sent.
"""

from __future__ import annotations

from typing_extensions import TypedDict

from services.contract.finding import Finding


class ChangedLine(TypedDict):
    """One place of the ledger that is to get, or has, another amount than was sent."""

    description: str
    account: str
    tax_type: str
    tracking: dict[str, str]
    sent: str
    now: str
    difference: str
    sent_tax: str
    now_tax: str


class ChangedPayment(TypedDict):
    """One tender whose payment is another one now."""

    tender: str
    account: str
    sent: str
    now: str
    difference: str


class ChangedField(TypedDict):
    """A word at the head of a document that is another one now."""

    name: str
    sent: str
    now: str


class KeptAnswer(TypedDict):
    """Who left a difference as it was, and why."""

    by: str
    at: str
    note: str


class ChangeAnswer(TypedDict):
    """One document that is no longer as it was sent."""

    store: str
    date: str
    number: str
    key: str
    kind: str
    side: str
    """`tills`: they say something else now; `ledger`: it was edited there."""
    state: str
    xero_id: str | None
    mapping_version: int | None
    sent: str
    now: str
    difference: str
    lines: list[ChangedLine]
    payments: list[ChangedPayment]
    fields: list[ChangedField]
    corrections: list[str]
    """Numbers of the corrections that were sent already; `sent` holds them."""
    kept: KeptAnswer | None
    """The last time a difference of it was left as it is."""
    why: Finding | None
