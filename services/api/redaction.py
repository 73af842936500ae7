"""Takes secrets and card numbers out of text before it is written or answered.

A last net: secrets are kept out of messages where they arise. What it knows: bearer
tokens, JSON web tokens, values after the names OAuth gives to secrets, and card numbers:
13 to 19 digits that pass the check every card number passes (ISO/IEC 7812-1, Luhn).
"""

from __future__ import annotations

import re

HIDDEN = "[hidden]"
_NAMES = (
    "access_token|refresh_token|id_token|client_secret|code_verifier|password|passwd|secret|api_key|"
    "authorization|token"
)
_NAMED = re.compile(rf"""(?i)\b({_NAMES})(["']?\s*[:=]\s*["']?(?:(?:basic|bearer)\s+)?)([^\s"'&,;}})\]]+)""")
# The code of a redirect is worth a token for some minutes.
_CODE = re.compile(r"([?&]code=)[^&\s\"']+")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}")
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
# In one piece, or in groups as they are printed on cards.
_CARD = re.compile(
    r"(?<![0-9])"
    r"(?:[0-9]{13,19}|[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{1,7}|[0-9]{4}([ -])[0-9]{6}\2[0-9]{4,5})"
    r"(?![0-9])"
)
_LUHN_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def redacted(text: str) -> str:
    """Return `text` with everything that looks like a secret or a card number hidden."""
    text = _JWT.sub(HIDDEN, text)
    text = _NAMED.sub(rf"\1\2{HIDDEN}", text)
    text = _CODE.sub(rf"\1{HIDDEN}", text)
    text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    return _CARD.sub(_hide_card, text)


def _hide_card(found: re.Match[str]) -> str:
    digits = [int(character) for character in found.group() if character not in " -"]
    return "[card number]" if _passes_luhn(digits) else found.group()


def _passes_luhn(digits: list[int]) -> bool:
    doubled = sum(_LUHN_DOUBLED[digit] for digit in digits[-2::-2])
    return (doubled + sum(digits[-1::-2])) % 10 == 0
