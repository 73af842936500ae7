"""ZVT over TCP and a pseudo-terminal, against terminals of different manners."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from services.sandbox.terminals.zvt.ports import PracticeZvt
from services.sandbox.terminals.zvt.practice import Manner
from services.terminals.driver import Driver
from services.terminals.entry import Surroundings
from services.terminals.transports.serial_port import SerialLine, SerialSettings
from services.terminals.transports.tcp import TcpAddress, TcpLine
from services.terminals.zvt.driver import ZvtDriver, ZvtSettings
from services.terminals.zvt.links import Link, SerialLink, TcpLink
from services.terminals.zvt.profiles import PROFILES, Profile, Timers
from tests.terminals.kit.cases import Address, Case
from tests.terminals.kit.points import PointedLine, Points

QUICK = Timers(between_bytes=0.05, until_ack=0.5, until_answer=1.0, until_end=2.0, slice=0.01)
CALM = Timers(between_bytes=5.0, until_ack=20.0, until_answer=30.0, until_end=60.0, slice=0.01)
"""Where nothing is lost nobody has to lose patience, however slow the machine is."""
PATIENCE = 0.1


def profile(timers: Timers = QUICK, **changes: object) -> Profile:
    """The generic profile with short timers."""
    return replace(PROFILES["generic"], timers=timers, **changes)  # type: ignore[arg-type]


def link(address: Address, used: Profile, around: Surroundings, points: Points) -> Link:
    """A link whose every message is a boundary."""
    if address["connection"] == "serial":
        line = SerialLine(SerialSettings(address["device"]))
        return SerialLink(PointedLine(line, points), used.timers, around.monotonic)
    tcp = TcpLine(TcpAddress(address["host"], int(address["port"])))
    return TcpLink(PointedLine(tcp, points))


def driver(used: Profile, address: Address, around: Surroundings, points: Points) -> Driver:
    """The driver of a practice terminal."""
    settings = ZvtSettings(used, around.currency)
    made = link(address, used, around, points)
    return ZvtDriver(made, settings, around.monotonic, around.now, around.record)


def _case(name: str, manner: Manner, used: Profile, *, serial: bool = False) -> Case:
    practice: Callable[[], PracticeZvt] = partial(PracticeZvt, manner, serial=serial)
    made = Case(f"zvt-{name}", "EUR", practice, partial(driver, used))
    # Each break on a serial line takes its timers: the decline is swept over TCP.
    return replace(made, amounts=made.amounts[:1]) if serial else made


QUICK_MANNER = Manner(patience=PATIENCE, timed_status=False)
CALM_MANNER = replace(QUICK_MANNER, patience=30)

# A terminal on a serial line cannot see that its till has died: it waits, but not long here.
_ON_SERIAL = replace(QUICK_MANNER, repeats=0)

CASES = [
    _case("tcp-undoes", QUICK_MANNER, profile()),
    _case("tcp-keeps", replace(QUICK_MANNER, undoes_unacked=False), profile()),
    _case("tcp-goes-on", replace(QUICK_MANNER, undoes_unacked=False, keeps_going=True), profile()),
    _case(
        "tcp-mirror",
        replace(QUICK_MANNER, undoes_unacked=False, mirror=True, sequence=True, prints="block"),
        profile(mirror=True, sequence=True),
    ),
    _case("serial-undoes", _ON_SERIAL, profile(), serial=True),
    _case("serial-keeps", replace(_ON_SERIAL, undoes_unacked=False), profile(), serial=True),
]
