"""Text from outside, made safe to show on a terminal."""

from __future__ import annotations

import unicodedata

_REPLACEMENT = " "
_KEPT_CONTROLS = frozenset("\n\t")
# Bidirectional marks, embeddings, overrides and isolates can make a line read backwards.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REMOVED_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str, *, lines: bool = False) -> str:
    """Return `text` without control characters and bidi overrides.

    Newlines and tabs become spaces unless `lines` is true. Characters that a terminal
    would obey (C0, C1, ESC, separators, surrogates) become a space; bidi marks vanish.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character, lines=lines) for character in text if character not in _BIDI)


def _shown(character: str, *, lines: bool) -> str:
    if lines and character in _KEPT_CONTROLS:
        return character
    if unicodedata.category(character) in _REMOVED_CATEGORIES:
        return _REPLACEMENT
    return character
