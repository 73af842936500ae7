"""Files that the service makes to be taken away: made whole, then sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import BinaryIO

from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from services.api.uploads import Spool

_CHUNK = 256 * 1024


async def made(spool: Spool, make: Callable[[BinaryIO], object], media_type: str) -> StreamingResponse:
    """Return what `make` writes as an answer; nothing is sent before it is whole."""
    with ExitStack() as stack:
        file = stack.enter_context(spool.file())
        await run_in_threadpool(make, file)
        size = file.tell()
        kept = stack.pop_all()
    headers = {"Content-Length": str(size)}
    return StreamingResponse(_sent(file, kept), media_type=media_type, headers=headers)


def _sent(file: BinaryIO, kept: ExitStack) -> Iterator[bytes]:
    """Yield the file; it is gone when that is done, or given up."""
    with kept:
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk
