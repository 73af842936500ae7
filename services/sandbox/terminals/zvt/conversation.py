"""How the practice terminal talks: each message is answered."""

from __future__ import annotations

from time import monotonic

from services.sandbox.terminals.zvt.line import Line
from services.sandbox.terminals.zvt.practice import Memory
from services.sandbox.terminals.zvt.reading import Asked, asked
from services.sandbox.terminals.zvt.writing import container, message, packed, tagged

OK, WAIT, PARTIAL = "8000", "849C", "849D"


class NotAnswered(Exception):
    """The till did not answer a message in time."""


class Conversation:
    """Messages to the till and its answers, over one connection."""

    def __init__(self, memory: Memory, line: Line) -> None:
        self._memory = memory
        self._line = line
        self._number = 0
        self.numbered = False
        """Sequence ids were agreed."""
        self.aborted = False
        """The till asked to abort what runs."""

    def hear(self, seconds: float) -> Asked | None:
        """Return the till's next message; None when none comes."""
        heard = self._line.hear(seconds)
        if heard is None:
            return None
        message_of_till = asked(heard)
        self._memory.heard.append(message_of_till.name)
        return message_of_till

    def answer(self, command: Asked, name: str, data: bytes = b"") -> None:
        """Answer a command: 80 00, or 84 and why not."""
        echo = command.sequence if self.numbered else None
        extra = container(tagged("1F73", echo)) if echo else b""
        self._line.say(message(name, data, extra))

    def ask(self, name: str, data: bytes) -> str:
        """Send a message and return the name of its answer; repeat it a few times."""
        self._number += 1
        # A result has its number in its own container already.
        extra = container(*self.number_tag()) if self.numbered and name != "040F" else b""
        for _ in range(1 + self._memory.manner.repeats):
            if not self._line.say(message(name, data, extra)):
                continue
            answer = self._answer_of_till()
            if answer is not None:
                return answer
        raise NotAnswered

    def say(self, name: str, data: bytes) -> None:
        """Send a message whose answer changes nothing any more."""
        try:
            self.ask(name, data)
        except NotAnswered:
            return

    def end(self, code: int) -> None:
        """End a command with 06 1E."""
        self.say("061E", bytes([code]))

    def status(self, code: int) -> None:
        """Say what happens: 04 FF."""
        timed = b"\x01" if self._memory.manner.timed_status else b""
        self.ask("04FF", bytes([code]) + timed)

    def listen_aside(self, seconds: float) -> None:
        """Hear what the till says while something runs."""
        heard = self.hear(seconds)
        if heard is not None:
            self._aside(heard)

    def number_tag(self) -> list[bytes]:
        """Return the tag of the message's number; nothing where there are none."""
        return [tagged("1F73", packed(self._number, 3))] if self.numbered else []

    def _answer_of_till(self) -> str | None:
        deadline = monotonic() + self._memory.manner.patience
        while (left := deadline - monotonic()) > 0:
            answer = self.hear(left)
            if answer is None:
                break
            if answer.name.startswith(("80", "84")):
                return answer.name
            self._aside(answer)
        return None

    def _aside(self, command: Asked) -> None:
        """Answer a command that comes while another runs: an abort, or one too many."""
        if command.name == "06B0":
            self.aborted = True
            self.answer(command, OK)
        else:
            self.answer(command, WAIT)
