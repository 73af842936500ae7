"""A client that is made when it is first asked something.

What speaks HTTP takes as long to load as the rest of the console: the first picture does
not wait for it.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from console.client import Client


class LateClient:
    """Stands in for `console.client.Client`, in whatever thread asks first."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._lock = threading.Lock()
        self._made: Client | None = None

    @classmethod
    def of(cls, socket: Path) -> Client:
        """Return a client of the service at a socket; close it when done."""
        return cast("Client", cls(socket))

    @property
    def is_made(self) -> bool:
        """Whether it was asked something yet."""
        with self._lock:
            return self._made is not None

    def close(self) -> None:
        """Close what was opened."""
        with self._lock:
            if self._made is not None:
                self._made.close()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the client has
        """Return what the client has under a name."""
        with self._lock:
            if self._made is None:
                from console.client import Client

                self._made = Client(self._socket)
        return getattr(self._made, name)
