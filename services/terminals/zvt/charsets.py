"""The character sets a terminal may print and show in (PA00P015, TLV tag 14)."""

from __future__ import annotations

from enum import IntEnum

from services.contract.cards import without_card_numbers
from services.contract.text import printable


class Charset(IntEnum):
    """What tag 14 of a registration asks for."""

    SEVEN_BIT = 0x00
    LATIN_1 = 0x01
    LATIN_2 = 0x02
    LATIN_9 = 0x0F
    UTF_8 = 0xFE
    CP437 = 0xFF


# The 7-bit set has German letters where ASCII has brackets and braces.
_GERMAN = str.maketrans("[\\]{|}~", "ÄÖÜäöüß")
_CODECS = {
    Charset.LATIN_1: "latin-1",
    Charset.LATIN_2: "iso-8859-2",
    Charset.LATIN_9: "iso-8859-15",
    Charset.UTF_8: "utf-8",
    Charset.CP437: "cp437",
}


def text_of(data: bytes, charset: Charset) -> str:
    """Return the text as it may be shown: printable, without card numbers, one line."""
    return without_card_numbers(printable(raw_text(data, charset)))


def raw_text(data: bytes, charset: Charset) -> str:
    """Return the text as it is; what the character set does not know becomes U+FFFD."""
    if charset is Charset.SEVEN_BIT:
        return bytes(byte & 0x7F for byte in data).decode("ascii").translate(_GERMAN)
    return data.decode(_CODECS[charset], errors="replace")
