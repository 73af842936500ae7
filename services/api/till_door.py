"""What tills may ask, over loopback TCP with their key.

Payment things for terminals of their own store, and nothing else: every route here stands
behind `TillKey`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent

from services.api import errors
from services.api.body_limit import BodyLimit
from services.api.given import Desk, TheOffice
from services.api.payments import (
    After,
    Answered,
    NewPayment,
    NewRefund,
    NewReversal,
    Orders,
    Reference,
    TerminalKey,
    Wait,
    news,
)
from services.api.requests_log import RequestsLog
from services.api.version import VERSION
from services.contract.people import Person
from services.contract.problem import NotAllowed
from services.contract.terminal_shop import DoneAnswer, TillTerminalAnswer, TillTerminalsAnswer
from services.contract.terminals import ProgressAnswer, StepAnswer
from services.terminals.counter.keys import Till
from services.terminals.driver import Answer

_LARGEST_BODY = 64 * 1024
_SCHEME = "bearer "
_BREATH = 20.0
"""Seconds after which a stream says that it is still there."""


class TillKey:
    """Lets a till through that shows a key in force; else raises NotAllowed."""

    def __init__(self, *, refunds: bool = False) -> None:
        self.refunds = refunds

    def __call__(
        self,
        request: Request,
        office: TheOffice,
        authorization: Annotated[str, Header(description="Bearer, and the till's key.")] = "",
    ) -> Till:
        """Return the till that calls."""
        shown = authorization[len(_SCHEME) :] if authorization.lower().startswith(_SCHEME) else ""
        till = office.terminals.keys.till(shown.strip())
        request.state.person = Person(f"till {till.till} of {till.store}", None, frozenset())
        if self.refunds and not till.refunds:
            raise NotAllowed(
                "This till may not give money back to cards.",
                "Its key was made without that right.",
                "Have a manager do it, or make a key with: tillbook terminal key create --refunds",
                code="till_key",
            )
        return till


TheTill = Annotated[Till, Depends(TillKey())]
RefundingTill = Annotated[Till, Depends(TillKey(refunds=True))]

router = APIRouter(prefix="/v1/terminals", tags=["tills"])


def _orders(office: TheOffice, till: Till) -> Orders:
    return Orders(office.terminals.payments, till.till, till.store)


@router.get("")
def terminals(office: TheOffice, till: TheTill) -> TillTerminalsAnswer:
    """List the terminals of the till's store."""
    rows = office.terminals.terminals.listed(till.store)
    listed: list[TillTerminalAnswer] = [
        {
            "key": row["key"],
            "name": row["name"],
            "currency": row["currency"],
            "state": row["state"],
            "abilities": row["abilities"],
            "error": row["error"],
        }
        for row in rows
    ]
    return {"store": till.store, "till": till.till, "terminals": listed}


@router.post("/{terminal}/payments")
async def pay(
    terminal: TerminalKey, body: NewPayment, office: TheOffice, till: TheTill, wait: Wait = 0
) -> ProgressAnswer:
    """Take a payment; the same reference and content is the same payment."""
    return await _orders(office, till).payment(terminal, body, wait)


@router.post("/{terminal}/refunds")
async def refund(
    terminal: TerminalKey, body: NewRefund, office: TheOffice, till: RefundingTill, wait: Wait = 0
) -> ProgressAnswer:
    """Give money back to a card."""
    return await _orders(office, till).refund(terminal, body, wait)


@router.post("/{terminal}/reversals")
async def reverse(
    terminal: TerminalKey, body: NewReversal, office: TheOffice, till: RefundingTill, wait: Wait = 0
) -> ProgressAnswer:
    """Take a payment back as a whole."""
    return await _orders(office, till).reversal(terminal, body, wait)


@router.get("/{terminal}/payments/{reference}")
async def payment(
    terminal: TerminalKey,
    reference: Reference,
    office: TheOffice,
    till: TheTill,
    wait: Wait = 0,
    after: After = None,
) -> ProgressAnswer:
    """Tell where a payment stands, at once or when something happens."""
    return await _orders(office, till).progress(terminal, reference, wait, after, till.till)


@router.get("/{terminal}/payments/{reference}/events", response_class=EventSourceResponse)
async def events(
    terminal: TerminalKey,
    reference: Reference,
    office: TheOffice,
    till: TheTill,
    after: After = None,
    last_event_id: Annotated[str, Header(description="Of the last event before a break.")] = "",
) -> AsyncIterator[ServerSentEvent]:
    """Tell each step of a payment as it happens, then what it came to (`result`).

    After a break it goes on behind `after`, or behind the last event that came.
    """
    payments = office.terminals.payments
    watch = await run_in_threadpool(payments.watch, terminal, reference, till=till.till, store=till.store)
    seen = watch.seen(_last_seen(after, last_event_id))
    while True:
        for step in seen.steps:
            yield _event(step)
        if seen.over or watch.released:
            break
        await news(watch, seen.last, _BREATH)
        seen = watch.seen(seen.last)
    if seen.over:
        ended = await run_in_threadpool(payments.progress, watch, seen.last)
        yield ServerSentEvent(data=ended, event="result")


@router.post("/{terminal}/payments/{reference}/abort")
def abort(terminal: TerminalKey, reference: Reference, office: TheOffice, till: TheTill) -> DoneAnswer:
    """Ask this payment to abort; it may be approved all the same."""
    payments = office.terminals.payments
    watch = payments.watch(terminal, reference, till=till.till, store=till.store)
    return {"done": payments.abort(terminal, store=till.store, watch=watch), "by": till.till}


@router.post("/{terminal}/payments/{reference}/answer")
def answer(
    terminal: TerminalKey, reference: Reference, body: Answered, office: TheOffice, till: TheTill
) -> DoneAnswer:
    """Answer what the terminal asks the cashier during this payment."""
    payments = office.terminals.payments
    watch = payments.watch(terminal, reference, till=till.till, store=till.store)
    given = Answer(body.choice, body.text)
    done = payments.answer(terminal, given, store=till.store, watch=watch)
    return {"done": done, "by": till.till}


def create_till_app(desk: Desk) -> FastAPI:
    """Return the ASGI app that tills call."""
    app = FastAPI(
        title="Tillbook for tills",
        summary="Card payments for the tills of this machine.",
        version=VERSION,
        openapi_url=None,
        responses=errors.RESPONSES,
    )
    app.state.desk = desk
    errors.install(app, "docs/terminals.md (Tills)")
    app.add_middleware(BodyLimit, largest=_LARGEST_BODY)
    app.add_middleware(RequestsLog)
    app.include_router(router)
    return app


def _last_seen(after: int | None, last_event_id: str) -> int:
    """Return the number of the last step that a watcher has; 0 for none."""
    told = re.fullmatch(r"[0-9]{1,9}", last_event_id)
    return int(told[0]) if after is None and told else after or 0


def _event(step: StepAnswer) -> ServerSentEvent:
    return ServerSentEvent(data=step, event=step["kind"], id=str(step["number"]))
