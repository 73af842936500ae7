"""What the EFT-Client says, read (TERMINALS.md 2.2). Pure.

Card numbers are masked here; expiry, tracks and balances are not read at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.contract.terminals import ReceiptCopy
from services.terminals.linkly.fields import Layout, cents, cut, masked_card, read_tags, shown
from services.terminals.linkly.framing import Message

OUTCOME: Layout = (("success", 1), ("code", 2), ("text", 20))
TRANSACTION: Layout = (
    ("merchant", 2),
    ("type", 1),
    ("account", 7),
    ("cash", 9),
    ("purchase", 9),
    ("tip", 9),
    ("auth", 6),
    ("reference", 16),
    ("stan", 6),
    ("caid", 15),
    ("catid", 8),
    ("expiry", 4),
    ("settles", 4),
    ("stated", 12),
    ("card_type", 20),
    ("pan", 20),
    ("track2", 40),
    ("rrn", 12),
    ("card_name", 2),
    ("flags", 8),
    ("has_balance", 1),
    ("available", 9),
    ("cleared", 9),
)
LAST: Layout = (("last", 1), *OUTCOME, *TRANSACTION)
"""The answer to N: success of the call, then of the transaction."""
LOGON: Layout = (("catid", 8), ("caid", 15), ("stated", 12), ("stan", 6), ("software", 16))
STATUS: Layout = (
    ("merchant", 2),
    ("aiic", 11),
    ("nii", 3),
    ("caid", 15),
    ("catid", 8),
    ("timeout", 3),
    ("logged_on", 1),
    ("serial", 16),
    ("software", 16),
    ("bank", 32),
)
_KEYS: Layout = (
    ("cancel", 1),
    ("yes", 1),
    ("no", 1),
    ("authorise", 1),
    ("input", 1),
    ("ok", 1),
    ("reserved", 2),
    ("graphic", 1),
)
_YES = "1"
_SECRET_INPUTS = frozenset("45")
_NO_INPUT = frozenset("0 ")
_COPIES = {"C": ReceiptCopy.CUSTOMER, "M": ReceiptCopy.MERCHANT}
_SUB = 1
_ENTRY_MODE = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """How any request went: success, response code, text."""

    success: bool
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class TransactionResponse:
    """A transaction as the terminal tells of it. Amounts in minor units."""

    outcome: Outcome
    letter: str
    """Its type; upper case."""
    training: bool
    reference: str
    purchase: int
    cash: int = 0
    tip: int = 0
    auth: str = ""
    stan: str = ""
    rrn: str = ""
    caid: str = ""
    catid: str = ""
    settles: str = ""
    stated: str = ""
    card_type: str = ""
    card: str = ""
    card_name: str = ""
    entry: str = ""
    pad: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LastResponse:
    """The answer to N; `transaction` None: it tells of none."""

    call: Outcome
    transaction: TransactionResponse | None


@dataclass(frozen=True, slots=True)
class LogonResponse:
    """The answer to G."""

    outcome: Outcome
    catid: str
    caid: str
    software: str


@dataclass(frozen=True, slots=True)
class StatusResponse:
    """The answer to K."""

    outcome: Outcome
    catid: str
    caid: str
    logged_on: bool
    software: str
    bank: str


@dataclass(frozen=True, slots=True)
class Display:
    """What the terminal shows, and which keys it takes."""

    lines: tuple[str, ...]
    cancel: bool = False
    yes: bool = False
    no: bool = False
    authorise: bool = False
    ok: bool = False
    input: bool = False
    secret: bool = False

    @property
    def text(self) -> str:
        """Its lines that say something, as one."""
        return " ".join(line for line in self.lines if line)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt event; a notice (`lines` None) says only that a receipt follows."""

    copy: ReceiptCopy | None
    lines: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Reprint:
    """The answer to C."""

    outcome: Outcome
    lines: tuple[str, ...]


def outcome(data: str) -> Outcome:
    """Return how a request went; `data` starts behind the sub code."""
    fields, _ = cut(data, OUTCOME)
    return Outcome(fields["success"] == _YES, shown(fields["code"]), shown(fields["text"]))


def transaction(message: Message) -> TransactionResponse:
    """Return an answer to M; raise ProtocolError when an amount cannot be read."""
    return _transaction(message.data[_SUB:])


