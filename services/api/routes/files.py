"""Posting by file, when Xero is out of reach for good."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import Field, model_validator

from services.api.bodies import Body
from services.api.given import BusinessDate, StoreKey, TheOffice
from services.api.guard import CanPostByFile
from services.contract.keeping import ByFileAnswer, TakenBackAnswer

router = APIRouter(prefix="/v1/stores/{store}/by-file", tags=["files"])

_LONGEST = dt.timedelta(days=3 * 366)


class Span(Body):
    """The business dates meant, both ends included."""

    first: Annotated[BusinessDate, Field(alias="from")]
    last: Annotated[BusinessDate, Field(alias="to")]

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if not dt.timedelta(0) <= self.last - self.first <= _LONGEST:
            raise ValueError("from and to run forward, over three years at most")
        return self


class Handing(Span):
    """Dates to hand over, or to look at only."""

    dry_run: bool = False


class TakingBack(Span):
    """Dates to take back, and why."""

    reason: Annotated[str, Field(min_length=1, max_length=1000)]


@router.post("")
def post_by_file(store: StoreKey, body: Handing, office: TheOffice, who: CanPostByFile) -> ByFileAnswer:
    """Hand dates over as files; they are posted by file from then on."""
    if body.dry_run:
        return office.files.preview(store, body.first, body.last, who)
    return office.files.post(store, body.first, body.last, who)


@router.post("/take-back")
def take_back(store: StoreKey, body: TakingBack, office: TheOffice, who: CanPostByFile) -> TakenBackAnswer:
    """Let dates be sent again whose files were not imported."""
    return office.files.take_back(store, body.first, body.last, body.reason, who)
