"""What the terminal's last transaction says of an attempt (TERMINALS.md 6). Pure.

ZVT messages carry no reference of ours. The terminal is asked for its last transaction
right before each payment (the baseline) and again after a break; it serves nobody else
meanwhile but who types an amount in by hand, so a transaction that is new lies between
the two, and is ours if it is of the amount and of the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.contract.terminals import PaymentState
from services.terminals.driver import Finding, Request, Result, Verdict
from services.terminals.stated import SENT, may_be_of, without_year
from services.terminals.zvt.codes import NOT_SUPPORTED

_RECEIPTS = 9999
_MOST_STEPS = 20
"""Receipts that what was undone or declined may have used up since the one before."""
_ZONE = ZoneInfo("Europe/Vienna")
"""Germany, Austria and Switzerland have one time."""
_KEYS = ("receipt", "trace", "amount", "stated", "terminal")
UNSUPPORTED = f"{NOT_SUPPORTED:02X}"
NONE = "none"
"""The terminal told of no transaction; with the code of its refusal."""
_KEEPS_NONE = "64"
"""It keeps none. Any other refusal, or silence, says nothing of what it keeps."""


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
        values = (result.receipt, result.trace, str(result.amount), result.stated, result.terminal_id)
        return dict(zip(_KEYS, values, strict=True))


def compare(request: Request, said: Result | None, last: Last, *, partial: bool = False) -> Finding:
    """Return what the last transaction says of `request`.

    `said` is what the terminal had said of it before the break; `partial`: the terminal
    may approve less than was asked.
    """
    now = last.baseline()
    before = {name: value for name, value in request.baseline.items() if name != SENT}
    if said is not None and said.state is PaymentState.APPROVED and _is(said, last.result):
        return Finding(Verdict.SETTLED, "The terminal's last transaction is the one it told of.", said)
    if why := _doubt(before, now):
        return _cannot(why)
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
    sent = request.baseline.get(SENT)
    if not may_be_of(without_year(last.stated, sent), sent, _ZONE):
        return _cannot(
            f"The terminal's last transaction is {_named(last)}, of {last.stated} on its clock: "
            "that is not when this payment was sent."
        )
    # What was undone or declined may have used up numbers, so ours need not be the very next.
    if NONE in before or 0 < _steps(before.get("receipt", ""), last.receipt) <= _MOST_STEPS:
        return Finding(Verdict.SETTLED, f"The terminal's last transaction is {_named(last)}.", last)
    return _cannot(f"The terminal's last transaction is {_named(last)}, which is older or much newer.")


def _steps(before: str, now: str) -> int:
    """Return the steps between two receipts, over 9999; 0 when unknown."""
    if not (before.isdecimal() and now.isdecimal()):
        return 0
    return (int(now) - int(before)) % _RECEIPTS


def _is(said: Result, last: Result | None) -> bool:
    known = said.receipt or said.trace or said.stated
    return bool(known) and last is not None and same_transaction(said, last)


def _is_telling(told: Mapping[str, str]) -> bool:
    """Whether it tells transactions apart, or that the terminal keeps none."""
    if NONE in told:
        return told[NONE] == _KEEPS_NONE
    return any(told.get(name) for name in ("receipt", "trace", "stated"))


def _doubt(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Return why the two cannot be compared; empty when they can."""
    if not (_is_telling(before) and _is_telling(now)):
        return "The terminal does not tell its transactions apart, or did not before this one."
    one, other = before.get("terminal", ""), now.get("terminal", "")
    return "Another terminal stands there now." if one and other and one != other else ""


def _named(result: Result) -> str:
    return f"receipt {result.receipt or '?'} over {result.amount} (minor units)"


def _cannot(why: str) -> Finding:
    return Finding(Verdict.CANNOT_TELL, why)
