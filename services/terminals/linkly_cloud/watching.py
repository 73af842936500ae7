"""Watches a session until it has ended: shows, prints, presses keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.terminals.driver import Hooks
from services.terminals.linkly.dialogue import Dialogue
from services.terminals.linkly_cloud import reading
from services.terminals.linkly_cloud.reading import Told
from services.terminals.linkly_cloud.sessions import KIND, Look, Sessions
from services.terminals.problems import Break, TerminalSilent, TransportLost
from services.terminals.transports.line import Monotonic


@dataclass(frozen=True, slots=True)
class Timers:
    """Seconds."""

    silence: float = 180.0
    """Without any answer of the service, until it is given up (TERMINALS.md 2.3)."""
    end: float = 600.0
    """For a whole request, however often the service says that it still runs."""
    poll: float = 0.5
    """Between two looks."""


@dataclass(slots=True)
class Watch:
    """Looks at sessions, one at a time."""

    sessions: Sessions
    timers: Timers
    monotonic: Monotonic
    wait: Callable[[float], None]
    left: bool = False
    """The driver was closed: nothing is looked at any longer."""

    def until_end(self, session: str, function: str, hooks: Hooks) -> Told:
        """Look at a session until it has ended; a look that fails is tried again."""
        dialogue = Dialogue(hooks, blind=not self.sessions.shows)
        began = heard = self.monotonic()
        try:
            while (now := self.monotonic()) - began < self.timers.end:
                look = self._look(session, function, now - heard)
                if look is not None:
                    heard = self.monotonic()
                    show(look, dialogue)
                if look is not None and look.answer is not None:
                    return look.answer
                self._press(session, dialogue)
                self.wait(self.timers.poll)
        finally:
            dialogue.end()
        raise TerminalSilent("end", self.timers.end)

    def _look(self, session: str, function: str, silent: float) -> Look | None:
        if self.left:
            raise TransportLost("Linkly Cloud", "closed by the service")
        try:
            look = self.sessions.look(session, function)
        except Break:
            if silent > self.timers.silence:
                raise
            return None
        if not look.known and silent > self.timers.silence:
            raise TerminalSilent("session", self.timers.silence)
        return look if look.known else None

    def _press(self, session: str, dialogue: Dialogue) -> None:
        pressed = dialogue.pressed()
        if pressed is None:
            return
        try:
            self.sessions.press(session, pressed.key, pressed.text)
        except Break:
            dialogue.owe(pressed)


def show(look: Look, dialogue: Dialogue) -> None:
    """Show and print what came; the slips of the answer where none came before it."""
    for event in look.events:
        if event[KIND] == "display":
            dialogue.display(reading.display(event))
        elif event[KIND] == "receipt":
            for part in reading.receipt(event):
                dialogue.receipt(part)
    if look.answer is not None and not dialogue.printed:
        for part in reading.receipts(look.answer):
            dialogue.receipt(part)
