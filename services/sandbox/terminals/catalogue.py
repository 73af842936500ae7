"""The practice terminals there are: one line each."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.faults import Faults
from services.sandbox.terminals.zvt.ports import PracticeZvt


class PracticeTerminal(Protocol):
    """What every practice terminal is to whoever runs it."""

    @property
    def address(self) -> dict[str, str]:
        """Where it is, in the words of the driver's settings."""

    @property
    def charges(self) -> Charges:
        """Its own book of what it charged."""

    @property
    def faults(self) -> Faults:
        """What is planned to go wrong."""

    def start(self) -> object:
        """Serve in a thread of its own."""

    def stop(self) -> None:
        """Stop serving."""


class Maker(Protocol):
    """Makes a practice terminal: on TCP, or on a pseudo-terminal when `serial`."""

    def __call__(self, *, serial: bool, book: Path | None, port: int) -> PracticeTerminal:
        """Return one that is not started."""


def _zvt(*, serial: bool, book: Path | None, port: int) -> PracticeTerminal:
    return PracticeZvt(serial=serial, book=book, port=port)


MAKERS: dict[str, Maker] = {"zvt": _zvt}
