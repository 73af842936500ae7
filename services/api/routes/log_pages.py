"""Leafing through the log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from services.api.given import LARGEST_NUMBER, PathNumber, TheOffice
from services.api.guard import reads
from services.contract.log_pages import AttemptDetailAnswer, LogPageAnswer
from services.store.log_pages import LogFilter

router = APIRouter(prefix="/v1/log", tags=["service"])

Only = Annotated[str | None, Query(max_length=200)]


@router.get("/page", dependencies=reads)
def page(
    office: TheOffice,
    store: Only = None,
    call: Only = None,
    text: Annotated[str | None, Query(max_length=200, description="Part of a document's number.")] = None,
    *,
    failed: bool = False,
    first: Annotated[int, Query(ge=0, le=LARGEST_NUMBER)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> LogPageAnswer:
    """Show a page of the remote writes that match, newest first."""
    return office.log_book.page(LogFilter(store, failed, call, text), first=first, limit=limit)


@router.get("/{attempt}", dependencies=reads)
def attempt(attempt: PathNumber, office: TheOffice) -> AttemptDetailAnswer:
    """Show one remote write with what was asked and answered."""
    return office.log_book.attempt(attempt)
