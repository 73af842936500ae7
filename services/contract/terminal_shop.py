"""What is said of a shop's card terminals beside their payments.

The terminals themselves, the protocols there are, connection tests, serial ports, the keys
of the tills.
"""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import TypedDict

from services.contract.answers import ProblemAnswer
from services.contract.terminals import PaymentAnswer, ProgressAnswer

TerminalState = Literal["ready", "busy", "unresolved", "offline", "off", "elsewhere", "error"]
"""`ready`: would take a payment as far as is known; `busy`: something runs on it;
`unresolved`: an attempt has to be found out about first; `offline`: it did not answer when it
was last asked; `off`: switched off here; `elsewhere`: another machine has it; `error`: its
settings cannot be used."""


CARD_TENDERS = ("eftpos", "card")
"""The tender types of receipts that a terminal takes the money for, unless told otherwise."""


class WhenAnswer(TypedDict):
    """The setting that another hangs on, and the value it must have."""

    setting: str
    value: str


class SettingAnswer(TypedDict):
    """One thing that is set for a terminal of a protocol."""

    name: str
    title: str
    kind: str
    """`text`, `number`, `choice`, `flag`, `device` (a serial port) or `secret`."""
    default: str
    choices: list[str]
    help: str
    when: WhenAnswer | None
    """What it hangs on; None: it always counts."""


class ProtocolAnswer(TypedDict):
    """A protocol that terminals can be added with."""

    name: str
    title: str
    pairs: bool
    """Whether a terminal is paired with before it can be used."""
    settings: list[SettingAnswer]


class ProtocolsAnswer(TypedDict):
    """The protocols there are."""

    protocols: list[ProtocolAnswer]


class PortAnswer(TypedDict):
    """A serial port of the service's machine."""

    device: str
    """Such as /dev/ttyUSB0; a name that stays where there is one (/dev/serial/by-id/…)."""
    description: str
    maker: str
    used_by: str | None
    """The key of the terminal that is set to it."""


class PortsAnswer(TypedDict):
    """The serial ports that were found."""

    ports: list[PortAnswer]


class TerminalAnswer(TypedDict):
    """A card terminal of a store."""

    key: str
    store: str
    name: str
    protocol: str
    title: str
    """The protocol in words."""
    currency: str
    settings: dict[str, Any]
    secrets: list[str]
    """The secret settings that are kept in the vault; never their values."""
    tenders: list[str]
    """The tender types on receipts that it takes the money for, as in `eftpos`."""
    enabled: bool
    machine: str | None
    """The computer whose service runs it, in words; None: this one, and there is no other."""
    here: bool
    """Whether the service that answers runs it."""
    abilities: list[str]
    """What it can be asked: refund, reversal, cash_out, abort, query, settle, totals, reprint, status."""
    state: TerminalState
    error: ProblemAnswer | None
    """Why it is in error, offline or unresolved."""
    running: ProgressAnswer | None
    """The payment that runs now."""
    unresolved: list[PaymentAnswer]
    last: PaymentAnswer | None
    """The newest attempt."""
    asked: str | None
    """When it last answered a status enquiry or a test."""
    last_settled: str | None
    """When its last end of day was done."""
    practice: bool
    """Whether payments go to this machine's loopback address: a practice terminal."""


class TerminalsAnswer(TypedDict):
    """The terminals, by store and key."""

    terminals: list[TerminalAnswer]


class StatusOfTerminalAnswer(TypedDict):
    """How a terminal says it is. Asking moves no money."""

    terminal: str
    ready: bool
    text: str
    terminal_id: str
    software: str
    needs: list[str]
    """Such as `settle`, `diagnosis`, `logon`."""
    milliseconds: int
    """How long the answer took."""


class PrintoutAnswer(TypedDict):
    """What a terminal printed for a service function, such as a reprint."""

    terminal: str
    display: list[str]
    printed: list[list[str]]


class TillKeyAnswer(TypedDict):
    """The key of a till. The key itself is shown once, when it is made."""

    id: int
    store: str
    till: str
    begins: str
    """Its first characters, to tell keys apart."""
    refunds: bool
    """Whether the till may give money back to cards."""
    created: str
    created_by: str
    last_used: str | None
    revoked: str | None
    revoked_by: str


class ListenerAnswer(TypedDict):
    """Where tills are listened to."""

    address: str | None
    """Such as `http://127.0.0.1:8743`; None: not listening."""
    why: str
    """Why not, and what to do."""


class NewTillKeyAnswer(TypedDict):
    """A key that was just made: `secret` is never shown again."""

    key: TillKeyAnswer
    secret: str
    listener: ListenerAnswer


class TillKeysAnswer(TypedDict):
    """The keys of the tills, revoked ones too, the newest first."""

    keys: list[TillKeyAnswer]
    listener: ListenerAnswer


class DoneAnswer(TypedDict):
    """Whether there was something to do: a payment to abort, a question to answer."""

    done: bool
    by: str


class TillTerminalAnswer(TypedDict):
    """A terminal as a till sees it."""

    key: str
    name: str
    currency: str
    state: TerminalState
    abilities: list[str]
    error: ProblemAnswer | None


class TillTerminalsAnswer(TypedDict):
    """The terminals that a till may use, and whom its key stands for."""

    store: str
    till: str
    terminals: list[TillTerminalAnswer]
