"""Card numbers never enter: takes them out of any text (TERMINALS.md 8).

The last net behind the codecs, which mask where they decode. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

_SHORTEST, _USUAL, _LONGEST = 13, 16, 19
_KEPT = 4
_BOTH = 2
# Digits that may be grouped by single spaces of any kind, dots, dashes or slashes, as slips print them.
_RUN = re.compile(r"[0-9](?:[ \t\u00a0\u2007\u2009\u202f.\-/]?[0-9]){12,}")
# What follows the number on a track: the separator, the expiry, the service code and more.
_TRACK_REST = re.compile(r"(?<=[0-9*])([=D^])[0-9]{4,}")
_NAME_TRACK = re.compile(r"%?B[0-9*]{13,19}\^[^^]{2,26}\^[0-9=]{4,}\??")
# ISO/IEC 7812: the first digits of payment cards.
_PAYMENT_CARD = frozenset("23456")
_LUHN_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
# How slips name the expiry: card complete prints "Ablaufdatum:       12/25".
_EXPIRY = re.compile(
    r"(?i)\b(ablauf\w*|verfall\w*|g(?:ü|ue)ltig bis|exp(?:iry|ires|iration|\.)?(?: date)?|expire(?: fin)?|"
    r"valid (?:thru|until|to)|fin de validit\w*)([:. ]*)[0-9]{2} ?[/.\-]? ?[0-9]{2,4}\b"
)
MASK = "*"


def is_card_number(digits: str) -> bool:
    """Whether the digits pass for a payment card: 13 to 19, first digit 2 to 6, Luhn."""
    if not _SHORTEST <= len(digits) <= _LONGEST or digits[0] not in _PAYMENT_CARD:
        return False
    numbers = [int(digit) for digit in digits]
    doubled = sum(_LUHN_DOUBLED[number] for number in numbers[-2::-2])
    return (doubled + sum(numbers[-1::-2])) % 10 == 0


def masked(digits: str) -> str:
    """Return the digits with all but the last four replaced by `*`."""
    return MASK * (len(digits) - _KEPT) + digits[-_KEPT:]


def without_card_numbers(text: str) -> str:
    """Return `text` with card numbers, tracks and named expiries masked."""
    text = _EXPIRY.sub(r"\1\2**/**", text)
    if len(text) < _SHORTEST:
        return text
    text = _NAME_TRACK.sub("[track]", text)
    text = _RUN.sub(lambda found: _scrubbed(found.group()), text)
    return _TRACK_REST.sub(r"\1[track]", text) if MASK in text else text


def _scrubbed(run: str) -> str:
    places = [place for place, character in enumerate(run) if character.isdigit()]
    digits = "".join(run[place] for place in places)
    hidden = list(run)
    for start, end in _windows(digits, _edges(places)):
        if is_card_number(digits[start:end]):
            for place in places[start : end - _KEPT]:
                hidden[place] = MASK
    return "".join(hidden)


def _edges(places: list[int]) -> list[int]:
    """Return where groups begin, as positions among the digits, and the end."""
    breaks = [at for at in range(1, len(places)) if places[at] != places[at - 1] + 1]
    return [0, *breaks, len(places)]


def _windows(digits: str, edges: list[int]) -> Iterator[tuple[int, int]]:
    """Yield where a card number may stand.

    Whole groups of digits; anywhere in what is too long for one number.

    A number beside zeros of a fixed field, or run together with an expiry, is found too.
    """
    starts = {*edges[:-1], *(_after_zeros(digits, edge) for edge in edges[:-1])}
    ends = set(edges[1:])
    long = any(end - start > _USUAL for start, end in pairwise(edges))
    for start in range(len(digits) - _SHORTEST + 1):
        for end in range(start + _SHORTEST, min(start + _LONGEST, len(digits)) + 1):
            aligned = (start in starts) + (end in ends)
            if aligned == _BOTH or len(digits) > _LONGEST or (long and aligned):
                yield start, end


def _after_zeros(digits: str, start: int) -> int:
    return len(digits) - len(digits[start:].lstrip("0"))
