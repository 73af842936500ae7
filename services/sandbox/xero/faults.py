"""Faults on demand: what goes wrong, for which calls, how often."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from services.sandbox.xero.problems import HTML_TYPE, JSON_TYPE, Answer
from services.sandbox.xero.settings import SettingsError
from services.sandbox.xero.wire import Json, dumps

LONGEST_DELAY = 30.0
When = Literal["before", "after"]
_ERROR_PAGE = (
    "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>An error occurred</h1></body></html>"
)


@dataclass(frozen=True)
class Fault:
    """One fault.

    It concerns calls of `method` whose path (without query) has the regex `path`; it
    lets `skip` of them through, then fires on every `every`th, `count` times at most
    (None: for good). `when` says whether drop, delay, status and truncate come before
    the call is handled or after the state has changed. `change` are settings applied
    to the call's organisation first. With `cached` the status is also stored under the
    call's Idempotency-Key.
    """

    method: str = ""
    path: str = ""
    every: int = 1
    skip: int = 0
    count: int | None = 1
    when: When = "before"
    status: int | None = None
    body: object = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    html: bool = False
    delay: float = 0.0
    drop: bool = False
    truncate: bool = False
    token_expired: bool = False
    change: Mapping[str, object] = field(default_factory=dict)
    cached: bool = False

    def __post_init__(self) -> None:
        """Refuse a fault that could not fire, or would not end."""
        if self.every < 1 or self.when not in {"before", "after"}:
            raise SettingsError("A fault needs every >= 1, and when is 'before' or 'after'.")
        if not 0 <= self.delay <= LONGEST_DELAY:
            raise SettingsError(f"A fault delays at most {LONGEST_DELAY:.0f} seconds.")
        try:
            re.compile(self.path)
        except re.error as error:
            raise SettingsError(f"The path of a fault is no regular expression: {error}") from error

    @property
    def answer(self) -> Answer | None:
        """The answer it gives in place of the real one, if any."""
        if self.html:
            return Answer(self.status or 500, _ERROR_PAGE, HTML_TYPE, dict(self.headers))
        if self.status is None:
            return None
        text = self.body if isinstance(self.body, str) else dumps(self.body)
        return Answer(self.status, text, JSON_TYPE if text else "", dict(self.headers))


@dataclass
class _Armed:
    fault: Fault
    seen: int = 0
    fired: int = 0

    def hits(self, method: str, path: str) -> bool:
        """Count a call; return whether the fault fires on it."""
        fault = self.fault
        if fault.method not in {"", method} or not re.search(fault.path, path):
            return False
        if fault.count is not None and self.fired >= fault.count:
            return False
        self.seen += 1
        past = self.seen - fault.skip
        if past < 1 or past % fault.every:
            return False
        self.fired += 1
        return True


class ByChance(Protocol):
    """Faults of calls by their number; `mix.Mix` is one."""

    def concerns(self, method: str, path: str) -> bool:
        """Return whether a call may be hit."""

    def hit(self, number: int) -> tuple[str, Fault] | None:
        """Return the name and the fault of the call of this number, counted from 1."""


@dataclass
class _Chance:
    source: ByChance
    seen: int = 0

    def take(self) -> tuple[str, Fault] | None:
        self.seen += 1
        return self.source.hit(self.seen)


@dataclass(frozen=True)
class Hit:
    """A fault that hits a call; `kind` is its name in a mix, else empty."""

    fault_id: int
    fault: Fault
    kind: str = ""


class Faults:
    """The faults waiting to fire; of several that match a call the oldest one does.

    A mix is asked where no single fault fires: the oldest whose calls these are.
    """

    def __init__(self) -> None:
        self._armed: dict[int, _Armed] = {}
        self._mixes: dict[int, _Chance] = {}
        self._last = 0
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> int:
        """Arm a fault; return its id."""
        with self._lock:
            self._last += 1
            self._armed[self._last] = _Armed(fault)
            return self._last

    def add_mix(self, mix: ByChance) -> int:
        """Let faults happen by chance from now on; return the mix's id."""
        with self._lock:
            self._last += 1
            self._mixes[self._last] = _Chance(mix)
            return self._last

    def remove(self, fault_id: int) -> None:
        """Disarm one."""
        with self._lock:
            self._armed.pop(fault_id, None)
            self._mixes.pop(fault_id, None)

    def clear(self) -> None:
        """Disarm all."""
        with self._lock:
            self._armed.clear()
            self._mixes.clear()

    @property
    def pending(self) -> list[Fault]:
        """Those that can still fire, `count` being what is left of it."""
        with self._lock:
            left = [replace(a.fault, count=_left(a)) for a in self._armed.values()]
        return [fault for fault in left if fault.count != 0]

    @property
    def mixes(self) -> list[ByChance]:
        """What goes wrong by chance."""
        with self._lock:
            return [each.source for each in self._mixes.values()]

    def take(self, method: str, path: str) -> Hit | None:
        """Return the fault that hits a call."""
        with self._lock:
            for fault_id, armed in self._armed.items():
                if armed.hits(method, path):
                    return Hit(fault_id, armed.fault)
            for mix_id, chance in self._mixes.items():
                if chance.source.concerns(method, path):
                    taken = chance.take()
                    return Hit(mix_id, taken[1], taken[0]) if taken else None
        return None


def plain(fault: Fault) -> Json:
    """Return a fault as JSON data."""
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in vars(fault).items()}


def _left(armed: _Armed) -> int | None:
    return None if armed.fault.count is None else armed.fault.count - armed.fired
