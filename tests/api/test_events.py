"""Live events: numbering, resuming, slow watchers, the end."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest

from console.events import Events, events
from services.api.bus import RESYNC, EventBus, Feed
from services.contract.answers import EventAnswer, NewEvent
from services.contract.problem import NotAllowed, Unreachable
from tests.api.fakes import STARTED, Running, running

_FIRST = int(STARTED.timestamp()) * 1_000_000 + 1


def _event(number: int) -> NewEvent:
    return {"kind": "day", "store": "queen-st", "date": f"2026-11-{number:02}", "state": "posted"}


def _uncut() -> None:
    pytest.fail("cut off")


async def _rest(feed: Feed) -> list[EventAnswer]:
    return [event async for event in feed]


async def test_a_watcher_gets_what_happens_from_then_on() -> None:
    bus = EventBus(STARTED)
    bus.publish(_event(1))
    with bus.watch(None, _uncut) as feed:
        bus.publish(_event(2))
        bus.publish(_event(3))
        bus.close()
        told = await _rest(feed)
    assert [event["date"] for event in told] == ["2026-11-02", "2026-11-03"]
    assert [event["id"] for event in told] == [_FIRST + 1, _FIRST + 2]
    assert feed.position == _FIRST


async def test_a_watcher_who_was_away_gets_the_rest() -> None:
    bus = EventBus(STARTED)
    for number in range(1, 5):
        bus.publish(_event(number))
    with bus.watch(_FIRST + 1, _uncut) as feed:
        bus.close()
        assert [event["date"] for event in await _rest(feed)] == ["2026-11-03", "2026-11-04"]


async def test_a_watcher_gets_everything_that_is_still_held() -> None:
    bus = EventBus(STARTED, kept=2)
    for number in range(1, 6):
        bus.publish(_event(number))
    with bus.watch(_FIRST + 2, _uncut) as feed:
        bus.close()
        assert [event["id"] for event in await _rest(feed)] == [_FIRST + 3, _FIRST + 4]


async def test_a_watcher_who_missed_nothing_gets_nothing() -> None:
    bus = EventBus(STARTED)
    bus.publish(_event(1))
    with bus.watch(_FIRST, _uncut) as feed:
        bus.close()
        assert await _rest(feed) == []


@pytest.mark.parametrize("after", [0, _FIRST, _FIRST - 1, _FIRST + 10_000])
async def test_a_watcher_who_missed_too_much_is_told_to_read_again(after: int) -> None:
    bus = EventBus(STARTED, kept=2)
    for number in range(1, 6):
        bus.publish(_event(number))
    with bus.watch(after, _uncut) as feed:
        bus.close()
        (told,) = await _rest(feed)
    assert (told["kind"], told["id"]) == (RESYNC, _FIRST + 4)


async def test_numbers_grow_over_a_restart() -> None:
    before, after = EventBus(STARTED), EventBus(STARTED + timedelta(seconds=1))
    before.publish(_event(1))
    with after.watch(_FIRST, _uncut) as feed:
        after.close()
        (told,) = await _rest(feed)
    assert told["kind"] == RESYNC
    assert told["id"] > _FIRST


async def test_a_slow_watcher_is_cut_off_and_holds_nobody_up() -> None:
    bus = EventBus(STARTED, waiting=3)
    cut = threading.Event()
    with bus.watch(None, cut.set) as slow, bus.watch(None, _uncut) as quick:
        told: list[EventAnswer] = []
        for number in range(1, 6):
            bus.publish(_event(number))
            told.append(await anext(aiter(quick)))
        assert await _rest(slow) == []
    assert len(told) == 5
    assert cut.is_set()


async def test_a_closed_bus_ends_those_who_come_late() -> None:
    bus = EventBus(STARTED)
    bus.close()
    bus.publish(_event(1))
    with bus.watch(None, _uncut) as feed:
        assert await _rest(feed) == []


@contextmanager
def _watching(service: Running, since: int | None = None, *, reconnect: bool = True) -> Iterator[Events]:
    """Events whose link stands when the body begins; the iteration runs in the body."""
    with service.client() as client, events(client, since, reconnect=reconnect) as watch:
        yield watch


class _Collector:
    """Iterates events in a thread and keeps what comes."""

    def __init__(self, watch: Events, count: int) -> None:
        self.watch = watch
        self.told: list[EventAnswer] = []
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(count,))
        self._thread.start()
        assert watch.connected.wait(60)

    def _run(self, count: int) -> None:
        try:
            self.told += islice(self.watch, count)
        except Unreachable as error:
            self.error = error

    def join(self) -> list[EventAnswer]:
        self._thread.join(60)
        assert not self._thread.is_alive()
        return self.told


def test_what_happens_once_the_link_stands_is_told(service: Running) -> None:
    with _watching(service) as watch:
        collector = _Collector(watch, 2)
        service.bus.publish(_event(1))
        service.bus.publish({**_event(2), "progress": {"read": 5, "total": 0}})
        told = collector.join()
    assert [event["id"] for event in told] == [_FIRST, _FIRST + 1]
    assert told[0] == {"id": _FIRST, **_event(1)}
    assert told[1]["progress"] == {"read": 5, "total": 0}


def test_a_watcher_resumes_over_the_socket(service: Running) -> None:
    for number in range(1, 4):
        service.bus.publish(_event(number))
    with _watching(service, since=_FIRST) as watch:
        assert [event["date"] for event in islice(watch, 2)] == ["2026-11-02", "2026-11-03"]


def test_the_link_is_made_again_where_it_broke_even_before_any_event(service: Running) -> None:
    cuts: list[Callable[[], None]] = []
    watch_bus = service.bus.watch

    def keeping(after: int | None, cut: Callable[[], None]) -> object:
        cuts.append(cut)
        return watch_bus(after, cut)

    with pytest.MonkeyPatch.context() as patch, _watching(service) as watch:
        patch.setattr(service.bus, "watch", keeping)
        service.bus.publish(_event(1))
        collector = _Collector(watch, 1)
        # The position arrives with the first bytes; the link breaks, and something happens meanwhile.
        assert _until(lambda: watch.seen == _FIRST)
        cuts[0]()
        service.bus.publish(_event(2))
        assert [event["date"] for event in collector.join()] == ["2026-11-02"]
    assert len(cuts) == 2


def _until(true: Callable[[], bool]) -> bool:
    """Wait, at most a minute, for what another thread does."""
    pause = threading.Event()
    return any(true() or pause.wait(0.01) for _ in range(6_000))


def test_the_end_of_the_service_ends_the_stream_in_good_order(tmp_path: Path) -> None:
    with ExitStack() as stack:
        service = stack.enter_context(running(tmp_path))
        watch = stack.enter_context(_watching(service, reconnect=False))
        collector = _Collector(watch, 5)
        service.bus.publish(_event(1))
        service.bus.close()
        assert len(collector.join()) == 1
        assert isinstance(collector.error, Unreachable)


def test_a_waiting_watcher_can_be_closed_from_another_thread(service: Running) -> None:
    with _watching(service) as watch:
        collector = _Collector(watch, 1)
        watch.close()
        assert collector.join() == []
    assert collector.error is None


def test_who_may_not_read_may_not_watch(service: Running) -> None:
    service.callers.be(3000, "carol")
    with _watching(service) as watch, pytest.raises(NotAllowed):
        next(iter(watch))


def test_a_client_that_does_not_read_is_dropped(tmp_path: Path) -> None:
    with (
        running(tmp_path, bus=EventBus(STARTED, waiting=50)) as service,
        socket.socket(socket.AF_UNIX) as deaf,
    ):
        deaf.connect(str(service.socket))
        deaf.settimeout(60)
        deaf.sendall(b"GET /v1/events HTTP/1.1\r\nhost: x\r\n\r\n")
        assert deaf.recv(12) == b"HTTP/1.1 200"
        # Far more than the buffers between service and client hold.
        big: NewEvent = {**_event(1), "state": "x" * 200_000}
        for _ in range(80):
            service.bus.publish(big)
        told = b"".join(iter(lambda: deaf.recv(1_000_000), b""))
    assert 0 < len(told) < 80 * 200_000


def test_a_quiet_stream_still_shows_that_it_lives(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastapi.routing._PING_INTERVAL", 0.02)
    with service.client() as client, client.http.stream("GET", "/v1/events") as answer:
        lines = answer.iter_lines()
        assert next(line for line in islice(lines, 10) if line.startswith(":")) == ": ping"


@pytest.mark.parametrize("value", ["abc", "-"])
def test_a_number_that_is_none_is_refused(service: Running, value: str) -> None:
    with service.client() as client:
        answer = client.http.get("/v1/events", headers={"Last-Event-ID": value})
    assert answer.status_code == 422
    assert "last-event-id" in answer.json()["error"]["why"]
