"""How a nexo terminal is set up: its settings, and the driver made of them."""

from __future__ import annotations

import ipaddress
import re
import ssl

from services.contract.cards import without_card_numbers
from services.contract.problem import Refused
from services.terminals.driver import Driver
from services.terminals.entry import Entry, Given, Setting, Surroundings, choice, flag, number, text, wrong
from services.terminals.nexo.calls import Call
from services.terminals.nexo.driver import NexoDriver, NexoSettings
from services.terminals.nexo.sealing import Key, derive
from services.terminals.nexo.talk import Names
from services.terminals.transports.tcp import TcpAddress, TcpLine

_PORT = 8443
_ENVIRONMENTS = ("live", "test")
_TLS = ("tls", "yes")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,48}", re.ASCII)
_SETTINGS = (
    Setting("host", "Its address on the network", help="An IP address, or a name"),
    Setting("port", "Its port", "number", str(_PORT)),
    Setting("terminal", "Its name", help="Model and serial number, such as V400m-324688179"),
    Setting("sale", "The name tills have at the terminal", default="tillbook"),
    Setting("environment", "Where the terminal belongs", "choice", "live", _ENVIRONMENTS),
    Setting("tls", "Encrypted (TLS); may be off only on this machine", "flag", "yes"),
    Setting("certificate", "File with Adyen's root certificate for terminals", help="PEM", when=_TLS),
    Setting(
        "server_name",
        "The name its certificate is made out to",
        help="Empty: its own; older terminals: legacy-terminal-certificate.live.terminal.adyen.com",
        when=_TLS,
    ),
    Setting("key_identifier", "Name of the shared key"),
    Setting("key_version", "Version of the shared key", "number", "1"),
    Setting("passphrase", "Passphrase of the shared key", "secret"),
    Setting("previous_version", "Version of the key before, while it is being changed", "number"),
    Setting("previous_passphrase", "Passphrase of the key before", "secret"),
)


def make(given: Given, around: Surroundings) -> Driver:
    """Return the driver of a terminal; raise Refused for a setting that does not fit."""
    host = text(given, "host")
    if not host:
        raise wrong("host", "It is not set.")
    poi = _name(given, "terminal", "")
    port = number(given, "port", _PORT, 1)
    address = TcpAddress(host, port, _tls(given, host), _server_name(given, poi), discard=True)
    names = Names(_name(given, "sale", "tillbook"), poi, _keys(given, around))

    def connect() -> Call:
        return Call(TcpLine(address), f"{host}:{port}")

    settings = NexoSettings(names, around.currency)
    return NexoDriver(connect, settings, around.now, around.monotonic, around.record)


def _name(given: Given, setting: str, default: str) -> str:
    value = text(given, setting, default) or default
    if not _NAME.fullmatch(value) or without_card_numbers(value) != value:
        raise wrong(setting, "It must be letters, digits, dots, dashes and underscores, 49 at most.")
    return value


def _tls(given: Given, host: str) -> ssl.SSLContext | None:
    if not flag(given, "tls", default=True):
        if not _is_this_machine(host):
            raise wrong("tls", "It may be off only for a practice terminal on this machine.")
        return None
    file = text(given, "certificate")
    if not file:
        raise wrong("certificate", "It is not set: terminals are not known to the system's certificates.")
    try:
        context = ssl.create_default_context(cafile=file)
    except OSError as error:
        raise wrong("certificate", "The file cannot be read, or holds no certificate.") from error
    # Newer Pythons ask more of a root than those of terminals, made years ago, hold.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _server_name(given: Given, poi: str) -> str:
    environment = choice(given, "environment", _ENVIRONMENTS)
    return text(given, "server_name") or f"{poi}.{environment}.terminal.adyen.com"


def _keys(given: Given, around: Surroundings) -> tuple[Key, ...]:
    identifier = text(given, "key_identifier")
    if not identifier:
        raise wrong("key_identifier", "It is not set.")
    version = number(given, "key_version", 1)
    keys = [_key(around.secret("passphrase"), identifier, version)]
    before = around.secret("previous_passphrase")
    previous = number(given, "previous_version", version)
    if before and previous != version:
        keys.append(_key(before, identifier, previous))
    return tuple(keys)


def _key(passphrase: str | None, identifier: str, version: int) -> Key:
    try:
        if passphrase:
            return derive(passphrase, identifier, version)
    except ValueError:
        pass
    raise Refused(
        "The card terminal's passphrase does not fit.",
        "It must be set, in characters of Western European languages.",
        "Set it as it stands in the terminal's settings.",
        code="terminal_setting",
    )


ENTRY = Entry("nexo", "nexo Sale-to-POI (Adyen)", _SETTINGS, make)
