"""Everything that leaves a driver and the desk, written down."""

from __future__ import annotations

from services.terminals.hooks import Progress


class Ears:
    """Keeps everything that was said to anybody."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def progress(self, progress: Progress) -> None:
        """Hear what the till is told."""
        self.heard.append(repr(progress))

    def record(self, direction: str, text: str) -> None:
        """Hear what is recorded of the line."""
        self.heard.append(f"{direction} {text}")
