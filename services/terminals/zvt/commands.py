"""What the till says, written: commands and answers (PA00P015 2). Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from services.terminals.currencies import NUMBERS
from services.terminals.problems import ProtocolError
from services.terminals.zvt.apdu import Apdu
from services.terminals.zvt.charsets import Charset
from services.terminals.zvt.codes import TAG_MIRROR, TAG_SEQUENCE, Command, Prints
from services.terminals.zvt.fields import CONTAINER, Field, Tlv, bcd, encode, encode_tlv

_PASSWORD_DIGITS = 6
_SILENT_LAST = 0x03
_LAST_AND_PRINT = 0x01


@dataclass(frozen=True, slots=True)
class Draft:
    """A message before its sequence id is known. Its head may hold the password."""

    command: int
    head: bytes = field(default=b"", repr=False)
    fields: tuple[Field, ...] = ()
    tags: tuple[Tlv, ...] = ()

    def apdu(self, sequence: bytes = b"") -> Apdu:
        """Return the message, with a sequence id in its container when one is given."""
        tags = (*self.tags, (TAG_SEQUENCE, sequence)) if sequence else self.tags
        container = encode([(CONTAINER, encode_tlv(tags))]) if tags else b""
        return Apdu(self.command, self.head + encode(self.fields) + container)


@dataclass(frozen=True, slots=True)
class Registration:
    """How the till registers."""

    config: Prints
    currency: str
    charset: Charset = Charset.CP437
    line_width: int = 40
    sequence: bool = False
    """Ask for sequence ids (PA00P015 5)."""
    blocks: bool = True
    """The till can print text blocks (06 D3)."""


def registration(password: str, how: Registration) -> Draft:
    """Return 06 00."""
    tags: list[Tlv] = [(0x12, bcd(how.line_width, 1)), (0x14, bytes([how.charset]))]
    if how.blocks:
        tags.append((0x26, [(0x0A, b"\x06\xd3")]))
    if how.sequence:
        tags.append((TAG_SEQUENCE, b"\0\0\0"))
    head = _password(password) + bytes([how.config]) + _currency(how.currency)
    return Draft(Command.REGISTRATION, head, tags=tuple(tags))


def authorisation(amount: int, currency: str, *, payment_type: int | None = None) -> Draft:
    """Return 06 01 for an amount in minor units."""
    fields: tuple[Field, ...] = ((0x04, bcd(amount, 6)), (0x49, _currency(currency)))
    if payment_type is not None:
        fields = (*fields, (0x19, bytes([payment_type])))
    return Draft(Command.AUTHORISATION, b"", fields)


def reversal(password: str, receipt: str, amount: int | None) -> Draft:
    """Return 06 30 for a receipt; the password comes before the fields."""
    fields: tuple[Field, ...] = ((0x87, bcd(int(receipt), 2)),)
    if amount is not None:
        fields = (*fields, (0x04, bcd(amount, 6)))
    return Draft(Command.REVERSAL, _password(password), fields)


def refund(password: str, amount: int, currency: str) -> Draft:
    """Return 06 31."""
    fields: tuple[Field, ...] = ((0x04, bcd(amount, 6)), (0x49, _currency(currency)))
    return Draft(Command.REFUND, _password(password), fields)


def mirrored(draft: Draft, mirror: bytes) -> Draft:
    """Return a command that moves money, with the terminal's last receipt mirror.

    Empty where nothing is known of it, as on a fresh start (PA00P015 4).
    """
    return replace(draft, tags=(*draft.tags, (TAG_MIRROR, mirror)))


def repeat_receipt(password: str, *, silent: bool) -> Draft:
    """Return 06 20: what the last transaction was, without printing when `silent`."""
    service = _SILENT_LAST if silent else _LAST_AND_PRINT
    return Draft(Command.REPEAT_RECEIPT, _password(password), ((0x03, bytes([service])),))


def with_password(command: Command, password: str) -> Draft:
    """Return a command of the password and nothing else (06 50, 06 10, 06 93, 05 01)."""
    return Draft(command, _password(password))


def bare(command: Command) -> Draft:
    """Return a command without data (06 70, 06 B0, 06 02)."""
    return Draft(command)


def set_date_and_time(yymmdd: str, hhmmss: str) -> Draft:
    """Return 06 91."""
    return Draft(Command.SET_DATE_AND_TIME, b"", ((0xAA, bcd(int(yymmdd), 3)), (0x0C, bcd(int(hhmmss), 3))))


def accepted() -> Draft:
    """Return 80 00: what makes a result final."""
    return Draft(Command.DONE)


def rejected(code: int) -> Draft:
    """Return 84 xx."""
    return Draft(0x8400 | code)


def _password(password: str) -> bytes:
    if len(password) != _PASSWORD_DIGITS or not (password.isascii() and password.isdecimal()):
        raise ProtocolError("a password that is not six digits")
    return bytes.fromhex(password)


def _currency(letters: str) -> bytes:
    if letters not in NUMBERS:
        raise ProtocolError(f"the currency {letters}")
    return bcd(NUMBERS[letters], 2)
