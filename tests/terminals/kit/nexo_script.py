"""A nexo terminal that answers as the test says, on a clock of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from services.terminals.nexo import messages
from services.terminals.nexo.calls import Call
from services.terminals.nexo.documents import Json
from services.terminals.nexo.driver import NexoDriver, NexoSettings
from services.terminals.nexo.messages import Header, Message
from services.terminals.nexo.sealing import NONCE, Key, derive
from services.terminals.nexo.talk import Names, Timers
from services.terminals.problems import TransportLost

POI, SALE = "V400m-324688179", "till-1"
KEY = derive("a passphrase", "shop", 2)
BEFORE = derive("the one before", "shop", 1)
Body = Mapping[str, Json]
Answers = Callable[[Message], "Body | bytes | None"]
"""Body: the answer; bytes: what comes instead; None: silence."""

SUCCESS: Body = {"Response": {"Result": "Success"}}


def failure(condition: str) -> Body:
    """An answer that says no."""
    return {"Response": {"Result": "Failure", "ErrorCondition": condition}}


@dataclass
class ScriptedTerminal:
    """Answers each message as `answers` says; without an answer time passes."""

    answers: Answers
    keys: tuple[Key, ...] = (KEY,)
    now: float = 0.0
    heard: list[Message] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    changed: Callable[[Header], Header] = lambda header: header
    lost: bool = False
    """The connection breaks when something is awaited."""

    def driver(self, *keys: Key, timers: Timers | None = None) -> NexoDriver:
        """A driver that speaks to it."""
        names = Names(SALE, POI, keys or (KEY,))
        settings = NexoSettings(names, "EUR", timers or Timers())
        return NexoDriver(
            lambda: Call(_ScriptedLine(self), "here"),
            settings,
            lambda: datetime(2026, 11, 21, 12, 30, tzinfo=UTC),
            lambda: self.now,
            lambda direction, text: self.said.append(f"{direction} {text}"),
        )

    def categories(self) -> list[str]:
        """What it was asked."""
        return [message.header.category for message in self.heard]

    def respond(self, body: bytes) -> bytes | None:
        """What goes back for a request, as HTTP."""
        message = messages.decode(body, self.keys)
        self.heard.append(message)
        told = self.answers(message)
        if told is None:
            return None
        if isinstance(told, Mapping):
            header = self.changed(replace(message.header, kind="Response"))
            told = messages.encode(header, told, self.keys[0], bytes(NONCE))
        return f"HTTP/1.1 200 OK\r\nContent-Length: {len(told)}\r\n\r\n".encode() + told


class _ScriptedLine:
    name = "the script"

    def __init__(self, terminal: ScriptedTerminal) -> None:
        self._terminal = terminal
        self._answer: bytes | None = None

    def open(self) -> None:
        pass

    def send(self, data: bytes) -> None:
        _, _, body = data.partition(b"\r\n\r\n")
        self._answer = self._terminal.respond(body)

    def receive(self, timeout: float) -> bytes:
        if self._terminal.lost:
            raise TransportLost(self.name)
        if self._answer is None:
            self._terminal.now += timeout
            return b""
        answer, self._answer = self._answer, None
        return answer

    def close(self) -> None:
        pass
