"""A ZVT link that follows a script, on a clock of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from services.terminals.problems import TransportLost
from services.terminals.zvt.apdu import Apdu
from tests.terminals.kit.scripted_line import OnItsClock

Said = Sequence[tuple[float, str]]
"""Seconds of silence, then a message in hex."""

REGISTERED: Said = ((0, "800000"), (0, "060f00"))
NO_LAST: Said = ((0, "800000"), (0, "061e0164"))


def apdu(text: str) -> Apdu:
    """A message from hex."""
    data = bytes.fromhex(text)
    head = 5 if data[2] == 255 else 3
    return Apdu(int.from_bytes(data[:2], "big"), data[head:])


@dataclass
class ScriptedLink(OnItsClock[Apdu]):
    """Answers each command as the script says; acks of the till go nowhere."""

    START = datetime(2026, 11, 21, 11, tzinfo=UTC)
    script: Mapping[int, Said]
    sent: list[tuple[float, Apdu]] = field(default_factory=list)
    name: str = "the script"
    lost_once: bool = False
    """The next message finds the connection gone."""
    _open: bool = False

    def open(self) -> bool:
        was_open, self._open = self._open, True
        return not was_open

    def send(self, message: Apdu) -> None:
        if self.lost_once:
            self.lost_once = False
            raise TransportLost("the script")
        self.sent.append((self.now, message))
        said = self.script.get(message.command, ())
        self._queue += [(seconds, apdu(text)) for seconds, text in said]

    def receive(self, timeout: float) -> Apdu | None:
        return self.next(timeout)

    def close(self) -> None:
        self._open = False
        self._queue.clear()

    def commands(self) -> list[str]:
        """What the till sent, by name."""
        return [f"{message.command:04X}" for _, message in self.sent]
