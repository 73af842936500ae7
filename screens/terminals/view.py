"""What the terminals and their payments show: pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from screens.moments import Times
from screens.widgets.row_list import Draw, ListRow, plain
from services.contract.answers import ProblemAnswer
from services.contract.terminal_days import SettlementAnswer
from services.contract.terminal_shop import TerminalAnswer
from services.contract.terminals import PaymentAnswer, PrintedAnswer
from themes.states import PAYMENT, TERMINAL, mark

_KINDS = {"payment": "payments", "refund": "refunds", "cash_out": "cash out"}
"""What a total counts; all together has no word."""
_LABEL = 15
_NAME = 20


def terminal_rows(terminals: Sequence[TerminalAnswer], times: Times) -> list[ListRow]:
    """Return a line for each terminal; each leads to it."""
    return [ListRow(_terminal(each, times), each) for each in terminals]


def _terminal(terminal: TerminalAnswer, times: Times) -> Draw:
    shown = mark(TERMINAL, terminal["state"])
    last = terminal["last"]
    parts = [
        (f"{shown.glyph} {shown.word}".ljust(_LABEL), f"${shown.role} bold"),
        (_fit(terminal["name"], _NAME), "bold"),
        (f" {terminal['title']}", "$foreground"),
        ("  practice" if terminal["practice"] else "", "$attention"),
        ("  no payment yet" if last is None else f"  last {_brief(last, times)}", "$dim"),
    ]
    return lambda _width: Content.assemble(*parts)


def _brief(payment: PaymentAnswer, times: Times) -> str:
    return f"{payment['amount']} {mark(PAYMENT, payment['state']).word} {times.clock(payment['created'])}"


def payment_rows(payments: Sequence[PaymentAnswer], times: Times) -> list[ListRow]:
    """Return a line for each payment, the newest first; each leads to it."""
    if not payments:
        return [ListRow(plain("No payment yet.", "$dim"))]
    return [ListRow(_payment(each, times), each) for each in payments]


def _payment(payment: PaymentAnswer, times: Times) -> Draw:
    shown = mark(PAYMENT, payment["state"])
    kind = "" if payment["kind"] == "payment" else f" {payment['kind']}"
    result = payment["result"]
    card = f"{result['scheme']} {result['card']}".strip() if result else ""
    parts = [
        (times.clock(payment["created"]).ljust(13), "$dim"),
        (f"{payment['amount']:>10} {payment['currency']} ", "bold"),
        (f"{shown.glyph} {shown.word}{kind}".ljust(20), f"${shown.role} bold"),
        (f" {payment['till']}  {payment['reference']}", "$foreground"),
        (f"  {card}", "$dim"),
    ]
    return lambda _width: Content.assemble(*parts)


def whole_terminal(terminal: TerminalAnswer, times: Times) -> Content:
    """Return everything that is known of a terminal, the most urgent first."""
    lines = [
        *_running(terminal),
        *_trouble(terminal["error"]),
        *_unresolved(terminal, times),
        _line("Protocol", terminal["title"]),
        _line("Set to", _settings(terminal)),
        _line("Takes", ", ".join(terminal["tenders"]) or "no tender named", terminal["currency"]),
        _line("Can", ", ".join(each.replace("_", " ") for each in terminal["abilities"])),
        _line("Answered", times.clock(terminal["asked"])),
        _line("End of day", times.clock(terminal["last_settled"])),
        _line("Runs on", _where(terminal)),
    ]
    return Content("\n").join(lines)


def _running(terminal: TerminalAnswer) -> Iterator[Content]:
    running = terminal["running"]
    if running is None:
        return
    payment = running["payment"]
    yield Content.styled(
        f"→ {payment['kind'].capitalize()} of {payment['amount']} {payment['currency']} is under way", "bold"
    )
    if running["display"]:
        yield _line("It shows", running["display"])
    if prompt := running["prompt"]:
        yield Content.styled(f"! It asks: {prompt['text']} ({', '.join(prompt['choices'])})", "$attention")


def _trouble(problem: ProblemAnswer | None) -> Iterator[Content]:
    if problem is not None:
        yield Content.assemble(("✗ ", "$stopped bold"), (problem["what"], "bold"))
        yield Content(f"{problem['why']} {problem['next']}".strip())


def _unresolved(terminal: TerminalAnswer, times: Times) -> Iterator[Content]:
    for payment in terminal["unresolved"]:
        yield Content.assemble(
            ("? ", "$stopped bold"),
            (f"Nobody knows yet whether {payment['amount']} {payment['currency']} was charged", "bold"),
            (f" ({times.clock(payment['created'])}, till {payment['till']})", "$dim"),
        )
    if terminal["unresolved"]:
        yield Content(
            "u asks the terminal; v writes down what you see on it. Until then it takes no payment."
        )


def _settings(terminal: TerminalAnswer) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in terminal["settings"].items())


def _where(terminal: TerminalAnswer) -> str:
    if terminal["machine"] is None:
        return "this computer"
    return f"{terminal['machine']}{' (this one)' if terminal['here'] else ''}"


def whole_payment(payment: PaymentAnswer, times: Times) -> Content:
    """Return everything that is known of a payment: result, reason, receipts."""
    shown = mark(PAYMENT, payment["state"])
    parts = [
        Content.assemble(
            (f"{payment['kind'].capitalize()} of {payment['amount']} {payment['currency']}: ", "bold"),
            (f"{shown.glyph} {shown.word}", f"${shown.role} bold"),
            (" (in part)" if payment["partial"] else "", "$attention"),
        ),
        _line("Till", f"{payment['till']}, its reference {payment['reference']}"),
        _line("Asked", times.whole(payment["created"])),
    ]
    if payment["settled"]:
        parts.append(_line("Settled", f"{times.whole(payment['settled'])} by {payment['settled_by']}"))
    if payment["note"]:
        parts.append(_line("Note", payment["note"]))
    parts += [*_result(payment), *_trouble(payment["problem"])]
    parts += [line for each in payment["receipts"] for line in _receipt(each)]
    return Content("\n").join(parts)


def _result(payment: PaymentAnswer) -> Iterator[Content]:
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
        yield _line("Charged", f"{charged} {payment['currency']}", ", ".join(extra))
    card = " ".join(filter(None, (result["scheme"], result["card"], result["entry_mode"])))
    named = {
        "Card": card,
        "Said": " ".join(filter(None, (result["code"], result["text"]))),
        "Approval": result["auth_code"],
        "Slip": " ".join(filter(None, (result["receipt"], result["trace"], result["rrn"]))),
    }
    yield from (_line(label, text) for label, text in named.items() if text)


def _receipt(printed: PrintedAnswer) -> Iterator[Content]:
    yield Content.styled(f"── {printed['copy']} copy ──", "$dim")
    yield from (Content(line) for line in printed["lines"])


def totals(settlement: SettlementAnswer, times: Times) -> Content:
    """Return what a terminal counted, a line for each scheme."""
    what = "End of day" if settlement["closes"] else "Totals"
    parts = [
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
    return Content("\n").join(parts)


def _line(label: str, text: str, more: str = "") -> Content:
    return Content.assemble(
        (label.ljust(_LABEL), "$dim"), (text, "$foreground"), (f"  {more}" if more else "", "$dim")
    )


def _fit(text: str, width: int) -> str:
    return text.ljust(width) if len(text) <= width else f"{text[: width - 1]}…"
