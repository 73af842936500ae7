"""What our references of attempts look like: ten characters, unique for ever."""

from __future__ import annotations

# Without 0, O, 1 and I: a person may have to read it out.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 10


def is_reference(text: str) -> bool:
    """Whether a text can only be one of ours.

    Ten digits are not enough: terminals number their own transactions so.
    """
    return len(text) == LENGTH and set(text) <= set(ALPHABET) and not text.isdecimal()
