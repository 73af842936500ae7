"""What the terminal's last transaction says of an attempt (TERMINALS.md 6). Pure.

ZVT messages carry no reference of ours. The terminal is asked for its last transaction
right before each payment (the baseline) and again after a break; it serves nobody else
meanwhile, so a transaction that is new lies between the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.contract.terminals import PaymentState
from services.terminals.driver import Finding, Request, Result, Verdict
from services.terminals.zvt.codes import NOT_SUPPORTED

_RECEIPTS = 9999
_KEYS = ("receipt", "trace", "amount", "stated")
UNSUPPORTED = f"{NOT_SUPPORTED:02X}"
NONE = "none"
"""The terminal keeps no transaction; with the code of its refusal."""


@dataclass(frozen=True, slots=True)
class Last:
    """The last transaction the terminal tells of; `result` None: it tells of none."""

    result: Result | None
    code: str = ""
    """Why it tells of none."""

    def baseline(self) -> dict[str, str]:
        """Return it as it is kept in the journal."""
        if self.result is None:
            return {NONE: self.code}
        result = self.result
        values = (result.receipt, result.trace, str(result.amount), result.stated)
        return dict(zip(_KEYS, values, strict=True))


def compare(request: Request, said: Result | None, last: Last, *, partial: bool = False) -> Finding:
    """Return what the last transaction says of `request`.

    `said` is what the terminal had said of it before the break; `partial`: the terminal
    may approve less than was asked.
    """
    before, now = request.baseline, last.baseline()
    if not before or last.code == UNSUPPORTED:
        return _cannot("The terminal was not asked for its last transaction before this one.")
    if said is not None and said.state is PaymentState.APPROVED and _is(said, last.result):
        return Finding(Verdict.SETTLED, "The terminal's last transaction is the one it told of.", said)
    if now == before:
        return Finding(Verdict.NOT_CHARGED, "The terminal's last transaction is the one before this payment.")
    if last.result is None:
        return _cannot("The terminal keeps no transaction any more.")
    if said is not None and said.state is PaymentState.APPROVED:
        return _cannot(
            f"The terminal's last transaction is not the one it told of, but {_named(last.result)}."
        )
    return _new(request, before, last.result, partial=partial)


def same_transaction(one: Result, other: Result) -> bool:
    """Whether two results speak of the same transaction of a terminal."""
    return (one.receipt, one.trace, one.amount, one.stated) == (
        other.receipt,
        other.trace,
        other.amount,
        other.stated,
    )


def _new(request: Request, before: Mapping[str, str], last: Result, *, partial: bool) -> Finding:
    fits = last.amount == request.amount or (partial and 0 < last.amount < request.amount)
    if not fits or last.currency not in {"", request.currency}:
        return _cannot(f"The terminal's last transaction is {_named(last)}, which is not what was asked.")
    # What was undone or declined may have used up numbers, so ours need not be the very next.
    if NONE in before or 0 < _steps(before.get("receipt", ""), last.receipt) < _RECEIPTS // 2:
        return Finding(Verdict.SETTLED, f"The terminal's last transaction is {_named(last)}.", last)
    return _cannot(f"The terminal's last transaction is {_named(last)}, which is older than this payment.")


def _steps(before: str, now: str) -> int:
    """Return the steps between two receipts, over 9999; 0 when unknown."""
    if not (before.isdecimal() and now.isdecimal()):
        return 0
    return (int(now) - int(before)) % _RECEIPTS


def _is(said: Result, last: Result | None) -> bool:
    return last is not None and same_transaction(said, last)


def _named(result: Result) -> str:
    return f"receipt {result.receipt or '?'} over {result.amount} (minor units)"


def _cannot(why: str) -> Finding:
    return Finding(Verdict.CANNOT_TELL, why)
