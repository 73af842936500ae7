"""An attempt of the journal as it crosses the socket. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from services.books.money import from_minor, text_of
from services.contract.answers import ProblemAnswer
from services.contract.terminal_days import SettlementAnswer
from services.contract.terminals import PaymentAnswer, PaymentState, PrintedAnswer, ResultAnswer
from services.store.tables import TerminalAttempt, TerminalSettlement, TerminalTotal
from services.terminals.driver import Result
from services.terminals.journal import result_of

_UNSIGNED = "unsigned"


def payment_answer(row: TerminalAttempt) -> PaymentAnswer:
    """Return an attempt as plain data; amounts are strings in major units."""
    result = result_of(row)
    is_approved = row.state == PaymentState.APPROVED
    answer: PaymentAnswer = {
        "id": row.id or 0,
        "terminal": row.terminal,
        "store": row.store,
        "till": row.till,
        "reference": row.till_reference,
        "kind": str(row.kind),
        "amount": _major(row.amount, row.currency),
        "currency": row.currency,
        "business_date": None if row.business_date is None else row.business_date.isoformat(),
        "state": str(row.state),
        "partial": row.approved is not None and row.approved < row.amount,
        "charged": _major(charged(row), row.currency) if is_approved else None,
        "tender_reference": row.reference if is_approved else None,
        "created": row.created.isoformat(),
        "settled": None if row.settled is None else row.settled.isoformat(),
        "settled_by": row.settled_by,
        "note": row.note,
        "result": None if result is None else _result(result, row.currency),
        "problem": None if row.problem is None else cast("ProblemAnswer", row.problem),
        "receipts": [_printed(part) for part in row.receipts or []],
    }
    if row.cash_out:
        answer["cash_out"] = _major(row.cash_out, row.currency)
    return answer


def charged(row: TerminalAttempt) -> int:
    """Return what an approved attempt moved on the card, in minor units, above zero.

    The approved part, with cash-out, surcharge and tip: what the tender of the receipt
    comes to (RECEIPTS.md, kind `sale`). Where the terminal did not say so itself, a person's
    decision is of what was asked, with its cash-out.
    """
    said = row.result or {}
    if said.get("state") != PaymentState.APPROVED:
        return (row.approved or 0) + row.cash_out
    more = sum(int(said.get(name) or 0) for name in ("cash_out", "surcharge", "tip"))
    return (row.approved or 0) + more


def settlement_answer(row: TerminalSettlement, totals: Sequence[TerminalTotal]) -> SettlementAnswer:
    """Return an end of day, or a reading of the totals, with its schemes."""
    total = settled_total(row, totals)
    return {
        "id": row.id or 0,
        "terminal": row.terminal,
        "store": row.store,
        "closes": row.closes,
        "state": row.state,
        "started": row.started.isoformat(),
        "ended": None if row.ended is None else row.ended.isoformat(),
        "who": row.who,
        "business_date": None if row.business_date is None else row.business_date.isoformat(),
        "currency": row.currency,
        "amount": None if total is None else _major(total, row.currency),
        "reference": row.reference,
        "text": row.text,
        "schemes": [
            {
                "scheme": each.scheme,
                "kind": each.kind,
                "count": each.count,
                "amount": _major(each.amount, row.currency),
            }
            for each in totals
        ],
        "problem": None if row.problem is None else cast("ProblemAnswer", row.problem),
    }


def settled_total(row: TerminalSettlement, totals: Sequence[TerminalTotal]) -> int | None:
    """Return what a terminal counted in all, in minor units; None: it told nothing.

    Its own sum, else that of its schemes with refunds taken off.
    """
    if row.amount is not None:
        return row.amount
    return sum(signed(each) for each in totals) if totals else None


def as_covered(counted: int | None, covered: int, totals: Sequence[TerminalTotal]) -> int | None:
    """Return what was counted, with the sign of what it covers where it has none.

    ZVT's sums are digits only (kind `unsigned`); any other keeps its own sign.
    """
    is_unsigned = any(each.kind == _UNSIGNED for each in totals)
    return -counted if counted and is_unsigned and covered < 0 else counted


def signed(total: TerminalTotal) -> int:
    """Return what one scheme's total adds, in minor units: refunds below zero."""
    return -abs(total.amount) if total.kind == "refund" else total.amount


def _result(result: Result, currency: str) -> ResultAnswer:
    return {
        "approved": _major(result.amount, currency),
        "surcharge": _major(result.surcharge, currency),
        "tip": _major(result.tip, currency),
        "cash_out": _major(result.cash_out, currency),
        "card": result.card,
        "scheme": result.scheme,
        "auth_code": result.auth_code,
        "receipt": result.receipt,
        "trace": result.trace,
        "rrn": result.rrn,
        "terminal_id": result.terminal_id,
        "merchant_id": result.merchant_id,
        "entry_mode": result.entry_mode,
        "aid": result.aid,
        "signature": result.signature,
        "code": result.code,
        "text": result.text,
    }


def _printed(part: dict[str, Any]) -> PrintedAnswer:
    return {"copy": part["copy"], "lines": list(part["lines"])}


def _major(minor: int, currency: str) -> str:
    return text_of(from_minor(minor, currency), currency)
