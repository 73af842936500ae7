"""Live events: from whichever thread changes something to everybody who watches.

Numbers grow for ever, over restarts too, so that a watcher who was away says the last one
it saw and gets the rest; where that is no longer held it gets one event of the kind
`resync`, which says: read everything again.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from services.contract.answers import EventAnswer, NewEvent

RESYNC = "resync"
_KEPT = 2_000
_WAITING = 500
_NUMBERS_A_SECOND = 1_000_000


class Feed:
    """What one watcher still has to be told. Made by `EventBus.watch`.

    `position` is the number of the newest event when the watching began.
    """

    def __init__(
        self, waiting: list[EventAnswer], *, position: int, limit: int, cut: Callable[[], None]
    ) -> None:
        self.position = position
        self._loop = asyncio.get_running_loop()
        self._waiting = deque(waiting)
        self._limit = max(limit, len(waiting) + 1)
        self._cut = cut
        self._something = asyncio.Event()
        self._over = False
        if waiting:
            self._something.set()

    def offer(self, event: EventAnswer) -> bool:
        """Add an event; False when the watcher is too slow and was cut off. Any thread."""
        if len(self._waiting) >= self._limit:
            self._waiting.clear()
            self.end()
            self._loop.call_soon_threadsafe(self._cut)
            return False
        self._waiting.append(event)
        self._wake()
        return True

    def end(self) -> None:
        """Tell the watcher what is left, then stop. Any thread."""
        self._over = True
        self._wake()

    def _wake(self) -> None:
        self._loop.call_soon_threadsafe(self._something.set)

    async def __aiter__(self) -> AsyncIterator[EventAnswer]:
        """Yield events as they come, until the feed ends."""
        while True:
            await self._something.wait()
            self._something.clear()
            while self._waiting:
                yield self._waiting.popleft()
            if self._over:
                return


class EventBus:
    """Numbers events, keeps the newest and hands them to the feeds.

    `started` makes the first number greater than any of an earlier run.
    """

    def __init__(self, started: datetime, *, kept: int = _KEPT, waiting: int = _WAITING) -> None:
        self._last = int(started.timestamp()) * _NUMBERS_A_SECOND
        self._kept: deque[EventAnswer] = deque(maxlen=kept)
        self._limit = waiting
        self._feeds: set[Feed] = set()
        self._lock = threading.Lock()
        self._closed = False

    def publish(self, event: NewEvent) -> None:
        """Give the event its number and tell everybody; any thread."""
        with self._lock:
            self._last += 1
            numbered: EventAnswer = {"id": self._last, **event}
            self._kept.append(numbered)
            if not self._closed:
                self._feeds = {feed for feed in self._feeds if feed.offer(numbered)}

    @contextmanager
    def watch(self, after: int | None, cut: Callable[[], None]) -> Iterator[Feed]:
        """Give a feed of what comes after event `after`, or from now on. Event loop only.

        `cut` is called when the watcher falls too far behind.
        """
        with self._lock:
            feed = Feed(self._missed(after), position=self._last, limit=self._limit, cut=cut)
            self._feeds.add(feed)
            if self._closed:
                feed.end()
        try:
            yield feed
        finally:
            with self._lock:
                self._feeds.discard(feed)

    def close(self) -> None:
        """End every feed, those that come later too."""
        with self._lock:
            self._closed = True
            for feed in self._feeds:
                feed.end()

    def _missed(self, after: int | None) -> list[EventAnswer]:
        if after is None or after == self._last:
            return []
        oldest = self._kept[0]["id"] if self._kept else self._last + 1
        if oldest - 1 <= after < self._last:
            return [event for event in self._kept if event["id"] > after]
        return [{"id": self._last, "kind": RESYNC, "store": None, "date": None, "state": None}]
