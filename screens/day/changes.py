"""What changed since posting, sent and now side by side: pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from textual.content import Content

from screens.cells import fitted
from screens.day.checks import KINDS
from screens.day.leads import words
from screens.day.view import money
from screens.widgets.row_list import Draw, ListRow, plain
from services.contract.changed import ChangeAnswer, ChangedField
from services.contract.changes import ResolveAnswer

SIDES = {"tills": "the tills", "ledger": "Xero"}
WAYS = {
    "delta": "post the difference as a document of its own",
    "resend": "void what is in Xero and send it anew",
    "keep": "leave Xero as it is, by name",
}
_STEPS = {
    "remove_payment": "Remove payment",
    "void": "Void",
    "create": "Create",
    "pay": "Pay",
    "keep": "Leave as it is",
}
_ROOMY, _NARROW_COLUMN, _WIDE_COLUMN = 90, 11, 14


def rows(changes: Sequence[ChangeAnswer]) -> list[ListRow]:
    """Return every change: sent, now and the difference, line by line."""
    found: list[ListRow] = []
    for change in changes:
        if found:
            found.append(ListRow(plain("")))
        found += [ListRow(draw) for draw in _of(change)]
    return found or [ListRow(plain("Nothing changed since this day was posted.", "$dim"))]


def _of(change: ChangeAnswer) -> Iterator[Draw]:
    kind = KINDS.get(change["kind"], change["kind"])
    edited = "Edited in Xero" if change["side"] == "ledger" else "Changed at the tills"
    yield _columns(f"± {kind} {change['number']}", "Sent", f"{_now(change)} now", "Difference", "bold")
    yield plain(f"  {edited}{_before(change)}", "$attention")
    yield _amounts("  Total", change["sent"], change["now"], change["difference"], "bold")
    for line in change["lines"]:
        label = f"  {line['account']} {line['description']}"
        yield _amounts(label, line["sent"], line["now"], line["difference"])
    for payment in change["payments"]:
        label = f"  → {payment['account']} {words(payment['tender'])}"
        yield _amounts(label, payment["sent"], payment["now"], payment["difference"], "$idle")
    for field in change["fields"]:
        yield _field(field)
    if (why := change["why"]) is not None:
        yield plain(f"  {why['what']} {why['next']}", "$dim")


def _now(change: ChangeAnswer) -> str:
    return "Xero" if change["side"] == "ledger" else "Tills"


def _before(change: ChangeAnswer) -> str:
    told = f", corrected before by {', '.join(change['corrections'])}" if change["corrections"] else ""
    if (kept := change["kept"]) is not None:
        told += f", kept before by {kept['by']}: {kept['note'] or 'no note'}"
    return told


def _amounts(label: str, sent: str, now: str, difference: str, style: str = "$foreground") -> Draw:
    signed = f"{Decimal(difference):+,}" if Decimal(difference) else ""
    return _columns(
        label, money(sent), money(now), signed, style, amount="$attention bold" if signed else "$dim"
    )


def _field(field: ChangedField) -> Draw:
    name = field["name"].replace("_", " ")
    return plain(f"  {name}: sent {field['sent'] or 'none'}, now {field['now'] or 'none'}", "$attention")


def _columns(
    label: str, sent: str, now: str, difference: str, style: str = "$foreground", amount: str = "$dim"
) -> Draw:
    def draw(width: int) -> Content:
        column = _NARROW_COLUMN if width < _ROOMY else _WIDE_COLUMN
        room = max(width - 3 * column, 1)
        return Content.assemble(
            (f"{fitted(label, room - 1)} ", style),
            (sent.rjust(column), "$foreground"),
            (now.rjust(column), "bold"),
            (difference.rjust(column), amount),
        )

    return draw


def forecast(answer: ResolveAnswer) -> str:
    """Return what a decision would do, step by step, as one sentence after the other."""
    steps = [
        f"{_STEPS.get(step['do'], step['do'])} {step['number']} {money(step['amount'])}"
        for step in answer["steps"]
    ]
    failing = [check["check"] for check in answer["proof"] if not check["holds"]]
    told = "; ".join(steps) or "Nothing is sent"
    return f"{told}. {'Would not hold: ' + failing[0] + '.' if failing else 'All equalities hold then.'}"
