"""Changes after posting: what changed, and what a person decides about it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from services.api.bodies import Body
from services.api.given import BusinessDate, Day, RowNumber, StoreKey, TheOffice
from services.api.guard import CanCorrect, CanSend, reads
from services.contract.changes import ChangesAnswer, CheckedAnswer, MappingEffectAnswer, ResolveAnswer

router = APIRouter(prefix="/v1/stores/{store}", tags=["changes"])

OneDate = Annotated[BusinessDate | None, Query(alias="date", description="Only this business date.")]


class Correct(Body):
    """A correction, or sent anew; with `dry_run` only what it would do is told."""

    by: Literal["delta", "resend"]
    dry_run: bool = False


class Keep(Body):
    """Leave the difference; the note says why."""

    note: Annotated[str, Field(max_length=500)] = ""
    dry_run: bool = False


class Effect(Body):
    """Two versions of the mapping, or one and a mapping that is not saved."""

    before: RowNumber | None = None
    after: RowNumber | None = None
    mapping: dict[str, Any] | None = None
    first: Annotated[BusinessDate | None, Field(alias="from")] = None
    last: Annotated[BusinessDate | None, Field(alias="to")] = None


@router.get("/changes", dependencies=reads)
def changes(store: StoreKey, office: TheOffice, day: OneDate = None) -> ChangesAnswer:
    """Show what changed after it was posted, line by line."""
    return office.changes.listed(store, day)


@router.post("/changes/check")
def check(store: StoreKey, office: TheOffice, who: CanSend) -> CheckedAnswer:
    """Read now what was changed in Xero since the last time."""
    return office.changes.check(store, who=who)


@router.post("/days/{date}/correct")
def correct(store: StoreKey, date: Day, body: Correct, office: TheOffice, who: CanCorrect) -> ResolveAnswer:
    """Correct a changed date, or have it sent anew."""
    return office.changes.resolve(store, date, by=body.by, dry_run=body.dry_run, who=who)


@router.post("/days/{date}/keep")
def keep(store: StoreKey, date: Day, body: Keep, office: TheOffice, who: CanSend) -> ResolveAnswer:
    """Leave a changed date as it is, by name."""
    return office.changes.resolve(store, date, by="keep", dry_run=body.dry_run, note=body.note, who=who)


@router.post("/mapping/effect", dependencies=reads)
def mapping_effect(store: StoreKey, body: Effect, office: TheOffice) -> MappingEffectAnswer:
    """Tell what another mapping would have posted; sends nothing."""
    return office.changes.mapping_effect(
        store, before=body.before, after=body.after, body=body.mapping, first=body.first, last=body.last
    )
