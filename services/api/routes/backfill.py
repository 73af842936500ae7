"""Sending days from before the schedule's start."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from services.api.given import StoreKey, TheOffice
from services.api.guard import CanSend
from services.api.routes.files import Span
from services.contract.backfill import BackfillAnswer

router = APIRouter(prefix="/v1/stores/{store}/backfill", tags=["days"])


class Backfill(Span):
    """Dates to send, or to look at only; `frequency`: other than the store's."""

    dry_run: bool = False
    frequency: Annotated[str | None, Field(max_length=20)] = None


@router.post("")
def backfill(store: StoreKey, body: Backfill, office: TheOffice, who: CanSend) -> BackfillAnswer:
    """Queue earlier days, or tell what sending them comes to."""
    if body.dry_run:
        return office.backfill.preview(store, body.first, body.last, body.frequency)
    return office.backfill.queue(store, body.first, body.last, who, body.frequency)
