"""Sessions: one request to the PIN pad each, under an id that is ours.

Version 1 tells only how a transaction ended, and takes other functions as one long call.
Version 2 tells the events of every function as they come: displays, receipts, the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from services.terminals.linkly_cloud import reading
from services.terminals.linkly_cloud.access import Access
from services.terminals.linkly_cloud.calls import Reply
from services.terminals.linkly_cloud.reading import Told
from services.terminals.problems import ProtocolError, Refusal, TransportLost

TRANSACTION = "transaction"
KIND = "responsetype"
"""What names the kind of an event, in lower case here."""
_OK, _UNAUTHORISED, _NOT_FOUND = 200, 401, 404
_RUNNING = frozenset({202, 425})
_TRY_AGAIN = frozenset({408, 429})
_SERVER_ERRORS = 500
_MOST_EVENTS = 1000
_SHORT, _LONG = 20.0, 200.0
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """What a session says of itself. `known` false: it was never submitted."""

    known: bool = True
    events: Sequence[Told] = field(default=(), repr=False)
    """Displays and receipts that came since the last look."""
    answer: Told | None = field(default=None, repr=False)
    """How it ended; None while it runs."""


class Sessions(Protocol):
    """One version of the service."""

    receipts: str
    """Who prints: what goes into ReceiptAutoPrint."""
    shows: bool
    """Whether displays and questions come."""

    def start(self, session: str, function: str, body: Body) -> Reply:
        """Submit a request; the reply says only whether it was taken. Never sent twice."""

    def look(self, session: str, function: str, *, again: bool = False) -> Look:
        """Ask what a session says; `again`: from its beginning. Raises Break, Refusal."""

    def press(self, session: str, key: str, text: str) -> None:
        """Press a key on the PIN pad's behalf."""


@dataclass(frozen=True, slots=True)
class Service:
    """What both versions have in common: authorised calls."""

    access: Access
    version: str

    def post(self, path: str, body: Body, seconds: float = _SHORT) -> Reply:
        """Send a request; nothing is repeated here."""
        url = self.access.addresses.rest.join(f"/{self.version}/sessions/{path}")
        named = {"Request": {**body, **(self.access.point_of_sale() if self.version == "v2" else {})}}
        return self.access.caller.call("POST", url, seconds=seconds, token=self.access.token(), body=named)

    def get(self, path: str) -> Reply:
        """Ask; once more with a new token when the old one is not taken."""
        url = self.access.addresses.rest.join(f"/{self.version}/sessions/{path}")
        reply = self.access.caller.call("GET", url, seconds=_SHORT, token=self.access.token())
        if reply.status == _UNAUTHORISED:
            self.access.forget()
            reply = self.access.caller.call("GET", url, seconds=_SHORT, token=self.access.token())
        return reply

    def failed(self, reply: Reply) -> Exception:
        """Return what a status that answers nothing comes to."""
        if reply.status >= _SERVER_ERRORS or reply.status in _TRY_AGAIN:
            return TransportLost(self.access.addresses.rest.host, f"HTTP {reply.status}")
        return Refusal(
            "Linkly Cloud does not answer.", f"it says HTTP {reply.status}", f"HTTP {reply.status}"
        )


class FirstVersion:
    """`/v1`: transactions are asked for until they end, the rest answers in one call."""

    # Slips to be signed come from the PIN pad's printer, the others with the answer.
    receipts = "7"
    shows = False

    def __init__(self, access: Access) -> None:
        self._service = Service(access, "v1")
        self._answers: dict[str, Reply] = {}

    def start(self, session: str, function: str, body: Body) -> Reply:
        """Submit a request; anything but a transaction has ended when this returns."""
        if function == TRANSACTION:
            return self._service.post(f"{session}/{function}?async=true", body)
        reply = self._service.post(f"{session}/{function}?async=false", body, _LONG)
        self._answers = {session: reply}
        return reply

    def look(self, session: str, function: str, *, again: bool = False) -> Look:
        """Return 200 as the end, 202 as running, 404 as never submitted."""
        del again  # It always tells the end, and nothing else.
        reply = self._answers.pop(session, None) or self._service.get(f"{session}/{function}?async=false")
        if reply.status == _OK:
            return Look(answer=reading.answer(reply.json()))
        if reply.status in _RUNNING:
            return Look()
        if reply.status == _NOT_FOUND:
            return Look(known=False)
        raise self._service.failed(reply)

    def press(self, session: str, key: str, text: str) -> None:
        """Press a key."""
        self._service.post(f"{session}/sendkey", {"Key": key, "Data": text})


class SecondVersion:
    """`/v2`: every session is read event by event."""

    receipts = "0"
    shows = True

    def __init__(self, access: Access) -> None:
        self._service = Service(access, "v2")
        self._seen = ("", 0)

    def start(self, session: str, function: str, body: Body) -> Reply:
        """Submit a request."""
        return self._service.post(f"{session}/{function}", body)

    def look(self, session: str, function: str, *, again: bool = False) -> Look:
        """Return the events that came; 425 says that there are none yet.

        It is always asked for all of them: an event is told once otherwise, and lost when
        that answer is.
        """
        reply = self._service.get(f"{session}/result?all=true")
        if reply.status in _RUNNING:
            return Look()
        if reply.status == _NOT_FOUND:
            return Look(known=False)
        if reply.status != _OK:
            raise self._service.failed(reply)
        events = _events(reply.json())
        ends = [event for event in events if event[KIND] == function]
        of, seen = self._seen
        self._seen = (session, len(events))
        new = events[seen:] if of == session and not again else events
        return Look(events=new, answer=ends[0] if ends else None)

    def press(self, session: str, key: str, text: str) -> None:
        """Press a key."""
        self._service.post(f"{session}/sendkey", {"Key": key, "Data": text})


def _events(value: object) -> list[Told]:
    if not isinstance(value, list):
        raise ProtocolError("events that are no list")
    events = (reading.told(event) for event in value[:_MOST_EVENTS])
    return [{**event, KIND: str(event.get(KIND, "")).lower()} for event in events]
