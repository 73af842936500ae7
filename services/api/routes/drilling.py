"""From a number down to its receipts."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from services.api.given import LARGEST_NUMBER, Day, StoreKey, TheOffice
from services.api.guard import reads
from services.contract.drilling import BehindAnswer, BillAnswer, PostingsAnswer, ReceiptAnswer
from services.store.behind import Number
from services.sync.showing import preview
from services.sync.showing.apart import Side, Wanted

router = APIRouter(prefix="/v1/stores/{store}", tags=["receipts"])

BillKind = Literal["purchase", "purchase_credit"]
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
    receipt: Only = None,
    section: Only = None,
    document: Only = None,
    line: Annotated[
        int | None, Query(ge=0, le=LARGEST_NUMBER, description="Of the document; 0 is the first.")
    ] = None,
    moves: Annotated[
        str | None, Query(max_length=200, description="An account: its code, or AR, AP or TAX.")
    ] = None,
    side: Annotated[Side, Query(description="On which the account's movement counts.")] = "debit",
    check: Annotated[str | None, Query(max_length=2_000, description="An equality, in its words.")] = None,
    shape: Only = None,
    first: Annotated[int, Query(ge=0, le=LARGEST_NUMBER)] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 500,
) -> BehindAnswer:
    """List the receipts and bills behind a number of the day, with a running sum."""
    number = Number(kind, category, account, tax_code, tender, register, receipt, section)
    named = moves or check or document
    of = Wanted(moves, side, check, document, line, preview.shape_of(shape)) if named else None
    return office.drilling.behind(store, date, number, of=of, first=first, limit=limit)


@router.get("/bills/{kind}/{bill:path}", dependencies=reads)
def bill(store: StoreKey, kind: BillKind, bill: str, office: TheOffice) -> BillAnswer:
    """Show one supplier's bill or credit."""
    return office.drilling.bill(store, kind, bill)


@router.get("/registers/{register}/receipts/{receipt}", dependencies=reads)
def receipt(store: StoreKey, register: str, receipt: str, office: TheOffice) -> ReceiptAnswer:
    """Show one receipt."""
    return office.drilling.receipt(store, register, receipt)


@router.get("/days/{date}/postings", dependencies=reads)
def postings(store: StoreKey, date: Day, office: TheOffice, shape: Only = None) -> PostingsAnswer:
    """Show what the day's documents post, by account; in another shape if named."""
    return office.drilling.postings(store, date, shape)
