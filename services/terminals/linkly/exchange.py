"""One request to the EFT-Client, and all it says until the answer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from services.terminals.driver import Hooks
from services.terminals.linkly import requests, responses
from services.terminals.linkly.codes import Command
from services.terminals.linkly.dialogue import Dialogue
from services.terminals.linkly.framing import Message
from services.terminals.linkly.links import Link, Timers
from services.terminals.problems import ProtocolError, TerminalSilent
from services.terminals.transports.line import Monotonic

_MOST_LATE = 200
_WANTS_REPLY = "1"
_SHORT = frozenset({Command.DIALOG, Command.STATUS, Command.LAST})


@dataclass(frozen=True, slots=True)
class Exchange:
    """Runs requests over a link, one at a time."""

    link: Link
    timers: Timers
    monotonic: Monotonic

    def ask(self, request: Message, hooks: Hooks) -> Message:
        """Clear the line, send a request, return its answer; raises as `run`."""
        self.clear()
        return self.run(request, Dialogue(hooks))

    def clear(self) -> None:
        """Take what came unasked off the line, lest it is taken for an answer.

        A receipt event is answered all the same, so that the client goes on; it belongs
        to something earlier and settles nothing.
        """
        for _ in range(_MOST_LATE):
            message = self.link.receive(0)
            if message is None:
                return
            if message.command == Command.RECEIPT:
                self.link.send(requests.receipt_taken())
        raise ProtocolError("messages without end that nobody asked for")

    def run(
        self,
        request: Message,
        dialogue: Dialogue,
        *,
        started: Callable[[], None] | None = None,
        mine: Callable[[Message], bool] | None = None,
    ) -> Message:
        """Send a request and stay until its answer, which `mine` knows from a late one.

        Raises TerminalSilent when nothing comes: 180 seconds since the last message.
        """
        self.link.send(request)
        try:
            return self._answer(request, dialogue, started, mine)
        finally:
            dialogue.end()

    def _answer(
        self,
        request: Message,
        dialogue: Dialogue,
        started: Callable[[], None] | None,
        mine: Callable[[Message], bool] | None,
    ) -> Message:
        patience = self.timers.answer if request.command in _SHORT else self.timers.silence
        deadline = self.monotonic() + patience
        while (left := deadline - self.monotonic()) > 0:
            message = self.link.receive(min(left, self.timers.slice))
            if message is not None:
                deadline = self.monotonic() + patience
                if message.command == request.command and (mine is None or mine(message)):
                    return message
                self._event(message, dialogue)
                if started is not None:
                    started()
            self._press(dialogue)
        raise TerminalSilent("silence", patience)

    def _event(self, message: Message, dialogue: Dialogue) -> None:
        if message.command == Command.DISPLAY:
            # It only tells: one that cannot be read must not end a payment.
            with suppress(ProtocolError):
                dialogue.display(responses.display(message))
        elif message.command == Command.RECEIPT:
            dialogue.receipt(responses.receipt(message))
            self.link.send(requests.receipt_taken())
        elif message.command == Command.HEARTBEAT and message.data == _WANTS_REPLY:
            self.link.send(requests.alive())

    def _press(self, dialogue: Dialogue) -> None:
        pressed = dialogue.pressed()
        if pressed is not None:
            self.link.send(requests.key(pressed.key, pressed.text))
