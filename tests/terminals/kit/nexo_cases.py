"""nexo over HTTP and HTTPS, against terminals of different manners."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from functools import partial

from services.sandbox.terminals.nexo.ports import PracticeNexo
from services.sandbox.terminals.nexo.practice import PASSPHRASE, Manner
from services.terminals.driver import Driver
from services.terminals.entry import Surroundings
from services.terminals.nexo.calls import Call
from services.terminals.nexo.driver import NexoDriver, NexoSettings
from services.terminals.nexo.sealing import Key, derive
from services.terminals.nexo.talk import Names, Timers
from services.terminals.transports.tcp import TcpAddress, TcpLine
from tests.terminals.kit.cases import Address, Case
from tests.terminals.kit.points import PointedLine, Points

QUICK = Timers(answer=1.0, payment=1.5, after_abort=1.0, between_aborts=0.2, abort=0.5, slice=0.01)


def tcp_address(address: Address) -> TcpAddress:
    """Where the practice terminal is, and what its certificate is checked against."""
    tls = None
    if address["tls"] == "yes":
        tls = ssl.create_default_context(cafile=address["certificate"])
        tls.verify_flags &= ~ssl.VERIFY_X509_STRICT
    name = f"{address['terminal']}.test.terminal.adyen.com"
    return TcpAddress(address["host"], int(address["port"]), tls, name, discard=True)


def keys(address: Address) -> tuple[Key, ...]:
    """The practice terminal's key."""
    return (derive(PASSPHRASE, address["key_identifier"], int(address["key_version"])),)


def driver(timers: Timers, address: Address, around: Surroundings, points: Points) -> Driver:
    """The driver of a practice terminal; every message of it is a boundary."""
    where = tcp_address(address)

    def connect() -> Call:
        return Call(PointedLine(TcpLine(where), points), where.host)

    names = Names("till-1", address["terminal"], keys(address))
    settings = NexoSettings(names, around.currency, timers)
    return NexoDriver(connect, settings, around.now, around.monotonic, around.record)


def nexo_case(name: str, manner: Manner, timers: Timers = QUICK, *, tls: bool = False) -> Case:
    """A case of this manner."""
    practice: Callable[[], PracticeNexo] = partial(PracticeNexo, manner, tls=tls)
    return Case(f"nexo-{name}", manner.currency, practice, partial(driver, timers))


CASES = [
    nexo_case("goes-on", Manner(), tls=True),
    nexo_case("aborts", Manner(keeps_going=False)),
]
