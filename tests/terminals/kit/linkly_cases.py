"""Linkly over TCP, against EFT-Clients of different manners."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from services.sandbox.terminals.linkly.ports import PracticeLinkly
from services.sandbox.terminals.linkly.practice import Manner
from services.terminals.driver import Driver
from services.terminals.entry import Surroundings
from services.terminals.linkly.driver import LinklyDriver, LinklySettings
from services.terminals.linkly.identity import Identity
from services.terminals.linkly.links import Link, Timers
from services.terminals.transports.tcp import TcpAddress, TcpLine
from tests.terminals.kit.cases import Address, Case
from tests.terminals.kit.points import PointedLine, Points

Settings = Any
"""What a test sets of a driver, by the names of its settings."""
QUICK = Timers(silence=10.0, answer=10.0, rest=0.05, slice=0.01)
HASTY = Timers(silence=1.0, answer=1.0, rest=0.05, slice=0.01)
"""For a client that says nothing at all."""
QUICK_MANNER = Manner(patience=1.0)


def driver(
    address: Address, around: Surroundings, points: Points, timers: Timers = QUICK, **settings: Settings
) -> Driver:
    """The driver of a practice client, its line watched by the points."""
    where = TcpAddress(address["host"], int(address["port"]), discard=True)
    line = PointedLine(TcpLine(where), points)
    made = LinklySettings(around.currency, Identity(version="1"), **settings)
    return LinklyDriver(Link(line, timers, around.monotonic, around.record), made, timers, around.monotonic)


def linkly_case(name: str = "linkly", manner: Manner = QUICK_MANNER, **settings: Settings) -> Case:
    """A case of this manner and these settings."""
    practice: Callable[[], PracticeLinkly] = partial(PracticeLinkly, manner)
    return Case(name, "AUD", practice, partial(driver, **settings), amounts=(1000,))


CASES = [
    linkly_case("linkly-goes-on"),
    linkly_case("linkly-gives-up", replace(QUICK_MANNER, keeps_going=False, answers_other=True)),
]
