"""Files on their way in: written as they arrive, gone when done with."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from anyio import CancelScope, to_thread

from services.contract.problem import Refused, Unreachable

_BUFFER = 1024**2
_LARGEST = 4 * 1024**3


class Spool:
    """Keeps files without a name in the home: nothing is left behind."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "spool"
        self._arriving: set[CancelScope] = set()
        self._stopped = False

    @property
    def folder(self) -> Path:
        """Where files are kept meanwhile; there once `file` was called."""
        return self._folder

    @contextmanager
    def file(self) -> Iterator[BinaryIO]:
        """Give an empty file that is gone at the end, or when the process is."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        with TemporaryFile(dir=self._folder) as file:
            yield file

    async def fill(self, file: BinaryIO, chunks: AsyncIterable[bytes]) -> None:
        """Write what arrives to `file`, then go back to its start.

        Raises Refused when it is too much to keep, Unreachable when `stop` ends it.
        """
        with CancelScope() as scope:
            self._arriving.add(scope)
            if self._stopped:
                scope.cancel()
            try:
                await _write_all(file, chunks)
            finally:
                self._arriving.discard(scope)
        if scope.cancelled_caught:
            raise broken_off("Nothing of it was imported.")

    def stop(self) -> None:
        """End the sending of files, under way and to come. On the event loop."""
        self._stopped = True
        for scope in self._arriving:
            scope.cancel()


def broken_off(how_far: str) -> Unreachable:
    """Return what is told when an import ends because the service does."""
    return Unreachable(
        "The import was broken off.",
        f"Tillbook is being stopped. {how_far}",
        "Import the same file again once it runs: nothing comes in twice.",
        code="stopping",
    )


async def _write_all(file: BinaryIO, chunks: AsyncIterable[bytes]) -> None:
    waiting, size = bytearray(), 0
    async for chunk in chunks:
        waiting += chunk
        size += len(chunk)
        if size > _LARGEST:
            raise _too_large()
        if len(waiting) >= _BUFFER:
            await to_thread.run_sync(_write, file, bytes(waiting))
            waiting.clear()
    await to_thread.run_sync(_write, file, bytes(waiting))
    file.seek(0)


def _write(file: BinaryIO, data: bytes) -> None:
    try:
        file.write(data)
        file.flush()
    except OSError as error:
        raise Refused(
            "The file could not be kept while it was sent.",
            f"{error.strerror}.",
            "Make room on the disk of the home, then import again.",
            str(error),
        ) from error


def _too_large() -> Refused:
    return Refused(
        "The file is too large to import in one go.",
        f"Tillbook takes {_LARGEST // 1024**3} GiB at a time.",
        "Compress it (.jsonl.gz), or split it and import the parts.",
        code="too_large",
    )
