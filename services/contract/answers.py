"""What the service answers, as plain dictionaries (CLI.md, States in JSON).

TypedDicts cost the clients nothing at start-up and are what FastAPI documents. Amounts
are strings in major units, dates ISO 8601, times ISO 8601 with an offset.
"""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from services.contract.changed import ChangeAnswer
from services.contract.deadline import DeadlineAnswer
from services.contract.finding import Finding as Finding  # noqa: PLC0414 - part of many answers here
from services.contract.integration import LinkedAnswer
from services.contract.integration import ScopeAnswer as ScopeAnswer  # noqa: PLC0414 - as above
from services.contract.schedule import PeriodAnswer


class ProblemAnswer(TypedDict):
    """A problem as it crosses the socket."""

    code: str
    what: str
    why: str
    next: str
    detail: str


class RefusedRecord(TypedDict):
    """One record of an import that was not taken in."""

    file: str
    line: int
    receipt: str | None
    reason: str


class ImportAnswer(TypedDict):
    """What an import did."""

    read: int
    new: int
    revised: int
    unchanged: int
    refused: list[RefusedRecord]
    set_apart: dict[str, int]
    dates: list[str]
    gone: NotRequired[int]
    """With whole business dates: receipts that their source no longer has."""
    gone_unknown: NotRequired[bool]
    """Whether nothing was taken out because records of the file were refused."""


class TotalsRow(TypedDict):
    """What was taken in of one date, kind, category and tax code."""

    date: str
    kind: str
    category: str | None
    tax_code: str
    receipts: int
    lines: int
    amount: str


class TendersRow(TypedDict):
    """What was tendered on one date, by kind of receipt and tender type."""

    date: str
    kind: str
    type: str
    amount: str


class SetApartRow(TypedDict):
    """Rows that a source profile set apart on one date."""

    date: str
    name: str
    receipts: int
    lines: int
    amount: str


class TotalsAnswer(TypedDict):
    """A store's takings over a range of dates."""

    store: str
    rows: list[TotalsRow]
    tenders: list[TendersRow]
    set_apart: list[SetApartRow]


class DocumentLine(TypedDict):
    """One line of a document."""

    description: str
    account: str
    tax_type: str
    amount: str
    tax: str
    tracking: dict[str, str]


class DocumentPayment(TypedDict):
    """One payment of a document."""

    tender: str
    account: str
    amount: str
    reference: str


class DocumentAnswer(TypedDict):
    """One document of a day."""

    kind: str
    number: str
    contact: str
    date: str
    due_date: str | None
    currency: str
    line_amounts: str
    cash_basis: NotRequired[bool]
    lines: list[DocumentLine]
    payments: list[DocumentPayment]
    sub_total: str
    total_tax: str
    total: str
    xero_id: str | None
    state: str
    reference: str
    key: str
    why: NotRequired[list[Finding]]


class CheckAnswer(TypedDict):
    """One equality of the proof."""

    check: str
    left: str
    right: str
    holds: bool


class DayDocumentsAnswer(TypedDict):
    """A day's documents, proof and obstacles (`preview`, and each day of `sync`)."""

    store: str
    date: str
    state: str
    shape: str
    documents: list[DocumentAnswer]
    proof: list[CheckAnswer]
    blocked: list[Finding]
    warnings: list[str]
    tax_return: dict[str, str]
    """What the documents add to each box of the country's tax return."""
    period: NotRequired[PeriodAnswer]
    """First and last of the dates that are summed into one, where there are several."""
    changes: NotRequired[list[ChangeAnswer]]
    """What is no longer as it was sent (`preview`)."""
    deadline: NotRequired[DeadlineAnswer]
    """The lock date or tax return that it will miss, while it is not sent."""


class SyncAnswer(TypedDict):
    """The days that a sync was asked for."""

    days: list[DayDocumentsAnswer]


class DayAnswer(TypedDict):
    """One cell of the month."""

    date: str
    state: str
    amount: str | None
    why: list[Finding]
    confirmed_by: NotRequired[str]
    """Who confirmed that the shop did not trade."""
    deadline: NotRequired[DeadlineAnswer]
    """The lock date or tax return that it will miss, while it is not sent."""


