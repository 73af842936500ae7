"""What support asks for: the doctor, and a bundle to take away."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from services.api import bodies
from services.api.given import TheDesk, TheOffice
from services.api.guard import CanSupport, supports
from services.api.sending import made
from services.contract.support import DoctorAnswer

router = APIRouter(prefix="/v1", tags=["support"])

_TYPE = "application/gzip"


@router.get("/doctor", dependencies=supports)
def doctor(office: TheOffice, store: Annotated[str | None, Query(max_length=100)] = None) -> DoctorAnswer:
    """Find tomorrow's failures today; changes nothing."""
    return office.support.doctor(store)


@router.post("/bundle", response_class=StreamingResponse)
async def bundle(desk: TheDesk, who: CanSupport, body: bodies.Bundle | None = None) -> StreamingResponse:
    """Make an archive for support, without secrets and names of people."""
    asked = body or bodies.Bundle()
    make = desk.office.support.bundle
    wanted = partial(make, folder=desk.spool.folder, store=asked.store, days=asked.days, who=who)
    return await made(desk.spool, wanted, _TYPE)
