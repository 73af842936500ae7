"""The log: JSON lines in `log/tillbook.log`, and lines for people."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from services.contract.redaction import redacted
from services.contract.text import printable

_log = logging.getLogger(__name__)

_FILE_BYTES = 5_000_000
_FILES_KEPT = 5
# Told by Tillbook itself in better words, or of no use to who runs a shop.
_QUIET = ("uvicorn", "dbos", "alembic", "httpx", "httpcore", "asyncio")


class _Before:
    """What told of a fault in a thread before the log did."""

    hook: Callable[[threading.ExceptHookArgs], object] = threading.excepthook


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line, secrets hidden."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redacted(record.getMessage()),
        }
        if record.exc_info:
            entry["traceback"] = redacted(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)


class Lines(logging.Formatter):
    """Time and message, for standard error; tracebacks stay in the file."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of safe text, secrets hidden."""
        time = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        level = f"{record.levelname.lower()}: " if record.levelno >= logging.WARNING else ""
        return f"{time} {level}{printable(redacted(record.getMessage()))}"


def start_logging(home: Path) -> None:
    """Send all log records to the file in the home and to standard error.

    What ends a thread of the service goes there too, without its secrets. Raises OSError
    when the folder cannot be made.
    """
    folder = home / "log"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = RotatingFileHandler(
        folder / "tillbook.log", maxBytes=_FILE_BYTES, backupCount=_FILES_KEPT, encoding="utf-8"
    )
    file.setFormatter(JsonLines())
    people = logging.StreamHandler(sys.stderr)
    people.setFormatter(Lines())
    logging.basicConfig(level=logging.INFO, handlers=[file, people], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    _Before.hook = threading.excepthook
    threading.excepthook = _thread_ended


def stop_logging() -> None:
    """Write out and close the handlers, so that the file can be moved or removed."""
    threading.excepthook = _Before.hook
    root = logging.getLogger()
    for handler in root.handlers[:]:
        root.removeHandler(handler)
        handler.close()


def _thread_ended(ended: threading.ExceptHookArgs) -> None:
    """Say that a fault ended a thread; Python would print it with all it holds."""
    if ended.exc_type is SystemExit or ended.exc_value is None:
        return
    name = ended.thread.name if ended.thread is not None else "unknown"
    _log.critical("a fault ended the thread %s", name, exc_info=ended.exc_value)
