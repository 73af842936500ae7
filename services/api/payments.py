"""What routes of card payments share: bodies, and waiting for a payment.

For people at the socket and for tills at their own listener alike.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import Annotated

from fastapi import Path, Query
from fastapi.concurrency import run_in_threadpool
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.api.bodies import Body
from services.api.given import LARGEST_NUMBER, BusinessDate, RowNumber
from services.books.money import AmountError, parse_amount, to_minor
from services.contract.people import Person
from services.contract.problem import Refused
from services.contract.terminals import PaymentKind, ProgressAnswer
from services.terminals.counter.paying import Paying, Wanted
from services.terminals.counter.watching import Watch

_REFERENCE = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)


def _reference(text: str) -> str:
    if not _REFERENCE.fullmatch(text):
        raise PydanticCustomError(
            "reference", "it takes 1 to 64 letters, digits, dots, dashes, colons or underscores"
        )
    return text


TerminalKey = Annotated[str, Path(description="The terminal's key, as in front.", max_length=100)]
Reference = Annotated[str, Path(description="The till's own reference of the payment.", max_length=64)]
Wait = Annotated[float, Query(ge=0, le=60, description="Seconds to wait for the payment to end.")]
After = Annotated[
    int | None,
    Query(ge=0, le=LARGEST_NUMBER, description="Answer as soon as there is a step with a number above this."),
]
Amount = Annotated[str, Field(max_length=20, description="Major units, as in 12.50.")]
NewReference = Annotated[
    str,
    AfterValidator(_reference),
    Field(description="The till's own; the same one never pays twice."),
]


class NewPayment(Body):
    """A payment to take. `cash_out` is paid out in notes and charged besides.

    With an amount of 0 it is cash-out without a sale.
    """

    reference: NewReference
    amount: Amount
    cash_out: Amount = "0"
    business_date: BusinessDate | None = None


class NewRefund(Body):
    """Money to give back; of an earlier payment where one is named.

    `original` is its number, `original_reference` the till's reference of it.
    """

    reference: NewReference
    amount: Amount
    original: RowNumber | None = None
    original_reference: Annotated[str | None, Field(max_length=64)] = None
    business_date: BusinessDate | None = None


class NewReversal(Body):
    """A payment to take back as a whole."""

    reference: NewReference
    original: RowNumber | None = None
    original_reference: Annotated[str | None, Field(max_length=64)] = None
    business_date: BusinessDate | None = None


class Answered(Body):
    """What the cashier answers: one of the choices, and a text where it is asked."""

    choice: Annotated[str, Field(min_length=1, max_length=40)]
    text: Annotated[str, Field(max_length=200)] = ""


class Orders:
    """Takes orders for one caller: a till, with the store it belongs to, or a person."""

    def __init__(
        self, paying: Paying, till: str, store: str | None = None, who: Person | None = None
    ) -> None:
        self.paying = paying
        self.till = till
        self.store = store
        self.who = who

    async def payment(self, key: str, body: NewPayment, wait: float) -> ProgressAnswer:
        """Begin a payment; answer when it has ended, or after `wait` seconds."""
        more = {"cash_out": body.cash_out}
        return await self._begin(key, body, PaymentKind.PAYMENT, body.amount, wait, more)

    async def refund(self, key: str, body: NewRefund, wait: float) -> ProgressAnswer:
        """Begin a refund."""
        return await self._begin(key, body, PaymentKind.REFUND, body.amount, wait, {})

    async def reversal(self, key: str, body: NewReversal, wait: float) -> ProgressAnswer:
        """Begin a reversal."""
        return await self._begin(key, body, PaymentKind.REVERSAL, None, wait, {})

    async def progress(
        self, key: str, reference: str, wait: float, after: int | None, till: str | None
    ) -> ProgressAnswer:
        """Return where a payment stands, at once or when something happens."""
        watch = await run_in_threadpool(self.paying.watch, key, reference, till=till, store=self.store)
        await news(watch, after, wait)
        return await told(self.paying, watch, after)

    async def _begin(
        self,
        key: str,
        body: NewPayment | NewRefund | NewReversal,
        kind: PaymentKind,
        amount: str | None,
        wait: float,
        more: dict[str, str],
    ) -> ProgressAnswer:
        watch = await run_in_threadpool(self._order, key, body, kind, amount, more)
        await news(watch, None, wait)
        return await told(self.paying, watch, None)

    def _order(
        self,
        key: str,
        body: NewPayment | NewRefund | NewReversal,
        kind: PaymentKind,
        amount: str | None,
        more: dict[str, str],
    ) -> Watch:
        currency = self.paying.terminal(key, self.store).currency
        wanted = Wanted(
            reference=body.reference,
            kind=kind,
            amount=None if amount is None else minor(amount, currency),
            cash_out=minor(more.get("cash_out", "0"), currency),
            original=getattr(body, "original", None),
            original_reference=getattr(body, "original_reference", None),
            business_date=body.business_date,
        )
        return self.paying.pay(key, self.till, wanted, store=self.store, who=self.who)


def minor(amount: str, currency: str) -> int:
    """Return an amount in minor units; raise Refused for what is none."""
    try:
        return to_minor(parse_amount(amount, currency), currency)
    except AmountError as error:
        raise Refused(
            "The amount is not possible.",
            f"It {error}.",
            'Give a plain number such as "12.50".',
            code="invalid_amount",
        ) from error


async def news(watch: Watch, after: int | None, seconds: float) -> None:
    """Wait until a payment has ended, or has a step after `after`; at most `seconds`.

    The thread of the payment wakes the event loop at once: nothing is polled.
    """
    loop = asyncio.get_running_loop()
    happened = asyncio.Event()

    def wake() -> None:
        with suppress(RuntimeError):  # the loop is closed: the service has stopped
            loop.call_soon_threadsafe(happened.set)

    with watch.waking(wake), suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not watch.has_news(after):
                await happened.wait()
                happened.clear()


async def told(paying: Paying, watch: Watch, after: int | None) -> ProgressAnswer:
    """Return where a payment stands; one that ended is told without the database."""
    if watch.final:
        return paying.progress(watch, after)
    return await run_in_threadpool(paying.progress, watch, after)
