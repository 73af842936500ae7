"""Reads records of the contract: JSON Lines, or a JSON array (RECEIPTS.md, Form)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NoReturn

from services.contract.text import printable
from services.sources.json_array import elements
from services.sources.streams import DAMAGED

LONGEST_RECORD = 4 << 20
"""Bytes; a longer one is no receipt."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SNIFFED = 64 << 10
_PASSED_OVER = 1 << 20

Body = dict[str, object]


@dataclass(frozen=True, slots=True)
class Bad:
    """A record that is no JSON object."""

    reason: str


_TOO_LONG = Bad(f"is longer than {LONGEST_RECORD >> 20} MiB")
_BROKEN = Bad("the array is broken here, or has too long a record; what follows was not read")


def looks_like_records(stream: BinaryIO) -> bool:
    """Whether a file begins with JSON objects or arrays, or with nothing at all."""
    start = stream.read(_SNIFFED).removeprefix(_BYTE_ORDER_MARK).strip()
    return not start or any(line.lstrip().startswith((b"{", b"[")) for line in start.splitlines())


def records(stream: BinaryIO) -> Iterator[tuple[int, Body | Bad]]:
    """Yield each record with the line it begins on.

    One that cannot be read does not stop the rest. A file that breaks off, such as a
    damaged gzip, ends with a Bad that says so.
    """
    line = 1
    try:
        for line, text in _texts(stream):
            yield line, text if isinstance(text, Bad) else _body(text)
    except DAMAGED as error:
        yield line, Bad(f"the file is damaged from here on; send it again ({error})")


def _texts(stream: BinaryIO) -> Iterator[tuple[int, bytes | Bad]]:
    first = stream.readline(LONGEST_RECORD + 1).removeprefix(_BYTE_ORDER_MARK)
    line = 1
    while first and not first.strip():
        first = stream.readline(LONGEST_RECORD + 1)
        line += 1
    if first.lstrip().startswith(b"["):
        for at, element in elements(first, stream, LONGEST_RECORD):
            yield line + at, _BROKEN if element is None else element
    else:
        yield from _lines(first, line, stream)


def _lines(first: bytes, line: int, stream: BinaryIO) -> Iterator[tuple[int, bytes | Bad]]:
    text = first
    while text:
        if len(text) > LONGEST_RECORD and not text.endswith(b"\n"):
            _pass_over(stream)
            yield line, _TOO_LONG
        elif stripped := text.strip():
            yield line, stripped
        text = stream.readline(LONGEST_RECORD + 1)
        line += 1


def _pass_over(stream: BinaryIO) -> None:
    """Read to the end of a line without keeping it."""
    while (piece := stream.readline(_PASSED_OVER)) and not piece.endswith(b"\n"):
        pass


def _body(text: bytes) -> Body | Bad:
    try:
        value = json.loads(text.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        return Bad(f"is not UTF-8 at byte {error.start + 1}")
    except json.JSONDecodeError as error:
        return Bad(f"is not JSON: {error.msg} at character {error.pos + 1}")
    except RecursionError:
        return Bad("is nested too deeply")
    except ValueError as error:
        return Bad(str(error))
    if isinstance(value, dict):
        return value
    return Bad("is not a JSON object")


def _object(pairs: list[tuple[str, object]]) -> Body:
    made = {printable(name): _safe(value) for name, value in pairs}
    if len(made) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next((name for name in names if names.count(name) > 1), "")
        raise ValueError(f"gives {printable(twice)!r} more than once")
    return made


def _safe(value: object) -> object:
    """Return a value whose texts are safe to show; inner objects are already."""
    if isinstance(value, str):
        return printable(value)
    return [_safe(one) for one in value] if isinstance(value, list) else value


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"has {word} for a number")
