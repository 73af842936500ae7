"""The log of a card terminal to take away, for its accreditation."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import Field, model_validator

from services.api.bodies import Body
from services.api.given import BusinessDate, TheDesk
from services.api.guard import CanSupport
from services.api.payments import TerminalKey
from services.api.sending import made

router = APIRouter(prefix="/v1", tags=["support"])

_TYPE = "application/zip"


class Pack(Body):
    """The first and last business date of a pack; all of them unless given."""

    first: Annotated[BusinessDate | None, Field(alias="from")] = None
    last: Annotated[BusinessDate | None, Field(alias="to")] = None

    @model_validator(mode="after")
    def _in_order(self) -> Pack:
        if self.first and self.last and self.first > self.last:
            raise ValueError("from is later than to")
        return self


@router.post("/terminals/{terminal}/pack", response_class=StreamingResponse)
async def terminal_pack(
    terminal: TerminalKey, desk: TheDesk, who: CanSupport, body: Pack | None = None
) -> StreamingResponse:
    """Make a zip of a terminal's payments and messages, without secrets."""
    asked = body or Pack()
    make = desk.office.support.terminal_pack
    wanted = partial(make, key=terminal, first=asked.first, last=asked.last, who=who)
    return await made(desk.spool, wanted, _TYPE)
