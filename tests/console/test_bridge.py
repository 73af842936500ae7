"""The console's one way to the service: answers, events, endings."""

import asyncio
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.message import Message

from console.bridge import Bridge, Watcher
from console.client import Client
from console.late import LateClient
from screens.asking import Ask, Failed
from screens.messages import Happened
from screens.place import Place
from services.contract.answers import EventAnswer
from services.contract.problem import Refused
from tests.pictures.recorded import RecordedClient
from tests.pictures.walk import settled, shown
from tests.screens.canned import CannedClient, console

_HOSTILE = "\x1b]52;c;evil\x07 \x1b[31mred\u202e [bold]x[/bold]"
_SAFE = " ]52;c;evil   [31mred [bold]x[/bold]"


_NOTHING: dict[str, str] = {}


class Told(Message):
    """An answer."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        super().__init__()


class Asker(App[None]):
    """Keeps what it is told."""

    def __init__(self, client: CannedClient) -> None:
        super().__init__()
        self.bridge = Bridge(self, client)
        self.told: list[Any] = []

    def on_told(self, message: Told) -> None:
        self.told.append(message.answer)

    def on_failed(self, message: Failed) -> None:
        self.told.append(message)

    def ask(self, question: Callable[[Client], object], *, about: str = "it", changing: bool = False) -> None:
        self.bridge.take(Ask(self, about, question, Told, changing=changing))


def _number(number: int, _: Client) -> int:
    return number


def _event(number: int = 1, kind: str = "day") -> EventAnswer:
    return {"id": number, "kind": kind, "store": "practice", "date": "2026-11-20", "state": "posted"}


async def test_an_answer_comes_clean_of_what_a_terminal_would_obey() -> None:
    app = Asker(CannedClient({"GET /v1/x": {"a": [_HOSTILE], _HOSTILE: 1}}))
    async with app.run_test() as pilot:
        app.ask(lambda service: (service.call("GET", "/v1/x"), 2))
        await settled(pilot)
    assert app.told == [({"a": [_SAFE], _SAFE: 1}, 2)]


async def test_so_does_a_refusal() -> None:
    refusal = Refused(_HOSTILE, _HOSTILE, "next", _HOSTILE, code="no_way")
    app = Asker(CannedClient({"GET /v1/x": refusal}))
    async with app.run_test() as pilot:
        app.ask(lambda service: service.call("GET", "/v1/x"))
        await settled(pilot)
    (failed,) = app.told
    assert isinstance(failed.problem, Refused)
    assert (failed.problem.what, failed.problem.detail, failed.problem.code) == (_SAFE, _SAFE, "no_way")


async def test_a_newer_question_overtakes_the_older_one() -> None:
    go_on = threading.Event()
    app = Asker(CannedClient({}))
    async with app.run_test() as pilot:
        app.ask(lambda _: go_on.wait(60) and "old")
        app.ask(lambda _: "other", about="something else")
        app.ask(lambda _: "new")
        await settled(pilot)
        go_on.set()
        await settled(pilot)
    assert sorted(app.told) == ["new", "other"]


async def test_changes_are_never_overtaken() -> None:
    app = Asker(CannedClient({}))
    async with app.run_test() as pilot:
        for number in range(3):
            app.ask(partial(_number, number), changing=True)
        await settled(pilot)
    assert sorted(app.told) == [0, 1, 2]


async def test_leaving_waits_for_no_answer() -> None:
    never, asked = threading.Event(), threading.Event()
    app = Asker(CannedClient({}))
    async with app.run_test() as pilot:

        def question(_: Client) -> bool:
            asked.set()
            return never.wait(60)

        app.ask(question, changing=True)
        await pilot.pause()
        assert await asyncio.to_thread(asked.wait, 20)
        left = time.monotonic()
    assert time.monotonic() - left < 20
    never.set()
    assert app.told == []


async def test_what_happens_is_told_once_to_every_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    look = Place.look

    def noted(place: Place) -> None:
        looked.append(type(place).__name__)
        look(place)

    monkeypatch.setattr(Place, "look", noted)
    app = console(RecordedClient(), tmp_path)
    async with shown(app, (80, 24)) as pilot:
        looked.clear()
        app.post_message(Happened([_event()]))
        await settled(pilot)
        await settled(pilot)
    assert looked == ["Overview"]


async def test_a_fault_of_ours_is_said_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    app = console(RecordedClient(), tmp_path)
    async with shown(app, (120, 36)) as pilot:
        app.post_message(Ask(app, "it", lambda _: _NOTHING["secret-key"], Told))
        await settled(pilot)
        said = app.screen.query_one("#said").render().plain  # type: ignore[union-attr]
        assert "A fault in the console" in said
        assert app.is_running
    assert "secret-key" not in (tmp_path / "tillbook" / "console.log").read_text(encoding="utf-8")


def test_a_flood_of_events_is_a_few_messages() -> None:
    told: list[Happened] = []
    watcher = Watcher(CannedClient({}), told.append, lambda _: None)
    for number in range(3):
        watcher.gather(_event(number))
    watcher.flush()
    assert [len(each.events) for each in told] == [3]
    for number in range(2_000):
        watcher.gather(_event(number))
    watcher.flush()
    watcher.close()
    assert len(told[1].events) <= 500
    assert told[1].events[0]["kind"] == "resync"


def test_a_watch_that_was_ended_before_it_began_ends(tmp_path: Path) -> None:
    watcher = Watcher(Client(tmp_path / "no.sock"), print, print)
    watcher.close()
    thread = threading.Thread(target=watcher.run, daemon=True)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()


def test_a_late_client_is_made_when_it_is_asked(tmp_path: Path) -> None:
    late = LateClient(tmp_path / "no.sock")
    assert not late.is_made
    address = late.address
    late.close()
    assert address == tmp_path / "no.sock"
