"""What handlers are given: parts of the service, and of an address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from pydantic import AfterValidator, AwareDatetime, Field

from services.api.bus import EventBus
from services.api.people import People
from services.api.shop import Shop
from services.api.uploads import Spool
from services.books.calendar import FIRST_DATE, LAST_DATE
from services.sync.office import Office


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the routes call. One a service, kept as `app.state.desk`."""

    office: Office
    shop: Shop
    people: People
    bus: EventBus
    spool: Spool


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _office(request: Request) -> Office:
    return _desk(request).office


def _shop(request: Request) -> Shop:
    return _desk(request).shop


TheDesk = Annotated[Desk, Depends(_desk)]
TheOffice = Annotated[Office, Depends(_office)]
TheShop = Annotated[Shop, Depends(_shop)]

LARGEST_NUMBER = 2**31 - 1
"""Of a row in every database."""
PathNumber = Annotated[int, Path(ge=1, le=LARGEST_NUMBER)]
QueryNumber = Annotated[int | None, Query(ge=1, le=LARGEST_NUMBER)]
RowNumber = Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]

StoreKey = Annotated[str, Path(description="The store's key, as in queen-st.", max_length=100)]
BusinessDate = Annotated[dt.date, Field(ge=FIRST_DATE, le=LAST_DATE)]
Day = Annotated[BusinessDate, Path(description="A business date of the store.")]
First = Annotated[BusinessDate | None, Query(alias="from", description="The first business date.")]
Last = Annotated[BusinessDate | None, Query(alias="to", description="The last business date.")]


def _in_utc(moment: dt.datetime) -> dt.datetime:
    try:
        return moment.astimezone(dt.UTC)
    except OverflowError:
        raise ValueError("lies outside the calendar") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A zoned time, in UTC."""
