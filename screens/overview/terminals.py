"""The tile of a store's card terminals: pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from screens.moments import Times, counted
from themes.states import PAYMENT, TERMINAL, Mark, mark

if TYPE_CHECKING:
    from services.contract.terminal_shop import TerminalAnswer

_WORST_FIRST = ("unresolved", "error", "offline", "busy", "ready", "elsewhere", "off")


def state_of(terminals: Sequence[TerminalAnswer]) -> str:
    """Return the state of the one that needs somebody most."""
    states = {terminal["state"] for terminal in terminals}
    return next(state for state in _WORST_FIRST if state in states)


def neediest(terminals: Sequence[TerminalAnswer]) -> str:
    """Return the key of the one that needs somebody most."""
    state = state_of(terminals)
    return next(terminal["key"] for terminal in terminals if terminal["state"] == state)


def shown(terminals: Sequence[TerminalAnswer]) -> Mark:
    """Return how that state is shown."""
    return mark(TERMINAL, state_of(terminals))


def lines(terminals: Sequence[TerminalAnswer], times: Times) -> Iterator[str]:
    """Return what is known of them, the most urgent first."""
    yield from (words for _, words, _ in attention(terminals))
    if len(terminals) > 1:
        states = Counter(mark(TERMINAL, each["state"]).word.lower() for each in terminals)
        each_state = ", ".join(f"{number} {word}" for word, number in states.items())
        yield f"{counted(len(terminals), 'terminal')}: {each_state}"
    else:
        yield terminals[0]["name"]
    yield _last(terminals, times)


def attention(terminals: Sequence[TerminalAnswer]) -> Iterator[tuple[Mark, str, str]]:
    """Return what needs somebody, and the key of its terminal.

    What is unresolved comes first, then what cannot be used.
    """
    for terminal in terminals:
        for payment in terminal["unresolved"]:
            told = f"{payment['amount']} charged? {terminal['name']}"
            yield mark(PAYMENT, payment["state"]), told, terminal["key"]
    for terminal in terminals:
        if terminal["error"] is not None and not terminal["unresolved"]:
            told = f"{terminal['name']}: {terminal['error']['what']}"
            yield mark(TERMINAL, terminal["state"]), told, terminal["key"]


def _last(terminals: Sequence[TerminalAnswer], times: Times) -> str:
    payments = [each["last"] for each in terminals if each["last"] is not None]
    if not payments:
        return "No payment yet"
    newest = max(payments, key=lambda each: each["created"])
    return f"{newest['amount']} {mark(PAYMENT, newest['state']).word} {times.clock(newest['created'])}"
