"""How a Linkly terminal is set up: its settings, and the driver made of them."""

from __future__ import annotations

from services.terminals.driver import Driver
from services.terminals.entry import Entry, Given, Setting, Surroundings, choice, flag, number, text, wrong
from services.terminals.linkly.codes import SettlementKind
from services.terminals.linkly.driver import LinklyDriver, LinklySettings
from services.terminals.linkly.fields import padded
from services.terminals.linkly.identity import Identity
from services.terminals.linkly.links import Link, Timers
from services.terminals.problems import ProtocolError
from services.terminals.transports.tcp import TcpAddress, TcpLine

_PORT = 2011
_OPERATOR = "1|Till"
_LONGEST_OPERATOR = 40
CURRENCIES = ("AUD", "NZD")
TOTALS = {"pre": SettlementKind.PRE, "summary": SettlementKind.SUMMARY, "shift": SettlementKind.SHIFT}
"""What may be read between two settlements; not every PIN pad has every one."""
COMMON = (
    Setting("totals", "What is read between two settlements", "choice", "pre", tuple(TOTALS)),
    Setting("unmatched", "Money may be given back without the payment it belongs to", "flag", "no"),
    Setting("operator", "Who operates the till", default=_OPERATOR, help="Number and name: 1|Till"),
)
"""Settings of both ways to Linkly."""
_SETTINGS = (
    Setting("host", "The address of its EFT-Client", help="The Windows machine of the till"),
    Setting("port", "The TCP port of its EFT-Client", "number", str(_PORT)),
    *COMMON,
    Setting("training", "Training mode: no card is charged", "flag", "no"),
)


def make(given: Given, around: Surroundings) -> Driver:
    """Return the driver of a terminal; raise Refused for a setting that does not fit."""
    host = text(given, "host")
    if not host:
        raise wrong("host", "It is not set.")
    settings = LinklySettings(
        currency(around.currency),
        identity(given),
        TOTALS[choice(given, "totals", tuple(TOTALS))],
        flag(given, "unmatched", default=False),
        flag(given, "training", default=False),
    )
    timers = Timers()
    line = TcpLine(TcpAddress(host, number(given, "port", _PORT, 1), discard=True))
    return LinklyDriver(
        Link(line, timers, around.monotonic, around.record), settings, timers, around.monotonic
    )


def currency(letters: str) -> str:
    """Return a currency Linkly's banks take; raise Refused."""
    if letters not in CURRENCIES:
        raise wrong("currency", f"Linkly terminals take: {', '.join(CURRENCIES)}.")
    return letters


def identity(given: Given) -> Identity:
    """Return how the till names itself; raise Refused for a name that does not fit."""
    operator = text(given, "operator", _OPERATOR) or _OPERATOR
    try:
        padded(operator, _LONGEST_OPERATOR, "operator").encode("latin-1")
    except (ProtocolError, UnicodeEncodeError):
        why = f"It must have at most {_LONGEST_OPERATOR} letters of western European languages."
        raise wrong("operator", why) from None
    return Identity(operator=operator)


ENTRY = Entry("linkly", "Linkly EFT-Client (Australia, New Zealand)", _SETTINGS, make)
