"""Reads the elements of a JSON array one by one, without holding the array."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

_PIECE = 64 << 10
_SPACES = re.compile(rb"[ \t\r\n]*")
_STRUCTURE = re.compile(rb'["{}\[\],]')
_IN_STRING = re.compile(rb'["\\]')
_QUOTE = ord('"')
_COMMA = ord(",")


class _Broken(Exception):
    """The array cannot be followed any further."""


def elements(start: bytes, stream: BinaryIO, longest: int) -> Iterator[tuple[int, bytes | None]]:
    """Yield each element's bytes with how many lines come before it.

    `start` is what was read of the stream so far. None stands for the rest of an array
    that is broken or has an element longer than `longest` bytes.
    """
    scanner = _Scanner(start, stream, longest)
    try:
        scanner.expect(b"[")
        if scanner.peek() == b"]":
            scanner.expect(b"]")
        else:
            yield scanner.line, scanner.element()
            while scanner.peek() == b",":
                scanner.expect(b",")
                scanner.peek()
                yield scanner.line, scanner.element()
            scanner.expect(b"]")
        scanner.expect(b"")
    except _Broken:
        yield scanner.line, None


class _Scanner:
    """Finds where values end by counting brackets outside of strings."""

    def __init__(self, start: bytes, stream: BinaryIO, longest: int) -> None:
        self._buffer = bytearray(start)
        self._stream = stream
        self._longest = longest
        self.line = 0

    def peek(self) -> bytes:
        """Return the next byte that is no space, b"" at the end; it stays to be read."""
        while True:
            spaces = _SPACES.match(self._buffer)
            self._drop(spaces.end() if spaces else 0)
            if self._buffer or not self._more():
                return bytes(self._buffer[:1])

    def expect(self, byte: bytes) -> None:
        """Read the byte that must come next; b"" is the end."""
        if self.peek() != byte:
            raise _Broken
        self._drop(len(byte))

    def element(self) -> bytes:
        """Read one value, up to the comma or bracket that ends it; return its bytes."""
        self.peek()
        depth = 0
        at = self._find(_STRUCTURE, 0)
        while depth or self._buffer[at] not in b",]":
            if self._buffer[at] == _QUOTE:
                at = self._end_of_string(at + 1)
            elif self._buffer[at] != _COMMA:
                depth += 1 if self._buffer[at] in b"{[" else -1
            at = self._find(_STRUCTURE, at + 1)
        return self._drop(at)

    def _end_of_string(self, at: int) -> int:
        at = self._find(_IN_STRING, at)
        while self._buffer[at] != _QUOTE:
            at = self._find(_IN_STRING, at + 2)
        return at

    def _find(self, pattern: re.Pattern[bytes], at: int) -> int:
        """Return where a byte of the pattern stands, reading on until there is one."""
        while (found := pattern.search(self._buffer, at)) is None:
            at = max(at, len(self._buffer))
            if len(self._buffer) > self._longest or not self._more():
                raise _Broken
        return found.start()

    def _more(self) -> bool:
        piece = self._stream.read(_PIECE)
        self._buffer += piece
        return bool(piece)

    def _drop(self, count: int) -> bytes:
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        self.line += taken.count(b"\n")
        return taken
