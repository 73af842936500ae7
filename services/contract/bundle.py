"""The form of a bundle: what its archive holds, and where.

A gzipped tar. `manifest.json` is the last member and lists every other with its size
and SHA-256; nothing else in the archive is read before it was compared with that.
"""

from __future__ import annotations

import re

from typing_extensions import TypedDict

from services.contract.answers import DayDocumentsAnswer, StoreAnswer

FORM = 1
"""Grows when an older Tillbook could not read what a newer one writes."""
MANIFEST = "manifest.json"
MOST_BYTES = 64 * 1024**2
"""All members together, unpacked."""
MOST_MEMBERS = 1_000

ABOUT = "about.json"
STATUS = "status.json"
DOCTOR = "doctor.json"
AUDIT = "audit.json"
LOG = "log.jsonl"

STORE = "store.json"
CONNECTION = "connection.json"
MAPPINGS = "mappings.json"
REFERENCE = "reference.json"
DAYS = "days.json"
DOCUMENTS = "documents.jsonl"
ATTEMPTS = "attempts.jsonl"
FAILURES = "failures.json"
RECORDS = "records.jsonl"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,2}")


def of_store(key: str, member: str) -> str:
    """Return the name of a store's member."""
    return f"stores/{key}/{member}"


def is_member_name(name: str) -> bool:
    """Whether a name can only be below the folder it is unpacked to."""
    return _NAME.fullmatch(name) is not None


class MemberAnswer(TypedDict):
    """One member as the manifest lists it."""

    bytes: int
    sha256: str


class Manifest(TypedDict):
    """What the archive holds."""

    form: int
    tillbook: str
    made: str
    stores: list[str]
    members: dict[str, MemberAnswer]
    left_out: list[str]


class FoundAtLedger(TypedDict):
    """A document that the ledger has under a number of ours."""

    status: str
    date: str | None
    contact: str
    total: str | None
    lines: list[tuple[str, str, str]]
    """Per line: account, tax type, amount."""


class FailedDay(TypedDict):
    """A failed business date with what a replay needs to come to it."""

    day: DayDocumentsAnswer
    mapping: int | None
    """The version that was in force."""
    said: dict[str, list[str]]
    """The ledger's own words of a refusal, by key of the document."""
    calls: dict[str, str]
    """The call that was refused, by key of the document (`PUT Invoices`)."""
    found: dict[str, FoundAtLedger]
    """What the ledger has under the number, by key of the document."""
    together: bool
    """Whether it is summed with other dates of its week or month."""


class BundledStore(TypedDict):
    """A store as a replay makes it."""

    store: StoreAnswer
    tenant: str | None
    organisation: str | None
    scopes: list[str]
