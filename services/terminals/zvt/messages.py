"""What a terminal says, read: only what may be kept (TERMINALS.md 8).

Card numbers leave here masked; tracks, CVV and expiry do not leave here at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.contract.cards import MASK, without_card_numbers
from services.terminals.currencies import CURRENCIES
from services.terminals.problems import ProtocolError
from services.terminals.zvt import codes, containers
from services.terminals.zvt.apdu import Apdu
from services.terminals.zvt.charsets import Charset, text_of
from services.terminals.zvt.fields import Field, from_bcd, parse_known, walk

_KEPT_DIGITS = 4
_NO_RECEIPT = b"\xff\xff"
_NO_STATUS = 0xFF
"""What 04 FF says where no code fits: its text tells."""
_MOST_MIRROR = 6
_SOFTWARE_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Turnover:
    """What an end of day says: the receipts it covers and seven sums (minor units)."""

    first_receipt: str
    last_receipt: str
    sums: tuple[tuple[str, int, int], ...]
    """Scheme, count, amount."""


@dataclass(frozen=True, slots=True)
class StatusInformation:
    """04 0F: what became of a transaction. Amounts in minor units."""

    result: int | None
    amount: int | None
    currency: str
    receipt: str
    trace: str
    turnover: str
    stated: str
    terminal_id: str
    merchant_id: str
    card: str
    scheme: str
    auth_code: str
    text: str
    aid: str
    entry_mode: str
    signature: bool
    mirror: str
    """The receipt number to send back with the next transaction (tag 1F1F), in hex."""
    totals: Turnover | None


@dataclass(frozen=True, slots=True)
class IntermediateStatus:
    """04 FF: what the terminal does now. Restarts T4."""

    status: int
    minutes: int | None
    """How long the till shall wait from now on; None: as before."""
    text: str
    """The terminal's own words, where it sends some."""


@dataclass(frozen=True, slots=True)
class Completion:
    """06 0F after anything but a status enquiry."""

    result: int | None
    status: int | None
    terminal_id: str
    currency: str
    sequence: str
    """Echo of tag 1F73 in hex: the terminal knows sequence ids."""


@dataclass(frozen=True, slots=True)
class EnquiryCompletion:
    """06 0F after a status enquiry."""

    status: int | None
    software: str


@dataclass(frozen=True, slots=True)
class Aborted:
    """06 1E: the command was not carried out."""

    result: int | None
    currency: str
    text: str


def status_information(data: bytes, charset: Charset) -> StatusInformation:
    """Read 04 0F; raise ProtocolError when what it comes to cannot be read."""
    fields = _status_fields(data)
    tags = _tags(fields)
    amount = fields.get(0x04)
    return StatusInformation(
        result=_byte(fields.get(0x27)),
        amount=None if amount is None else from_bcd(amount),
        currency=_currency(fields.get(0x49)),
        receipt=_receipt(fields.get(0x87)),
        trace=_trace(fields.get(0x0B), tags.get(codes.TAG_LONG_TRACE)),
        turnover=fields.get(0x88, b"").hex(),
        stated=_moment(fields.get(0x0D) or fields.get(0xAA, b"")[1:], fields.get(0x0C, b"")),
        terminal_id=fields.get(0x29, b"").hex(),
        merchant_id=text_of(fields.get(0x2A, b""), charset).strip(),
        card=masked_card(fields.get(0x22, b"")),
        scheme=_text(fields.get(0x8B) or tags.get(codes.TAG_APPLICATION, b""), charset)
        or codes.CARD_TYPES.get(_byte(fields.get(0x8A)), ""),
        auth_code=_text(fields.get(0x3B, b""), charset),
        text=_text(fields.get(0x3C, b""), charset),
        aid=_aid(tags.get(codes.TAG_AID, b"")),
        entry_mode=codes.TECHNOLOGY.get(_byte(tags.get(codes.TAG_TECHNOLOGY)) or 0, "")
        if codes.TAG_TECHNOLOGY in tags
        else "",
        signature=codes.asks_for_signature(_byte(tags.get(codes.TAG_CVM)) or 0),
        mirror=_mirror(tags.get(codes.TAG_MIRROR, b"")),
        totals=_turnover(fields.get(0x60)),
    )


def _status_fields(data: bytes) -> dict[int, bytes]:
    """Return the first of each field, without what is damaged behind the amount."""
    found: list[Field] = []
    try:
        parse_known(data, found)
    except ProtocolError:
        names = {tag for tag, _ in found}
        if not names >= {0x27, 0x04}:
            raise
    return dict(reversed(found))


def intermediate_status(data: bytes, charset: Charset) -> IntermediateStatus:
    """Read 04 FF, with its time-out or without.

    It only tells: what cannot be read of it counts as not said, lest it ends a payment.
    """
    minutes, rest = None, data[1:]
    # A container may follow at once; a time-out of six minutes looks like the mark of one.
    if rest and not containers.is_container(rest):
        minutes, rest = _minutes(rest[:1]), rest[1:]
    lines = [text_of(value, charset) for value in containers.text_lines(containers.sound(rest))]
    text = "\n".join(line for line in lines if line.strip())
    return IntermediateStatus(data[0] if data else _NO_STATUS, minutes, text)


