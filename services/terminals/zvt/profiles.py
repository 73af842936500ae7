"""How terminals differ, as data (TERMINALS.md 1)."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.terminals.zvt.charsets import Charset
from services.terminals.zvt.codes import Prints


@dataclass(frozen=True, slots=True)
class Timers:
    """Seconds, as PA00P016 2 and 3 set them."""

    between_bytes: float = 0.2
    """T1."""
    until_ack: float = 5.0
    """T2, serial: from a frame to its ACK."""
    until_answer: float = 5.0
    """T3: from a command to its 80 or 84."""
    until_end: float = 180.0
    """T4: from 80 to the end; started again by every 04 FF and 04 0F."""
    slice: float = 0.05
    """How often the till's wish to abort is looked at."""
    repeats: int = 2
    """How often a frame is sent again after NAK or T2."""


_ALL = (
    Prints.PAYMENTS
    | Prints.ADMIN
    | Prints.INTERMEDIATE_STATUS
    | Prints.NO_AMOUNT_ON_PT
    | Prints.NO_ADMIN_ON_PT
    | Prints.LINES_FROM_PT
)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a make of terminals does its own way."""

    title: str
    config: Prints = _ALL
    charset: Charset = Charset.CP437
    stop_bits: int = 2
    sequence: bool = False
    """Ask for sequence ids (PA00P015 5)."""
    mirror: bool = False
    """It sends a receipt mirror (PA00P015 4)."""
    blocks: bool = True
    enquiry: bool = True
    """It knows 05 01."""
    enquiry_password: bool = True
    payment_type: int | None = None
    """Sent with a payment; 40 and 44 let the terminal decide."""
    partial: bool = False
    """It may approve less than was asked."""
    length_prefix: bool = False
    """A gateway that puts two bytes of length before each message on TCP."""
    timers: Timers = field(default_factory=Timers)


PROFILES = {
    "generic": Profile("ZVT, any make"),
    # Latin-1 whatever tag 14 says; sequence ids are a minimum requirement of its acceptance test.
    "card-complete": Profile("card complete", charset=Charset.LATIN_1, sequence=True),
    # Has no single print lines, and sends containers uninvited. Its blocks come in the default set.
    "hobex": Profile("hobex", stop_bits=1),
    "feig": Profile("Feig cVEND", config=Prints.INTERMEDIATE_STATUS | Prints.NO_AMOUNT_ON_PT),
    "worldline": Profile("Worldline", stop_bits=1),
    "gateway": Profile("a gateway with length prefix", length_prefix=True),
}
