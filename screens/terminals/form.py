"""What the form of a card terminal asks the service, and is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from screens.place import Place
from screens.terminals.draft import Draft
from services.contract.terminal_shop import (
    PortAnswer,
    ProtocolAnswer,
    StatusOfTerminalAnswer,
    TerminalAnswer,
)

if TYPE_CHECKING:
    from screens.asking import Service


@dataclass
class FormRead(Message):
    """The protocols there are, the serial ports, and the terminal that is changed."""

    protocols: Sequence[ProtocolAnswer]
    ports: Sequence[PortAnswer]
    terminal: TerminalAnswer | None


@dataclass
class Tried(Message):
    """How the terminal answered."""

    answer: StatusOfTerminalAnswer


@dataclass
class Saved(Message):
    """The terminal was saved, paired with or removed."""

    terminal: TerminalAnswer
    said: str
    paired: bool = True
    """Whether it can be used; else it is to be paired with first."""


class Form(Place):
    """A place with a terminal that is being added or changed."""

    def __init__(self) -> None:
        super().__init__()
        self.draft: Draft | None = None
        self.protocols: Sequence[ProtocolAnswer] = ()
        self.ports: Sequence[PortAnswer] = ()

    @property
    def pairs(self) -> bool:
        """Whether terminals of the protocol chosen are paired with."""
        draft = self.draft
        return draft is not None and any(
            each["name"] == draft.protocol and each["pairs"] for each in self.protocols
        )


def read(
    service: Service, wanted: str | None
) -> tuple[list[ProtocolAnswer], list[PortAnswer], TerminalAnswer | None]:
    """Return the protocols, the serial ports, and the terminal that is to be changed."""
    protocols = service.terminal_protocols()["protocols"]
    ports = service.terminal_ports()["ports"]
    return protocols, ports, None if wanted is None else service.terminal(wanted)


def try_out(service: Service, draft: Draft) -> StatusOfTerminalAnswer:
    """Have the terminal asked how it is; keeps nothing."""
    return service.test_terminal(draft.key) if draft.key else service.try_terminal(**draft.details())


def save(service: Service, draft: Draft) -> TerminalAnswer:
    """Have the terminal added, or changed."""
    if draft.key is None:
        return service.add_terminal(**draft.details())
    return service.set_terminal(draft.key, **draft.changes())