def completion(data: bytes) -> Completion:
    """Read 06 0F as it ends anything but a status enquiry, as far as it can be read."""
    fields = containers.sound(data)
    return Completion(
        result=_byte(fields.get(0x27)),
        status=_byte(fields.get(0x19)),
        terminal_id=fields.get(0x29, b"").hex(),
        currency=_currency(fields.get(0x49)),
        sequence=_tags(fields).get(codes.TAG_SEQUENCE, b"").hex(),
    )


def enquiry_completion(data: bytes, charset: Charset) -> EnquiryCompletion:
    """Read 06 0F as it ends a status enquiry: version, status, container.

    A lone 06 is a status here, not a container.
    """
    end = _end_of_software(data)
    return EnquiryCompletion(_byte(data[end:]), _text(data[_SOFTWARE_DIGITS:end], charset))


def aborted(data: bytes, charset: Charset) -> Aborted:
    """Read 06 1E, or what an answer 84 1E carries; its code counts, whatever follows."""
    fields = containers.sound(data[1:])
    words = fields.get(0x3C) or b" ".join(containers.text_lines(fields))
    return Aborted(_byte(data), _currency(fields.get(0x49)), _text(words, charset))


def masked_card(packed: bytes) -> str:
    """Return bitmap 22 with at most the last four digits in clear."""
    digits = packed.hex().partition("d")[0].rstrip("f")
    hidden, kept = digits[:-_KEPT_DIGITS], digits[-_KEPT_DIGITS:]
    return MASK * len(hidden) + "".join(digit if digit.isdecimal() else MASK for digit in kept)


def sequence_of(message: Apdu) -> str:
    """Return the sequence id (tag 1F73) of a message in hex, if any."""
    data = message.data
    # Behind a status enquiry's version and status, else where the fields of a message may begin.
    starts: tuple[int | None, ...] = (_end_of_software(data) + 1, 0, 1, 2)
    if message.command == codes.Command.PRINT_LINE:
        starts = (containers.behind(data),)
    for start in starts:
        if start is None:
            continue
        try:
            found, left = parse_known(data[start:])
            tags = {} if left else dict(walk(containers.tags_of(dict(found))))
        except ProtocolError:
            continue
        if codes.TAG_SEQUENCE in tags:
            return tags[codes.TAG_SEQUENCE].hex()
    return ""


def _end_of_software(data: bytes) -> int:
    """Return where the version in an answer to 05 01 ends; 0 where it has none."""
    digits = data[:_SOFTWARE_DIGITS]
    if len(digits) < _SOFTWARE_DIGITS or any(byte >> 4 != 0xF for byte in digits):  # noqa: PLR2004 - F0 to F9
        return 0
    hundreds, tens, ones = (byte & 0x0F for byte in digits)
    return _SOFTWARE_DIGITS + hundreds * 100 + tens * 10 + ones


def _tags(fields: dict[int, bytes]) -> dict[int, bytes]:
    """Return the first value of each tag; a container nobody can read counts as none."""
    try:
        return dict(reversed(list(walk(containers.tags_of(fields)))))
    except ProtocolError:
        return {}


def _aid(value: bytes) -> str:
    """Return an application id; it begins with A to F (ISO/IEC 7816-5)."""
    text = value.hex().upper()[:32]
    return "" if text[:1].isdecimal() else text


def _mirror(value: bytes) -> str:
    """Return a receipt mirror, which goes back as it came; one too long is none."""
    return value.hex() if len(value) <= _MOST_MIRROR else ""


def _byte(value: bytes | None) -> int | None:
    return value[0] if value else None


def _text(value: bytes, charset: Charset) -> str:
    return text_of(value.rstrip(b"\x00"), charset).strip()


def _minutes(value: bytes) -> int | None:
    return from_bcd(value) if value.hex().isdecimal() else None


def _currency(value: bytes | None) -> str:
    digits = value.hex() if value else ""
    return CURRENCIES.get(int(digits), digits) if digits.isdecimal() else digits


def _receipt(value: bytes | None) -> str:
    return "" if value in {None, _NO_RECEIPT} else (value or b"").hex()


def _trace(short: bytes | None, long: bytes | None) -> str:
    if long and not any(short or b""):
        # Its length is not fixed: it must not pass a card number.
        return without_card_numbers(long.hex())
    return (short or b"").hex()


def _moment(date: bytes, time: bytes) -> str:
    day, clock = date.hex(), time.hex()
    parts = (f"{day[:2]}-{day[2:]}" if day else "", f"{clock[:2]}:{clock[2:4]}:{clock[4:]}" if clock else "")
    return " ".join(part for part in parts if part)


def _turnover(value: bytes | None) -> Turnover | None:
    if value is None:
        return None
    sums = []
    for at, scheme in enumerate(codes.TOTAL_SCHEMES):
        part = value[4 + at * 7 : 11 + at * 7]
        if len(part) < 7:  # noqa: PLR2004 - a count and six bytes of amount
            raise ProtocolError("field 60 is cut off")
        sums.append((scheme, part[0], from_bcd(part[1:])))
    return Turnover(_receipt(value[:2]), _receipt(value[2:4]), tuple(sums))
