"""What went wrong, in place of what could not be shown: what, why, next, details."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from services.contract.problem import Problem


def told(problem: Problem, *, keys: str = "") -> Content:
    """Return a problem as it is shown; `keys` says what to press."""
    parts: list[tuple[str, str]] = [("✗ ", "$stopped bold"), (problem.what, "bold")]
    if problem.why:
        parts += [("\n\n", ""), (problem.why, "$foreground")]
    if problem.next:
        parts += [("\n\n", ""), ("Next: ", "$dim"), (problem.next, "$foreground")]
    if problem.detail:
        parts += [("\n\n", ""), ("Details: ", "$dim"), (problem.detail, "$dim")]
    if keys:
        parts += [("\n\n", ""), (keys, "$dim")]
    return Content.assemble(*parts)


class Trouble(Static):
    """Shows a problem where its cause was to be shown."""

    DEFAULT_CSS = """
    Trouble { padding: 1 2; height: auto; color: $foreground; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as every widget has it
        super().__init__(Content(""), id=id)
        self.problem: Problem | None = None

    def show(self, problem: Problem, *, keys: str = "") -> None:
        """Show a problem."""
        self.problem = problem
        self.update(told(problem, keys=keys))


class Empty(Static):
    """Says what is not there yet, and the first step towards it."""

    DEFAULT_CSS = """
    Empty { padding: 1 2; height: auto; color: $dim; }
    """

    def say(self, what: str, step: str = "") -> None:
        """Say what there is not, and what to do."""
        self.update(Content.assemble((what, "$foreground"), ("\n\n" if step else "", ""), (step, "$dim")))
