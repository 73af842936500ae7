"""The log of the calls a practice Xero was sent."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.sandbox.xero.wire import Json

_KEPT = 10_000
_WITH_BODY = 500


@dataclass
class Call:
    """One call. `status` is None where no answer was sent.

    `face` is login, identity, connections or api. `elements` is how many elements a
    write held; `replayed` whether the answer was a stored one; `fault` the id of the
    fault that hit it and `fault_kind` its name in a mix. `at_once` is how many calls of
    the app to the organisation were under way when it came, itself included. `body` is
    the text sent to the api face, kept of the last 500 calls; tokens are not kept.
    """

    number: int
    at: datetime
    method: str
    path: str
    query: str
    face: str
    client_id: str = ""
    tenant: str = ""
    idempotency_key: str = ""
    status: int | None = None
    elements: int = 0
    replayed: bool = False
    fault: int | None = None
    fault_kind: str = ""
    at_once: int = 0
    body: str = ""

    def plain(self) -> Json:
        """Return the call as JSON data, without its body."""
        shown = {name: value for name, value in vars(self).items() if name != "body"}
        return shown | {"at": self.at.isoformat()}


class CallLog:
    """The last calls, oldest first. Every list it gives is a copy."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=_KEPT)
        self._count = 0

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[Call]:
        return iter(list(self._calls))

    def __getitem__(self, index: int) -> Call:
        return self._calls[index]

    def add(self, call: Call) -> Call:
        """Keep a call and number it."""
        self._count += 1
        call.number = self._count
        self._calls.append(call)
        if len(self._calls) > _WITH_BODY:
            self._calls[-_WITH_BODY - 1].body = ""
        return call

    def of(self, method: str = "", path: str = "", after: int = 0) -> list[Call]:
        """Return the calls with this method and with this regex in their path.

        `after` leaves out those up to that number: only the last 10,000 are kept.
        """
        return [c for c in self if c.number > after and method in {"", c.method} and re.search(path, c.path)]

    def clear(self) -> None:
        """Forget the calls; numbering goes on."""
        self._calls.clear()
