"""What the terminal's duplicate says of an attempt (TERMINALS.md 6). Pure.

The duplicate is of the last transaction the terminal carried out. It is asked for right
before each payment (the baseline) and again after a break; it names the amount and the
authorisation, or gives the ticket in which they stand, often with the time.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from services.contract.terminals import PaymentKind, PaymentState
from services.terminals.concert.messages import ACTIONS, Action, Message, Till
from services.terminals.concert.results import approves, described
from services.terminals.concert.texts import CANNOT_DO, DONE, code_of, contradicts, reason_text
from services.terminals.driver import Finding, Request, Result, Verdict
from services.terminals.places import MOVED
from services.terminals.references import is_reference
from services.terminals.stated import SENT, may_be_of

NONE = "none"
"""Part of a baseline: the terminal told of no transaction, and why."""
FRANCE = ZoneInfo("Europe/Paris")
_PARTS = ("amount", "auth", "reference", "ticket")
_ACTION, _TERMINAL, _STATED = "action", "terminal", "stated"
# How tickets write euros: "10,10 EUR", "1 234,50 €", at times with another sign between.
_EUROS = re.compile(r"(?<![0-9,.])([0-9]{1,3}(?:[ .]?[0-9]{3})*)[,.]([0-9]{2})[^0-9A-Za-z]{0,3}(?:EUR|€)")
# How tickets write the time: "LE 21/11/26 A 12:30:05", "21/11/2026 12:30".
_TIME = re.compile(
    r"(?<!\d)(\d{2})[/.-](\d{2})[/.-](?:20)?(\d{2})\D{1,6}(\d{2})[:hH](\d{2})(?::(\d{2}))?(?!\d)"
)
# What tickets say of a transaction that came to nothing: terminals print those again, too.
_UNDONE = re.compile(r"(?i)\b(?:refus\w*|abandon\w*|non[ -]abouti\w*|[eé]chec|interdite?|declined|aborted)\b")
# What says so of a payment or a refund, but of a cancellation that it succeeded.
_ANNULLED = re.compile(r"(?i)\b(?:annul[eé]e?|cancell?ed)\b")
_CANCELLED = re.compile(r"(?i)\bannulation\b")
_STAMPS = ("%y%m%d%H%M%S", "%d%m%y%H%M%S", "%Y%m%d%H%M%S", "%d%m%Y%H%M%S")
"""How an answer may write it (AP): the order is not documented."""
_STAMP_LENGTHS = frozenset({12, 14})
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Last:
    """The last transaction the terminal tells of; `result` None: it tells of none."""

    result: Result | None
    amount: int | None = None
    reference: str = ""
    """The private field of that transaction, where it holds one of ours."""
    ticket: str = ""
    """What tells its ticket from others; nothing of what stands in it."""
    reason: str = ""
    """Why it tells of none (AF)."""
    moments: tuple[datetime, ...] = ()
    """When it may have been, on the terminal's clock; empty: it does not say."""
    action: str = ""
    """What it was, as CD names it; empty: it does not say."""
    undone: bool = False
    """It was refused, or given up: no money has moved."""
    annulled: bool = False
    """It is called cancelled: what was to be cancelled is, anything else came to nothing."""

    def baseline(self) -> dict[str, str]:
        """Return it as it is kept in the journal."""
        if self.result is None:
            return {NONE: self.reason}
        values = ("" if self.amount is None else str(self.amount), self.result.auth_code, self.reference)
        told = dict(zip(_PARTS, (*values, self.ticket), strict=True))
        more = {_ACTION: self.action, _TERMINAL: self.result.terminal_id, _STATED: self.result.stated}
        return {**told, **more}


def last_of(answer: Message) -> Last:
    """Read a duplicate."""
    if answer.get("AE") != DONE:
        return Last(None, reason=answer.get("AF"))
    text = "\n".join(line for ticket in answer.tickets for line in ticket.lines)
    amount = answer.amount() or _amount_in(text)
    result = described(answer, PaymentState.APPROVED, amount or 0)
    private = answer.get("CF")
    moments = (*_stamps(answer.get("AP")), *_times(text))
    reference = private if is_reference(private) else ""
    return Last(
        result,
        amount,
        reference,
        _mark(text),
        moments=moments,
        action=_action(answer, text),
        undone=contradicts(DONE, answer.get("AF")) or _UNDONE.search(text) is not None,
        annulled=_ANNULLED.search(text) is not None,
    )


def compare(
    request: Request, last: Last, till: Till, *, may_run: bool, moved: bool = False, zone: tzinfo = FRANCE
) -> Finding:
    """Return what the last transaction says of `request`.

    `may_run`: the terminal may still be working on it. Then that nothing new is there says
    nothing yet. `moved`: it was sent to another place; then the terminal has to name the
    attempt, or itself as before. `zone`: that of the terminal's clock.
    """
    if last.result is None:
        return _tells_none(last)
    if last.reference == request.reference:
        return _settled(request, last, till)
    before = {part: request.baseline.get(part, "") for part in _PARTS}
    if why := _doubt(request.baseline, last.result.terminal_id, moved=moved):
        return _cannot(why)
    match _is_same(request, before, last.baseline()):
        case True:
            return _old(may_run=may_run)
        case None:
            return _cannot("The terminal does not say enough to tell its transactions apart.")
    return _in_time(request, last, till, zone)


def is_of_before(request: Request, before: Mapping[str, str], said: Result) -> bool:
    """Whether what was said is of the last transaction before this payment.

    A terminal that could not tell an earlier outcome may tell it on the next connection. No
    two payments of one time bear one authorisation. `before`: the baseline.
    """
    if _at_another_time(before, said.stated):
        return False
    told = before.get("auth", "")
    same = told == said.auth_code and before.get("amount") == str(said.amount)
    return request.kind is PaymentKind.PAYMENT and told.strip("0") != "" and same


