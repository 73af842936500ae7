"""Card money in the books: receipts, totals, clearing accounts, payouts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field, model_validator

from services.api.bodies import Body, Text
from services.api.given import BusinessDate, First, Last, PathNumber, RowNumber, StoreKey, TheOffice
from services.api.guard import CanResolvePayments, reads
from services.contract.terminal_days import (
    AgreementAnswer,
    MatchAnswer,
    MatchesAnswer,
    PayoutAnswer,
    PayoutsAnswer,
    UnmatchedAnswer,
)

router = APIRouter(prefix="/v1/stores/{store}", tags=["terminals"])

Note = Annotated[str, Field(max_length=500)]
Amount = Annotated[str, Field(max_length=20, description="Major units, as in 1234.50.")]
Limit = Annotated[int, Query(ge=1, le=500)]


class NewMatch(Body):
    """An approval and the tender of a receipt that it belongs to."""

    payment: RowNumber
    till: Annotated[Text, Field(alias="register")]
    receipt: Text
    position: RowNumber = 1
    note: Note = ""


class Dismissal(Body):
    """An approval, or the tender of a receipt, that nothing belongs to; and why."""

    note: Annotated[str, Field(min_length=1, max_length=500)]
    payment: RowNumber | None = None
    till: Annotated[Text | None, Field(alias="register")] = None
    receipt: Text | None = None
    position: RowNumber = 1

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Dismissal:
        if (self.payment is None) == (self.receipt is None or self.till is None):
            raise ValueError("name a payment, or a register and a receipt")
        return self


class NewPayout(Body):
    """What the acquirer paid for a business date, less its fee."""

    business_date: BusinessDate
    amount: Amount
    fee: Amount = "0"
    paid: BusinessDate | None = None
    note: Note = ""


@router.get("/card-payments/unmatched", dependencies=reads)
def unmatched(store: StoreKey, office: TheOffice, first: First = None, last: Last = None) -> UnmatchedAnswer:
    """Show approvals without a receipt and card tenders without an approval."""
    return office.terminals.matches.unmatched(store, first, last)


@router.get("/card-payments/matches", dependencies=reads)
def matches(store: StoreKey, office: TheOffice, limit: Limit = 100) -> MatchesAnswer:
    """List what was joined or dismissed, newest first."""
    return {"matches": office.terminals.matches.listed(store, limit)}


@router.post("/card-payments/matches")
def match(store: StoreKey, body: NewMatch, office: TheOffice, who: CanResolvePayments) -> MatchAnswer:
    """Join an approval with a receipt by name."""
    return office.terminals.matches.join(
        store, body.payment, body.till, body.receipt, body.position, who, body.note
    )


@router.post("/card-payments/dismissals")
def dismiss(store: StoreKey, body: Dismissal, office: TheOffice, who: CanResolvePayments) -> MatchAnswer:
    """Take an approval, or a card tender, off the list by name."""
    tender = None
    if body.receipt is not None and body.till is not None:
        tender = body.till, body.receipt, body.position
    return office.terminals.matches.dismiss(store, who, body.note, payment=body.payment, tender=tender)


@router.delete("/card-payments/matches/{number}")
def take_apart(
    store: StoreKey, number: PathNumber, office: TheOffice, who: CanResolvePayments
) -> MatchAnswer:
    """Undo a match or a dismissal."""
    return office.terminals.matches.take_apart(store, number, who)


@router.get("/card-agreement", dependencies=reads)
def agreement(store: StoreKey, office: TheOffice, first: First = None, last: Last = None) -> AgreementAnswer:
    """Compare terminals, receipts, clearing accounts and payouts, date by date."""
    return office.terminals.money.agreement(store, first, last)


@router.get("/card-payouts", dependencies=reads)
def payouts(store: StoreKey, office: TheOffice, limit: Limit = 100) -> PayoutsAnswer:
    """List what the acquirer paid, newest first."""
    return {"payouts": office.terminals.money.payouts(store, limit)}


@router.post("/card-payouts")
def add_payout(store: StoreKey, body: NewPayout, office: TheOffice, who: CanResolvePayments) -> PayoutAnswer:
    """Note what the acquirer paid for a business date."""
    return office.terminals.money.add_payout(
        store, body.business_date, body.amount, who, fee=body.fee, paid=body.paid, note=body.note
    )


@router.delete("/card-payouts/{number}")
def remove_payout(
    store: StoreKey, number: PathNumber, office: TheOffice, who: CanResolvePayments
) -> PayoutAnswer:
    """Take a payout out again."""
    return office.terminals.money.remove_payout(store, number, who)
