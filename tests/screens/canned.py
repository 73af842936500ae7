"""A service that answers what a test gives it.

The console's own client, without a socket.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.widget import Widget
from textual.widgets import Input, Static

from console.app import Console
from console.bridge import Bridge, Watcher
from console.client import Client
from console.preferences import Preferences
from console.told import LinkTold
from screens.messages import Go, Happened
from screens.widgets.status_line import StatusLine
from screens.widgets.top_bar import TopBar
from services.contract.permissions import MAY, Role
from services.contract.problem import NotFound, Problem, Unreachable

Size = tuple[int, int]
Snap = Callable[..., bool]
Answer = Any
"""Plain data, a Problem to raise, or a function of (method, path, query, body)."""

MANAGER = {
    "user": "mia",
    "uid": 1001,
    "roles": ["manager"],
    "may": sorted(MAY[Role.MANAGER]),
}
STAFF = {"user": "sam", "uid": 1002, "roles": ["staff"], "may": sorted(MAY[Role.STAFF])}
VIEWER = {"user": "vic", "uid": 1003, "roles": ["viewer"], "may": sorted(MAY[Role.VIEWER])}


class CannedClient(Client):
    """Answers from a table keyed by "GET /v1/status".

    Keeps what was asked in `asked`.
    """

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        super().__init__(Path("/nonexistent/tillbook.sock"))
        self.answers: dict[str, Answer] = {"GET /v1/terminals": {"terminals": []}, **answers}
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


NOW = datetime(2026, 11, 21, 9, 30, tzinfo=ZoneInfo("Pacific/Auckland"))
"""The moment at which the clock of every screen stands still in tests."""


def freeze(monkeypatch: pytest.MonkeyPatch, at: datetime = NOW) -> None:
    """Let the screens' clock stand still."""
    monkeypatch.setattr("screens.moments.now", lambda: at)


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until everything that was asked is answered and shown."""
    for _ in range(_MOST_ROUNDS):
        await _at_rest()
        # A pause alone takes a machine that has no time for the test for a console at rest.
        await pilot.pause()
        worked = await _at_rest()
        busy = [worker for worker in pilot.app.workers if worker.name != "watch" and not worker.is_finished]
        if busy:
            await pilot.app.workers.wait_for_complete(busy)
        elif _to_be_painted(pilot.app.screen):
            await asyncio.sleep(_FRAME)
        elif not worked:
            break


def _to_be_painted(screen: Screen[Any]) -> bool:
    """Whether a change waits for the next frame; Textual paints by a timer."""
    return bool(
        screen._layout_required  # noqa: SLF001 - not told otherwise
        or screen._scroll_required  # noqa: SLF001 - not told otherwise
        or screen._repaint_required  # noqa: SLF001 - not told otherwise
        or screen._dirty_widgets  # noqa: SLF001 - not told otherwise
    )


async def _at_rest() -> bool:
    """Wait until the event loop has nothing to do; tell whether it had."""
    loop, turns, quiet = asyncio.get_running_loop(), 0, 0
    while quiet < _QUIET_TURNS:
        await asyncio.sleep(0)
        quiet = 0 if loop._ready else quiet + 1  # type: ignore[attr-defined]  # noqa: SLF001 - not told otherwise
        turns += 1
    return turns > _QUIET_TURNS


_MOST_ROUNDS = 20
"""An answer leads to another question at most so often."""
_QUIET_TURNS = 3
_FRAME = 1 / 60


async def pressed(pilot: Pilot[Any], *keys: str, at: Go | None = None) -> None:
    """Press keys, each after what the one before asked is shown; go to a place first."""
    await settled(pilot)
    if at is not None:
        await cast("Console", pilot.app).go(at)
        await settled(pilot)
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


async def typed(pilot: Pilot[Any], text: str) -> None:
    """Put text into the field that has the focus, and press Enter."""
    field = pilot.app.screen.query("#answer").last(Input)
    field.value = text
    await pressed(pilot, "enter")


def pressing(*keys: str, at: Go | None = None) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Return what presses keys before a picture is taken."""
    return lambda pilot: pressed(pilot, *keys, at=at)


@asynccontextmanager
async def started(
    client: CannedClient,
    tmp_path: Path,
    *keys: str,
    size: Size = (80, 24),
    at: Go | None = None,
    hears: Callable[[Message], None] | None = None,
) -> AsyncIterator[tuple[Console, Pilot[Any]]]:
    """Run the console on a canned service, and press keys to begin with.

    It goes to the place `at` first; `hears` is told every message.
    """
    app = console(client, tmp_path)
    async with app.run_test(size=size, message_hook=hears) as pilot:
        await pressed(pilot, *keys, at=at)
        yield app, pilot


def said(app: Console) -> str:
    """Return what the line above the keys says."""
    return app.screen.query_one(StatusLine).said


async def cut_off(pilot: Pilot[Any]) -> None:
    """Let the console lose its service, as when the link or the service goes."""
    problem = Unreachable("Tillbook gave no answer.", "The service may be starting again.", "Wait.")
    pilot.app.post_message(LinkTold(problem))
    await settled(pilot)


def never_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every question stay open, as over a link that stalls."""
    monkeypatch.setattr(Bridge, "take", lambda _bridge, _ask: None)


USUAL, WIDE, SMALL = (80, 24), (120, 36), (60, 20)
both_sizes = pytest.mark.parametrize("size", [USUAL, WIDE], ids=["80x24", "120x36"])
other_themes = pytest.mark.parametrize("theme", ["tillbook-light", "tillbook-16"])


def text_of(app: Console, name: str) -> str:
    """Return what a widget and those in it say; `name` as in a style sheet."""
    widget = app.screen.query_one(name)
    parts: list[str] = []
    for each in (widget, *widget.walk_children(Widget)):
        if isinstance(each, Static):
            parts.append(str(each.render()))
        elif isinstance(each, TopBar | ScrollView):
            parts += [each.render_line(y).text.rstrip() for y in range(each.size.height)]
        if each.border_title:
            parts.append(str(each.border_title))
    return "\n".join(parts).strip()


def kinds(messages: list[Message]) -> list[str]:
    """Return the class names of messages, to assert on what was said."""
    return [type(message).__name__ for message in messages]
