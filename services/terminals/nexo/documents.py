"""JSON with exact numbers, within bounds: read and written. Pure.

Amounts are numbers in this protocol. They are read as Decimal from their own digits and
written from them, so that no amount passes through a float.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from services.terminals.problems import ProtocolError

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | bool | Decimal | None"
"""A value of a document; whole numbers are Decimal too."""

LONGEST = 250_000
"""Bytes of a document that are looked at: receipts make the longest, some ten thousand.

Taking card numbers out of as many digits takes five seconds."""
_DEEPEST = 40
_LONGEST_NUMBER = 24


def read(data: bytes) -> Mapping[str, Json]:
    """Return the object a document holds; raise ProtocolError when it holds none.

    Refused: more than 250 000 bytes, deeper than forty levels, a name given twice,
    numbers of more than 24 digits, in whatever form they are written.
    """
    if len(data) > LONGEST:
        raise ProtocolError("a document that is too long")
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_number,
            parse_float=_number,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError):
        # The text of the error quotes the document.
        raise ProtocolError("not a JSON document") from None
    if not isinstance(value, Mapping):
        raise ProtocolError("a document that is no object")
    _check_depth(value)
    return value


def write(value: Json | int) -> str:
    """Return the document of a value, on one line."""
    match value:
        case Mapping():
            parts = (f"{json.dumps(name)}:{write(part)}" for name, part in value.items())
            return "{" + ",".join(parts) + "}"
        case Decimal():
            return f"{value:f}"
        case str() | bool() | int() | None:
            return json.dumps(value)
    return "[" + ",".join(write(part) for part in value) + "]"


def _check_depth(value: Json) -> None:
    level: list[Json] = [value]
    for _ in range(_DEEPEST):
        level = [part for whole in level for part in _parts(whole)]
        if not level:
            return
    raise ProtocolError("a document that nests too deep")


def _parts(value: Json) -> Iterable[Json]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list) else ()


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ProtocolError("a document that gives a name twice")
    return found


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ProtocolError("a number that is no amount") from None
    if len(text) > _LONGEST_NUMBER or abs(number.adjusted()) > _LONGEST_NUMBER:
        raise ProtocolError("a number that is no amount")
    return number


def _no_number(_text: str) -> Decimal:
    raise ProtocolError("a number that is no amount")
