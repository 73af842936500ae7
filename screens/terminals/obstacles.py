"""Why something cannot be done with a terminal now: pure."""

from __future__ import annotations

from screens.commands import Command
from services.contract.terminal_shop import TerminalAnswer
from services.contract.terminals import PaymentAnswer

_NEEDS_NO_TERMINAL = frozenset({"add", "money", "tills"})
_ABILITIES = {"totals": "totals", "settle": "settle", "reprint": "reprint"}
_LATE = "terminal_approved_late"
_SPEAKS = frozenset({"test", "totals", "settle", "reprint", "pay", "ask_again"})


def obstacle(command: Command, terminal: TerminalAnswer | None, payment: PaymentAnswer | None) -> str | None:
    """Return why a command cannot be done; None: it can."""
    if command.name in _NEEDS_NO_TERMINAL:
        return None
    if terminal is None:
        return f"{command.label}: there is no terminal yet; a adds one."
    if command.name in _SPEAKS and (reason := _silent(command, terminal)):
        return reason
    return _of_payments(command, terminal, payment)


def _silent(command: Command, terminal: TerminalAnswer) -> str | None:
    """Return why the terminal cannot be spoken to."""
    name = terminal["name"]
    if not terminal["enabled"]:
        return f"{command.label}: {name} is switched off; f switches it on."
    if not terminal["here"]:
        return f"{command.label}: {name} runs on {terminal['machine']}; do it there."
    if terminal["running"] is not None:
        return f"{command.label}: a payment is running on {name}."
    ability = _ABILITIES.get(command.name)
    if ability is not None and ability not in terminal["abilities"]:
        return f"{command.label}: the protocol of {name} has no {ability.replace('_', ' ')}."
    return None


def undecided(payment: PaymentAnswer) -> bool:
    """Whether a person has to say what it came to.

    Nobody knows, or the terminal approved what had been settled otherwise meanwhile.
    """
    problem = payment["problem"]
    is_late = problem is not None and problem["code"] == _LATE and payment["state"] != "approved"
    return payment["state"] == "unknown" or (is_late and not payment["note"])


def _of_payments(command: Command, terminal: TerminalAnswer, payment: PaymentAnswer | None) -> str | None:
    running = terminal["running"]
    match command.name:
        case "pay" if not terminal["practice"]:
            return "Test payment: only on a practice terminal; this one would charge a card."
        case "abort" if running is None:
            return "Abort: no payment is running."
        case "answer" if running is None or running["prompt"] is None:
            return "Answer: the terminal asks nothing."
        case "ask_again" if not terminal["unresolved"]:
            return "Ask again: nothing is unresolved."
        case "decide" if not terminal["unresolved"] and (payment is None or not undecided(payment)):
            return "Decide: only a payment whose outcome nobody knows can be decided."
    return None
