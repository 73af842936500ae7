"""What a person chose for the console, kept in that person's own configuration."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

_FILE = "console.json"


class Preferences:
    """Reads and keeps choices; a file that cannot be read or written is no error."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or _folder(os.environ) / _FILE
        self._values = _read(self._path)

    def get(self, name: str) -> str | None:
        """Return a choice; None: never made."""
        value = self._values.get(name)
        return value if isinstance(value, str) else None

    def set(self, name: str, value: str) -> None:
        """Keep a choice."""
        self._values[name] = value
        # A home that cannot be written to is no reason to end the console.
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = self._path.with_suffix(".new")
            new.write_text(json.dumps(self._values, indent=1), encoding="utf-8")
            new.replace(self._path)


def _folder(environ: Mapping[str, str]) -> Path:
    base = environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME", "/nonexistent")) / ".config"
    return Path(base) / "tillbook"


def _read(path: Path) -> dict[str, object]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
