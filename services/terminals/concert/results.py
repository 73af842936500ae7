"""What an answer of Concert V3 says of the payment that was asked. Pure."""

from __future__ import annotations

from services.contract.terminals import PaymentState
from services.terminals.concert.messages import Action, Message, Till
from services.terminals.concert.texts import (
    DONE,
    ENTRY_MODES,
    NOT_DONE,
    SCHEMES,
    code_of,
    contradicts,
    reason_text,
    state_of,
)
from services.terminals.currencies import CURRENCIES
from services.terminals.driver import Request, Result
from services.terminals.references import is_reference


def outcome(answer: Message, action: Action, request: Request, till: Till) -> Result:
    """Return what became of the request: UNKNOWN unless the answer agrees with it.

    Nothing is approved before AE 10 with the amount that was asked (TERMINALS.md 9).
    """
    status = answer.get("AE")
    says = status in {DONE, NOT_DONE} and not contradicts(status, answer.get("AF"))
    if not says or not _is_to(answer, action, request, till):
        return Result(PaymentState.UNKNOWN)
    amount = answer.amount()
    if status == NOT_DONE:
        fits = amount in {None, 0, request.amount}
        return described(answer, state_of(answer.get("AF")) if fits else PaymentState.UNKNOWN)
    fits = amount is not None and approves(amount, request, till)
    return described(answer, PaymentState.APPROVED if fits else PaymentState.UNKNOWN, amount or 0)


def approves(amount: int, request: Request, till: Till) -> bool:
    """Whether this amount approves the request: all, or a part where agreed."""
    return amount == request.amount or (till.partial and 0 < amount < request.amount)


def described(answer: Message, state: PaymentState, amount: int = 0) -> Result:
    """Return the parts of an answer that are kept."""
    return Result(
        state,
        amount=amount,
        currency=_currency(answer.get("CE")),
        card=answer.get("AA"),
        scheme=SCHEMES.get(answer.get("CC")[-1:], ""),
        auth_code=answer.get("AC"),
        terminal_id=answer.get("AQ"),
        merchant_id=answer.get("CG"),
        entry_mode=ENTRY_MODES.get(answer.get("CI"), ""),
        aid=answer.get("AI"),
        code=code_of(answer.get("AF")) or answer.get("AE"),
        text=reason_text(answer.get("AF")) if state is not PaymentState.APPROVED else "",
        stated=answer.get("AP"),
    )


def _is_to(answer: Message, action: Action, request: Request, till: Till) -> bool:
    """Whether an answer is to this request: it repeats what that said."""
    private = answer.get("CF")
    return (
        answer.get("CD") == action.value
        and answer.get("CA").lstrip("0") == till.number.lstrip("0")
        and answer.get("CE") in {"", f"{till.currency:03d}"}
        and (private == request.reference or not is_reference(private))
    )


def _currency(number: str) -> str:
    return CURRENCIES.get(int(number), number) if number.isdecimal() else number
