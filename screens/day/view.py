"""What the closing proof of a day shows, made from the service's answers: pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from textual.content import Content

from screens.cells import fitted
from screens.day.checks import KINDS, amounts, said
from screens.day.leads import DEBITS, Behind, of_account, of_check, of_document, of_line, of_payment, words
from screens.moments import counted
from screens.widgets.row_list import Draw, ListRow, plain, sides
from services.contract.answers import (
    CheckAnswer,
    DayDocumentsAnswer,
    DocumentAnswer,
    TotalsAnswer,
)
from services.contract.deadline import SOON
from services.contract.deadline import words as deadline_words
from services.contract.drilling import PostingsAnswer
from services.contract.finding import Finding
from themes.states import DAY, mark

SHAPES = {
    "invoice": "One invoice of sales, a credit note of refunds",
    "net_invoice": "One document of sales less refunds",
    "zero_invoice": "One invoice that comes to nothing, tenders as lines",
    "journal": "A manual journal",
}
_ROOMY, _NARROW_COLUMN, _WIDE_COLUMN = 48, 11, 13
UNSENT = frozenset({"open", "waiting", "blocked", "refused", "missing"})
"""States in which a day is shown as it would be built now."""


def money(amount: str) -> str:
    """Return an amount with its thousands apart."""
    return f"{Decimal(amount):,}"


def till_rows(totals: TotalsAnswer) -> list[ListRow]:
    """Return what the tills took: by kind and category, then by tender."""
    rows: list[ListRow] = []
    for kind in dict.fromkeys(row["kind"] for row in totals["rows"]):
        of_kind = [row for row in totals["rows"] if row["kind"] == kind]
        total = sum((Decimal(row["amount"]) for row in of_kind), Decimal(0))
        rows.append(
            ListRow(
                sides(words(kind).capitalize(), f"{total:,}", style="bold"), Behind(words(kind), kind=kind)
            )
        )
        for row in of_kind:
            about = Behind(
                f"{words(kind)}, {words(row['category'])}, {row['tax_code']}",
                kind=kind,
                category=row["category"],
                tax_code=row["tax_code"],
            )
            label = f"  {words(row['category'])}  {row['tax_code']}"
            rows.append(ListRow(sides(label, money(row["amount"])), about))
    rows += _tender_rows(totals)
    for apart in totals["set_apart"]:
        rows.append(
            ListRow(sides(f"Set apart: {words(apart['name'])}", money(apart["amount"]), style="$dim"))
        )
    return rows or [ListRow(plain("Nothing came in for this date.", "$dim"))]


def _tender_rows(totals: TotalsAnswer) -> Iterator[ListRow]:
    taken: dict[str, Decimal] = {}
    for row in totals["tenders"]:
        taken[row["type"]] = taken.get(row["type"], Decimal(0)) + Decimal(row["amount"])
    if taken:
        yield ListRow(sides("Tenders", f"{sum(taken.values()):,}", style="bold"))
    for tender, amount in taken.items():
        yield ListRow(
            sides(f"  {words(tender)}", f"{amount:,}"), Behind(f"tender {words(tender)}", tender=tender)
        )


def document_rows(documents: Sequence[DocumentAnswer]) -> list[ListRow]:
    """Return documents, lines and payments; each number leads to receipts."""
    rows: list[ListRow] = []
    for document in documents:
        rows.append(ListRow(_document(document), of_document(document)))
        rows += [
            ListRow(
                sides(f"  {line['account']} {line['description']}", money(line["amount"])),
                of_line(document, place),
            )
            for place, line in enumerate(document["lines"])
        ]
        rows += [
            ListRow(
                sides(
                    f"  → {payment['account']} {words(payment['tender'])}",
                    money(payment["amount"]),
                    style="$idle",
                ),
                of_payment(document, payment["tender"]),
            )
            for payment in document["payments"]
        ]
    return rows or [ListRow(plain("No documents.", "$dim"))]


def _document(document: DocumentAnswer) -> Draw:
    state = mark(DAY, document["state"])
    kind = KINDS.get(document["kind"], document["kind"])
    name = f"{state.glyph} {kind} {document['number']}"
    total = money(document["total"])

    def draw(width: int) -> Content:
        room = max(width - len(total) - 1, 1)
        label = fitted(name, room)
        return Content.assemble(
            (label[:1], f"${state.role} bold"),
            (label[1:], "bold"),
            (" ", ""),
            (total, "bold"),
        )

    return draw


def posting_rows(postings: PostingsAnswer, documents: Sequence[DocumentAnswer] = ()) -> list[ListRow]:
    """Return debits and credits by account, and their sums.

    Each account leads to what moved it.
    """
    rows = [
        ListRow(
            _posting(f"{row['account']} {row['name']}".strip(), row["debit"], row["credit"]),
            of_account(row, documents),
        )
        for row in postings["rows"]
    ]
    if not rows:
        return [ListRow(plain("Nothing is posted.", "$dim"))]
    total = _posting("", postings["debits"], postings["credits"], style="bold")
    return [*rows, ListRow(total, of_check(DEBITS, postings["debits"]))]


def _posting(label: str, debit: str, credit: str, style: str = "$foreground") -> Draw:
    def draw(width: int) -> Content:
        column = _NARROW_COLUMN if width < _ROOMY else _WIDE_COLUMN
        room = max(width - 2 * column, 1)
        told = f"{money(debit) if debit else ''}".rjust(column) + f"{money(credit) if credit else ''}".rjust(
            column
        )
        return Content.assemble((f"{fitted(label, room - 1)} ", style), (told, style))

    return draw


def proof_rows(proof: Sequence[CheckAnswer], warnings: Sequence[str]) -> list[ListRow]:
    """Return the equalities with ticks; one that fails shows both numbers."""
    rows: list[ListRow] = []
    for check in proof:
        role, glyph = ("ok", "✓") if check["holds"] else ("stopped", "✗")
        leads_to = of_check(check["check"], check["left"])
        rows.append(ListRow(_check(glyph, role, check), leads_to))
        if not check["holds"]:
            told = plain(f"  {amounts(check['left'])} is not {amounts(check['right'])}", "$stopped")
            rows.append(ListRow(told, leads_to))
    rows += [ListRow(plain(f"! {warning}", "$attention")) for warning in warnings]
    return rows or [ListRow(plain("Nothing to prove.", "$dim"))]


def _check(glyph: str, role: str, check: CheckAnswer) -> Draw:
    words = said(check["check"])

    def draw(width: int) -> Content:
        amount = amounts(check["left"]) if check["holds"] else ""
        room = max(width - len(amount) - 3, 1)
        return Content.assemble(
            (f"{glyph} ", f"${role} bold"), (fitted(words, room), "$foreground"), (f" {amount}", "$dim")
        )

    return draw


def failing(day: DayDocumentsAnswer) -> str | None:
    """Return what keeps a day from being sent, with the two numbers; None: nothing."""
    for check in day["proof"]:
        if not check["holds"]:
            return f"{said(check['check'])}: {amounts(check['left'])} is not {amounts(check['right'])}."
    for finding in day["blocked"]:
        return finding["what"]
    return None


def banner(day: DayDocumentsAnswer, changes: int) -> Content:
    """Return what stops the day, what changed, and by when it must be sent."""
    told = [*_deadline(day), *_changed(changes), *_obstacles(day["blocked"])]
    return Content("\n").join(told)


def _deadline(day: DayDocumentsAnswer) -> Iterator[Content]:
    deadline = day.get("deadline")
    if deadline is None or (day["state"] == "open" and deadline["days_left"] > SOON):
        return
    left = deadline["days_left"]
    role = "stopped" if left < 0 else ("attention" if left <= SOON else "idle")
    glyph = "·" if left > SOON else "!"
    told = deadline_words(deadline)
    yield Content.assemble((f"{glyph} ", f"${role} bold"), (f"{told[:1].upper()}{told[1:]}", f"${role}"))


def _changed(changes: int) -> Iterator[Content]:
    if changes:
        told = f"{counted(changes, 'document')} changed since posting."
        yield Content.assemble(
            ("± ", "$attention bold"), (told, "bold"), (" d shows both sides, c decides.", "$dim")
        )


def _obstacles(findings: Sequence[Finding]) -> Iterator[Content]:
    yield from (
        Content.assemble(
            ("! ", "$attention bold"),
            (each["what"], "bold"),
            (f" {each['why']}", "$foreground"),
            (f" {each['next']}", "$dim"),
        )
        for each in findings
    )


def proof_state(proof: Sequence[CheckAnswer]) -> str:
    """Return how the proof stands in a few words; nothing where there is none."""
    failed = sum(not check["holds"] for check in proof)
    return f"{failed} fail" if failed else ("all hold" if proof else "")


def state_word(day: DayDocumentsAnswer) -> str:
    """Return the day's state in words."""
    return mark(DAY, day["state"]).word


def heading(day: DayDocumentsAnswer) -> str:
    """Return date and state in words."""
    at = date.fromisoformat(day["date"])
    return f"{at:%a %d %B %Y}  {state_word(day)}"
