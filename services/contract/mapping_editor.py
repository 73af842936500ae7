"""What crosses the socket about editing a mapping.

Amounts are strings, in major units.

A setting is named by its part and its key, as in the mapping file (CLI.md): `categories`
and `grocery`, `tenders` and `cash`; of what is no table both are the same (`contact`).
"""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from services.contract.answers import DayDocumentsAnswer, MappingIssue
from services.contract.finding import Finding


class ChangeWanted(TypedDict):
    """One setting to change; `value` null takes it away."""

    part: str
    key: str
    value: str | None
    """An account's code, a tax type, an option, a text: as the part holds."""
    tax_type: NotRequired[str | None]
    """Of categories and special lines: a tax type of their own; null: none."""


class Proposal(TypedDict):
    """What might be meant, guessed from the likeness of names; never used unasked."""

    value: str
    words: str
    confidence: str
    """`high` or `low`."""


class SettingAnswer(TypedDict):
    """One setting as the draft has it."""

    part: str
    key: str
    value: str | None
    """Null: nothing is said of it."""
    words: str
    """Name of the account, the tax rate …; empty where the value says it all."""
    tax_type: str | None
    tax_words: str
    saved: str | None
    """The value in force, as words, where the draft has another one."""
    changed: bool
    problem: Finding | None
    """What is missing or would be refused."""
    proposal: Proposal | None
    amount: str | None
    """Money that went over it lately, refunds counted too; null: the tills did not use it."""
    receipts: int
    last: str | None
    """The last business date that used it."""
    conflict: str | None
    """What somebody else saved of it since this person changed it."""


class DraftAnswer(TypedDict):
    """Changes that somebody made and did not save yet."""

    by: str
    at: str
    changes: int


class SettingChange(TypedDict):
    """One difference between two mappings, in words; null: not there."""

    part: str
    key: str
    before: str | None
    after: str | None


class ChartAnswer(TypedDict):
    """The chart of accounts that is chosen from."""

    source: str
    """`xero`, `file` (the shop is not connected yet), or `none`."""
    name: str
    """The organisation's, or the file's."""
    read: str | None
    accounts: int
    address: str | None
    """Where the chart stands in Xero; null before a connection."""


class AdviceAnswer(TypedDict):
    """The warning before accounts are linked; `by` null: not acknowledged yet."""

    text: str
    by: str | None
    at: str | None


class EditorAnswer(TypedDict):
    """A store's mapping with one person's unsaved changes."""

    store: str
    currency: str
    version: int | None
    saved: str | None
    saved_by: str | None
    settings: list[SettingAnswer]
    """What is missing first, then what would be refused, then the rest by part."""
    changes: list[SettingChange]
    """What saving would change."""
    draft: DraftAnswer | None
    others: list[DraftAnswer]
    """Unsaved changes of other people."""
    chart: ChartAnswer
    advice: AdviceAnswer
    since: str | None
    """The first business date that `amount` of the settings counts."""
    cannot_create: Finding | None
    """Why no account can be created in Xero from here; null: it can."""


class ChoiceAnswer(TypedDict):
    """One value a setting can take, or why it cannot."""

    value: str
    label: str
    note: str
    obstacle: Finding | None
    proposed: bool


class ChoicesAnswer(TypedDict):
    """Everything there is to choose from for one setting."""

    store: str
    part: str
    key: str
    choices: list[ChoiceAnswer]
    """What can be taken first, the likeliest on top."""
    how_to: str
    """What to do when nothing can be taken; empty when something can."""
    free: bool
    """Whether anything may be typed: a text, or there is no chart to choose from yet."""


class SampleAnswer(TypedDict):
    """What a mapping would post of a date; nothing is sent or kept."""

    store: str
    date: str | None
    """Null: there is no date with takings."""
    day: DayDocumentsAnswer | None


class TriedAnswer(TypedDict):
    """A mapping that is not saved: what it lacks, and what it would post."""

    issues: list[MappingIssue]
    sample: SampleAnswer


class VersionChanges(TypedDict):
    """One saved version, and what it changed of the one before."""

    version: int
    saved: str
    by: str
    changes: list[SettingChange]


class MappingHistoryAnswer(TypedDict):
    """Every version, newest first."""

    store: str
    versions: list[VersionChanges]


class ChartRow(TypedDict):
    """One account of a chart file."""

    code: str
    name: str
    type: str
    """Xero's word: CURRENT, REVENUE …"""
    tax_type: str | None
    payments: bool
    note: str
    """What was not understood and is left out; empty mostly."""


class RefusedRow(TypedDict):
    """A row of a chart file that is not taken, and why."""

    row: int
    """As a spreadsheet counts: the heading is 1."""
    text: str
    reason: str


class ChartFileAnswer(TypedDict):
    """What a chart file holds; `kept` once it was confirmed."""

    store: str
    name: str
    accounts: list[ChartRow]
    refused: list[RefusedRow]
    replaces: int
    """How many accounts of an earlier file it takes the place of."""
    kept: bool


class NewAccountAnswer(TypedDict):
    """An account to create: a proposal, what is checked, or what was created."""

    code: str
    name: str
    type: str
    tax_type: str
    payments: bool
    problems: list[Finding]
    """What keeps it from being created, with the exact steps in Xero instead."""
    types: list[str]
    """Types that make sense for what it is for."""
    created: bool
