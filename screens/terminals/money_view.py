"""Card money day by day, and what found no partner: pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from textual.content import Content

from screens.cells import fitted
from screens.moments import Times, counted
from screens.widgets.chooser import Choice
from screens.widgets.row_list import Draw, ListRow, plain
from services.contract.terminal_days import (
    AgreementAnswer,
    AgreementCheck,
    AgreementDay,
    CardTenderAnswer,
    SchemeAgreement,
    UnmatchedAnswer,
)
from services.contract.terminals import PaymentAnswer
from themes.states import AGREEMENT, mark

_TICKS = {True: ("✓", "$ok bold"), False: ("✗", "$stopped bold"), None: ("…", "$dim")}
_COLUMN = 11
_AMOUNTS = ("Terminals", "Receipts", "Ledger", "Open")
_ROOMY = 66
"""Cells from which on there is room for the ledger, and for how old a date is."""


def head(width: int) -> str:
    """Return the names of the columns of `days`."""
    column = _COLUMN if width >= _ROOMY else _COLUMN - 1
    names = "".join(name.rjust(column) for name in _AMOUNTS if width >= _ROOMY or name != "Ledger")
    return f"{'Date':12}{'State':11}{names}{'  Days' if width >= _ROOMY else ''}"


@dataclass(frozen=True, slots=True)
class Alone:
    """An approval without a receipt, or a card tender without an approval."""

    payment: PaymentAnswer | None = None
    tender: CardTenderAnswer | None = None


def days(answer: AgreementAnswer) -> list[ListRow]:
    """Return a line for each date with card money, newest first; leads to it."""
    if not answer["days"]:
        return [ListRow(plain("No card money in these weeks.", "$dim"))]
    return [ListRow(_day(each), each) for each in reversed(answer["days"])]


def _day(day: AgreementDay) -> Draw:
    shown = mark(AGREEMENT, day["state"])
    old = f"{day['age']:>6}" if Decimal(day["open"]) else ""

    def draw(width: int) -> Content:
        roomy = width >= _ROOMY
        amounts = (day["counted"], day["tenders"], *((day["posted"],) if roomy else ()), day["open"])
        return Content.assemble(
            (day["date"].ljust(12), "bold"),
            (f"{shown.glyph} {shown.word}".ljust(11), f"${shown.role} bold"),
            *((_amount(each)[0 if roomy else 1 :], "$foreground") for each in amounts),
            (old if roomy else "", "$dim"),
        )

    return draw


def _amount(text: str | None) -> str:
    return ("-" if text is None else f"{Decimal(text):,}").rjust(_COLUMN)


def title(answer: AgreementAnswer) -> str:
    """Return the title: which date is the first that does not agree."""
    if (first := answer["first_difference"]) is not None:
        return f"Card money: does not agree since {first}"
    return "Card money: all agree so far" if answer["days"] else "Card money"


def ages(answer: AgreementAnswer) -> str:
    """Return what is still open in the clearing accounts, by age."""
    by_age = ", ".join(f"{days} days {amount}" for days, amount in answer["ages"].items() if Decimal(amount))
    return f"open {Decimal(answer['open']):,} {answer['currency']}{': ' if by_age else ''}{by_age}"


def whole_day(day: AgreementDay) -> Content:
    """Return the equalities of one date, then the schemes of each terminal."""
    parts = [_check(each) for each in day["checks"]]
    parts += [_scheme(each) for each in day["schemes"]]
    if Decimal(day["received"]) or Decimal(day["fees"]):
        parts.append(Content.styled(f"Paid by the acquirer {day['received']}, fees {day['fees']}", "$dim"))
    return Content("\n").join(parts or [Content("Nothing to compare yet.")])


def _check(check: AgreementCheck) -> Content:
    glyph, style = _TICKS[check["holds"]]
    if not (check["left"] and check["right"]):
        return Content.assemble((f"{glyph} ", style), (check["words"], "$foreground"))
    apart = f", {check['difference']} apart" if check["holds"] is False else ""
    return Content.assemble(
        (f"{glyph} ", style),
        (f"{check['words'].rstrip('.')}: ", "$foreground"),
        (f"{check['left']} and {check['right']}{apart}", "bold"),
    )


def _scheme(scheme: SchemeAgreement) -> Content:
    name = f"{scheme['terminal']} {scheme['scheme']}"
    same = scheme["counted"] is None or Decimal(scheme["counted"]) == Decimal(scheme["approved"])
    glyph, style = _TICKS[same if scheme["counted"] is not None else None]
    return Content.assemble(
        (f"  {glyph} ", style),
        (f"{fitted(name, 25)} ", "$foreground"),
        (f"terminal {scheme['counted'] or '-':>11}  journal {scheme['approved']:>11}", "$dim"),
    )


def alone(answer: UnmatchedAnswer, times: Times) -> list[ListRow]:
    """Return approvals without a receipt, then card tenders without an approval."""
    payments = [ListRow(_payment(each, times), Alone(payment=each)) for each in answer["payments"]]
    tenders = [ListRow(_tender(each, times), Alone(tender=each)) for each in answer["tenders"]]
    return [*payments, *tenders] or [ListRow(plain("✓ Every card payment has its receipt.", "$ok"))]


def _payment(payment: PaymentAnswer, times: Times) -> Draw:
    told = f"{times.clock(payment['created']).ljust(13)}{payment['charged'] or payment['amount']:>11}"
    # What the terminal approved after it was settled otherwise has another state.
    why = "charged, no receipt  " if payment["state"] == "approved" else "approved too late    "
    return lambda _width: Content.assemble(
        (why, "$attention"),
        (told, "$foreground"),
        (f"  {payment['terminal']}, till {payment['till']}", "$dim"),
    )


def _tender(tender: CardTenderAnswer, times: Times) -> Draw:
    told = f"{times.clock(tender['time']).ljust(13)}{tender['amount']:>11}"
    return lambda _width: Content.assemble(
        ("receipt, no approval ", "$attention"),
        (told, "$foreground"),
        (f"  {tender['register']} {tender['receipt']}, {tender['type']}", "$dim"),
    )


def partners(one: Alone, answer: UnmatchedAnswer, times: Times) -> list[Choice]:
    """Return what may belong together with `one`, what is suggested first."""
    if one.payment is not None:
        number = one.payment["id"]
        found = [_tender_choice(each, answer, number, times) for each in answer["tenders"]]
    elif one.tender is not None:
        found = [_payment_choice(each, answer, one.tender, times) for each in answer["payments"]]
    else:
        found = []
    return sorted(found, key=lambda choice: not choice.note)


def _tender_choice(tender: CardTenderAnswer, answer: UnmatchedAnswer, payment: int, times: Times) -> Choice:
    place = answer["tenders"].index(tender)
    label = f"{tender['amount']}  {tender['register']} {tender['receipt']}  {times.clock(tender['time'])}"
    return Choice(str(place), label, _why(answer, payment, tender))


def _payment_choice(
    payment: PaymentAnswer, answer: UnmatchedAnswer, tender: CardTenderAnswer, times: Times
) -> Choice:
    place = answer["payments"].index(payment)
    label = (
        f"{payment['charged'] or payment['amount']}  {payment['terminal']}  {times.clock(payment['created'])}"
    )
    return Choice(str(place), label, _why(answer, payment["id"], tender))


def _why(answer: UnmatchedAnswer, payment: int, tender: CardTenderAnswer) -> str:
    """Return why two are suggested to belong together; empty when they are not."""
    place = (tender["register"], tender["receipt"], tender["position"])
    return next(
        (
            each["why"]
            for each in answer["suggestions"]
            if each["payment"] == payment and (each["register"], each["receipt"], each["position"]) == place
        ),
        "",
    )


def told(one: Alone, answer: UnmatchedAnswer) -> Content:
    """Return what stands alone, and what may belong to it."""
    return Content("\n").join(_told(one, answer))


def _told(one: Alone, answer: UnmatchedAnswer) -> Iterator[Content]:
    if one.payment is not None:
        yield Content(
            "The terminal charged a card, and no receipt tells of it. Find the receipt, or the sale."
        )
    else:
        yield Content(
            "A receipt was paid by card, and no terminal here approved it: another terminal, or by hand."
        )
    suggested = _suggested(one, answer)
    if suggested:
        yield Content.styled(f"{counted(suggested, 'suggestion')}: j shows them.", "$attention")
    yield Content.styled("j joins the two; x writes down why there is none.", "$dim")


def _suggested(one: Alone, answer: UnmatchedAnswer) -> int:
    """Return how many are suggested to belong to it."""
    if one.payment is not None:
        return sum(each["payment"] == one.payment["id"] for each in answer["suggestions"])
    if one.tender is None:
        return 0
    place = (one.tender["register"], one.tender["receipt"])
    return sum((each["register"], each["receipt"]) == place for each in answer["suggestions"])
