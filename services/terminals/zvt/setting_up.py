"""How a ZVT terminal is set up: its settings, and the driver made of them."""

from __future__ import annotations

import ssl
from dataclasses import replace

from services.contract.problem import Refused
from services.terminals.currencies import NUMBERS
from services.terminals.driver import Driver
from services.terminals.entry import Entry, Given, Setting, Surroundings, choice, flag, number, text, wrong
from services.terminals.transports.serial_port import SerialLine, SerialSettings
from services.terminals.transports.tcp import TcpAddress, TcpLine
from services.terminals.zvt.driver import ZvtDriver, ZvtSettings
from services.terminals.zvt.links import Link, SerialLink, TcpLink
from services.terminals.zvt.profiles import PROFILES, Profile
from services.terminals.zvt.texts import Language

_PORT = 20007
_PASSWORD = "000000"  # noqa: S105 - what terminals are delivered with
_DIGITS = 6
_SPEEDS = ("9600", "115200", "19200", "38400", "57600")
_TCP, _SERIAL = ("connection", "tcp"), ("connection", "serial")
_TLS = ("tls", "yes")
_SETTINGS = (
    Setting("connection", "How it is connected", "choice", "tcp", ("tcp", "serial")),
    Setting("host", "Its address on the network", help="An IP address, or a name", when=_TCP),
    Setting("port", "Its TCP port", "number", str(_PORT), when=_TCP),
    Setting("tls", "Encrypted (TLS)", "flag", "no", when=_TCP),
    Setting(
        "certificate",
        "File with the certificate it is checked against",
        help="PEM; empty: the system's",
        when=_TLS,
    ),
    Setting("server_name", "The name its certificate is made out to", when=_TLS),
    Setting("device", "Its serial port", "device", help="Such as /dev/ttyUSB0", when=_SERIAL),
    Setting("baud", "Speed of the line", "choice", _SPEEDS[0], _SPEEDS, when=_SERIAL),
    Setting("profile", "Make", "choice", "generic", tuple(PROFILES)),
    Setting("language", "Language of its messages", "choice", "en", ("en", "de")),
    Setting("line_width", "Characters a receipt line holds", "number", "40"),
    Setting("partial", "It may approve less than was asked", "flag", "no"),
    Setting("mirror", "It sends receipt mirrors", "flag", "no"),
    Setting("answer_seconds", "Seconds it may take to answer a command", "number", "5"),
    Setting("password", "Its password for tills", "secret", help="Six digits"),
)


def make(given: Given, around: Surroundings) -> Driver:
    """Return the driver of a terminal; raise Refused for a setting that does not fit."""
    profile = _profile(given)
    link = _serial(given, profile, around) if _is_serial(given) else _tcp(given, profile)
    language: Language = "de" if choice(given, "language", ("en", "de")) == "de" else "en"
    settings = ZvtSettings(
        profile,
        _currency(around.currency),
        _password(around.secret("password")),
        language,
        number(given, "line_width", 40, 16, 80),
    )
    return ZvtDriver(link, settings, around.monotonic, around.now, around.record)


def _profile(given: Given) -> Profile:
    profile = PROFILES[choice(given, "profile", tuple(PROFILES))]
    answer = number(given, "answer_seconds", 5, 1, 60)
    return replace(
        profile,
        timers=replace(profile.timers, until_answer=float(answer)),
        partial=flag(given, "partial", default=profile.partial),
        mirror=flag(given, "mirror", default=profile.mirror),
    )


def _is_serial(given: Given) -> bool:
    return choice(given, "connection", ("tcp", "serial")) == "serial"


def _tcp(given: Given, profile: Profile) -> Link:
    host = text(given, "host")
    if not host:
        raise wrong("host", "It is not set.")
    address = TcpAddress(
        host,
        number(given, "port", _PORT, 1),
        _tls(given) if flag(given, "tls", default=False) else None,
        text(given, "server_name"),
    )
    return TcpLink(TcpLine(address), length_prefix=profile.length_prefix)


def _tls(given: Given) -> ssl.SSLContext:
    file = text(given, "certificate") or None
    try:
        return ssl.create_default_context(cafile=file)
    except OSError as error:
        raise wrong("certificate", "The file cannot be read, or holds no certificate.") from error


def _serial(given: Given, profile: Profile, around: Surroundings) -> Link:
    device = text(given, "device")
    if not device:
        raise wrong("device", "It is not set.")
    baud = int(choice(given, "baud", ("9600", "19200", "38400", "57600", "115200")))
    line = SerialLine(SerialSettings(device, baud, stop_bits=profile.stop_bits))
    return SerialLink(line, profile.timers, around.monotonic)


def _currency(currency: str) -> str:
    if currency not in NUMBERS:
        raise wrong("currency", f"ZVT terminals here know: {', '.join(sorted(NUMBERS))}.")
    return currency


def _password(secret: str | None) -> str:
    password = secret or _PASSWORD
    if len(password) != _DIGITS or not (password.isascii() and password.isdecimal()):
        raise Refused(
            "The card terminal's password does not fit.",
            "It must be six digits.",
            "Set it again.",
            code="terminal_setting",
        )
    return password


ENTRY = Entry("zvt", "ZVT (Germany, Austria, Switzerland)", _SETTINGS, make)
