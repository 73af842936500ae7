"""From takings to documents: the mapping, the days, sending them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query

from services.api import bodies
from services.api.given import Day, First, Last, QueryNumber, StoreKey, TheOffice
from services.api.guard import CanSend, CanSetUp, reads
from services.contract.answers import DayAnswer, DayDocumentsAnswer, DaysAnswer, SyncAnswer
from services.contract.replies import (
    MappingAnswer,
    MappingCheckAnswer,
    MappingSavedAnswer,
    MappingSuggestAnswer,
    MappingVersionsAnswer,
    QueuedAnswer,
    RetryAnswer,
)
from services.contract.schedule import ScheduleAnswer

router = APIRouter(prefix="/v1", tags=["days"])

Month = Annotated[str, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="As in 2026-11.")]
MappingFile = Annotated[dict[str, Any], Body(description="The mapping file (CLI.md) as JSON.")]


@router.get("/stores/{store}/mapping", dependencies=reads)
def mapping(store: StoreKey, office: TheOffice, version: QueryNumber = None) -> MappingAnswer:
    """Show the mapping, or an earlier version of it."""
    return office.mapping(store, version)


@router.put("/stores/{store}/mapping")
def save_mapping(store: StoreKey, body: MappingFile, office: TheOffice, who: CanSetUp) -> MappingSavedAnswer:
    """Save the mapping as a new version."""
    return office.save_mapping(store, body, who=who)


@router.get("/stores/{store}/mapping/versions", dependencies=reads)
def mapping_versions(store: StoreKey, office: TheOffice) -> MappingVersionsAnswer:
    """List the versions of the mapping."""
    return office.mapping_versions(store)


@router.get("/stores/{store}/mapping/check", dependencies=reads)
def check_mapping(store: StoreKey, office: TheOffice) -> MappingCheckAnswer:
    """Name everything that is missing or invalid in the mapping."""
    return office.check_mapping(store)


@router.get("/stores/{store}/mapping/suggest", dependencies=reads)
def suggest_mapping(store: StoreKey, office: TheOffice) -> MappingSuggestAnswer:
    """Propose what the mapping lacks; changes nothing."""
    return office.suggest_mapping(store)


@router.get("/stores/{store}/days", dependencies=reads)
def days(store: StoreKey, month: Month, office: TheOffice) -> DaysAnswer:
    """Show a month, a state for each business date."""
    return office.days(store, month)


@router.get("/stores/{store}/days/{date}/preview", dependencies=reads)
def preview(store: StoreKey, date: Day, office: TheOffice, shape: str | None = None) -> DayDocumentsAnswer:
    """Show a day's documents, proof and obstacles; sends nothing."""
    return office.preview(store, date, shape=shape)


@router.post("/stores/{store}/days/{date}/close")
def close_day(store: StoreKey, date: Day, office: TheOffice, who: CanSend) -> DayAnswer:
    """Close a business date before its cut-off."""
    return office.close_day(store, date, who=who)


@router.post("/stores/{store}/days/{date}/no-trade")
def no_trade(
    store: StoreKey, date: Day, office: TheOffice, who: CanSend, body: bodies.NoTrade | None = None
) -> DayAnswer:
    """Confirm, by name, that the store took nothing on a date."""
    return office.no_trade(store, date, who=who, name=body.name if body else None)


@router.post("/stores/{store}/sync")
def sync(
    store: StoreKey, office: TheOffice, who: CanSend, body: bodies.SyncRange | None = None
) -> QueuedAnswer:
    """Queue what is due; it is sent in the background, over restarts too."""
    asked = body or bodies.SyncRange()
    return office.sync(store, first=asked.date or asked.first, last=asked.date or asked.last, who=who)


@router.get("/stores/{store}/sync", dependencies=reads)
def sync_state(store: StoreKey, office: TheOffice, first: First = None, last: Last = None) -> SyncAnswer:
    """Tell where the days stand, with their documents."""
    return office.sync_state(store, first=first, last=last)


@router.get("/stores/{store}/schedule", dependencies=reads)
def schedule(store: StoreKey, office: TheOffice) -> ScheduleAnswer:
    """Tell when days are sent."""
    return office.schedule(store)


@router.put("/stores/{store}/schedule")
def set_schedule(store: StoreKey, body: bodies.Schedule, office: TheOffice, who: CanSetUp) -> ScheduleAnswer:
    """Set when, and from which business date, days are sent."""
    return office.set_schedule(store, frequency=body.frequency, at=body.at, start=body.start, who=who)


@router.post("/retry")
def retry(body: bodies.Retry, office: TheOffice, who: CanSend) -> RetryAnswer:
    """Try attempts again, after looking up what became of them."""
    return office.retry(body.ids, dry_run=body.dry_run, who=who)
