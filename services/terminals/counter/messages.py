"""What was said to terminals and by them: a private, rotated file for each.

Codecs have masked the messages; what leaves a card number all the same is cleaned once
more. Keeping them never stops a payment: a full disk is said in the service's log, once.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from urllib.parse import quote

from services.contract.redaction import redacted
from services.contract.text import printable
from services.terminals.journal import clean

log = logging.getLogger(__name__)
FOLDER = Path("log", "terminals")
"""Below the home."""
FILE_BYTES = 1024**2
FILES = 4
NO_ATTEMPT = "-"


class Messages:
    """The files of the terminals of one service. Safe to call from several threads."""

    def __init__(self, home: Path | None, clock: Callable[[], datetime]) -> None:
        self._home = home
        self._clock = clock
        self._files: dict[str, _Kept] = {}
        self._lock = threading.Lock()
        self._stopped = False

    def keep(self, key: str, reference: str, direction: str, words: str) -> None:
        """Keep a message of an attempt; of none where `reference` is empty. Never raises."""
        if self._home is None:
            return
        time = self._clock().astimezone(UTC).isoformat(timespec="milliseconds")
        said = printable(redacted(clean(words)))
        line = f"{time} {reference or NO_ATTEMPT} {direction} {said}"
        with self._lock:
            if self._stopped:
                return
            if key not in self._files:
                self._files[key] = _Kept(file_of(self._home, key))
            self._files[key].write(line)

    def close(self, key: str) -> None:
        """Close the file of a terminal; its next message opens it again."""
        with self._lock:
            kept = self._files.pop(key, None)
            if kept is not None:
                kept.close()

    def stop(self) -> None:
        """Close every file; what comes later is not kept."""
        with self._lock:
            self._stopped = True
            for kept in self._files.values():
                kept.close()


class _Kept(RotatingFileHandler):
    """One terminal's file, for its owner only. Stands apart from all other logging."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, maxBytes=FILE_BYTES, backupCount=FILES - 1, encoding="utf-8", delay=True)
        self._failed = False

    def write(self, line: str) -> None:
        """Write a line; one that cannot be written is lost."""
        self.handle(logging.makeLogRecord({"msg": line}))

    def close(self) -> None:
        """Close the file; what a full disk did not take is lost."""
        with suppress(OSError):
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - the library's own
        """Say once that messages are lost; the next one opens the file anew."""
        if not self._failed:
            self._failed = True
            log.warning("messages are not kept in %s: %s", self.baseFilename, sys.exception())
        stream, self.stream = self.stream, None
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.close()

    def _open(self) -> TextIOWrapper:
        folder = Path(self.baseFilename).parent
        folder.parent.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        return TextIOWrapper(os.fdopen(handle, "ab"), encoding="utf-8", errors="replace")


def file_of(home: Path, key: str) -> Path:
    """Return the newest file of a terminal; whatever its key, one of the folder."""
    return home / FOLDER / f"{quote(key, safe='')}.log"


def kept_lines(home: Path, key: str) -> Iterator[str]:
    """Yield what is kept of a terminal, oldest first; while more may be written."""
    newest = file_of(home, key)
    names = [newest, *(newest.with_name(f"{newest.name}.{number}") for number in range(1, FILES))]
    with ExitStack() as stack:
        # Opened newest first: one that is renamed meanwhile is met twice, never missed.
        found: dict[int, TextIOWrapper] = {}
        for name in names:
            with suppress(OSError):
                file = stack.enter_context(name.open(encoding="utf-8", errors="replace"))
                found.setdefault(os.fstat(file.fileno()).st_ino, file)
        for file in reversed(found.values()):
            yield from (line.rstrip("\n") for line in file)
