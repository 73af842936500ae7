"""Stores, what their tills report, and the profiles that read it."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool

from services.api import bodies
from services.api.body_limit import file_of
from services.api.given import BusinessDate, StoreKey, TheDesk, TheOffice, TheShop
from services.api.guard import CanImport, CanSetUp, reads
from services.contract.answers import ImportAnswer, StoreAnswer, TotalsAnswer
from services.contract.replies import SourceAnswer

router = APIRouter(tags=["shop"])

FileName = Annotated[
    str, Query(description="The file's name, as people know it.", min_length=1, max_length=255)
]
Source = Annotated[str | None, Query(description="The source profile; none: records by contract.")]
WholeDays = Annotated[
    bool, Query(description="The file holds all receipts of its dates: what is missing is gone.")
]
ForStore = Annotated[str | None, Query(description="The store, where the profile names none.")]


@router.get("/v1/stores", dependencies=reads)
def stores(shop: TheShop) -> list[StoreAnswer]:
    """List the stores."""
    return shop.stores()


@router.post("/v1/stores")
def add_store(body: bodies.NewStore, shop: TheShop, who: CanSetUp) -> StoreAnswer:
    """Add a store."""
    return shop.add_store(body.model_dump(), who=who)


@router.patch("/v1/stores/{store}")
def set_store(store: StoreKey, body: bodies.StoreChanges, shop: TheShop, who: CanSetUp) -> StoreAnswer:
    """Change settings of a store."""
    return shop.set_store(store, body.model_dump(exclude_unset=True), who=who)


@router.get("/v1/stores/{store}/totals", dependencies=reads)
def totals(
    store: StoreKey,
    office: TheOffice,
    first: Annotated[BusinessDate, Query(alias="from")],
    last: Annotated[BusinessDate, Query(alias="to")],
) -> TotalsAnswer:
    """Tell what was taken in, by date, kind, category and tax code."""
    return office.totals(store, first=first, last=last)


@router.post("/v1/imports")
async def import_file(
    request: Request,
    desk: TheDesk,
    who: CanImport,
    name: FileName,
    source: Source = None,
    store: ForStore = None,
    whole_days: WholeDays = False,  # noqa: FBT002 - a query of the address
) -> ImportAnswer:
    """Take in one file: the body is its bytes, compressed or not."""
    with desk.spool.file() as file:
        await desk.spool.fill(file, file_of(request))
        take_in = partial(desk.shop.import_file, source=source, store=store, whole_days=whole_days, who=who)
        return await run_in_threadpool(take_in, name, file)


@router.get("/v1/sources", dependencies=reads)
def sources(shop: TheShop) -> list[SourceAnswer]:
    """List the source profiles."""
    return shop.sources()


@router.get("/v1/sources/{source}", dependencies=reads)
def source(source: str, shop: TheShop) -> SourceAnswer:
    """Show one source profile with its text."""
    return shop.source(source)


@router.post("/v1/sources")
def add_source(body: bodies.NewSource, shop: TheShop, who: CanSetUp) -> SourceAnswer:
    """Add a source profile, or replace one that was added."""
    return shop.add_source(body.name, body.text, who=who)


@router.post("/v1/sources/{source}/test")
async def try_source(
    source: str, request: Request, desk: TheDesk, who: CanImport, name: FileName, store: ForStore = None
) -> ImportAnswer:
    """Tell what importing one file through the profile would do; nothing is kept."""
    with desk.spool.file() as file:
        await desk.spool.fill(file, file_of(request))
        return await run_in_threadpool(desk.shop.test_source, source, name, file, store=store, who=who)
