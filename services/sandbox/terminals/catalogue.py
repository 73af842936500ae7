"""The practice terminals there are: one line each."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.concert.ports import PracticeConcert
from services.sandbox.terminals.eplus.ports import PracticeEplus
from services.sandbox.terminals.faults import Faults
from services.sandbox.terminals.linkly.ports import PracticeLinkly
from services.sandbox.terminals.linkly_cloud.ports import PracticeLinklyCloud
from services.sandbox.terminals.nexo.ports import PracticeNexo
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


def _linkly(*, serial: bool, book: Path | None, port: int) -> PracticeTerminal:
    if serial:
        raise OSError("an EFT-Client has no serial line towards the till")
    return PracticeLinkly(book=book, port=port)


def _concert(*, serial: bool, book: Path | None, port: int) -> PracticeTerminal:
    return PracticeConcert(serial=serial, book=book, port=port)


def _eplus(*, serial: bool, book: Path | None, port: int) -> PracticeTerminal:
    return PracticeEplus(serial=serial, book=book, port=port)


def _nexo(*, serial: bool, book: Path | None, port: int) -> PracticeTerminal:
    if serial:
        raise OSError("a nexo terminal has no serial line")
    return PracticeNexo(book=book, port=port)


def _linkly_cloud(*, serial: bool, book: Path | None, port: int) -> PracticeTerminal:
    if serial:
        raise OSError("Linkly Cloud is reached over HTTP only")
    return PracticeLinklyCloud(book=book, port=port)


MAKERS: dict[str, Maker] = {
    "zvt": _zvt,
    "linkly": _linkly,
    "linkly_cloud": _linkly_cloud,
    "nexo": _nexo,
    "concert": _concert,
    "eplus": _eplus,
}
