"""What an answer of E+ says of the payment that was asked. Pure."""

from __future__ import annotations

from services.contract.terminals import PaymentState
from services.terminals.currencies import CURRENCIES
from services.terminals.driver import Finding, Request, Result, Verdict
from services.terminals.eplus.messages import DONE, MODES, NOT_DONE, UNVERIFIED, Ask, Told
from services.terminals.references import is_reference

_NO_QUESTION = (
    "E+ terminals cannot be asked about an earlier payment: "
    "the terminal's duplicate slip or its display tells."
)
_TEXTS = {
    DONE: "done",
    NOT_DONE: "not carried out: refused, abandoned or timed out",
    UNVERIFIED: "could not be verified",
}


def answers(told: Told, ask: Ask) -> bool:
    """Whether an answer can be to this request.

    One for another till, or with another reference of ours, is to something earlier.
    """
    other = is_reference(told.private) and told.private != ask.private
    return told.till == ask.till and not other


def result_of(told: Told, ask: Ask) -> Result:
    """Return what an answer came to: UNKNOWN unless it agrees with what was asked."""
    currency = CURRENCIES.get(told.currency, f"{told.currency:03d}")
    wrong = _contradiction(told, ask, currency)
    state = _state(told.result) if not wrong else PaymentState.UNKNOWN
    return Result(
        state,
        amount=told.amount if state is PaymentState.APPROVED or wrong else 0,
        currency=currency,
        card=told.card,
        scheme=MODES.get(told.mode, ""),
        receipt="" if told.private in {"", ask.private} or not told.private.strip("0") else told.private,
        code=told.result,
        text=wrong or _TEXTS.get(told.result, f"result {told.result}"),
    )


def finding(said: Result | None, request: Request) -> Finding | None:
    """Return what is known without asking: what had been said before the break."""
    if said is None:
        return None
    if said.state is PaymentState.APPROVED and (said.amount, said.currency) != (
        request.amount,
        request.currency,
    ):
        return Finding(Verdict.CANNOT_TELL, said.text)
    if said.state in {PaymentState.APPROVED, PaymentState.DECLINED}:
        return Finding(Verdict.SETTLED, "The terminal had answered before the break.", said)
    return Finding(Verdict.CANNOT_TELL, f"The terminal's answer settles nothing: {said.text}.")


def cannot_tell() -> Finding:
    """Return that nobody but a person can tell."""
    return Finding(Verdict.CANNOT_TELL, _NO_QUESTION)


def _state(result: str) -> PaymentState:
    if result == DONE:
        return PaymentState.APPROVED
    return PaymentState.DECLINED if result == NOT_DONE else PaymentState.UNKNOWN


def _contradiction(told: Told, ask: Ask, currency: str) -> str:
    """Return what is wrong with an answer; empty when nothing is."""
    nothing_done = told.result == NOT_DONE and told.amount == 0
    if (told.amount, told.currency) == (ask.amount, ask.currency) or nothing_done:
        return ""
    asked = CURRENCIES.get(ask.currency, f"{ask.currency:03d}")
    return f"it speaks of {told.amount} {currency} where {ask.amount} {asked} was asked (minor units)"
