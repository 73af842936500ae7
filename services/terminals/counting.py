"""End of day and totals: written down first, kept before they are acked."""

from __future__ import annotations

from datetime import date

from services.contract.problem import Problem
from services.store.tables import Terminal
from services.terminals.driver import Driver, Totals
from services.terminals.hooks import ServiceHooks
from services.terminals.journal import Journal
from services.terminals.problems import Break


def count(
    driver: Driver,
    journal: Journal,
    terminal: Terminal,
    hooks: ServiceHooks,
    *,
    who: str,
    day: date | None,
    closes: bool,
) -> Totals:
    """Run an end of day (`closes`) or read the totals; return them.

    A break leaves the settlement `unknown`, with the totals that were given before it;
    a refusal leaves it `failed`. Raises what the driver raises.
    """
    number = journal.start_settlement(terminal, closes=closes, who=who, day=day)
    hooks.settlement = number
    try:
        totals = driver.settle(hooks) if closes else driver.totals(hooks)
    except Problem as problem:
        state = "unknown" if isinstance(problem, Break) else "failed"
        journal.end_settlement(number, state, hooks.kept, problem)
        raise
    journal.end_settlement(number, "done", totals)
    return totals
