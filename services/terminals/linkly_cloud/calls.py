"""Calls to Linkly Cloud: one HTTP request, one answer, bounded in size and time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from services.terminals.linkly_cloud.reading import parsed
from services.terminals.problems import ProtocolError, TerminalSilent, TransportLost

_LONGEST = 200_000
"""Bytes of an answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one call."""

    status: int
    content: bytes

    @property
    def is_good(self) -> bool:
        """Whether the service took the call (2xx)."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the range of HTTP

    @property
    def is_refusal(self) -> bool:
        """Whether the service looked at the call and said no: nothing more comes of it."""
        return 400 <= self.status < 500 and self.status not in {408, 429}  # noqa: PLR2004 - of HTTP

    def json(self) -> object:
        """Return its content; raise ProtocolError when that is no JSON."""
        return parsed(self.content)


class Caller:
    """Makes calls; raises TransportLost and TerminalSilent.

    Safe to close from any thread.
    """

    def __init__(
        self,
        record: Callable[[str, str], None],
        transport: httpx.BaseTransport | None = None,
        *,
        connect_seconds: float = 5.0,
    ) -> None:
        self._record = record
        self._transport = transport
        self._connect_seconds = connect_seconds
        self._client: httpx.Client | None = None

    def call(
        self,
        method: str,
        url: httpx.URL,
        *,
        seconds: float,
        token: str = "",
        body: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Make a call; its answer may be any status. `seconds` without a byte end it."""
        self._record(">", f"{method} {url.path}")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        timeout = httpx.Timeout(seconds, connect=self._connect_seconds)
        try:
            with self._opened().stream(method, url, json=body, headers=headers, timeout=timeout) as response:
                reply = Reply(response.status_code, _content(response))
        except httpx.ConnectTimeout as error:
            raise TransportLost(url.host, type(error).__name__) from None
        except httpx.TimeoutException as error:
            raise TerminalSilent(type(error).__name__, seconds) from None
        except (httpx.HTTPError, RuntimeError) as error:
            # RuntimeError: the client was closed from another thread meanwhile.
            raise TransportLost(url.host, type(error).__name__) from None
        self._record("<", str(reply.status))
        return reply

    def close(self) -> None:
        """Let go of the connections."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _opened(self) -> httpx.Client:
        if self._client is None:
            self._client = httpx.Client(transport=self._transport, trust_env=False)
        return self._client


def _content(response: httpx.Response) -> bytes:
    content = bytearray()
    for part in response.iter_bytes():
        content += part
        if len(content) > _LONGEST:
            raise ProtocolError(f"an answer of more than {_LONGEST} bytes")
    return bytes(content)
