"""What a terminal says, read: only what may be kept (TERMINALS.md 8).

Card numbers leave here masked; tracks, CVV and expiry do not leave here at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.contract.cards import MASK
from services.contract.terminals import ReceiptCopy
from services.terminals.currencies import CURRENCIES
from services.terminals.problems import ProtocolError
from services.terminals.zvt import codes
from services.terminals.zvt.apdu import Apdu
from services.terminals.zvt.charsets import Charset, text_of
from services.terminals.zvt.fields import CONTAINER, Tlv, from_bcd, parse_known, parse_tlv, walk

_KEPT_DIGITS = 4
_COPIES = {1: ReceiptCopy.MERCHANT, 2: ReceiptCopy.CUSTOMER, 3: ReceiptCopy.ADMIN}
_NO_RECEIPT = b"\xff\xff"
_LAST_LINE = 0x80
_LONGEST_TAIL = 40
"""Bytes a container behind a print line may take: whose copy it is, and a sequence id."""


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


@dataclass(frozen=True, slots=True)
class PrintLine:
    """06 D1: one line of a receipt."""

    text: str
    copy: ReceiptCopy | None
    feeds: int
    last: bool


@dataclass(frozen=True, slots=True)
class PrintTextBlock:
    """06 D3: several lines of a receipt."""

    lines: tuple[str, ...]
    copy: ReceiptCopy
    last: bool


def status_information(data: bytes, charset: Charset) -> StatusInformation:
    """Read 04 0F; raise ProtocolError when a field cannot be read."""
    found, _ = parse_known(data)
    fields = dict(reversed(found))
    tags = _tags(fields)
    amount = fields.get(0x04)
    return StatusInformation(
        result=_byte(fields.get(0x27)),
        amount=None if amount is None else from_bcd(amount),
        currency=_currency(fields.get(0x49)),
        receipt=_receipt(fields.get(0x87)),
        trace=_trace(fields.get(0x0B), tags.get(codes.TAG_LONG_TRACE)),
        turnover=fields.get(0x88, b"").hex(),
        stated=_moment(fields.get(0x0D, b""), fields.get(0x0C, b"")),
        terminal_id=fields.get(0x29, b"").hex(),
        merchant_id=text_of(fields.get(0x2A, b""), charset).strip(),
        card=masked_card(fields.get(0x22, b"")),
        scheme=_text(fields.get(0x8B) or tags.get(codes.TAG_APPLICATION, b""), charset),
        auth_code=_text(fields.get(0x3B, b""), charset),
        text=_text(fields.get(0x3C, b""), charset),
        aid=_aid(tags.get(codes.TAG_AID, b"")),
        entry_mode=codes.TECHNOLOGY.get(_byte(tags.get(codes.TAG_TECHNOLOGY)) or 0, "")
        if codes.TAG_TECHNOLOGY in tags
        else "",
        signature=codes.asks_for_signature(_byte(tags.get(codes.TAG_CVM)) or 0),
        mirror=tags.get(codes.TAG_MIRROR, b"").hex(),
        totals=_turnover(fields.get(0x60)),
    )


def intermediate_status(data: bytes, charset: Charset) -> IntermediateStatus:
    """Read 04 FF, with its time-out or without; raise ProtocolError."""
    if not data:
        raise ProtocolError("an intermediate status without a status")
    minutes, rest = None, data[1:]
    # A container may follow at once; a time-out of six minutes looks like the mark of one.
    if rest and not _is_container(rest):
        minutes, rest = from_bcd(rest[:1]), rest[1:]
    lines = [text_of(value, charset) for tag, value in walk(_container(rest)) if tag == codes.TAG_TEXT_LINE]
    return IntermediateStatus(data[0], minutes, "\n".join(line for line in lines if line.strip()))


def completion(data: bytes) -> Completion:
    """Read 06 0F as it ends anything but a status enquiry."""
    found, _ = parse_known(data)
    fields = dict(found)
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
    software, rest = b"", data
    if len(data) >= 3 and all(byte >> 4 == 0xF for byte in data[:3]):  # noqa: PLR2004 - three digits of a length
        length = int("".join(str(byte & 0x0F) for byte in data[:3]))
        software, rest = data[3 : 3 + length], data[3 + length :]
    return EnquiryCompletion(rest[0] if rest else None, _text(software, charset))


def aborted(data: bytes, charset: Charset) -> Aborted:
    """Read 06 1E, or what an answer 84 1E carries."""
    if not data:
        return Aborted(None, "", "")
    found, _ = parse_known(data[1:])
    fields = dict(found)
    lines = [value for tag, value in walk(_container_of(fields)) if tag == codes.TAG_TEXT_LINE]
    words = fields.get(0x3C) or b" ".join(lines)
    return Aborted(data[0], _currency(fields.get(0x49)), _text(words, charset))


def print_line(data: bytes, charset: Charset) -> PrintLine:
    """Read 06 D1; a container behind the text says whose copy it is (card complete)."""
    if not data:
        raise ProtocolError("a print line without an attribute")
    attribute, text, copy = data[0], data[1:], None
    mark = _container_behind(text)
    if mark is not None:
        kinds = [value for tag, value in walk(_container(text[mark:])) if tag == codes.TAG_RECEIPT_KIND]
        copy = _COPIES.get(kinds[0][0]) if kinds and kinds[0] else None
        text = text[:mark]
    last = attribute > _LAST_LINE
    feeds = attribute & 0x7F if last else 0
    return PrintLine(text_of(text, charset), copy, feeds, last)


def print_text_block(data: bytes, charset: Charset) -> PrintTextBlock:
    """Read 06 D3; raise ProtocolError when it holds no container."""
    found, _ = parse_known(data)
    tags = list(walk(_container_of(dict(found))))
    own = next((value for tag, value in tags if tag == 0x14 and value), None)  # noqa: PLR2004 - the character set's tag
    used = Charset(own[0]) if own is not None and own[0] in set(Charset) else charset
    kind = next((value[0] for tag, value in tags if tag == codes.TAG_RECEIPT_KIND and value), 0)
    attributes = [value for tag, value in tags if tag == codes.TAG_LINE_ATTRIBUTE]
    return PrintTextBlock(
        lines=tuple(text_of(value, used) for tag, value in tags if tag == codes.TAG_TEXT_LINE),
        copy=_COPIES.get(kind, ReceiptCopy.CUSTOMER),
        last=any(value and value[0] > _LAST_LINE for value in attributes),
    )


def masked_card(packed: bytes) -> str:
    """Return bitmap 22 with at most the last four digits in clear."""
    digits = packed.hex().partition("d")[0].rstrip("f")
    hidden, kept = digits[:-_KEPT_DIGITS], digits[-_KEPT_DIGITS:]
    return MASK * len(hidden) + "".join(digit if digit.isdecimal() else MASK for digit in kept)


def sequence_of(message: Apdu) -> str:
    """Return the sequence id (tag 1F73) of a message in hex, if any."""
    data = message.data
    starts: tuple[int | None, ...] = (0, 1, 2)
    if message.command == codes.Command.PRINT_LINE:
        starts = (_container_behind(data),)
    for start in starts:
        if start is None:
            continue
        try:
            found, left = parse_known(data[start:])
            tags = {} if left else dict(walk(_container_of(dict(found))))
        except ProtocolError:
            continue
        if codes.TAG_SEQUENCE in tags:
            return tags[codes.TAG_SEQUENCE].hex()
    return ""


def _container_behind(text: bytes) -> int | None:
    """Return where the container behind a text begins; None where there is none."""
    near = max(0, len(text) - _LONGEST_TAIL)
    marks = (at for at in range(near, len(text)) if text[at] == CONTAINER)
    return next((at for at in marks if _is_container(text[at:])), None)


def _container_of(fields: dict[int, bytes]) -> list[Tlv]:
    return parse_tlv(fields[CONTAINER]) if CONTAINER in fields else []


def _tags(fields: dict[int, bytes]) -> dict[int, bytes]:
    """Return the first value of each tag; a container nobody can read counts as none."""
    try:
        return dict(reversed(list(walk(_container_of(fields)))))
    except ProtocolError:
        return {}


def _container(data: bytes) -> list[Tlv]:
    return _container_of(dict(parse_known(data)[0]))


def _is_container(data: bytes) -> bool:
    try:
        found, left = parse_known(data)
        return not left and [tag for tag, _ in found] == [CONTAINER] and _container(data) is not None
    except ProtocolError:
        return False


def _aid(value: bytes) -> str:
    """Return an application id; it begins with A to F (ISO/IEC 7816-5)."""
    text = value.hex().upper()[:32]
    return "" if text[:1].isdecimal() else text


def _byte(value: bytes | None) -> int | None:
    return value[0] if value else None


def _text(value: bytes, charset: Charset) -> str:
    return text_of(value.rstrip(b"\x00"), charset).strip()


def _currency(value: bytes | None) -> str:
    return CURRENCIES.get(from_bcd(value), value.hex()) if value else ""


def _receipt(value: bytes | None) -> str:
    return "" if value in {None, _NO_RECEIPT} else (value or b"").hex()


def _trace(short: bytes | None, long: bytes | None) -> str:
    if long and not any(short or b""):
        return long.hex()
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
