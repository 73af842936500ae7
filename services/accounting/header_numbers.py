"""Numbers in the headers of an answer: a proxy may write anything there."""

from __future__ import annotations

_LARGEST = 999_999_999
"""Thirty years in seconds, and a row's number in every database."""
_DIGITS = len(str(_LARGEST))


def number_in(text: str | None) -> int | None:
    """Return the whole number that a header tells, at most 999,999,999.

    None when there is none: the other form of Retry-After, a date, is not read.
    """
    digits = (text or "").strip()
    if not (digits.isascii() and digits.isdigit()):
        return None
    return int(digits) if len(digits) <= _DIGITS else _LARGEST
