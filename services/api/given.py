"""What handlers are given: parts of the service, and of an address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Query, Request

from services.api.bus import EventBus
from services.api.people import People
from services.api.shop import Shop
from services.api.uploads import Spool
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

StoreKey = Annotated[str, Path(description="The store's key, as in queen-st.", max_length=100)]
Day = Annotated[dt.date, Path(description="A business date of the store.")]
First = Annotated[dt.date | None, Query(alias="from", description="The first business date.")]
Last = Annotated[dt.date | None, Query(alias="to", description="The last business date.")]
