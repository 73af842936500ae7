"""What the terminal's last transaction says of an attempt (TERMINALS.md 6). Pure.

ZVT messages carry no reference of ours. The terminal is asked for its last transaction
right before each payment (the baseline) and again after a break; it serves nobody else
meanwhile but who types an amount in by hand, so a transaction that is new lies between
the two, and is ours if it is of the amount and of the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.contract.terminals import PaymentState
from services.terminals.driver import Finding, Request, Result, Verdict
from services.terminals.places import MOVED, WHERE, has_moved
from services.terminals.stated import SENT, may_be_of, without_year
from services.terminals.zvt.codes import NOT_SUPPORTED

_RECEIPTS, _TRACES = 9999, 999_999
_MOST_STEPS = 20
"""Receipts that what was undone or declined may have used up since the one before."""
_SAME_DAY = timedelta(minutes=15)
"""How soon after it was sent nobody has run an end of day."""
_ZONE = ZoneInfo("Europe/Vienna")
"""Germany, Austria and Switzerland have one time."""
_KEYS = ("receipt", "trace", "amount", "stated", "terminal")
_CLOCK, _NO_TIME = ":", "0-: "
"""Part of a time on the clock; what one that was never set is made of."""
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


def compare(
    request: Request,
    said: Result | None,
    last: Last,
    *,
    partial: bool = False,
    asked: datetime | None = None,
    where: str = "",
) -> Finding:
    """Return what the last transaction says of `request`.

    `said` is what the terminal had said of it before the break; `partial`: the terminal
    may approve less than was asked; `asked`, `where`: when and where it was asked for its
    last transaction.
    """
    now = last.baseline()
    before = {name: value for name, value in request.baseline.items() if name not in {SENT, WHERE}}
    if said is not None and said.state is PaymentState.APPROVED and is_the_same(said, last.result):
        return Finding(Verdict.SETTLED, "The terminal's last transaction is the one it told of.", said)
    if why := _doubt(before, now, moved=has_moved(request.baseline, where)):
        return _cannot(why)
    if now == before:
        return _unchanged(request, now, asked)
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


def is_the_same(said: Result, last: Result | None) -> bool:
    """Whether two results speak of one transaction, and name it."""
    named = _names(said.receipt, said.trace, said.stated)
    return named and last is not None and same_transaction(said, last)


def _unchanged(request: Request, now: Mapping[str, str], asked: datetime | None) -> Finding:
    if NONE in now and _may_have_ended_its_day(request, asked):
        return _cannot("The terminal keeps no transaction: it may have run its end of day since this one.")
    return Finding(Verdict.NOT_CHARGED, "The terminal's last transaction is the one before this payment.")


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
    if NONE in before or 0 < _steps(before, last) <= _MOST_STEPS:
        return Finding(Verdict.SETTLED, f"The terminal's last transaction is {_named(last)}.", last)
    return _cannot(f"The terminal's last transaction is {_named(last)}, which is older or much newer.")


def _steps(before: Mapping[str, str], last: Result) -> int:
    """Return the steps from one transaction to another; 0 when unknown.

    By their receipts, over 9999; where the terminal gives none, by their traces.
    """
    one, other = before.get("receipt", ""), last.receipt
    if one.isdecimal() and other.isdecimal():
        return (int(other) - int(one)) % _RECEIPTS
    one, other = before.get("trace", ""), last.trace if not last.receipt else ""
    if before.get("receipt") or not (one.isdecimal() and other.isdecimal()):
        return 0
    return (int(other) - int(one)) % _TRACES


def _may_have_ended_its_day(request: Request, asked: datetime | None) -> bool:
    """Whether an end of day may have taken this payment out of the terminal.

    It keeps none then. Terminals run theirs by themselves too, by night.
    """
    sent = request.baseline.get(SENT, "")
    return asked is not None and (not sent or asked - datetime.fromisoformat(sent) > _SAME_DAY)


def _is_telling(told: Mapping[str, str]) -> bool:
    """Whether it tells transactions apart, or that the terminal keeps none."""
    if NONE in told:
        return told[NONE] == _KEEPS_NONE
    return _names(*(told.get(name, "") for name in ("receipt", "trace", "stated")))


def _names(receipt: str, trace: str, stated: str) -> bool:
    """Whether these name one transaction.

    Zeros stand for no number, and for no clock; a day without a time is many payments'.
    """
    return any(told.strip("0") for told in (receipt, trace)) or (
        _CLOCK in stated and bool(stated.strip(_NO_TIME))
    )


def _doubt(before: Mapping[str, str], now: Mapping[str, str], *, moved: bool) -> str:
    """Return why the two cannot be compared; empty when they can."""
    if not (_is_telling(before) and _is_telling(now)):
        return "The terminal does not tell its transactions apart, or did not before this one."
    one, other = before.get("terminal", ""), now.get("terminal", "")
    if one and other and one != other:
        return "Another terminal stands there now."
    return MOVED if moved and "" in {one, other} else ""


def _named(result: Result) -> str:
    return f"receipt {result.receipt or '?'} over {result.amount} (minor units)"


def _cannot(why: str) -> Finding:
    return Finding(Verdict.CANNOT_TELL, why)
