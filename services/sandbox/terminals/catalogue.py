"""The practice terminals there are: one line each."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from services.sandbox.terminals.concert.ports import PracticeConcert
from services.sandbox.terminals.eplus.ports import PracticeEplus
from services.sandbox.terminals.linkly.ports import PracticeLinkly
from services.sandbox.terminals.linkly_cloud.ports import PracticeLinklyCloud
from services.sandbox.terminals.nexo.ports import PracticeNexo
from services.sandbox.terminals.reached import Reached
from services.sandbox.terminals.zvt.ports import PracticeZvt

PracticeTerminal = Reached[Any]
"""What every practice terminal is to whoever runs it."""


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
