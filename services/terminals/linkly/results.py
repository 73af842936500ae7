"""What a transaction of the EFT-Client comes to. Pure."""

from __future__ import annotations

from dataclasses import replace

from services.contract.cards import MASK
from services.contract.terminals import PaymentState
from services.terminals.driver import Finding, Request, Result, Verdict
from services.terminals.linkly.codes import (
    APPROVED,
    BUSY,
    CANCELLED,
    ENTRY_MODES,
    NO_PREVIOUS,
    REFUSALS,
    SCHEMES,
    SIGNATURE,
    code_text,
    letter_of,
)
from services.terminals.linkly.responses import LastResponse, TransactionResponse
from services.terminals.places import WHERE

_DIGITS = 9


def result_of(told: TransactionResponse, currency: str) -> Result:
    """Return it as a result; UNKNOWN where what was said contradicts itself."""
    state = _state(told)
    approved = state is PaymentState.APPROVED
    return Result(
        state,
        amount=told.purchase if approved else 0,
        currency=currency,
        card=told.card,
        scheme=_scheme(told),
        auth_code=told.auth,
        trace=told.stan,
        rrn=told.rrn,
        provider=_handle(told),
        terminal_id=told.catid,
        merchant_id=told.caid,
        entry_mode=ENTRY_MODES.get(told.entry, ""),
        surcharge=_surcharge(told) if approved else 0,
        tip=told.tip if approved else 0,
        cash_out=told.cash if approved else 0,
        signature=told.outcome.code == SIGNATURE,
        code=told.outcome.code,
        text=code_text(told.outcome.code, told.outcome.text),
        stated=told.stated,
    )


def is_ours(told: TransactionResponse, request: Request, *, training: bool) -> bool:
    """Whether it speaks of this attempt: reference, type, amount not above, training.

    Where it says no type, the reference decides (a refusal may be bare).
    """
    return (
        told.reference == request.reference
        and told.letter.strip() in {"", letter_of(request)}
        and told.purchase <= request.amount
        and told.cash <= request.cash_out
        and told.training == training
    )


def without_surcharge(told: TransactionResponse, request: Request) -> TransactionResponse | None:
    """Return it with the surcharge out of its purchase, where the bank put it in.

    None for a part of the sale that does not say whether the surcharge is in it.
    """
    extra = _surcharge(told)
    if not extra or told.purchase == request.amount:
        return told
    apart, inside = told, replace(told, purchase=told.purchase - extra)
    if inside.purchase == request.amount:
        return inside
    if not told.outcome.success:
        return told
    whole, moved = _whole_sale(told, request), told.purchase + told.cash + told.tip
    if whole == moved:
        return inside if inside.purchase > 0 else None
    return apart if whole == moved + extra else None


def find(
    request: Request, told: LastResponse, currency: str, *, where: str, training: bool = False
) -> Finding:
    """Return what an answer to N says of an attempt (TERMINALS.md 2.3).

    A transaction with another reference means that ours never reached the PIN pad, if
    this is the client it was sent to.
    """
    call, last = told.call, told.transaction
    if call.code in BUSY or not (call.success or call.code == NO_PREVIOUS):
        return Finding(Verdict.RUNNING, f"The terminal cannot say it now: {code_text(call.code, call.text)}.")
    if last is None and call.code != NO_PREVIOUS:
        return Finding(Verdict.CANNOT_TELL, "The terminal tells of a transaction without naming it.")
    if last is None or last.reference != request.reference:
        return never_came(request, where)
    return judge(last, request, currency, training=training)


def judge(told: TransactionResponse, request: Request, currency: str, *, training: bool = False) -> Finding:
    """Return what the transaction under an attempt's reference says of it."""
    bare = without_surcharge(told, request)
    if bare is None or not is_ours(bare, request, training=training):
        return Finding(Verdict.CANNOT_TELL, f"Under its reference the terminal has {_named(told)}.")
    result = result_of(bare, currency)
    if result.state is PaymentState.UNKNOWN:
        return Finding(Verdict.CANNOT_TELL, f"The terminal contradicts itself: {_named(told)}.")
    return Finding(Verdict.SETTLED, f"The terminal has {_named(told)}.", result)


def never_came(request: Request, where: str) -> Finding:
    """Return the finding of an attempt the terminal does not know."""
    if request.baseline.get(WHERE) != where:
        return Finding(
            Verdict.CANNOT_TELL,
            "The terminal was set up anew since this payment was sent, and does not know it.",
        )
    return Finding(Verdict.NOT_CHARGED, "The terminal does not know this payment: it never came there.")


class OnceMore:
    """Believes that a terminal does not know an attempt when it says so twice.

    A request that was on its way when the line broke may get there after the first question.
    """

    def __init__(self) -> None:
        self._unknown = ""

    def believed(self, finding: Finding, request: Request) -> Finding:
        """Return the finding; to be asked again, the first time that it is not known."""
        if finding.verdict is Verdict.NOT_CHARGED and self._unknown != request.reference:
            self._unknown = request.reference
            return Finding(Verdict.RUNNING, "The terminal does not know it; it is asked once more.")
        return finding


def _state(told: TransactionResponse) -> PaymentState:
    outcome = told.outcome
    if outcome.code in (REFUSALS if outcome.success else APPROVED):
        return PaymentState.UNKNOWN
    if outcome.success:
        return PaymentState.APPROVED
    return PaymentState.CANCELLED if outcome.code == CANCELLED else PaymentState.DECLINED


def _handle(told: TransactionResponse) -> str:
    """Return the RFN, needed to give back; none that passes for a card number."""
    handle = told.pad.get("RFN", "")
    return "" if MASK in handle else handle


def _surcharge(told: TransactionResponse) -> int:
    value = told.pad.get("SUR", "")
    return int(value) if _is_number(value) else 0


def _whole_sale(told: TransactionResponse, request: Request) -> int | None:
    """Return the sum of the sale as the bank has it; None where it only repeats ours."""
    value = told.pad.get("AMT", "")
    whole = int(value) if _is_number(value) else request.amount
    return None if whole == request.amount else whole


def _scheme(told: TransactionResponse) -> str:
    code = told.card_name
    known = SCHEMES.get(int(code)) if _is_number(code) else None
    return known or told.card_type


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _DIGITS


def _named(told: TransactionResponse) -> str:
    outcome = told.outcome
    return f"{told.purchase} (minor units), {code_text(outcome.code, outcome.text).lower()}"
