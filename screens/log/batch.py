"""A retry of many attempts, one after the other: it can be followed and stopped."""

from __future__ import annotations

from collections.abc import Iterable


class Batch:
    """What is left of a retry of many, and what was refused so far."""

    def __init__(self, ids: Iterable[int] = ()) -> None:
        self._left = list(ids)
        self._refused: list[str] = []
        self._stopped_at: int | None = None
        self.of = len(self._left)
        """How many there were."""

    @property
    def under_way(self) -> bool:
        """Whether there is more to do."""
        return bool(self._left)

    @property
    def ended(self) -> bool:
        """Whether a person stopped it."""
        return self._stopped_at is not None

    @property
    def done(self) -> int:
        """How many were tried so far."""
        return self.of - len(self._left)

    def take(self) -> int | None:
        """Return the next; None when there is none."""
        return self._left.pop(0) if self._left else None

    def refuse(self, why: str) -> None:
        """Note that the one taken last was refused."""
        self._refused.append(why)

    def stop(self) -> None:
        """Take no more; what was queued stays queued."""
        self._stopped_at = self.done
        self._left.clear()

    def result(self) -> tuple[str, str]:
        """Return how it ended in words, and the role of that."""
        tried = self.of if self._stopped_at is None else self._stopped_at
        stopped = "" if self._stopped_at is None else "Stopped: "
        told = f"{stopped}{tried - len(self._refused)} of {self.of} queued to be sent again."
        if self._refused:
            told += f" Refused: {self._refused[0]}"
        return told, "attention" if stopped or self._refused else "ok"
