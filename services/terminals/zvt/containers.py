"""The container among the fields of a message, wherever it stands. Pure."""

from __future__ import annotations

from contextlib import suppress

from services.terminals.problems import ProtocolError
from services.terminals.zvt.codes import TAG_TEXT_LINE
from services.terminals.zvt.fields import CONTAINER, Field, Tlv, parse_known, parse_tlv, walk

_LONGEST_TAIL = 40
"""Bytes a container behind a print line may take: whose copy it is, and a sequence id."""


def tags_of(fields: dict[int, bytes]) -> list[Tlv]:
    """Return the tags of the container among fields; raise ProtocolError."""
    return parse_tlv(fields[CONTAINER]) if CONTAINER in fields else []


def tags_in(data: bytes) -> list[Tlv]:
    """Return the tags of the container among these bytes; raise ProtocolError."""
    return tags_of(dict(parse_known(data)[0]))


def is_container(data: bytes) -> bool:
    """Whether these bytes are one whole container and nothing else."""
    try:
        found, left = parse_known(data)
        return not left and [tag for tag, _ in found] == [CONTAINER] and tags_in(data) is not None
    except ProtocolError:
        return False


def behind(text: bytes) -> int | None:
    """Return where the container behind a text begins; None where there is none."""
    near = max(0, len(text) - _LONGEST_TAIL)
    marks = (at for at in range(near, len(text)) if text[at] == CONTAINER)
    return next((at for at in marks if is_container(text[at:])), None)


def sound(data: bytes) -> dict[int, bytes]:
    """Return the fields of what nothing hangs on, as far as they can be read."""
    found: list[Field] = []
    with suppress(ProtocolError):
        parse_known(data, found)
    return dict(found)


def text_lines(fields: dict[int, bytes]) -> list[bytes]:
    """Return the lines a container has; a container nobody can read has none."""
    try:
        tags = tags_of(fields)
    except ProtocolError:
        return []
    return [value for tag, value in walk(tags) if tag == TAG_TEXT_LINE]
