"""From what a terminal says to what the journal keeps of it. Pure."""

from __future__ import annotations

from services.contract.terminals import PaymentState
from services.terminals.driver import Result
from services.terminals.zvt.codes import NO_ERROR
from services.terminals.zvt.messages import StatusInformation
from services.terminals.zvt.texts import result_text


def result_of(status: StatusInformation) -> Result:
    """Return a status information as a result; the amount is what was approved."""
    approved = status.result == NO_ERROR
    return Result(
        state=PaymentState.APPROVED if approved else PaymentState.DECLINED,
        amount=(status.amount or 0) if approved else 0,
        currency=status.currency,
        card=status.card,
        scheme=status.scheme,
        auth_code=status.auth_code,
        receipt=status.receipt,
        trace=status.trace,
        terminal_id=status.terminal_id,
        merchant_id=status.merchant_id,
        entry_mode=status.entry_mode,
        aid=status.aid,
        signature=status.signature,
        code="" if status.result is None else f"{status.result:02X}",
        text=status.text or ("" if approved or status.result is None else result_text(status.result)),
        stated=status.stated,
        more={"mirror": status.mirror} if status.mirror else {},
    )
