"""Editing a mapping: unsaved changes, choices, the sample, the chart, accounts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from services.accounting.ledger import NewAccount
from services.api.bodies import Body
from services.api.given import BusinessDate, RowNumber, StoreKey, TheOffice
from services.api.guard import CanRead, CanSetUp, reads
from services.contract.mapping_editor import (
    AdviceAnswer,
    ChangeWanted,
    ChartFileAnswer,
    ChoicesAnswer,
    EditorAnswer,
    MappingHistoryAnswer,
    NewAccountAnswer,
    SampleAnswer,
    TriedAnswer,
)
from services.contract.replies import MappingSavedAnswer

router = APIRouter(prefix="/v1/stores/{store}/mapping", tags=["mapping"])

Word = Annotated[str, Field(min_length=1, max_length=100)]
Part = Annotated[str, Query(max_length=40, description="As in the mapping file: categories, tenders …")]
Key = Annotated[str, Query(max_length=200, description="Of the part: a category, a tender …")]
OnePart = Annotated[str | None, Query(max_length=40, description="With `key`: only this setting.")]
OneKey = Annotated[str | None, Query(max_length=200, description="With `part`: only this setting.")]
OfDate = Annotated[BusinessDate | None, Query(alias="date", description="A business date; else the newest.")]

_CHART_LENGTH = 900_000


class SettingChange(Body):
    """One setting; `value` null takes it away."""

    part: Word
    key: Annotated[str, Field(min_length=1, max_length=200)]
    value: Annotated[str | None, Field(max_length=300)] = None
    tax_type: Annotated[str | None, Field(max_length=50)] = None


class SettingChanges(Body):
    """Changes that are kept together."""

    changes: Annotated[list[SettingChange], Field(min_length=1, max_length=500)]


class Save(Body):
    """Save what was looked at on this version; null: there was none."""

    version: RowNumber | None = None


class Version(Body):
    """An earlier version to lead back to."""

    version: RowNumber


class Try(Body):
    """A mapping file's content, tried on a date."""

    mapping: dict[str, Any]
    date: BusinessDate | None = None


class ChartFile(Body):
    """Xero's file of a chart of accounts; kept only when confirmed."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    text: Annotated[str, Field(max_length=_CHART_LENGTH)]
    confirm: bool = False


class Account(Body):
    """An account to create; with `dry_run` only what stands in the way is told."""

    code: Annotated[str, Field(max_length=50)]
    name: Annotated[str, Field(max_length=300)]
    type: Word
    tax_type: Word
    payments: bool = False
    dry_run: bool = False


@router.get("/editor")
def editor(store: StoreKey, office: TheOffice, who: CanRead) -> EditorAnswer:
    """Show the mapping with the caller's unsaved changes."""
    return office.mapping_editor.editor(store, who)


@router.put("/draft")
def change(store: StoreKey, body: SettingChanges, office: TheOffice, who: CanSetUp) -> EditorAnswer:
    """Keep changes; nothing is posted by them until they are saved."""
    wanted: list[ChangeWanted] = [
        {"part": each.part, "key": each.key, "value": each.value, "tax_type": each.tax_type}
        for each in body.changes
    ]
    return office.mapping_editor.change(store, wanted, who)


@router.delete("/draft")
def discard(
    store: StoreKey, office: TheOffice, who: CanSetUp, part: OnePart = None, key: OneKey = None
) -> EditorAnswer:
    """Forget the caller's unsaved changes, or the one of a setting."""
    return office.mapping_editor.discard(store, who, part, key)


@router.post("/draft/version")
def take_version(store: StoreKey, body: Version, office: TheOffice, who: CanSetUp) -> EditorAnswer:
    """Make the unsaved changes what leads back to an earlier version."""
    return office.mapping_editor.take_version(store, body.version, who)


@router.post("/draft/save")
def save(store: StoreKey, body: Save, office: TheOffice, who: CanSetUp) -> MappingSavedAnswer:
    """Save the caller's changes as a new version."""
    return office.mapping_editor.save(store, body.version, who)


@router.get("/choices")
def choices(
    store: StoreKey, part: Part, key: Key, office: TheOffice, who: CanRead, *, tax: bool = False
) -> ChoicesAnswer:
    """List what a setting can be, and why something else cannot."""
    return office.mapping_editor.choices(store, part, key, who, tax=tax)


@router.get("/sample")
def sample(store: StoreKey, office: TheOffice, who: CanRead, day: OfDate = None) -> SampleAnswer:
    """Show what the mapping with the caller's changes would post; sends nothing."""
    return office.mapping_editor.sample(store, day, who)


@router.post("/try", dependencies=reads)
def tried(store: StoreKey, body: Try, office: TheOffice) -> TriedAnswer:
    """Show what a mapping that is not saved lacks and would post; keeps nothing."""
    return office.mapping_editor.tried(store, body.mapping, body.date)


@router.get("/history", dependencies=reads)
def history(store: StoreKey, office: TheOffice) -> MappingHistoryAnswer:
    """List the versions with what each changed."""
    return office.mapping_editor.history(store)


@router.get("/advice", dependencies=reads)
def advice(store: StoreKey, office: TheOffice) -> AdviceAnswer:
    """Tell the warning before accounts are linked, and who read it."""
    return office.mapping_editor.advice(store)


@router.post("/advice")
def acknowledge(store: StoreKey, office: TheOffice, who: CanSetUp) -> AdviceAnswer:
    """Note that the caller read the warning."""
    return office.mapping_editor.acknowledge(store, who)


@router.post("/chart")
def chart(store: StoreKey, body: ChartFile, office: TheOffice, who: CanSetUp) -> ChartFileAnswer:
    """Read a chart of accounts from Xero's file; keep it when it is confirmed."""
    return office.mapping_editor.chart.import_chart(
        store, body.text, body.name, confirm=body.confirm, who=who
    )


@router.get("/accounts")
def new_account(
    store: StoreKey,
    part: Part,
    key: Key,
    office: TheOffice,
    who: CanRead,
    kind: Annotated[str | None, Query(alias="type", max_length=40)] = None,
) -> NewAccountAnswer:
    """Propose the account that a setting would need."""
    return office.mapping_editor.chart.new_account(store, part, key, who, kind)


@router.post("/accounts")
def create_account(store: StoreKey, body: Account, office: TheOffice, who: CanSetUp) -> NewAccountAnswer:
    """Create an account in the ledger's chart."""
    account = NewAccount(body.code.strip(), body.name.strip(), body.type, body.tax_type, body.payments)
    return office.mapping_editor.chart.create_account(store, account, dry_run=body.dry_run, who=who)
