"""A walk through every place of the console, for the recording and the pictures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from console.app import Console
from screens.messages import Go
from tests.screens.canned import settled as settled  # noqa: PLC0414 - part of the walk

Size = tuple[int, int]
_TRIES, _PAUSE = 200, 0.05

WALK: dict[str, tuple[Go, tuple[str, ...]]] = {
    "overview": (Go("overview"), ()),
    "days": (Go("days"), ()),
    "day": (Go("day"), ()),
    "receipts": (Go("day"), ("enter",)),
    "mapping": (Go("mapping"), ()),
    "mapping_history": (Go("mapping_history"), ()),
    "chart": (Go("chart"), ()),
    "log": (Go("log"), ("enter",)),
    "settings": (Go("settings"), ()),
    "setup": (Go("setup"), ()),
    "terminals": (Go("terminals"), ()),
    "terminal": (Go("terminal"), ()),
    "card_money": (Go("card_money"), ()),
    "till_keys": (Go("till_keys"), ()),
    "people": (Go("people"), ()),
    "doctor": (Go("doctor"), ()),
    "help": (Go("overview"), ("f1",)),
}
"""Each place: where to go, and the keys to press there."""


def walk_to(name: str, month: dict[str, Any]) -> tuple[Go, tuple[str, ...]]:
    """Return the way to a place of the practice month."""
    go, keys = WALK[name]
    date = month["changed"] if name in {"day", "receipts"} else None
    return Go(go.to, store="practice", date=date), keys


@asynccontextmanager
async def shown(app: Console, size: Size) -> AsyncIterator[Pilot[None]]:
    """Show the console and wait for its first place."""
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield pilot


async def go_to(pilot: Pilot[None], app: Console, name: str, month: dict[str, Any]) -> None:
    """Go to a place and wait until it is shown."""
    go, keys = walk_to(name, month)
    await app.go(go)
    await settled(pilot)
    for each in keys:
        await pilot.press(each)
        await settled(pilot)


async def eventually(pilot: Pilot[None], holds: Callable[[], bool]) -> bool:
    """Wait until something holds; false: it never did, however slow the machine is."""
    for _ in range(_TRIES):
        if holds():
            return True
        await pilot.pause(_PAUSE)
    return holds()
