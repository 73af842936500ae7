"""A line that is kept open between the messages that go over it."""

from __future__ import annotations

from services.terminals.transports.line import Line


class OverLine:
    """Speaks over a line, and knows when the connection is a new one."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._open = False

    @property
    def name(self) -> str:
        """Where the line leads to."""
        return self._line.name

    def open(self) -> bool:
        """Connect; return whether the connection is new."""
        if self._open:
            return False
        self._line.open()
        self._open = True
        return True

    def close(self) -> None:
        """Let go of the line; what was half received is forgotten."""
        self._open = False
        self._line.close()
