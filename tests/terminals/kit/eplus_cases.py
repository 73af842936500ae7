"""E+ over a pseudo-terminal, and over TCP."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from services.sandbox.terminals.eplus.ports import PracticeEplus
from services.sandbox.terminals.eplus.practice import Manner
from services.terminals.driver import Driver
from services.terminals.entry import Surroundings
from services.terminals.eplus.driver import EplusDriver, EplusSettings
from services.terminals.eplus.handshake import Timers
from services.terminals.transports.line import Line
from services.terminals.transports.serial_port import SerialLine, SerialSettings
from services.terminals.transports.tcp import TcpAddress, TcpLine
from tests.terminals.kit.cases import Address, Case
from tests.terminals.kit.points import PointedLine, Points

QUICK = Timers(between_bytes=0.3, until_ack=1.5, until_answer=20.0, slice=0.01)
QUICK_MANNER = Manner(patience=0.8, entry=0.3)
KILLED_MANNER = replace(QUICK_MANNER, patience=0.15)
"""For the sweeps: it waits again and again for a till that is no more."""
_EURO = 978
# After a break the answer is waited for as long as this, before a person is asked.
BROKEN = replace(QUICK, until_ack=0.6, until_answer=0.2)
_SLOW = replace(BROKEN, until_answer=0.5)


def line(address: Address, points: Points) -> Line:
    """A line whose every message is a boundary."""
    if address["connection"] == "serial":
        return PointedLine(SerialLine(SerialSettings(address["device"], stop_bits=1)), points)
    return PointedLine(TcpLine(TcpAddress(address["host"], int(address["port"]))), points)


def driver(settings: EplusSettings, address: Address, around: Surroundings, points: Points) -> Driver:
    """The driver of a practice terminal."""
    return EplusDriver(line(address, points), settings, around.monotonic, around.now, around.record)


def eplus_case(
    manner: Manner = QUICK_MANNER, *, serial: bool = True, timers: Timers = QUICK, **changes: object
) -> Case:
    """A case of this manner and these settings."""
    settings = replace(EplusSettings(_EURO, timers=timers, listen=0.2), **changes)  # type: ignore[arg-type]
    practice = partial(PracticeEplus, manner, serial=serial)
    return Case("eplus", "EUR", practice, partial(driver, settings), tells=False, amounts=(1010,))


CASES = [
    # The customer is slow: the answer comes after the service has started again.
    replace(eplus_case(KILLED_MANNER, timers=_SLOW), name="eplus-serial", amounts=(1081,)),
    replace(eplus_case(KILLED_MANNER, serial=False, timers=BROKEN), name="eplus-tcp"),
]
