"""The bytes of an import: plain or gzip, readable as often as needed."""

from __future__ import annotations

import gzip
import io
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO

_GZIP_MARK = b"\x1f\x8b"
_IN_MEMORY = 1 << 20
_PIECE = 64 << 10

DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error)
"""What reading a damaged gzip file raises."""


class Spool:
    """One import's bytes, in a file that can be rewound."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        file.seek(0)
        self._compressed = file.read(len(_GZIP_MARK)) == _GZIP_MARK

    def open(self) -> BinaryIO:
        """Return the content from its beginning; ends the reading begun before."""
        self._file.seek(0)
        content = gzip.GzipFile(fileobj=self._file, mode="rb") if self._compressed else self._file
        return io.BufferedReader(_Borrowed(content), _PIECE)


class _Borrowed(io.RawIOBase):
    """Reads a file that belongs to somebody else: closing this leaves it open."""

    def __init__(self, file: IO[bytes] | gzip.GzipFile) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        piece = self._file.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


@contextmanager
def spooled(stream: BinaryIO) -> Iterator[Spool]:
    """Yield the stream's content; a stream that cannot be rewound is copied first."""
    if stream.seekable():
        yield Spool(stream)
        return
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as copy:
        shutil.copyfileobj(stream, copy)
        yield Spool(copy)
