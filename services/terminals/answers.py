"""An attempt of the journal as it crosses the socket. Pure."""

from __future__ import annotations

from typing import Any, cast

from services.books.money import from_minor, text_of
from services.contract.answers import ProblemAnswer
from services.contract.terminals import PaymentAnswer, PrintedAnswer, ResultAnswer
from services.store.tables import TerminalAttempt
from services.terminals.driver import Result
from services.terminals.journal import result_of


def payment_answer(row: TerminalAttempt) -> PaymentAnswer:
    """Return an attempt as plain data; amounts are strings in major units."""
    result = result_of(row)
    return {
        "id": row.id or 0,
        "terminal": row.terminal,
        "store": row.store,
        "till": row.till,
        "reference": row.till_reference,
        "kind": row.kind,
        "amount": _major(row.amount, row.currency),
        "currency": row.currency,
        "state": row.state,
        "partial": row.approved is not None and row.approved < row.amount,
        "created": row.created.isoformat(),
        "settled": None if row.settled is None else row.settled.isoformat(),
        "settled_by": row.settled_by,
        "result": None if result is None else _result(result, row.currency),
        "problem": None if row.problem is None else cast("ProblemAnswer", row.problem),
        "receipts": [_printed(part) for part in row.receipts or []],
    }


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
