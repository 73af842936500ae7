"""From a number down to its receipts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from services.api.given import Day, StoreKey, TheOffice
from services.api.guard import reads
from services.contract.drilling import BehindAnswer, PostingsAnswer, ReceiptAnswer
from services.store.behind import Number

router = APIRouter(prefix="/v1/stores/{store}", tags=["receipts"])

Only = Annotated[str | None, Query(max_length=200)]


@router.get("/days/{date}/receipts", dependencies=reads)
def behind(
    store: StoreKey,
    date: Day,
    office: TheOffice,
    kind: Only = None,
    category: Only = None,
    account: Only = None,
    tax_code: Only = None,
    tender: Only = None,
    register: Only = None,
    first: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 500,
) -> BehindAnswer:
    """List the receipts behind a number of the day, with a running sum."""
    number = Number(kind, category, account, tax_code, tender, register)
    return office.drilling.behind(store, date, number, first=first, limit=limit)


@router.get("/registers/{register}/receipts/{receipt}", dependencies=reads)
def receipt(store: StoreKey, register: str, receipt: str, office: TheOffice) -> ReceiptAnswer:
    """Show one receipt."""
    return office.drilling.receipt(store, register, receipt)


@router.get("/days/{date}/postings", dependencies=reads)
def postings(store: StoreKey, date: Day, office: TheOffice) -> PostingsAnswer:
    """Show what the day's documents post, by account."""
    return office.drilling.postings(store, date)
