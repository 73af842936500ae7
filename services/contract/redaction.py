"""Takes secrets and card numbers out of text before it is written or answered.

A last net: secrets are kept out of messages where they arise. What it knows: bearer
tokens, JSON web tokens, the keys of tills, values after the names that secrets go by,
passwords in addresses, and card numbers: 13 to 19 digits that pass the check every card
number passes (`cards`).
"""

from __future__ import annotations

import re

from services.contract.cards import is_card_number, without_card_numbers

HIDDEN = "[hidden]"
CARD = "[card number]"
_NAMES = (
    "access_token|refresh_token|id_token|client_secret|code_verifier|password|passwd|secret|api_key|"
    "authorization|token|x-api-key|api-key|apikey|cookie|set-cookie|client_assertion|private_key|passphrase"
)
_NAMED = re.compile(rf"""(?i)\b({_NAMES})(["']?\s*[:=]\s*["']?(?:(?:basic|bearer)\s+)?)([^\s"'&,;}})\]]+)""")
# The code of a redirect is worth a token for some minutes.
_CODE = re.compile(r"([?&]code=)[^&\s\"']+")
# What proves that an answer belongs to a question; of no use to anybody else.
_PROOF = re.compile(r"([?&](?:state|nonce|code_challenge)=)[^&\s\"']+")
_SECRET_NAME = re.compile(rf"(?i).*(?:{_NAMES}|verifier)")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}")
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
TILL_KEY_MARK = "tbk_"
"""How the keys of tills begin, so that one that leaks is recognised."""
_TILL_KEY = re.compile(rf"\b{TILL_KEY_MARK}[A-Za-z0-9_-]{{20,}}")
_USER_IN_ADDRESS = re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*://)[^/\s\"'@]+@")
# In one piece, or in groups as they are printed on cards.
_CARD = re.compile(
    r"(?<![0-9])"
    r"(?:[0-9]{13,19}|[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{1,7}|[0-9]{4}([ -])[0-9]{6}\2[0-9]{4,5})"
    r"(?![0-9])"
)


def redacted(text: str) -> str:
    """Return `text` with everything that looks like a secret or a card number hidden."""
    text = _TILL_KEY.sub(HIDDEN, _JWT.sub(HIDDEN, text))
    text = _NAMED.sub(rf"\1\2{HIDDEN}", text)
    text = _CODE.sub(rf"\1{HIDDEN}", text)
    text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    text = _USER_IN_ADDRESS.sub(rf"\1{HIDDEN}@", text)
    return _CARD.sub(_hide_card, text)


def redacted_strictly(text: str) -> str:
    """Return `text` redacted, card numbers hidden in any grouping of their digits.

    For what leaves the machine: rather hide a long number too many than one too few.
    """
    return without_card_numbers(_PROOF.sub(rf"\1{HIDDEN}", redacted(text)))


def names_a_secret(key: str) -> bool:
    """Whether what stands under this key is a secret, whatever it looks like."""
    return _SECRET_NAME.match(key) is not None


def holds_card_number(text: str) -> bool:
    """Whether a card number is in `text`, in any grouping of its digits."""
    return without_card_numbers(text) != text


def _hide_card(found: re.Match[str]) -> str:
    digits = "".join(character for character in found.group() if character.isdigit())
    return CARD if is_card_number(digits) else found.group()