def _in_time(request: Request, last: Last, till: Till, zone: tzinfo) -> Finding:
    """Return what a new transaction says that names no reference of ours."""
    if not may_be_of(last.moments, request.baseline.get(SENT), zone):
        return _cannot(f"The terminal's last transaction is {_named(last)}, of another time.")
    return _settled(request, last, till)


def _settled(request: Request, last: Last, till: Till) -> Finding:
    if last.reference not in {"", request.reference}:
        return _cannot(f"The terminal's last transaction is {_named(last)}, of another payment.")
    undone = last.undone or (last.annulled and request.kind is not PaymentKind.REVERSAL)
    if undone or last.action not in {"", ACTIONS[request.kind]}:
        what = "came to nothing" if undone else "is of another kind"
        return _cannot(f"The terminal's last transaction is {_named(last)}, and {what}.")
    result, amount = last.result, last.amount
    fits = amount is not None and approves(amount, request, till)
    if result is None or not fits or result.currency not in {"", request.currency}:
        return _cannot(f"The terminal's last transaction is {_named(last)}, which is not what was asked.")
    return Finding(Verdict.SETTLED, f"The terminal's last transaction is {_named(last)}.", result)


def _old(*, may_run: bool) -> Finding:
    if may_run:
        return Finding(Verdict.RUNNING, "The terminal may still be working on it.")
    return Finding(Verdict.NOT_CHARGED, "The terminal's last transaction is the one before this payment.")


def _doubt(before: Mapping[str, str], now: str, *, moved: bool) -> str:
    """Return why `now` may be another terminal than before; empty if it is not."""
    known = before.get(_TERMINAL, "")
    told_before = any(before.get(part) for part in _PARTS)
    if not told_before or (known and now not in {"", known}):
        return "This terminal told of no transaction before this one."
    return MOVED if moved and "" in {known, now} else ""


def _tells_none(last: Last) -> Finding:
    why = f"The terminal gives no duplicate now: {reason_text(last.reason)}."
    cannot = code_of(last.reason) in CANNOT_DO
    return Finding(Verdict.CANNOT_TELL if cannot else Verdict.RUNNING, why)


def _is_same(request: Request, before: Mapping[str, str], now: Mapping[str, str]) -> bool | None:
    """Whether it is the transaction of before; None when that cannot be told.

    A ticket that differs says nothing alone: some name the time it was printed again.
    """
    if before["reference"] and now["reference"]:
        return before["reference"] == now["reference"]
    if before["amount"] and now["amount"] and before["amount"] != now["amount"]:
        return False
    if before["auth"].strip("0") and now["auth"].strip("0"):
        if before["auth"] != now["auth"]:
            return False
        if not _may_bear_its_number(request, before):
            return None if _at_another_time(request.baseline, now[_STATED]) else True
        if request.baseline.get(_ACTION, now[_ACTION]) != now[_ACTION]:
            return False
    return True if before["ticket"] and before["ticket"] == now["ticket"] else None


def _at_another_time(before: Mapping[str, str], stated: str) -> bool:
    """Whether both state when they were (AP), and not the same."""
    return "" not in {before.get(_STATED, ""), stated} and before[_STATED] != stated


def _may_bear_its_number(request: Request, before: Mapping[str, str]) -> bool:
    """Whether `request` gives that one back: then it may bear its authorisation."""
    return request.kind is not PaymentKind.PAYMENT and before["amount"] in {"", str(request.amount)}


def _action(answer: Message, text: str) -> str:
    """Return what the transaction was; the question's own CD says nothing of it."""
    told = answer.get("CD")
    if told in set(ACTIONS.values()):
        return told
    return Action.CANCELLATION.value if _CANCELLED.search(text) else ""


def _amount_in(text: str) -> int | None:
    """Return the one amount in euros a ticket names; None for none or several."""
    found = {int(re.sub(r"[^0-9]", "", "".join(match.groups()))) for match in _EUROS.finditer(text)}
    return found.pop() if len(found) == 1 else None


def _times(text: str) -> Iterator[datetime]:
    """Yield the times a ticket names; when it was printed again may be among them."""
    for found in _TIME.finditer(text):
        day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
        try:
            yield datetime(2000 + year, month, day, hour, minute, second)  # noqa: DTZ001 - on a wall
        except ValueError:
            continue


def _stamps(value: str) -> Iterator[datetime]:
    """Yield what a time in digits may be."""
    if len(value) not in _STAMP_LENGTHS or not (value.isascii() and value.isdecimal()):
        return
    for form in _STAMPS:
        try:
            yield datetime.strptime(value, form)  # noqa: DTZ007 - on a wall
        except ValueError:
            continue


def _mark(text: str) -> str:
    """Return what tells this ticket from others, in letters only.

    Digits could pass for a card number and be masked in the journal.
    """
    words = " ".join(word for word in text.split() if "DUPLICATA" not in word.upper())
    if not words:
        return ""
    digest = hashlib.sha256(words.encode()).hexdigest()[:_DIGITS]
    return digest.translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))


def _named(last: Last) -> str:
    amount = "an amount it does not name" if last.amount is None else f"{last.amount} (minor units)"
    code = last.result.auth_code if last.result is not None else ""
    return f"authorisation {code or '?'} over {amount}"


def _cannot(why: str) -> Finding:
    return Finding(Verdict.CANNOT_TELL, why)