def last(message: Message) -> LastResponse:
    """Return an answer to N, which may be short; raise ProtocolError as above.

    Its first character is the success of the call, the second that of the transaction.
    """
    told = message.data[_SUB:]
    call = outcome(told[:1] + told[2:])
    fields, _ = cut(told[2:], (*OUTCOME[1:], *TRANSACTION))
    if not fields["reference"].strip():
        return LastResponse(call, None)
    return LastResponse(call, _transaction(told[1:]))


def logon(message: Message) -> LogonResponse:
    """Return an answer to G, which may be short."""
    _, rest = cut(message.data[_SUB:], OUTCOME)
    fields, _ = cut(rest, LOGON)
    parts = (shown(fields[name]) for name in ("catid", "caid", "software"))
    return LogonResponse(outcome(message.data[_SUB:]), *parts)


def status(message: Message) -> StatusResponse:
    """Return an answer to K, which may be short."""
    _, rest = cut(message.data[_SUB:], OUTCOME)
    fields, _ = cut(rest, STATUS)
    return StatusResponse(
        outcome(message.data[_SUB:]),
        shown(fields["catid"]),
        shown(fields["caid"]),
        fields["logged_on"] == _YES,
        shown(fields["software"]),
        shown(fields["bank"]),
    )


def display(message: Message) -> Display:
    """Return a display event; raise ProtocolError when its length is none."""
    data = message.data[_SUB:]
    count, width = cents(data[:2], "lines"), cents(data[2:4], "line length")
    end = 4 + count * width
    lines = tuple(shown(data[4 + at * width : 4 + (at + 1) * width]) for at in range(count)) if width else ()
    keys, _ = cut(data[end:], _KEYS)
    pressed = {name: keys[name] == _YES for name in ("cancel", "yes", "no", "authorise", "ok")}
    wants = keys["input"] not in _NO_INPUT and keys["input"] != ""
    return Display(lines, **pressed, input=wants, secret=keys["input"] in _SECRET_INPUTS)


def receipt(message: Message) -> Receipt:
    """Return a receipt event."""
    if message.data[:1] == "R":
        return Receipt(None, receipt_lines(message.data[_SUB:]))
    return Receipt(_COPIES.get(message.data[:1], ReceiptCopy.ADMIN), None)


def reprint(message: Message) -> Reprint:
    """Return an answer to C: the receipt is all that follows the text."""
    _, rest = cut(message.data[_SUB:], OUTCOME)
    return Reprint(outcome(message.data[_SUB:]), receipt_lines(rest))


def receipt_lines(text: str) -> tuple[str, ...]:
    """Return the lines of a receipt; an empty line does not end it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return tuple(shown_line(line) for line in without_tail(lines))


def without_tail(lines: list[str]) -> list[str]:
    """Return the lines without the empty ones at their end."""
    last = max((at for at, line in enumerate(lines, 1) if line.strip()), default=0)
    return lines[:last]


def shown_line(line: str) -> str:
    """Return a line of a receipt: as `shown`, with its indentation."""
    indent = len(line) - len(line.lstrip(" "))
    return " " * indent + shown(line)


def _transaction(told: str) -> TransactionResponse:
    fields, rest = cut(told, (*OUTCOME, *TRANSACTION))
    letter = fields["type"]
    texts = {
        name: shown(fields[name])
        for name in ("auth", "stan", "rrn", "caid", "catid", "settles", "card_type", "card_name", "reference")
    }
    return TransactionResponse(
        outcome=outcome(told),
        letter=letter.upper(),
        training=letter.islower(),
        purchase=cents(fields["purchase"], "purchase"),
        cash=cents(fields["cash"], "cash"),
        tip=cents(fields["tip"], "tip"),
        stated=_stated(fields["stated"]),
        card=masked_card(fields["pan"]),
        entry=shown(fields["flags"][_ENTRY_MODE : _ENTRY_MODE + 1]),
        pad=read_tags(rest),
        **texts,
    )


def _stated(raw: str) -> str:
    """Return ddMMyyHHmmss so that it can be read; empty when it is not that."""
    if len(raw) != 12 or not (raw.isascii() and raw.isdecimal()):  # noqa: PLR2004 - ddMMyyHHmmss
        return ""
    day, month, year, hour, minute, second = (raw[at : at + 2] for at in range(0, 12, 2))
    return f"20{year}-{month}-{day} {hour}:{minute}:{second}"
