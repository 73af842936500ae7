"""One HTTP request and its answer, on a line of ours.

The line is ours so that a wait of two minutes can be looked after in slices, aborted, and
cut off with nothing left on its way. h11 reads and writes the protocol.
"""

from __future__ import annotations

import h11

from services.terminals.nexo.documents import LONGEST
from services.terminals.problems import ProtocolError, TransportLost
from services.terminals.transports.line import Line

_PATH = "/nexo"
_LONGEST_HEAD = 65_536
_GOOD = range(200, 300)


class Post:
    """The protocol of one call, without a line: bytes out, bytes in. Not used twice."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        self._body = bytearray()
        self._status = 0
        self._read = 0

    def request(self, body: bytes) -> bytes:
        """Return the bytes of the request."""
        headers = [
            ("Host", self._host),
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
        ]
        events = (
            h11.Request(method="POST", target=_PATH, headers=headers),
            h11.Data(body),
            h11.EndOfMessage(),
        )
        return b"".join(self._http.send(event) or b"" for event in events)

    def feed(self, data: bytes) -> bytes | None:
        """Take what has come; return the answer's body once it is whole.

        Empty data is the end of the connection. Raises ProtocolError for what is no HTTP,
        is too long, or has no good status.
        """
        self._read += len(data)
        if self._read > LONGEST + _LONGEST_HEAD:
            raise ProtocolError("an answer that is too long")
        try:
            self._http.receive_data(data)
            event = self._http.next_event()
            while self._take(event):
                event = self._http.next_event()
        except h11.RemoteProtocolError:
            raise ProtocolError("an answer that is no HTTP") from None
        return self._whole() if isinstance(event, h11.EndOfMessage) else None

    def _take(self, event: object) -> bool:
        """Take one event; false when it is the last, or there is none for now."""
        if isinstance(event, h11.Response):
            self._status = event.status_code
        elif isinstance(event, h11.Data):
            self._body += event.data
        return isinstance(event, h11.Response | h11.InformationalResponse | h11.Data)

    def _whole(self) -> bytes:
        if self._status not in _GOOD:
            raise ProtocolError(f"HTTP status {self._status}")
        return bytes(self._body)


class Call:
    """A connection for one request: `open`, `send` once, `wait` for the answer."""

    def __init__(self, line: Line, host: str) -> None:
        self._line = line
        self._post = Post(host)

    def open(self) -> None:
        """Connect; nothing of the request is sent. Raises TransportLost."""
        self._line.open()

    def send(self, body: bytes) -> None:
        """Send the request."""
        self._line.send(self._post.request(body))

    def wait(self, seconds: float) -> bytes | None:
        """Return the answer's body, None when it has not come within `seconds`."""
        try:
            data = self._line.receive(seconds)
        except TransportLost:
            # An answer without a length ends with its connection.
            try:
                answer = self._post.feed(b"")
            except ProtocolError:
                answer = None
            if answer is None:
                raise
            return answer
        return self._post.feed(data) if data else None

    def close(self) -> None:
        """Let go of the connection."""
        self._line.close()
