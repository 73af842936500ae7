"""Card terminals and their payments in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.output import finding_lines, marked, say
from themes.states import PAYMENT, TERMINAL, mark

if TYPE_CHECKING:
    from services.contract.terminal_shop import StatusOfTerminalAnswer, TerminalAnswer
    from services.contract.terminals import PaymentAnswer


def terminal_lines(answer: TerminalAnswer) -> list[str]:
    """Return a terminal with its settings and how it is, a line each."""
    practice = " [practice: on this machine, charges no card]" if answer["practice"] else ""
    lines = [
        f"{answer['name']} ({answer['key']}) of {answer['store']}: {answer['title']}{practice}",
        f"  {marked(mark(TERMINAL, answer['state']))}",
    ]
    if answer["machine"] is not None:
        lines.append(f"  run by {answer['machine']}")
    lines += [f"  {name}: {value}" for name, value in answer["settings"].items()]
    lines += [f"  {name}: kept in the vault" for name in answer["secrets"]]
    lines.append(f"  takes: {', '.join(answer['tenders'])} in {answer['currency']}")
    if answer["last"] is not None:
        lines.append(f"  last: {payment_line(answer['last'])}")
    if answer["error"] is not None:
        lines += finding_lines(dict(answer["error"]), indent="  ")
    lines += [f"  unresolved: {payment_line(each)}" for each in answer["unresolved"]]
    return lines


def payment_line(payment: PaymentAnswer) -> str:
    """Return a payment in one line."""
    state = marked(mark(PAYMENT, payment["state"]))
    amount = payment["charged"] or payment["amount"]
    part = f" of {payment['amount']}" if payment["partial"] else ""
    if payment["charged"] is None and "cash_out" in payment:
        part = f" and {payment['cash_out']} in cash"
    return (
        f"{payment['id']} {payment['kind']} {amount}{part} {payment['currency']}: {state}"
        f" (till {payment['till']}, {payment['reference']})"
    )


def payment_words(payment: PaymentAnswer) -> None:
    """Say what became of a payment, and what to do where that is not clear."""
    say(payment_line(payment))
    result = payment["result"]
    if result is not None:
        named = (("card", result["card"]), ("scheme", result["scheme"]), ("auth", result["auth_code"]))
        told = [f"{name} {value}" for name, value in named if value]
        if told:
            say(f"  {', '.join(told)}")
        if result["text"]:
            say(f"  {result['text']}")
        if result["signature"]:
            say("  The customer has to sign.")
    if payment["tender_reference"]:
        say(f"  reference for the receipt's tender: {payment['tender_reference']}")
    if payment["note"]:
        say(f"  {payment['settled_by']}: {payment['note']}")
    if payment["problem"] is not None:
        say(*finding_lines(dict(payment["problem"])))


def asked_words(answer: StatusOfTerminalAnswer) -> None:
    """Say how a terminal says it is."""
    ready = "is ready" if answer["ready"] else "is not ready"
    say(f"{answer['terminal']} {ready}: {answer['text'] or 'no words'}")
    if answer["terminal_id"] or answer["software"]:
        say(f"  terminal id {answer['terminal_id'] or '-'}, software {answer['software'] or '-'}")
    if answer["needs"]:
        say(f"  it needs: {', '.join(answer['needs'])}")
    say(f"  answered within {answer['milliseconds']} ms; no money was moved")
