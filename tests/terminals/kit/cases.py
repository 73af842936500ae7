"""The protocols the shared tests run over: one entry each.

To add a protocol: a module beside this one with a `CASES` list, and its line in `ALL`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.faults import Faults
from services.terminals.driver import Driver
from services.terminals.entry import Surroundings
from tests.terminals.kit.points import Points

Address = Mapping[str, str]


class Practice(Protocol):
    """A practice terminal: it lives in the test's process and survives every kill."""

    @property
    def address(self) -> dict[str, str]:
        """Where it is; crosses to the child as JSON."""

    @property
    def charges(self) -> Charges:
        """Its own book."""

    @property
    def faults(self) -> Faults:
        """What is planned to go wrong."""

    def wait_until_idle(self, seconds: float = 60) -> bool:
        """Wait until no transaction runs on it, as after its till has died."""

    def start(self) -> object:
        """Begin to serve."""

    def stop(self) -> None:
        """Stop."""


@dataclass(frozen=True, slots=True)
class Case:
    """One way a terminal behaves, and the driver that speaks to it."""

    name: str
    currency: str
    practice: Callable[[], Practice]
    """Makes a new one, not started."""
    driver: Callable[[Address, Surroundings, Points], Driver]
    """Makes the driver in the child, with short timers, its line watched by the points."""
    tells: bool = True
    """The protocol can always tell what became of an attempt; E+ cannot."""
    amounts: tuple[int, ...] = (1010, 1051)
    """Minor units of the sweeps: an approval (with bytes in it that serial lines escape), a decline."""


def all_cases() -> list[Case]:
    """Return every case of every protocol."""
    from tests.terminals.kit import (
        concert_cases,
        eplus_cases,
        linkly_cases,
        linkly_cloud_cases,
        nexo_cases,
        zvt_cases,
    )

    return [
        *zvt_cases.CASES,
        *concert_cases.CASES,
        *eplus_cases.CASES,
        *linkly_cases.CASES,
        *linkly_cloud_cases.CASES,
        *nexo_cases.CASES,
    ]


def case_named(name: str) -> Case:
    """Return a case by name."""
    return next(case for case in all_cases() if case.name == name)
