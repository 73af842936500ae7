"""How an E+ terminal is set up: its settings, and the driver made of them."""

from __future__ import annotations

from services.terminals.currencies import NUMBERS
from services.terminals.driver import Driver
from services.terminals.entry import Entry, Given, Setting, Surroundings, choice, flag, number, text, wrong
from services.terminals.eplus.driver import EplusDriver, EplusSettings
from services.terminals.eplus.messages import CARD, CHEQUE
from services.terminals.transports.line import Line
from services.terminals.transports.serial_port import SerialLine, SerialSettings
from services.terminals.transports.tcp import TcpAddress, TcpLine

_PORT = 8888
_MOST_TILL = 99
_SPEEDS = ("9600", "19200", "38400", "57600", "115200", "1200", "2400", "4800")
_FORMATS = ("8N1", "7E1")
_TCP, _SERIAL = ("connection", "tcp"), ("connection", "serial")
LINE_SETTINGS = (
    Setting("device", "Its serial port", "device", help="Such as /dev/ttyACM0", when=_SERIAL),
    Setting("baud", "Speed of the line", "choice", _SPEEDS[0], _SPEEDS, when=_SERIAL),
    Setting("format", "Bits, parity and stop bits", "choice", _FORMATS[0], _FORMATS, when=_SERIAL),
    Setting(
        "host", "Address on the network", help="Of the terminal, or of the box its line hangs on", when=_TCP
    ),
    Setting("port", "TCP port", "number", str(_PORT), when=_TCP),
)
_SETTINGS = (
    Setting("connection", "How it is connected", "choice", "serial", ("serial", "tcp")),
    *LINE_SETTINGS,
    Setting("till", "Number of the till", "number", "1", help="1 to 99"),
    Setting("means", "What it takes", "choice", "card", ("card", "cheque")),
    Setting("report", "Ask for the card's last digits", "flag", "no"),
    Setting("private", "Send our reference with each payment", "flag", "yes"),
    Setting("force", "Always ask the bank", "flag", "no"),
)


def make(given: Given, around: Surroundings) -> Driver:
    """Return the driver of a terminal; raise Refused for a setting that does not fit."""
    serial = choice(given, "connection", ("serial", "tcp")) == "serial"
    settings = EplusSettings(
        currency_number(around.currency),
        number(given, "till", 1, 1, _MOST_TILL),
        CHEQUE if choice(given, "means", ("card", "cheque")) == "cheque" else CARD,
        report=flag(given, "report", default=False),
        private=flag(given, "private", default=True),
        force=flag(given, "force", default=False),
    )
    line = serial_line(given) if serial else tcp_line(given)
    return EplusDriver(line, settings, around.monotonic, around.now, around.record)


def serial_line(given: Given) -> Line:
    """Return the serial line that was set; raise Refused, naming what does not fit."""
    device = text(given, "device")
    if not device:
        raise wrong("device", "It is not set.")
    baud = int(choice(given, "baud", _SPEEDS))
    seven = choice(given, "format", _FORMATS) == "7E1"
    bits, parity = (7, "E") if seven else (8, "N")
    return SerialLine(SerialSettings(device, baud, bits, parity, stop_bits=1))


def tcp_line(given: Given) -> Line:
    """Return the connection that was set; raise Refused, naming what does not fit."""
    host = text(given, "host")
    if not host:
        raise wrong("host", "It is not set.")
    return TcpLine(TcpAddress(host, number(given, "port", _PORT, 1)))


def currency_number(currency: str) -> int:
    """Return the ISO 4217 number; raise Refused for a currency not known here."""
    if currency not in NUMBERS:
        raise wrong("currency", f"Card terminals here know: {', '.join(sorted(NUMBERS))}.")
    return NUMBERS[currency]


ENTRY = Entry("eplus", "Concert E+ (France, serial)", _SETTINGS, make)
