"""Concert V3 over TCP and a pseudo-terminal, of different manners."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from services.sandbox.terminals.concert.ports import PracticeConcert
from services.sandbox.terminals.concert.practice import Manner
from services.terminals.concert.driver import ConcertDriver, ConcertSettings, Timers
from services.terminals.concert.links import Link, Quiet, SerialLink, TcpLink
from services.terminals.concert.messages import Till
from services.terminals.driver import Driver
from services.terminals.entry import Surroundings
from services.terminals.eplus.handshake import Handshake
from tests.terminals.kit import eplus_cases
from tests.terminals.kit.cases import Address, Case
from tests.terminals.kit.points import Points

QUICK = Timers(until_answer=20.0, until_told=10.0, slice=0.01)
QUICK_MANNER = Manner(patience=0.8, entry=0.3)
_KILLED_MANNER = replace(QUICK_MANNER, patience=0.15)
TILL = Till(978)
# After a break the terminal may work on the payment for this long.
_BROKEN = replace(QUICK, until_answer=0.2)


def link(address: Address, till: Till, around: Surroundings, points: Points) -> Link:
    """A link whose every message is a boundary."""
    line = eplus_cases.line(address, points)
    if address["connection"] == "serial":
        return SerialLink(Handshake(line, eplus_cases.BROKEN, around.monotonic))
    return TcpLink(line, around.monotonic, Quiet(else_=0.1), ticket=till.ticket)


def driver(settings: ConcertSettings, address: Address, around: Surroundings, points: Points) -> Driver:
    """The driver of a practice terminal."""
    made = link(address, settings.till, around, points)
    return ConcertDriver(made, settings, around.monotonic, around.now, around.record)


def concert_case(
    manner: Manner = QUICK_MANNER,
    *,
    serial: bool = False,
    timers: Timers = QUICK,
    asks_before: bool = True,
    **changes: object,
) -> Case:
    """A case of this manner, with changes of the till."""
    till = replace(TILL, **changes)  # type: ignore[arg-type]
    practice = partial(PracticeConcert, manner, serial=serial)
    settings = ConcertSettings(till, asks_before, timers)
    return Case("concert", "EUR", practice, partial(driver, settings))


CASES = [
    replace(concert_case(timers=_BROKEN, private=True), name="concert-tcp"),
    replace(
        concert_case(replace(_KILLED_MANNER, gives_back=False), timers=_BROKEN, serial=True),
        name="concert-serial",
        amounts=(1010,),
    ),
]
