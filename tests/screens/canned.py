"""A service that answers what a test gives it.

The console's own client, without a socket.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from textual.message import Message

from console.app import Console
from console.bridge import Watcher
from console.client import Client
from console.preferences import Preferences
from screens.messages import Happened
from services.contract.problem import NotFound, Problem

Answer = Any
"""Plain data, a Problem to raise, or a function of (method, path, query, body)."""

MANAGER = {
    "user": "mia",
    "uid": 1001,
    "roles": ["manager"],
    "may": ["connect", "disconnect", "import", "pause", "read", "read_audit", "send", "set_up"],
}
STAFF = {"user": "sam", "uid": 1002, "roles": ["staff"], "may": ["import", "pause", "read"]}


class CannedClient(Client):
    """Answers from a table keyed by "GET /v1/status".

    Keeps what was asked in `asked`.
    """

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        super().__init__(Path("/nonexistent/tillbook.sock"))
        self.answers: dict[str, Answer] = dict(answers)
        self.asked: list[tuple[str, str, dict[str, Any], Any]] = []
        self._guard = threading.Lock()

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: object = None,
        timeout: float | None = None,
    ) -> Answer:
        given = {name: value for name, value in (query or {}).items() if value is not None}
        with self._guard:
            self.asked.append((method, path, given, body))
        answer = self.answers.get(f"{method} {path}")
        if answer is None:
            raise NotFound(f"{method} {path} is not canned.", "The test gives no answer to it.", "Add one.")
        if isinstance(answer, Problem):
            raise answer
        return answer(method, path, given, body) if callable(answer) else answer

    def changes(self) -> list[tuple[str, str, Any]]:
        """Return what was asked that changes something: method, path, body."""
        return [(method, path, body) for method, path, _, body in self.asked if method != "GET"]


class QuietWatcher(Watcher):
    """Watches nothing; a test tells what happens."""

    def __init__(
        self,
        client: Client,
        tell: Callable[[Happened], object],
        link: Callable[[Problem | None], object],
    ) -> None:
        super().__init__(client, tell, link)
        self.tell, self.link = tell, link

    def run(self) -> None:
        """Say that the link stands."""
        self.link(None)


def console(
    client: CannedClient, tmp_path: Path, *, theme: str = "tillbook-dark", practice: bool = False
) -> Console:
    """Return the console on a canned service, with preferences of its own."""
    return Console(
        client,
        theme=theme,
        practice=practice,
        preferences=Preferences(tmp_path / "console.json"),
        watching=QuietWatcher,
    )


def kinds(messages: list[Message]) -> list[str]:
    """Return the class names of messages, to assert on what was said."""
    return [type(message).__name__ for message in messages]
