"""Tag, length, value: how Concert V3 writes messages (TERMINALS.md 3.2). Pure.

Two characters of tag, three digits of length, as many characters. There is no mark at the
end of a message. Only ASCII is written; an accent in a value that is read hides no other.
"""

from __future__ import annotations

from collections.abc import Iterable

from services.terminals.problems import ProtocolError

Pair = tuple[str, str]
"""Tag and value."""
LONGEST = 8192
"""No message is longer; tickets take 999 characters at most."""
_TAG, _HEAD, _MOST = 2, 5, 999
_SPACE = 0x20
_OTHER_CONTROLS = range(0x7F, 0xA0)
STATUS = "AE"
"""The one tag every answer has."""


def encode(pairs: Iterable[Pair]) -> bytes:
    """Write pairs; raises ProtocolError for what cannot be written."""
    text = ""
    for tag, value in pairs:
        if not _is_tag(tag) or len(value) > _MOST or not (value.isascii() and value.isprintable()):
            raise ProtocolError(f"a value that tag {tag} cannot hold")
        text += f"{tag}{len(value):03d}{value}"
    if len(text) > LONGEST:
        raise ProtocolError("a message that is too long")
    return text.encode("ascii")


def parse(data: bytes) -> list[Pair]:
    """Read a whole message, its card data too; raises ProtocolError."""
    gathering = Gathering()
    gathering.feed(data)
    if not gathering.at_end:
        raise ProtocolError("a message that is cut off")
    return gathering.pairs


class Gathering:
    """Puts a message together, however it is cut; raises ProtocolError."""

    def __init__(self) -> None:
        self.pairs: list[Pair] = []
        self._text = ""
        self._size = 0

    @property
    def at_end(self) -> bool:
        """Whether the message could be whole: its last value is."""
        return not self._text

    @property
    def is_answer(self) -> bool:
        """Whether it could be a whole answer."""
        return self.at_end and any(tag == STATUS for tag, _ in self.pairs)

    def has(self, tags: frozenset[str]) -> bool:
        """Whether all of these tags are there."""
        return tags <= {tag for tag, _ in self.pairs}

    def feed(self, data: bytes) -> None:
        """Take what came."""
        self._size += len(data)
        if self._size > LONGEST:
            raise ProtocolError("a message that is too long")
        if any(byte < _SPACE or byte in _OTHER_CONTROLS for byte in data):
            raise ProtocolError("a byte that is no character")
        self._text += data.decode("latin-1")
        while (end := self._end()) is not None:
            self.pairs.append((self._text[:_TAG], self._text[_HEAD:end]))
            self._text = self._text[end:]

    def _end(self) -> int | None:
        """Return where the first value ends; None when it is not whole yet."""
        tag, length = self._text[:_TAG], self._text[_TAG:_HEAD]
        if not _is_tag(tag.ljust(_TAG, "A")) or not (length or "0").isdecimal():
            raise ProtocolError("something that is not tag and length")
        end = _HEAD + int(length or 0)
        return end if len(self._text) >= _HEAD and len(self._text) >= end else None


def _is_tag(tag: str) -> bool:
    return len(tag) == _TAG and tag.isascii() and tag.isalnum() and tag == tag.upper()
