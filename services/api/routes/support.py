"""What support asks for: the doctor, and a bundle to take away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from services.api import bodies
from services.api.given import TheDesk, TheOffice
from services.api.guard import CanSupport, supports
from services.contract.support import DoctorAnswer

router = APIRouter(prefix="/v1", tags=["support"])

_CHUNK = 256 * 1024
_TYPE = "application/gzip"


@router.get("/doctor", dependencies=supports)
def doctor(office: TheOffice, store: Annotated[str | None, Query(max_length=100)] = None) -> DoctorAnswer:
    """Find tomorrow's failures today; changes nothing."""
    return office.support.doctor(store)


@router.post("/bundle", response_class=StreamingResponse)
async def bundle(desk: TheDesk, who: CanSupport, body: bodies.Bundle | None = None) -> StreamingResponse:
    """Make an archive for support, without secrets and names of people."""
    asked = body or bodies.Bundle()
    with ExitStack() as stack:
        file = stack.enter_context(desk.spool.file())
        make = desk.office.support.bundle
        await run_in_threadpool(make, file, desk.spool.folder, store=asked.store, days=asked.days, who=who)
        size = file.tell()
        kept = stack.pop_all()
    headers = {"Content-Length": str(size)}
    return StreamingResponse(_sent(file, kept), media_type=_TYPE, headers=headers)


def _sent(file: BinaryIO, kept: ExitStack) -> Iterator[bytes]:
    """Yield the archive; its file is gone when that is done, or given up."""
    with kept:
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk
