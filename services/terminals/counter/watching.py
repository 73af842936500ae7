"""What happens while a payment runs, for everybody who watches it.

Told in the thread of the payment; whoever waits is woken at once, without asking again
and again: the result reaches a till within milliseconds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from services.contract.cards import without_card_numbers
from services.contract.problem import Problem
from services.contract.terminals import PaymentState, PrintedAnswer, ProgressKind, PromptAnswer, StepAnswer
from services.contract.text import printable
from services.store.tables import TerminalAttempt
from services.terminals.driver import Prompt
from services.terminals.hooks import Progress
from services.terminals.states import FINAL

_KEPT = 1000
"""Steps of one payment: a terminal that shows more has its oldest ones dropped."""

Wake = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Seen:
    """One moment of a payment: what is told together was true together."""

    steps: tuple[StepAnswer, ...]
    last: int
    """The number of the newest step."""
    display: str
    prompt: PromptAnswer | None
    over: bool


class Watch:
    """One payment under way, or just ended. Any thread."""

    def __init__(self, attempt: TerminalAttempt) -> None:
        self.row = attempt
        """The attempt as last known; final once `over`."""
        self.problem: Problem | None = None
        """Why the service lost it: what stands in the journal holds."""
        self._steps: list[StepAnswer] = []
        self._last = 0
        self._display = ""
        self._prompt: PromptAnswer | None = None
        self._over = False
        self._let_go = False
        self._wakes: set[Wake] = set()
        self._lock = threading.Lock()

    def tell(self, progress: Progress) -> None:
        """Add a step, and wake who waits."""
        with self._lock:
            self._add(progress)
            wakes = list(self._wakes)
        for wake in wakes:
            wake()

    def finish(self, row: TerminalAttempt | None, problem: Problem | None = None) -> None:
        """Note that the terminal is done with it: what it came to, or why that is lost."""
        with self._lock:
            self.row = row or self.row
            self.problem = problem
            self._prompt = None
            self._over = True
            wakes = list(self._wakes)
        for wake in wakes:
            wake()

    @property
    def over(self) -> bool:
        """Whether the terminal is no longer at work on it."""
        return self._over

    @property
    def released(self) -> bool:
        """Whether nobody is to wait any longer, though it is not over."""
        return self._let_go

    @property
    def final(self) -> bool:
        """Whether `row` is what the payment came to, for ever."""
        return self._over and self.row.state in FINAL

    def seen(self, after: int = 0) -> Seen:
        """Return one moment of it, with the steps after `after`."""
        with self._lock:
            steps = tuple(step for step in self._steps if step["number"] > after)
            return Seen(steps, self._last, self._display, self._prompt, self._over)

    def has_news(self, after: int | None) -> bool:
        """Whether it is over, or there are steps after `after`."""
        return self._over or self._let_go or (after is not None and self._last > after)

    def let_go(self) -> None:
        """Have nobody wait any longer: the service stops."""
        with self._lock:
            self._let_go = True
            wakes = list(self._wakes)
        for wake in wakes:
            wake()

    @contextmanager
    def waking(self, wake: Wake) -> Iterator[None]:
        """Have `wake` called whenever something happens; it must not block."""
        with self._lock:
            self._wakes.add(wake)
        try:
            yield
        finally:
            with self._lock:
                self._wakes.discard(wake)

    def _add(self, progress: Progress) -> None:
        self._last += 1
        if progress.kind is ProgressKind.DISPLAY:
            self._display = progress.text
        elif progress.kind is ProgressKind.PROMPT:
            self._prompt = _prompt(progress.prompt)
        elif progress.kind is ProgressKind.PROMPT_GONE:
            self._prompt = None
        self._steps.append(_step(self._last, progress))
        del self._steps[:-_KEPT]


def _step(number: int, progress: Progress) -> StepAnswer:
    printed: PrintedAnswer | None = None
    if progress.printed is not None:
        printed = {"copy": str(progress.printed.copy), "lines": list(progress.printed.lines)}
    return {
        "number": number,
        "kind": str(progress.kind),
        "text": progress.text,
        "state": None if progress.state is None else str(PaymentState(progress.state)),
        "prompt": _prompt(progress.prompt),
        "printed": printed,
    }


def _prompt(prompt: Prompt | None) -> PromptAnswer | None:
    if prompt is None:
        return None
    return {
        "text": without_card_numbers(printable(prompt.text, lines=True)),
        "choices": list(prompt.choices),
        "secret": prompt.secret,
    }
