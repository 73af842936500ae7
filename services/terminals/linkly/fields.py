"""Fields of fixed width, read and written (TERMINALS.md 2.2). Pure.

Card numbers are masked here: nothing behind this module has seen one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.contract.cards import MASK, without_card_numbers
from services.contract.text import printable
from services.terminals.problems import ProtocolError

Layout = tuple[tuple[str, int], ...]
"""Names and widths, in their order."""
_KEPT = 4
_AMOUNT = 9
_TAG, _TAG_LENGTH = 3, 3
_MOST_TAGS_LENGTH = 999


def cut(data: str, layout: Layout) -> tuple[dict[str, str], str]:
    """Return the fields as they stand, and the rest; what is missing is empty."""
    fields, at = {}, 0
    for name, width in layout:
        fields[name] = data[at : at + width]
        at += width
    return fields, data[at:]


def shown(raw: str) -> str:
    """Return a text as it may be shown: printable, stripped, without card numbers."""
    return without_card_numbers(printable(raw)).strip()


def masked_card(raw: str) -> str:
    """Return a card number with nothing left but its last four digits."""
    card = raw.strip()
    last = card[-_KEPT:]
    if len(card) <= _KEPT or not (last.isascii() and last.isdecimal()):
        return MASK * len(card)
    return MASK * (len(card) - _KEPT) + last


def cents(raw: str, name: str) -> int:
    """Return an amount or a count, 0 for a blank; raise ProtocolError."""
    text = raw.strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal()):
        raise ProtocolError(f"the field {name} is not a number")
    return int(text)


def padded(text: str, width: int, name: str) -> str:
    """Return a text field; raise ProtocolError when the text does not fit."""
    if len(text) > width:
        raise ProtocolError(f"the field {name} is longer than {width}")
    return text.ljust(width)


def amount(minor: int, name: str = "amount") -> str:
    """Return nine digits; raise ProtocolError when the amount does not fit."""
    if not 0 <= minor < 10**_AMOUNT:
        raise ProtocolError(f"the field {name} is out of bounds")
    return f"{minor:0{_AMOUNT}d}"


def tags(pairs: Iterable[tuple[str, str]]) -> str:
    """Return purchase analysis data: its length, then name, length and value of each.

    Raises ProtocolError for a name or a value that does not fit.
    """
    parts = []
    for name, value in pairs:
        if len(name) != _TAG or len(value) > _MOST_TAGS_LENGTH:
            raise ProtocolError("a tag of purchase analysis data does not fit")
        parts.append(f"{name}{len(value):03d}{value}")
    data = "".join(parts)
    if len(data) > _MOST_TAGS_LENGTH:
        raise ProtocolError(f"purchase analysis data of {len(data)} characters")
    return f"{len(data):03d}{data}"


def read_tags(rest: str) -> Mapping[str, str]:
    """Return purchase analysis data by name, values without card numbers.

    Reads as far as it is sound: a damaged tag at the end must not lose an approval.
    """
    length = _length(rest)
    data = rest[_TAG_LENGTH : _TAG_LENGTH + length]
    found: dict[str, str] = {}
    at = 0
    while at + _TAG + _TAG_LENGTH <= len(data):
        size = _length(data[at + _TAG :])
        start = at + _TAG + _TAG_LENGTH
        if start + size > len(data):
            break
        found.setdefault(shown(data[at : at + _TAG]), shown(data[start : start + size]))
        at = start + size
    return found


def _length(text: str) -> int:
    digits = text[:_TAG_LENGTH]
    return int(digits) if len(digits) == _TAG_LENGTH and digits.isascii() and digits.isdecimal() else 0
