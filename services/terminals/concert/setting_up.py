"""How a Concert V3 terminal is set up: its settings, and the driver made of them."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.terminals.concert.driver import ConcertDriver, ConcertSettings
from services.terminals.concert.last import FRANCE
from services.terminals.concert.links import Link, Quiet, SerialLink, TcpLink
from services.terminals.concert.messages import Till
from services.terminals.driver import Driver
from services.terminals.entry import Entry, Given, Setting, Surroundings, choice, flag, number, text, wrong
from services.terminals.eplus.handshake import Handshake, Timers
from services.terminals.eplus.setting_up import LINE_SETTINGS, currency_number, serial_line, tcp_line

_CONNECTIONS = ("tcp", "serial")
_VERSIONS = ("0300", "0301", "0310", "0320")
_MEANS = ("card", "cheque")
_TICKETS = ("terminal", "till")
_IDENTIFIER = "012345678901"
_MOST_TILL = 99
_SETTINGS = (
    Setting("connection", "How it is connected", "choice", _CONNECTIONS[0], _CONNECTIONS),
    *LINE_SETTINGS,
    Setting("version", "Version of the protocol", "choice", _VERSIONS[0], _VERSIONS),
    Setting(
        "identifier", "Identifier of the till", help="Twelve characters, from the Association du paiement"
    ),
    Setting("till", "Number of the till", "number", "1", help="1 to 99"),
    Setting("means", "What it takes", "choice", _MEANS[0], _MEANS),
    Setting("ticket", "Who prints the customer's ticket", "choice", _TICKETS[0], _TICKETS),
    Setting("partial", "It may approve less than was asked", "flag", "no"),
    Setting("private", "It gives back our reference", "flag", "no"),
    Setting(
        "asks_before",
        "Ask for its last payment before each",
        "flag",
        "yes",
        help="So that it can be told after a break whether a payment was charged",
    ),
    Setting("zone", "Time zone of its clock", default=FRANCE.key, help="Overseas, such as Indian/Reunion"),
)


def make(given: Given, around: Surroundings) -> Driver:
    """Return the driver of a terminal; raise Refused for a setting that does not fit."""
    till = Till(
        currency_number(around.currency),
        f"{number(given, 'till', 1, 1, _MOST_TILL):02d}",
        _identifier(given),
        choice(given, "version", _VERSIONS),
        cheque=choice(given, "means", _MEANS) == "cheque",
        partial=flag(given, "partial", default=False),
        private=flag(given, "private", default=False),
        ticket=choice(given, "ticket", _TICKETS) == "till",
    )
    settings = ConcertSettings(till, flag(given, "asks_before", default=True), zone=_zone(given))
    link = _link(given, around, ticket=till.ticket)
    return ConcertDriver(link, settings, around.monotonic, around.now, around.record)


def _zone(given: Given) -> ZoneInfo:
    try:
        return ZoneInfo(text(given, "zone") or FRANCE.key)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise wrong("zone", "It must be a time zone such as Europe/Paris.") from error


def _link(given: Given, around: Surroundings, *, ticket: bool) -> Link:
    if choice(given, "connection", _CONNECTIONS) == "serial":
        return SerialLink(Handshake(serial_line(given), Timers(), around.monotonic))
    return TcpLink(tcp_line(given), around.monotonic, Quiet(), ticket=ticket)


def _identifier(given: Given) -> str:
    identifier = text(given, "identifier") or _IDENTIFIER
    if len(identifier) != len(_IDENTIFIER) or not (identifier.isascii() and identifier.isalnum()):
        raise wrong("identifier", f"It must be {len(_IDENTIFIER)} letters and digits.")
    return identifier


ENTRY = Entry("concert", "Concert V3, Caisse-AP (France)", _SETTINGS, make)
