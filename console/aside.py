"""Work beside the event loop, in threads that nobody waits for at the end.

Textual's own thread workers run in the loop's executor, which is waited for when the
console ends: a call that takes a minute would keep the terminal for a minute.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def aside(work: Callable[[], T], name: str) -> T:
    """Run `work` in a thread of its own and return what it returns.

    When the waiting task is cancelled, or the loop is gone, the thread goes on alone and
    its answer is dropped.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def finish(setting: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed: the console has ended
            loop.call_soon_threadsafe(lambda: None if done.done() else setting())

    def run() -> None:
        try:
            answer = work()
        except BaseException as error:  # noqa: BLE001 - whatever it was, the waiting task raises it
            failure = error
            finish(lambda: done.set_exception(failure))
        else:
            finish(lambda: done.set_result(answer))

    threading.Thread(target=run, name=name, daemon=True).start()
    return await done
