"""Answers that a real service gave for the practice month, read from a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from console.transport import given
from services.contract.problem import NotFound, Problem
from tests.screens.canned import CannedClient

FILE = Path(__file__).with_name("practice_month.json")


def key(method: str, path: str, query: Mapping[str, object] | None) -> str:
    """Return what a call is kept under."""
    asked = "&".join(f"{name}={value}" for name, value in sorted(given(query or {}).items()))
    return f"{method} {path}" + (f"?{asked}" if asked else "")


@cache
def _file() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return kept


def recorded_at() -> datetime:
    """Return the moment the answers were recorded at."""
    return datetime.fromisoformat(_file()["at"])


def dates() -> dict[str, Any]:
    """Return which date of the month is in which state."""
    found: dict[str, Any] = _file()["month"]
    return found


def answers() -> dict[str, Any]:
    """Return the answers by call, as new data each time."""
    return json.loads(json.dumps(_file()["answers"]))  # type: ignore[no-any-return]  # it is what was kept


class RecordedClient(CannedClient):
    """Answers as the service of the practice month did.

    `changed` makes another answer of each; a call that was not recorded is refused.
    """

    def __init__(self, changed: Callable[[Any], Any] = lambda answer: answer) -> None:
        super().__init__({call: changed(answer) for call, answer in answers().items()})
        self.missed: list[str] = []
        self.failing: Problem | None = None
        """What every call fails with; None: none does."""

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: object = None,
        timeout: float | None = None,
    ) -> Any:  # noqa: ANN401 - as the client has it
        """Return what was recorded."""
        with self._guard:
            self.asked.append((method, path, given(query or {}), body))
        if self.failing is not None:
            raise self.failing
        for name in (key(method, path, query), key(method, path, None)):
            if name in self.answers:
                return self.answers[name]
        self.missed.append(key(method, path, query))
        raise NotFound(f"{method} {path} was not recorded.", "The recording has no answer to it.", "")
