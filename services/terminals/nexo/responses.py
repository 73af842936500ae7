"""Whether something worked, and why not: the Response of every answer. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from services.terminals.nexo import documents
from services.terminals.nexo.parts import Part, clean
from services.terminals.problems import ProtocolError

_MOST_PAIRS = 300
_WHOLE = "Success"
_WORDS = ("message", "refusalReason", "errors", "warnings")


@dataclass(frozen=True, slots=True)
class Response:
    """Whether it worked. `result` is Success, Partial or Failure."""

    result: str
    condition: str = ""
    """Why not, in the protocol's word."""
    text: str = ""
    """In the terminal's own words."""
    aid: str = ""

    @property
    def good(self) -> bool:
        """Whether something was done."""
        return self.result in {_WHOLE, "Partial"}

    @property
    def whole(self) -> bool:
        """Whether all that was asked was done."""
        return self.result == _WHOLE


def read_response(part: Part) -> Response:
    """Read the Response of an answer."""
    found = pairs(part.raw("AdditionalResponse"))
    aid = clean(found.get("AID", ""))
    return Response(part.text("Result"), part.text("ErrorCondition"), words(found), aid)


def words(found: Mapping[str, str]) -> str:
    """Return what is for a person among the pairs of an additional answer."""
    return next((clean(found[name]) for name in _WORDS if found.get(name)), "")


def pairs(text: str) -> dict[str, str]:
    """Return what stands in an additional answer: pairs as in an address, or JSON."""
    if "=" in text.rstrip("="):
        try:
            return dict(parse_qsl(text, max_num_fields=_MOST_PAIRS, errors="replace"))
        except ValueError:
            return {}
    return _json_pairs(text)


def _json_pairs(text: str) -> dict[str, str]:
    try:
        document = Part(documents.read(base64.b64decode(text, validate=True)), "AdditionalResponse")
        inner = document.part("additionalData")
        return {name: inner.raw(name) or document.raw(name) for name in (*_WORDS, "AID")}
    except (binascii.Error, ValueError, ProtocolError):
        return {}
