"""From a terminal's answer to a result, and to what became of an attempt. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from services.contract.terminals import PaymentState
from services.terminals.driver import Finding, Request, Result, Verdict
from services.terminals.nexo.answers import StatusAnswer, Transaction, minor
from services.terminals.nexo.messages import Category
from services.terminals.nexo.requests import category_of
from services.terminals.nexo.texts import meaning


def result_of(told: Transaction, request: Request) -> Result:
    """Return what an answer means for the request it answers.

    UNKNOWN when it speaks of another sale, is still in progress, approves without naming
    an amount, or all of it with a smaller one: then it has to be asked for.
    """
    if told.reference not in {"", request.reference}:
        return Result(PaymentState.UNKNOWN, text="the terminal speaks of another sale")
    if not told.response.good:
        return _failed(told)
    result = _described(told, PaymentState.APPROVED)
    if category_of(request) is Category.REVERSAL:
        amount = told.amounts.authorized
        # Without an amount the whole of what was asked is reversed.
        done = request.amount if amount is None else minor(amount, request.currency)
        return _checked(replace(result, amount=done, currency=request.currency), told, request)
    return _checked(_with_amounts(result, told, request), told, request)


def finding_of(told: StatusAnswer, request: Request, sale: str) -> Finding:
    """Return what the answer to a question means for the attempt it is about."""
    if not told.response.good:
        return _not_told(told)
    header, repeated = told.header, told.repeated
    if header is None or repeated is None:
        return Finding(Verdict.CANNOT_TELL, "The terminal knows of it but does not say what became of it.")
    if (header.service, header.sale) != (request.reference, sale) or header.category != category_of(request):
        return Finding(Verdict.CANNOT_TELL, "The terminal speaks of another transaction.")
    result = result_of(repeated, request)
    if repeated.response.condition == "InProgress":
        return Finding(Verdict.RUNNING, "The terminal is still working on it.")
    if result.state is PaymentState.UNKNOWN:
        return Finding(Verdict.CANNOT_TELL, f"The terminal does not say it clearly: {result.text}.")
    return Finding(Verdict.SETTLED, "The terminal holds it.", result)


def _not_told(told: StatusAnswer) -> Finding:
    condition = told.response.condition
    if condition in {"InProgress", "Busy"}:
        return Finding(Verdict.RUNNING, "The terminal is still working on it.")
    if condition == "NotFound":
        return Finding(Verdict.NOT_CHARGED, "The terminal never had it.")
    _, words = meaning(condition)
    return Finding(Verdict.CANNOT_TELL, f"The terminal does not tell: {told.response.text or words}.")


def _failed(told: Transaction) -> Result:
    state, words = meaning(told.response.condition)
    if told.response.result != "Failure":
        # Neither a success nor a failure: nothing is known.
        return Result(PaymentState.UNKNOWN, code=told.response.result, text="an answer without a result")
    text = ": ".join(part for part in (words, told.response.text) if part)
    return replace(_described(told, state), code=told.response.condition, text=text)


def _described(told: Transaction, state: PaymentState) -> Result:
    return Result(
        state,
        card=told.card,
        scheme=told.scheme,
        auth_code=told.auth_code,
        rrn=told.acquirer_reference,
        provider=told.provider,
        terminal_id=told.terminal_id,
        merchant_id=told.merchant_id,
        entry_mode=told.entry_mode,
        aid=told.response.aid,
        signature=told.signature,
        code=told.response.result,
        text=told.response.text,
        stated=told.stated,
    )


def _checked(result: Result, told: Transaction, request: Request) -> Result:
    """Return a result; UNKNOWN where only a part is named and nothing says `Partial`."""
    if result.state is not PaymentState.APPROVED or result.amount >= request.amount:
        return result
    if not told.response.whole:
        return result
    named = f"{result.amount} where {request.amount} was asked (minor units)"
    return replace(result, state=PaymentState.UNKNOWN, text=f"it approves all of it, but names {named}")


def _with_amounts(result: Result, told: Transaction, request: Request) -> Result:
    amounts = told.amounts
    if amounts.authorized is None:
        return replace(result, state=PaymentState.UNKNOWN, text="it names no amount")
    currency = amounts.currency or request.currency

    def whole(amount: Decimal) -> int:
        return minor(amount, currency)

    sale = amounts.authorized - amounts.tip - amounts.fees - amounts.cash_out
    return replace(
        result,
        amount=whole(sale),
        currency=currency,
        tip=whole(amounts.tip),
        surcharge=whole(amounts.fees),
        cash_out=whole(amounts.cash_out),
    )