class DaysAnswer(TypedDict):
    """A month of business dates of one store."""

    store: str
    days: list[DayAnswer]


class Waiting(TypedDict):
    """What waits to be sent."""

    days: int
    amount: str


class Allowance(TypedDict):
    """Calls that the ledger still takes, for all machines; null: not yet known."""

    minute: int | None
    day: int | None
    day_resets: str | None
    """When the first call of the day is free again; null: none is used."""
    reserve: int
    """Of the day's calls, kept for what people ask for."""


class Queue(TypedDict):
    """What is queued, in calls to the ledger; both are estimates."""

    calls: int
    through: str | None
    """When it will be through; null: nothing is queued, or it waits for a person."""


class IntegrationAnswer(LinkedAnswer):
    """One integration of one store."""

    kind: str
    state: str
    since: str | None
    by: str | None
    until: str | None
    organisation: str | None
    last_sync: str | None
    waiting: Waiting
    error: Finding | None
    allowance: Allowance
    queue: Queue
    practice: bool
    """Whether it talks to a stand-in on this machine."""
    connection_ends: str | None
    """When the consent dies if it is not used."""


class StoreStatus(TypedDict):
    """One store in the status."""

    key: str
    name: str
    timezone: str
    """The store's own zone, in which its times are told."""
    integrations: list[IntegrationAnswer]
    days: dict[str, int]


class MachineAnswer(TypedDict):
    """A machine that works on the same database."""

    name: str
    """The computer's own name."""
    machine: str
    version: str
    state: str
    """`here`, `running`, or `gone`."""
    since: str
    last_seen: str


class ServiceAnswer(TypedDict):
    """The service itself, and the machines that share its work."""

    version: str
    since: str
    machines: list[MachineAnswer]


class StatusAnswer(TypedDict):
    """Everything `tillbook status` shows."""

    service: ServiceAnswer
    stores: list[StoreStatus]


class StoreAnswer(TypedDict):
    """One store with its settings."""

    key: str
    name: str
    country: str
    currency: str
    timezone: str
    cutoff: str
    prices: str
    gst_basis: str
    cash_rounding: str | None
    frequency: str
    sync_at: str | None
    start: str | None
    on_change: str
    """`wait`, `delta` or `resend`: what is done by itself about a change after posting."""


class ConsentAnswer(TypedDict):
    """A consent under way: the address to open, its state, when it expires."""

    address: str
    state: str
    expires: str
    short_address: NotRequired[str | None]
    """Leads to `address` while the service listens; short enough for a QR."""
    scopes: list[ScopeAnswer]
    error: Finding | None


class OrganisationAnswer(TypedDict):
    """One organisation that the consent gave access to."""

    tenant: str
    name: str
    country: str
    currency: str
    tax_basis: str
    chosen: bool


class AttemptAnswer(TypedDict):
    """One remote write."""

    id: int
    store: str
    at: str
    call: str
    outcome: str
    elements: int
    status: int | None
    documents: list[str]
    """Numbers of the documents it carried."""
    dates: list[str]
    error: Finding | None


class AuditAnswer(TypedDict):
    """One change, and who made it."""

    id: int
    at: str
    who: str
    action: str
    subject: str
    before: dict[str, object] | None
    after: dict[str, object] | None


class MappingIssue(TypedDict):
    """Something of the mapping that is missing or invalid, or a proposal for it."""

    part: str
    """`categories`, `tax_codes`, `tenders`, `rounding`, `over_short`, `contact`, `tracking`, …"""
    key: str
    problem: str
    proposal: NotRequired[str]
    confidence: NotRequired[str]


class NewEvent(TypedDict):
    """Something changed, as the room that changed it tells it."""

    kind: str
    """`day`, `document`, `integration`, `import`, `reference`, `mapping`, `store`, `terminal`,
    `card_matching`, `resync`."""
    store: str | None
    date: str | None
    state: str | None
    progress: NotRequired[dict[str, int]]
    terminal: NotRequired[str]
    """The key, with the kind `terminal`."""
    payment: NotRequired[int | None]
    """The attempt at the terminal it is about."""
    text: NotRequired[str]
    """What the terminal shows, or asks."""


class EventAnswer(NewEvent):
    """Something changed; sent as a server-sent event. `id` grows, over restarts too."""

    id: int
