"""What the terminals and their payments show: pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from textual.content import Content

from screens.cells import fitted
from screens.moments import Times
from screens.terminals.closer import Line, fact
from screens.widgets.row_list import Draw, ListRow, plain
from services.contract.answers import ProblemAnswer
from services.contract.terminal_days import SettlementAnswer
from services.contract.terminal_shop import PrintoutAnswer, TerminalAnswer
from services.contract.terminals import PaymentAnswer, PrintedAnswer, ProgressAnswer
from themes.states import PAYMENT, TERMINAL, mark

T = TypeVar("T")

_KINDS = {"payment": "payments", "refund": "refunds", "cash_out": "cash out"}
"""What a total counts; all together has no word."""
_STATE = 15
_NAME, _SHORT_NAME = 20, 12
_ROOMY = 66
"""Cells from which on a name has its whole column, and a payment its kind of card."""


def place_of(answers: Sequence[T], is_it: Callable[[T], bool]) -> int | None:
    """Return where something is among others now; None: it is gone."""
    return next((at for at, each in enumerate(answers) if is_it(each)), None)


def terminal_rows(terminals: Sequence[TerminalAnswer], times: Times) -> list[ListRow]:
    """Return a line for each terminal; each leads to it."""
    return [ListRow(_terminal(each, times), each) for each in terminals]


def _terminal(terminal: TerminalAnswer, times: Times) -> Draw:
    shown = mark(TERMINAL, terminal["state"])
    matters = _matters(terminal, times)

    def draw(width: int) -> Content:
        return Content.assemble(
            (f"{shown.glyph} {shown.word}".ljust(_STATE), f"${shown.role} bold"),
            (fitted(terminal["name"], _NAME if width >= _ROOMY else _SHORT_NAME), "bold"),
            (" ", ""),
            matters,
            ("  practice" if terminal["practice"] else "", "$attention"),
            (f"  {terminal['title']}", "$dim"),
        )

    return draw


def _matters(terminal: TerminalAnswer, times: Times) -> tuple[str, str]:
    """Return what matters most of a terminal now, and its style."""
    running, last, unresolved = terminal["running"], terminal["last"], terminal["unresolved"]
    if running is not None:
        return _at_work(running)
    if unresolved:
        return f"{asked(unresolved[0])}: charged or not?", "$attention"
    if terminal["error"] is not None:
        return terminal["error"]["what"], "$attention"
    if last is not None:
        state = mark(PAYMENT, last["state"]).word
        return f"{last['amount']} {state} {times.clock(last['created'])}", "$foreground"
    return ("no payment yet" if terminal["asked"] else "not asked yet; t asks"), "$dim"


def _at_work(running: ProgressAnswer) -> tuple[str, str]:
    if prompt := running["prompt"]:
        return f"asks: {prompt['text']}  r answers", "$attention"
    payment = running["payment"]
    shows = running["display"] or mark(PAYMENT, payment["state"]).word
    return f"{asked(payment)}: {shows}", "$foreground"


def payment_rows(payments: Sequence[PaymentAnswer], times: Times) -> list[ListRow]:
    """Return a line for each payment, the newest first; each leads to it."""
    if not payments:
        return [ListRow(plain("No payment yet.", "$dim"))]
    return [ListRow(_payment(each, times), each) for each in payments]


def _payment(payment: PaymentAnswer, times: Times) -> Draw:
    shown = mark(PAYMENT, payment["state"])
    kind = "" if payment["kind"] == "payment" else f" {payment['kind']}"
    parts = [
        (times.clock(payment["created"]).ljust(13), "$dim"),
        (f"{payment['amount']:>10} {payment['currency']} ", "bold"),
        (f"{shown.glyph} {shown.word}{kind}".ljust(18), f"${shown.role} bold"),
        (_in_part(payment), "$attention"),
        (f" {said}  " if (said := _said(payment)) else " ", "$foreground"),
        (f"{payment['till']}  {payment['reference']}", "$dim"),
    ]
    return lambda _width: Content.assemble(*parts)


def _in_part(payment: PaymentAnswer) -> str:
    return f" only {payment['charged']}" if payment["partial"] and payment["charged"] else ""


def _said(payment: PaymentAnswer) -> str:
    """Return the card of what was approved; of what was not, why."""
    result = payment["result"]
    if result is None:
        return ""
    if payment["state"] == "approved":
        return f"{result['scheme']} {_short(result['card'])}".strip()
    return result["text"]


def _short(card: str) -> str:
    """Return the last digits of a masked card number behind two dots."""
    digits = card.lstrip("*•. ")
    return f"••{digits}" if digits != card else card


def asked(payment: PaymentAnswer) -> str:
    """Return what a payment was asked for, with the cash that is paid out besides."""
    cash = f" and {payment['cash_out']} in cash" if "cash_out" in payment else ""
    return f"{payment['amount']} {payment['currency']}{cash}"


def outcome(payment: PaymentAnswer, where: str = "") -> tuple[str, str]:
    """Return what a payment came to, in a sentence, and the role of its state."""
    shown = mark(PAYMENT, payment["state"])
    words = f"{payment['kind'].capitalize()} of {asked(payment)}{where}: {shown.word}"
    if payment["state"] == "approved":
        return f"{words}{_in_part(payment)}", shown.role
    if payment["state"] == "unknown":
        return f"{words}; u {'on its line ' if where else ''}asks the terminal again", shown.role
    why = (_said(payment) or _what_happened(payment)).rstrip(".")
    return f"{words}{': ' if why else ''}{why}", shown.role


def _what_happened(payment: PaymentAnswer) -> str:
    return payment["problem"]["what"] if payment["problem"] else ""


def whole_terminal(terminal: TerminalAnswer, times: Times) -> list[Line]:
    """Return everything that is known of a terminal, the most urgent first."""
    unresolved = list(_unresolved(terminal, times))
    return [
        *_running(terminal),
        *(unresolved or _trouble(terminal["error"])),
        fact("Last status", _answered(terminal, times)),
        fact("End of day", times.clock(terminal["last_settled"])),
        fact("Takes", ", ".join(terminal["tenders"]) or "no tender named", terminal["currency"]),
        fact("Protocol", terminal["title"]),
        fact("Set to", _settings(terminal)),
        fact("Can", ", ".join(each.replace("_", " ") for each in terminal["abilities"])),
        fact("Runs on", _where(terminal)),
    ]


def _answered(terminal: TerminalAnswer, times: Times) -> str:
    if terminal["asked"] is None:
        return "not asked since the service began; t asks it"
    return times.clock(terminal["asked"])


def _running(terminal: TerminalAnswer) -> Iterator[Line]:
    running = terminal["running"]
    if running is None:
        return
    payment = running["payment"]
    yield Content.styled(f"→ {payment['kind'].capitalize()} of {asked(payment)} is under way", "bold")
    if running["display"]:
        yield fact("It shows", running["display"])
    if prompt := running["prompt"]:
        yield Content.styled(
            f"! It asks: {prompt['text']} ({', '.join(prompt['choices'])})  r answers", "$attention"
        )


def _trouble(problem: ProblemAnswer | None) -> Iterator[Line]:
    if problem is not None:
        yield Content.assemble(("✗ ", "$stopped bold"), (problem["what"], "bold"))
        yield Content(f"{problem['why']} {problem['next']}".strip())


def _unresolved(terminal: TerminalAnswer, times: Times) -> Iterator[Line]:
    for payment in terminal["unresolved"]:
        yield Content.assemble(
            ("? ", "$stopped bold"),
            (f"Nobody knows yet whether {asked(payment)} was charged", "bold"),
            (f" ({times.clock(payment['created'])}, till {payment['till']})", "$dim"),
        )
    if terminal["unresolved"]:
        yield Content(
            "u asks the terminal; v writes down what you see on it. Until then it takes no payment."
        )
        yield from _why(terminal["error"])


def _why(problem: ProblemAnswer | None) -> Iterator[Line]:
    if problem is not None and problem["why"]:
        yield fact("Why", problem["why"])


def _settings(terminal: TerminalAnswer) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in terminal["settings"].items())


def _where(terminal: TerminalAnswer) -> str:
    if terminal["machine"] is None:
        return "this computer"
    return f"{terminal['machine']}{' (this one)' if terminal['here'] else ''}"


def whole_payment(payment: PaymentAnswer, times: Times) -> list[Line]:
    """Return everything that is known of a payment: result, reason, receipts."""
    shown = mark(PAYMENT, payment["state"])
    parts: list[Line] = [
        Content.assemble(
            (f"{payment['kind'].capitalize()} of {asked(payment)}: ", "bold"),
            (f"{shown.glyph} {shown.word}", f"${shown.role} bold"),
            (" (in part)" if payment["partial"] else "", "$attention"),
        ),
        *_result(payment),
        *_trouble(payment["problem"]),
        fact("Till", f"{payment['till']}, its reference {payment['reference']}"),
        fact("Asked", times.whole(payment["created"])),
    ]
    if payment["settled"]:
        parts.append(fact("Settled", f"{times.whole(payment['settled'])} by {payment['settled_by']}"))
    if payment["note"]:
        parts.append(fact("Note", payment["note"]))
    parts += [line for each in payment["receipts"] for line in _receipt(each)]
    return parts


def _result(payment: PaymentAnswer) -> Iterator[Line]:
    result = payment["result"]
    if result is None:
        return
    charged = payment["charged"]
    if charged is not None:
        extra = [
            f"{name.replace('_', ' ')} {result[name]}"
            for name in ("surcharge", "tip", "cash_out")
            if result[name] not in {"", "0.00"}
        ]
        yield fact("Charged", f"{charged} {payment['currency']}", ", ".join(extra))
    card = " ".join(filter(None, (result["scheme"], result["card"], result["entry_mode"])))
    named = {
        "Card": card,
        "Said": " ".join(filter(None, (result["code"], result["text"]))),
        "Approval": result["auth_code"],
        "Slip": " ".join(filter(None, (result["receipt"], result["trace"], result["rrn"]))),
    }
    yield from (fact(label, text) for label, text in named.items() if text)


def _receipt(printed: PrintedAnswer) -> Iterator[Line]:
    yield Content.styled(f"── {printed['copy']} copy ──", "$dim")
    yield from (Content(line) for line in printed["lines"])


def printout(answer: PrintoutAnswer) -> list[Line]:
    """Return what a terminal printed again, as it printed it."""
    lines = [*answer["display"], *(line for each in answer["printed"] for line in each)]
    return [Content(line) for line in lines] or [Content("The terminal printed nothing.")]


def totals(settlement: SettlementAnswer, times: Times) -> list[Line]:
    """Return what a terminal counted, a line for each scheme."""
    what = "End of day" if settlement["closes"] else "Totals"
    parts: list[Line] = [
        Content.assemble(
            (f"{what} of {times.clock(settlement['ended'] or settlement['started'])}", "bold"),
            (f"  {settlement['state']}, asked by {settlement['who']}", "$dim"),
        )
    ]
    parts += _trouble(settlement["problem"])
    parts += [
        Content.assemble(
            (f"{each['scheme']} {_KINDS.get(each['kind'], '')}".ljust(24)),
            (f"{each['count']:>5}  {each['amount']:>12}", "$foreground"),
        )
        for each in settlement["schemes"]
    ]
    if settlement["amount"] is not None:
        parts.append(
            Content.assemble(
                ("Together".ljust(31), "bold"),
                (f"{settlement['amount']:>12} {settlement['currency']}", "bold"),
            )
        )
    return parts
